// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Hashing} from "../libraries/Hashing.sol";
import {Types} from "../libraries/Types.sol";

/// @title L2ToL1MessagePasser
/// @notice Records the messages that leave the rollup. The root of this contract's storage is part of the output root,
///         and a message is proven on L1 by its place in that storage.
/// @dev Layout and event are the OP Stack's. Burning the ether that left is absent: the balance of this contract is
///      what has been withdrawn.
contract L2ToL1MessagePasser {
    event MessagePassed(
        uint256 indexed nonce,
        address indexed sender,
        address indexed target,
        uint256 value,
        uint256 gasLimit,
        bytes data,
        bytes32 withdrawalHash
    );

    string public constant version = "1.1.2";
    uint16 public constant MESSAGE_VERSION = Hashing.MESSAGE_VERSION;

    /// @notice The gas of the call on L1 when ether is sent here without data.
    uint256 internal constant RECEIVE_DEFAULT_GAS_LIMIT = 100_000;

    /// @notice Every message that left. Must stay at slot 0: proofs on L1 rely on it.
    mapping(bytes32 withdrawalHash => bool) public sentMessages;
    uint240 private nonce;

    /// @notice Withdraws what is sent to the sender's own address on L1.
    receive() external payable {
        initiateWithdrawal(msg.sender, RECEIVE_DEFAULT_GAS_LIMIT, "");
    }

    /// @notice Has the portal on L1 call `target` with the ether sent, at least `gasLimit` gas and `data`.
    function initiateWithdrawal(address target, uint256 gasLimit, bytes memory data) public payable {
        uint256 versionedNonce = messageNonce();
        bytes32 withdrawalHash = Hashing.hashWithdrawal(
            Types.WithdrawalTransaction(versionedNonce, msg.sender, target, msg.value, gasLimit, data)
        );
        sentMessages[withdrawalHash] = true;
        unchecked {
            ++nonce;
        }
        emit MessagePassed(versionedNonce, msg.sender, target, msg.value, gasLimit, data, withdrawalHash);
    }

    /// @notice The nonce of the next message, with the version in its two most significant bytes.
    function messageNonce() public view returns (uint256) {
        return Hashing.versionedNonce(nonce);
    }
}
