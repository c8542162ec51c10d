// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Constants, L1System} from "../libraries/Constants.sol";
import {IOptimismPortal} from "./Interfaces.sol";

/// @dev The two calls by which the router uses other contracts of this L1, named here so that it need not know them.
interface IRollupAddresses {
    struct RollupContracts {
        address payable portal;
        address disputeGameFactory;
        address anchorStateRegistry;
        address messenger;
        address payable bridge;
    }

    function predict(uint256 chainId) external view returns (RollupContracts memory);
}

interface ITokenBridge {
    function bridgeERC20To(
        address localToken,
        address remoteToken,
        address to,
        uint256 amount,
        uint32 minGasLimit,
        bytes calldata extraData
    ) external;
}

/// @title HopRouter
/// @notice Sends what leaves one rollup on to another within the L1 transaction that finalizes its withdrawal. From
///         rollup A: bridge to this address, with an encoded `Hop` as the extra data; A's L1 bridge then calls
///         `hopEncoded`. Or have A's messenger call `hop` with ether.
/// @dev Whoever calls brings the funds of the hop in the same call, so the router trusts no caller and holds nothing
///      for longer than a call, except what could not go on, which waits for the hop's own `refundTo`. A rollup's call
///      to another rollup without funds to convert needs no router: see `OptimismPortal`.
contract HopRouter {
    using SafeERC20 for IERC20;

    /// @notice What to do with funds that arrive.
    struct Hop {
        /// The rollup to go on to.
        uint256 toChainId;
        /// The recipient, or the contract to call, there.
        address to;
        /// The token on that rollup; unused for ether.
        address remoteToken;
        /// Gas for the rollup's side: the deposit's whole gas for ether, the bridge's minimum for a token.
        uint32 gasLimit;
        /// Who may claim the funds on L1 if they cannot go on.
        address refundTo;
        /// Calldata for ether, extra data for a token.
        bytes data;
    }

    event Hopped(uint256 indexed toChainId, address indexed token, address indexed to, uint256 amount);
    event HopFailed(uint256 indexed toChainId, address indexed token, address indexed refundTo, uint256 amount);
    event Claimed(address indexed token, address indexed account, uint256 amount);

    /// @notice The ether that came is not the amount that was named.
    error HopRouter_WrongValue(uint256 expected, uint256 found);
    /// @notice Nothing waits for this account.
    error HopRouter_NothingToClaim();
    /// @notice The claimant does not accept the ether.
    error HopRouter_TransferFailed();
    /// @notice Only the router itself may call this.
    error HopRouter_OnlySelf();
    /// @notice There is no rollup of this chain id on this L1.
    error HopRouter_UnknownRollup(uint256 chainId);
    /// @notice A hop must name who gets the funds if it fails.
    error HopRouter_NoRefundAddress();
    /// @notice The token's transfer did not bring the amount that was named.
    error HopRouter_AmountMismatch(uint256 expected, uint256 found);

    /// @notice What could not go on, by token and who may claim it. Ether goes by the bridges' address for it.
    mapping(address token => mapping(address account => uint256)) public claimable;

    /// @notice Like `hop`, with the instructions as the bridge carries them.
    function hopEncoded(address token, uint256 amount, bytes calldata instructions) external payable {
        hop(token, amount, abi.decode(instructions, (Hop)));
    }

    /// @notice Takes `amount` from the caller, as ether sent or as an approved token, and sends it on.
    function hop(address token, uint256 amount, Hop memory instructions) public payable {
        if (instructions.refundTo == address(0)) revert HopRouter_NoRefundAddress();
        _take(token, amount);
        try this.forward(token, amount, instructions) {
            emit Hopped(instructions.toChainId, token, instructions.to, amount);
        } catch {
            claimable[token][instructions.refundTo] += amount;
            emit HopFailed(instructions.toChainId, token, instructions.refundTo, amount);
        }
    }

    /// @notice The onward leg, in a call of its own so that its failure can be caught whole.
    function forward(address token, uint256 amount, Hop calldata instructions) external {
        if (msg.sender != address(this)) revert HopRouter_OnlySelf();
        IRollupAddresses.RollupContracts memory rollup =
            IRollupAddresses(L1System.ROLLUP_DEPLOYER).predict(instructions.toChainId);
        if (rollup.portal.code.length == 0) revert HopRouter_UnknownRollup(instructions.toChainId);
        if (token == Constants.ETHER) {
            IOptimismPortal(rollup.portal).depositTransaction{value: amount}(
                instructions.to, amount, instructions.gasLimit, false, instructions.data
            );
        } else {
            IERC20(token).forceApprove(rollup.bridge, amount);
            ITokenBridge(rollup.bridge).bridgeERC20To(
                token, instructions.remoteToken, instructions.to, amount, instructions.gasLimit, instructions.data
            );
        }
    }

    /// @notice Pays out what waits for the caller.
    function claim(address token) external {
        uint256 amount = claimable[token][msg.sender];
        if (amount == 0) revert HopRouter_NothingToClaim();
        claimable[token][msg.sender] = 0;
        emit Claimed(token, msg.sender, amount);
        if (token == Constants.ETHER) {
            (bool sent,) = msg.sender.call{value: amount}("");
            if (!sent) revert HopRouter_TransferFailed();
        } else {
            IERC20(token).safeTransfer(msg.sender, amount);
        }
    }

    function _take(address token, uint256 amount) private {
        uint256 expected = token == Constants.ETHER ? amount : 0;
        if (msg.value != expected) revert HopRouter_WrongValue(expected, msg.value);
        if (token == Constants.ETHER) return;
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != amount) revert HopRouter_AmountMismatch(amount, received);
    }
}
