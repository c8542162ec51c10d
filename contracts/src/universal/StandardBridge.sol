// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {Callers} from "../libraries/Callers.sol";
import {SafeCall} from "../libraries/SafeCall.sol";
import {CrossDomainMessenger} from "./CrossDomainMessenger.sol";
import {IOptimismMintableERC20} from "./IOptimismMintableERC20.sol";

/// @title StandardBridge
/// @notice Moves ether and tokens between the layers: a token is locked where it comes from and released there, and
///         minted and burnt where it is represented. What is released of a pair was locked for that pair before.
/// @dev ABI and events follow the OP Stack's bridges. A token that takes a fee on transfer is refused, since less than
///      the promised amount would be locked.
abstract contract StandardBridge {
    using SafeERC20 for IERC20;

    event ETHBridgeInitiated(address indexed from, address indexed to, uint256 amount, bytes extraData);
    event ETHBridgeFinalized(address indexed from, address indexed to, uint256 amount, bytes extraData);
    event ERC20BridgeInitiated(
        address indexed localToken,
        address indexed remoteToken,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );
    event ERC20BridgeFinalized(
        address indexed localToken,
        address indexed remoteToken,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );

    /// @notice A contract must name the recipient: it has no account of its own on the other layer.
    error Bridge_OnlyAccounts(address caller);
    /// @notice Only the bridge of the other layer may finalize.
    error Bridge_OnlyOtherBridge();
    /// @notice The guardian has paused the bridge.
    error Bridge_Paused();
    /// @notice The ether that came is not the amount that was named.
    error Bridge_WrongValue(uint256 expected, uint256 found);
    /// @notice Ether cannot be sent to this bridge or its messenger.
    error Bridge_BlockedRecipient(address recipient);
    /// @notice The recipient did not accept the ether.
    error Bridge_TransferFailed(address recipient);
    /// @notice The mintable token represents another token.
    error Bridge_WrongRemoteToken(address expected, address found);
    /// @notice A transfer into the bridge did not bring the amount that was named.
    error Bridge_AmountMismatch(uint256 expected, uint256 found);
    /// @notice Less of this pair is locked than is to be released.
    error Bridge_NotLocked(uint256 asked, uint256 locked);

    /// @notice The gas that ether sent without data buys on the other layer.
    uint32 internal constant RECEIVE_DEFAULT_GAS_LIMIT = 200_000;

    /// @notice How much of a local token is locked for a remote one.
    mapping(address localToken => mapping(address remoteToken => uint256)) public deposits;

    modifier onlyAccounts() {
        if (!Callers.senderIsAccount()) revert Bridge_OnlyAccounts(msg.sender);
        _;
    }

    modifier onlyOtherBridge() {
        CrossDomainMessenger messenger_ = messenger();
        if (msg.sender != address(messenger_) || messenger_.xDomainMessageSender() != otherBridge()) {
            revert Bridge_OnlyOtherBridge();
        }
        if (paused()) revert Bridge_Paused();
        _;
    }

    /// @notice Sends ether to the caller's own address on the other layer.
    receive() external payable onlyAccounts {
        _initiateETH(msg.sender, msg.sender, msg.value, RECEIVE_DEFAULT_GAS_LIMIT, "");
    }

    /// @notice Sends ether to the caller's own address on the other layer.
    function bridgeETH(uint32 minGasLimit, bytes calldata extraData) external payable onlyAccounts {
        _initiateETH(msg.sender, msg.sender, msg.value, minGasLimit, extraData);
    }

    /// @notice Sends ether to `to` on the other layer.
    function bridgeETHTo(address to, uint32 minGasLimit, bytes calldata extraData) external payable {
        _initiateETH(msg.sender, to, msg.value, minGasLimit, extraData);
    }

    /// @notice Sends a token to the caller's own address on the other layer.
    function bridgeERC20(
        address localToken,
        address remoteToken,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external onlyAccounts {
        _initiateERC20(localToken, remoteToken, msg.sender, msg.sender, amount, minGasLimit, extraData);
    }

    /// @notice Sends a token to `to` on the other layer.
    function bridgeERC20To(
        address localToken,
        address remoteToken,
        address to,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external {
        _initiateERC20(localToken, remoteToken, msg.sender, to, amount, minGasLimit, extraData);
    }

    /// @notice Pays out ether that came from the other layer.
    function finalizeBridgeETH(address from, address to, uint256 amount, bytes calldata extraData)
        external
        payable
        onlyOtherBridge
    {
        if (msg.value != amount) revert Bridge_WrongValue(amount, msg.value);
        if (to == address(this) || to == address(messenger())) revert Bridge_BlockedRecipient(to);
        _emitETHFinalized(from, to, amount, extraData);
        _payETH(from, to, amount, extraData);
    }

    /// @notice Mints or releases a token that was burnt or locked on the other layer.
    function finalizeBridgeERC20(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 amount,
        bytes calldata extraData
    ) external onlyOtherBridge {
        bool mintable = _isMintable(localToken);
        uint256 paid = amount;
        if (mintable) _requirePair(localToken, remoteToken);
        else paid = _unlock(localToken, remoteToken, amount);
        _payERC20(localToken, mintable, from, to, paid, extraData);
        _emitERC20Finalized(localToken, remoteToken, from, to, paid, extraData);
    }

    /// @notice The messenger through which the bridges talk.
    function messenger() public view virtual returns (CrossDomainMessenger);

    /// @notice The bridge of the other layer.
    function otherBridge() public view virtual returns (address);

    /// @notice Whether finalizing is stopped.
    function paused() public view virtual returns (bool) {
        return false;
    }

    function _initiateETH(address from, address to, uint256 amount, uint32 minGasLimit, bytes memory extraData)
        internal
    {
        if (msg.value != amount) revert Bridge_WrongValue(amount, msg.value);
        _emitETHInitiated(from, to, amount, extraData);
        bytes memory message = abi.encodeCall(this.finalizeBridgeETH, (from, to, amount, extraData));
        messenger().sendMessage{value: amount}(otherBridge(), message, minGasLimit);
    }

    function _initiateERC20(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 amount,
        uint32 minGasLimit,
        bytes memory extraData
    ) internal {
        if (_isMintable(localToken)) {
            _requirePair(localToken, remoteToken);
            IOptimismMintableERC20(localToken).burn(from, amount);
        } else {
            _lock(localToken, remoteToken, from, amount);
        }
        _emitERC20Initiated(localToken, remoteToken, from, to, amount, extraData);
        // The other side's local token is this side's remote one.
        bytes memory message =
            abi.encodeCall(this.finalizeBridgeERC20, (remoteToken, localToken, from, to, amount, extraData));
        messenger().sendMessage(otherBridge(), message, minGasLimit);
    }

    function _payETH(address, address to, uint256 amount, bytes calldata) internal virtual {
        if (!SafeCall.call(to, gasleft(), amount, "")) revert Bridge_TransferFailed(to);
    }

    /// @dev A mintable token is minted, any other is released.
    function _payERC20(address token, bool mintable, address, address to, uint256 amount, bytes calldata)
        internal
        virtual
    {
        if (mintable) IOptimismMintableERC20(token).mint(to, amount);
        else IERC20(token).safeTransfer(to, amount);
    }

    /// @dev Tokens were locked.
    function _absorbed(address token, uint256 amount) internal virtual {}

    /// @dev Tokens are about to be released; gives how many are.
    function _released(address, uint256 amount) internal virtual returns (uint256) {
        return amount;
    }

    function _emitETHInitiated(address from, address to, uint256 amount, bytes memory extraData) internal virtual {
        emit ETHBridgeInitiated(from, to, amount, extraData);
    }

    function _emitETHFinalized(address from, address to, uint256 amount, bytes memory extraData) internal virtual {
        emit ETHBridgeFinalized(from, to, amount, extraData);
    }

    function _emitERC20Initiated(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 amount,
        bytes memory extraData
    ) internal virtual {
        emit ERC20BridgeInitiated(localToken, remoteToken, from, to, amount, extraData);
    }

    function _emitERC20Finalized(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 amount,
        bytes memory extraData
    ) internal virtual {
        emit ERC20BridgeFinalized(localToken, remoteToken, from, to, amount, extraData);
    }

    function _lock(address localToken, address remoteToken, address from, uint256 amount) private {
        uint256 before = IERC20(localToken).balanceOf(address(this));
        IERC20(localToken).safeTransferFrom(from, address(this), amount);
        uint256 received = IERC20(localToken).balanceOf(address(this)) - before;
        if (received != amount) revert Bridge_AmountMismatch(amount, received);
        deposits[localToken][remoteToken] += amount;
        _absorbed(localToken, amount);
    }

    /// @dev Gives what is to be paid out.
    function _unlock(address localToken, address remoteToken, uint256 amount) private returns (uint256) {
        uint256 locked = deposits[localToken][remoteToken];
        if (amount > locked) revert Bridge_NotLocked(amount, locked);
        deposits[localToken][remoteToken] = locked - amount;
        return _released(localToken, amount);
    }

    function _isMintable(address token) private view returns (bool) {
        return ERC165Checker.supportsInterface(token, type(IOptimismMintableERC20).interfaceId);
    }

    function _requirePair(address mintable, address remoteToken) private view {
        address expected = IOptimismMintableERC20(mintable).remoteToken();
        if (expected != remoteToken) revert Bridge_WrongRemoteToken(expected, remoteToken);
    }
}
