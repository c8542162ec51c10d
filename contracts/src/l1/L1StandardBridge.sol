// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Constants, L1System, Predeploys} from "../libraries/Constants.sol";
import {CrossDomainMessenger} from "../universal/CrossDomainMessenger.sol";
import {IOptimismMintableERC20} from "../universal/IOptimismMintableERC20.sol";
import {StandardBridge} from "../universal/StandardBridge.sol";
import {BridgeGuard} from "./BridgeGuard.sol";
import {HopRouter} from "./HopRouter.sol";
import {L1CrossDomainMessenger} from "./L1CrossDomainMessenger.sol";

/// @title L1StandardBridge
/// @notice The L1 side of one rollup's bridge. Beside the OP Stack's: what a rollup sends to the `HopRouter` is handed
///         to it together with `extraData`, which says where it goes on to; if the router refuses those instructions,
///         the sender's own address on L1 gets the funds. The `BridgeGuard` is asked about all tokens that are released
///         or locked: what it refuses reverts, so that the messenger keeps the message and anybody can try it again.
contract L1StandardBridge is StandardBridge, Initializable {
    using SafeERC20 for IERC20;

    event ETHDepositInitiated(address indexed from, address indexed to, uint256 amount, bytes extraData);
    event ETHWithdrawalFinalized(address indexed from, address indexed to, uint256 amount, bytes extraData);
    event ERC20DepositInitiated(
        address indexed l1Token,
        address indexed l2Token,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );
    event ERC20WithdrawalFinalized(
        address indexed l1Token,
        address indexed l2Token,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );

    /// @notice The guard's breaker does not let the tokens go.
    error L1StandardBridge_Held();

    string public constant version = "2.3.0";

    L1CrossDomainMessenger private l1Messenger;

    constructor() {
        _disableInitializers();
    }

    function initialize(L1CrossDomainMessenger messenger_) external initializer {
        l1Messenger = messenger_;
    }

    /// @notice Deposits ether to the caller's own address on the rollup.
    function depositETH(uint32 minGasLimit, bytes calldata extraData) external payable onlyAccounts {
        _initiateETH(msg.sender, msg.sender, msg.value, minGasLimit, extraData);
    }

    /// @notice Deposits ether to `to` on the rollup.
    function depositETHTo(address to, uint32 minGasLimit, bytes calldata extraData) external payable {
        _initiateETH(msg.sender, to, msg.value, minGasLimit, extraData);
    }

    /// @notice Deposits a token to the caller's own address on the rollup.
    function depositERC20(
        address l1Token,
        address l2Token,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external onlyAccounts {
        _initiateERC20(l1Token, l2Token, msg.sender, msg.sender, amount, minGasLimit, extraData);
    }

    /// @notice Deposits a token to `to` on the rollup.
    function depositERC20To(
        address l1Token,
        address l2Token,
        address to,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external {
        _initiateERC20(l1Token, l2Token, msg.sender, to, amount, minGasLimit, extraData);
    }

    function messenger() public view override returns (CrossDomainMessenger) {
        return l1Messenger;
    }

    function otherBridge() public pure override returns (address) {
        return Predeploys.L2_STANDARD_BRIDGE;
    }

    function paused() public view override returns (bool) {
        return l1Messenger.paused();
    }

    /// @notice Who sets the controls of this bridge.
    function guardian() external view returns (address) {
        return l1Messenger.portal().guardian();
    }

    function _absorbed(address token, uint256 amount) internal override {
        BridgeGuard(L1System.BRIDGE_GUARD).absorbed(token, amount);
    }

    /// @dev A revert undoes the breaker's trip as well, as the reference's `_revertOnRateLimit` does.
    function _released(address token, uint256 amount) internal override returns (uint256 paid) {
        bool mayPay;
        (mayPay, paid) = BridgeGuard(L1System.BRIDGE_GUARD).released(token, amount, 0);
        if (!mayPay) revert L1StandardBridge_Held();
    }

    function _payETH(address from, address to, uint256 amount, bytes calldata extraData) internal override {
        if (to != L1System.HOP_ROUTER) return super._payETH(from, to, amount, extraData);
        try HopRouter(L1System.HOP_ROUTER).hopEncoded{value: amount}(Constants.ETHER, amount, extraData) {}
        catch {
            super._payETH(from, from, amount, extraData);
        }
    }

    function _payERC20(
        address token,
        bool mintable,
        address from,
        address to,
        uint256 amount,
        bytes calldata extraData
    ) internal override {
        if (to != L1System.HOP_ROUTER) return super._payERC20(token, mintable, from, to, amount, extraData);
        if (mintable) IOptimismMintableERC20(token).mint(address(this), amount);
        IERC20(token).forceApprove(L1System.HOP_ROUTER, amount);
        try HopRouter(L1System.HOP_ROUTER).hopEncoded(token, amount, extraData) {}
        catch {
            IERC20(token).forceApprove(L1System.HOP_ROUTER, 0);
            IERC20(token).safeTransfer(from, amount);
        }
    }

    function _emitETHInitiated(address from, address to, uint256 amount, bytes memory extraData) internal override {
        emit ETHDepositInitiated(from, to, amount, extraData);
        super._emitETHInitiated(from, to, amount, extraData);
    }

    function _emitETHFinalized(address from, address to, uint256 amount, bytes memory extraData) internal override {
        emit ETHWithdrawalFinalized(from, to, amount, extraData);
        super._emitETHFinalized(from, to, amount, extraData);
    }

    function _emitERC20Initiated(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 amount,
        bytes memory extraData
    ) internal override {
        emit ERC20DepositInitiated(localToken, remoteToken, from, to, amount, extraData);
        super._emitERC20Initiated(localToken, remoteToken, from, to, amount, extraData);
    }

    function _emitERC20Finalized(
        address localToken,
        address remoteToken,
        address from,
        address to,
        uint256 amount,
        bytes memory extraData
    ) internal override {
        emit ERC20WithdrawalFinalized(localToken, remoteToken, from, to, amount, extraData);
        super._emitERC20Finalized(localToken, remoteToken, from, to, amount, extraData);
    }
}
