// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {RollupSystem} from "../libraries/Constants.sol";
import {OwnId} from "../libraries/OwnId.sol";
import {IMailbox} from "../l2/IMailbox.sol";

/// @title CoveredCall
/// @notice An option to buy WAVE, exercised on this rollup, whose collateral lies in the vault of another. Exercising
///         is one transaction: it pays the writer here, orders the release there, and goes through only if the vault
///         has answered that the holder got the collateral.
/// @dev The writer locks the collateral by itself, with the salt that it uses here. An option without it is worth
///      nothing, but costs the holder nothing: without the vault's answer exercising reverts. What the holder pays for
///      the option is between the two.
contract CoveredCall {
    using SafeERC20 for IERC20;

    struct Terms {
        address writer;
        address holder;
        /// Chain id of the rollup on which the collateral lies.
        uint256 vaultChain;
        address vault;
        /// WAVE that the holder gets there.
        uint256 amount;
        /// USDX that the holder pays here, in all.
        uint256 strike;
        /// Last second, in Unix time, at which the holder may exercise.
        uint256 expiry;
    }

    event Opened(bytes32 indexed id, address indexed writer, address indexed holder, uint256 amount, uint256 strike);
    event Exercised(bytes32 indexed id, address indexed holder, uint256 amount, uint256 strike);

    /// @notice The writer has used this salt before.
    error Option_IdTaken(bytes32 id);
    /// @notice The option is over before it begins, or is about nothing.
    error Option_BadTerms();
    /// @notice Only the holder exercises.
    error Option_NotHolder(address caller);
    /// @notice The option has expired.
    error Option_Expired(uint256 expiry, uint256 timestamp);
    /// @notice It was exercised.
    error Option_Exercised(bytes32 id);
    /// @notice The vault gave something else than the option promises.
    error Option_WrongCollateral(address token, uint256 amount);

    IMailbox private constant MAILBOX = IMailbox(RollupSystem.MAILBOX);

    mapping(bytes32 id => Terms) public options;
    mapping(bytes32 id => bool) public exercised;

    /// @notice Opens an option on collateral that the caller locks in `vault` under the same salt.
    function open(
        bytes32 salt,
        address holder,
        uint256 vaultChain,
        address vault,
        uint256 amount,
        uint256 strike,
        uint256 expiry
    ) external returns (bytes32 id) {
        id = OwnId.derive(msg.sender, salt);
        if (options[id].writer != address(0)) revert Option_IdTaken(id);
        if (amount == 0 || expiry <= block.timestamp) revert Option_BadTerms();
        options[id] = Terms(msg.sender, holder, vaultChain, vault, amount, strike, expiry);
        emit Opened(id, msg.sender, holder, amount, strike);
    }

    /// @notice Pays the strike, which the caller has approved, and gets the collateral on its rollup.
    function exercise(bytes32 id) external {
        Terms memory option = options[id];
        if (msg.sender != option.holder) revert Option_NotHolder(msg.sender);
        if (block.timestamp > option.expiry) revert Option_Expired(option.expiry, block.timestamp);
        if (exercised[id]) revert Option_Exercised(id);
        exercised[id] = true;
        IERC20(RollupSystem.USDX).safeTransferFrom(msg.sender, option.writer, option.strike);
        uint256 session = OwnId.releaseSession(id);
        MAILBOX.write(option.vaultChain, option.vault, session, abi.encode(id, msg.sender));
        bytes memory answer = MAILBOX.read(option.vaultChain, option.vault, session);
        (, address token, uint256 amount) = abi.decode(answer, (bytes32, address, uint256));
        if (token != RollupSystem.WAVE || amount < option.amount) revert Option_WrongCollateral(token, amount);
        emit Exercised(id, msg.sender, amount, option.strike);
    }
}
