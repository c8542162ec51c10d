// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {RollupSystem} from "../libraries/Constants.sol";
import {OwnId} from "../libraries/OwnId.sol";
import {IMailbox} from "../l2/IMailbox.sol";
import {ConstantProductPair} from "../market/ConstantProductPair.sol";

/// @title TermShort
/// @notice Lends WAVE from its stock and sells it at once, against USDX that is locked on another rollup: a short whose
///         collateral stays where it is until the term is over or the loan is paid back.
/// @dev Opening reads the vault's announcement, repaying orders the release and reads the vault's answer, each within
///      one transaction. A loan that is not paid back leaves its collateral to this contract's twin on the vault's
///      rollup. The collateral is valued at the pool's own price, which a trade in the same block can move: a model of
///      a lender, not one to copy.
contract TermShort {
    using SafeERC20 for IERC20;

    struct Loan {
        address borrower;
        uint256 vaultChain;
        address vault;
        /// WAVE that is owed.
        uint256 amount;
        /// Last second, in Unix time, at which it may be paid back.
        uint256 until;
    }

    event Opened(bytes32 indexed id, address indexed borrower, uint256 amount, uint256 proceeds, uint256 collateral);
    event Repaid(bytes32 indexed id, address indexed borrower, uint256 amount);

    /// @notice The borrower has used this salt before.
    error Short_IdTaken(bytes32 id);
    /// @notice The collateral is another token, or would not fall to the lender.
    error Short_WrongCollateral(address token, address beneficiary);
    /// @notice The collateral is worth less than the loan asks for.
    error Short_TooLittleCollateral(uint256 expected, uint256 found);
    /// @notice The term is over.
    error Short_TermOver(uint256 until, uint256 timestamp);
    /// @notice Nothing is owed under this id.
    error Short_NotOpen(bytes32 id);

    /// @notice What the collateral must be worth, in hundredths of the loan.
    uint256 public constant COLLATERAL_PERCENT = 150;

    IMailbox private constant MAILBOX = IMailbox(RollupSystem.MAILBOX);
    ConstantProductPair private constant PAIR = ConstantProductPair(RollupSystem.PAIR);

    mapping(bytes32 id => Loan) public loans;

    /// @notice Borrows against what the caller has locked and announced under the same salt, and sells.
    function open(bytes32 salt, uint256 vaultChain, address vault, uint256 amount, uint256 proceedsMin)
        external
        returns (bytes32 id)
    {
        id = OwnId.derive(msg.sender, salt);
        if (loans[id].borrower != address(0)) revert Short_IdTaken(id);
        bytes memory announcement = MAILBOX.read(vaultChain, vault, uint256(id));
        (address token, uint256 collateral, uint256 until, address beneficiary) =
            abi.decode(announcement, (address, uint256, uint256, address));
        if (token != RollupSystem.USDX || beneficiary != address(this)) {
            revert Short_WrongCollateral(token, beneficiary);
        }
        if (block.timestamp > until) revert Short_TermOver(until, block.timestamp);
        uint256 expected = collateralFor(amount);
        if (collateral < expected) revert Short_TooLittleCollateral(expected, collateral);
        loans[id] = Loan(msg.sender, vaultChain, vault, amount, until);
        IERC20(RollupSystem.WAVE).forceApprove(address(PAIR), amount);
        uint256 proceeds =
            PAIR.swapExactIn(RollupSystem.WAVE, amount, proceedsMin, msg.sender, block.timestamp);
        emit Opened(id, msg.sender, amount, proceeds, collateral);
    }

    /// @notice Pays the loan back with WAVE that the caller has approved; the collateral goes to the borrower.
    function repay(bytes32 id) external {
        Loan storage loan = loans[id];
        uint256 amount = loan.amount;
        if (amount == 0) revert Short_NotOpen(id);
        if (block.timestamp > loan.until) revert Short_TermOver(loan.until, block.timestamp);
        loan.amount = 0;
        IERC20(RollupSystem.WAVE).safeTransferFrom(msg.sender, address(this), amount);
        uint256 session = OwnId.releaseSession(id);
        MAILBOX.write(loan.vaultChain, loan.vault, session, abi.encode(id, loan.borrower));
        MAILBOX.read(loan.vaultChain, loan.vault, session);
        emit Repaid(id, loan.borrower, amount);
    }

    /// @notice USDX that a loan of so much WAVE asks for, rounded up.
    function collateralFor(uint256 amount) public view returns (uint256) {
        (uint256 wave, uint256 usdx,) = PAIR.getReserves();
        if (RollupSystem.WAVE > RollupSystem.USDX) (wave, usdx) = (usdx, wave);
        return (amount * usdx * COLLATERAL_PERCENT + wave * 100 - 1) / (wave * 100);
    }
}
