// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Constants} from "../libraries/Constants.sol";
import {Hashing} from "../libraries/Hashing.sol";
import {SafeCall} from "../libraries/SafeCall.sol";

/// @title CrossDomainMessenger
/// @notice Calls contracts on the other layer, tells them who called, and keeps what failed so that it can be replayed.
/// @dev ABI, message hash of version 1 and gas rules follow the OP Stack's messengers; messages of version 0 are absent.
abstract contract CrossDomainMessenger {
    event SentMessage(address indexed target, address sender, bytes message, uint256 messageNonce, uint256 gasLimit);
    event SentMessageExtension1(address indexed sender, uint256 value);
    event RelayedMessage(bytes32 indexed msgHash);
    event FailedRelayedMessage(bytes32 indexed msgHash);

    /// @notice The guardian has paused relaying.
    error Messenger_Paused();
    /// @notice The message's version is not 1.
    error Messenger_UnsupportedVersion(uint16 version);
    /// @notice A first delivery brings exactly its value, a replay brings none.
    error Messenger_WrongValue(uint256 expected, uint256 found);
    /// @notice Only what failed before can be replayed by anybody.
    error Messenger_NotReplayable(bytes32 msgHash);
    /// @notice The target is a contract that trusts its messenger with more than messages.
    error Messenger_BlockedTarget(address target);
    /// @notice The message was delivered.
    error Messenger_AlreadyRelayed(bytes32 msgHash);
    /// @notice A gas estimator relayed a message whose call failed.
    error Messenger_GasEstimation();
    /// @notice No message is being executed.
    error Messenger_NoMessage();

    uint16 public constant MESSAGE_VERSION = 1;
    uint64 public constant RELAY_CONSTANT_OVERHEAD = 200_000;
    uint64 public constant RELAY_CALL_OVERHEAD = 40_000;
    uint64 public constant RELAY_RESERVED_GAS = 40_000;
    uint64 public constant RELAY_GAS_CHECK_BUFFER = 5_000;
    uint64 public constant TX_BASE_GAS = 21_000;
    uint64 public constant MIN_GAS_CALLDATA_OVERHEAD = 16;
    uint64 public constant FLOOR_CALLDATA_OVERHEAD = 40;
    /// @notice The bytes that encoding a message as a call of `relayMessage` adds to it.
    uint64 public constant ENCODING_OVERHEAD = 260;

    mapping(bytes32 msgHash => bool) public successfulMessages;
    mapping(bytes32 msgHash => bool) public failedMessages;
    uint240 private nonce;

    /// @dev Zero when no message is being executed.
    address private transient messageSender;

    /// @notice Sends a message, with the ether sent along, to `target` on the other layer.
    function sendMessage(address target, bytes calldata message, uint32 minGasLimit) external payable {
        uint256 versionedNonce = messageNonce();
        bytes memory relay = abi.encodeCall(
            this.relayMessage, (versionedNonce, msg.sender, target, msg.value, minGasLimit, message)
        );
        unchecked {
            ++nonce;
        }
        _sendMessage(otherMessenger(), baseGas(message, minGasLimit), msg.value, relay);
        emit SentMessage(target, msg.sender, message, versionedNonce, minGasLimit);
        emit SentMessageExtension1(msg.sender, msg.value);
    }

    /// @notice Delivers a message. The first time only the other layer's messenger may call; what fails then stays here
    ///         with its ether and may be replayed by anybody.
    function relayMessage(
        uint256 nonce_,
        address sender,
        address target,
        uint256 value,
        uint256 minGasLimit,
        bytes calldata message
    ) external payable {
        if (paused()) revert Messenger_Paused();
        if (Hashing.nonceVersion(nonce_) != MESSAGE_VERSION) {
            revert Messenger_UnsupportedVersion(Hashing.nonceVersion(nonce_));
        }
        bytes32 msgHash = Hashing.hashCrossDomainMessage(nonce_, sender, target, value, minGasLimit, message);
        _requireDeliverable(msgHash, target, value);

        // A message that arrives inside another one, or with too little gas to finish, is kept for later rather than
        // lost.
        bool executable = messageSender == address(0)
            && SafeCall.hasMinGas(minGasLimit, RELAY_RESERVED_GAS + RELAY_GAS_CHECK_BUFFER);
        bool success = executable && _execute(sender, target, value, message);
        if (success) {
            successfulMessages[msgHash] = true;
            emit RelayedMessage(msgHash);
        } else {
            failedMessages[msgHash] = true;
            emit FailedRelayedMessage(msgHash);
            if (tx.origin == Constants.ESTIMATION_ADDRESS) revert Messenger_GasEstimation();
        }
    }

    /// @notice Who sent the message that is being executed.
    function xDomainMessageSender() external view returns (address) {
        if (messageSender == address(0)) revert Messenger_NoMessage();
        return messageSender;
    }

    /// @notice The nonce of the next message to be sent.
    function messageNonce() public view returns (uint256) {
        return Hashing.versionedNonce(nonce);
    }

    /// @notice The gas with which a message surely reaches its target with `minGasLimit`: what delivery costs around
    ///         the call, room for the 63/64 rule, and the calldata, at EIP-7623's floor if that is more.
    function baseGas(bytes calldata message, uint32 minGasLimit) public pure returns (uint64) {
        uint64 execution = RELAY_CONSTANT_OVERHEAD + RELAY_CALL_OVERHEAD + RELAY_RESERVED_GAS + RELAY_GAS_CHECK_BUFFER
            + (uint64(minGasLimit) * 64) / 63;
        uint64 length = uint64(message.length) + ENCODING_OVERHEAD;
        uint64 metered = execution + length * MIN_GAS_CALLDATA_OVERHEAD;
        uint64 floor = length * FLOOR_CALLDATA_OVERHEAD;
        return TX_BASE_GAS + (metered > floor ? metered : floor);
    }

    /// @notice The messenger on the other layer.
    function otherMessenger() public view virtual returns (address);

    /// @notice Whether relaying is stopped.
    function paused() public view virtual returns (bool) {
        return false;
    }

    function _sendMessage(address to, uint64 gasLimit, uint256 value, bytes memory data) internal virtual;

    function _callerIsOtherMessenger() internal view virtual returns (bool);

    function _isBlockedTarget(address target) internal view virtual returns (bool);

    function _requireDeliverable(bytes32 msgHash, address target, uint256 value) private view {
        bool first = _callerIsOtherMessenger();
        uint256 expected = first ? value : 0;
        if (msg.value != expected) revert Messenger_WrongValue(expected, msg.value);
        if (_isBlockedTarget(target)) revert Messenger_BlockedTarget(target);
        if (successfulMessages[msgHash]) revert Messenger_AlreadyRelayed(msgHash);
        if (first == failedMessages[msgHash]) revert Messenger_NotReplayable(msgHash);
    }

    /// @dev While the target runs, the hash is not yet marked as delivered. A nested delivery of any message is not
    ///      executed, since `messageSender` is set, and once this one succeeds its mark of success refuses a replay.
    function _execute(address sender, address target, uint256 value, bytes calldata message)
        private
        returns (bool success)
    {
        messageSender = sender;
        success = SafeCall.call(target, gasleft() - RELAY_RESERVED_GAS, value, message);
        messageSender = address(0);
    }
}
