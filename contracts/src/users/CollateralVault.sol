// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {RollupSystem} from "../libraries/Constants.sol";
import {OwnId} from "../libraries/OwnId.sol";
import {IMailbox} from "../l2/IMailbox.sol";

/// @title CollateralVault
/// @notice Holds tokens for a term under the control of a contract on another rollup: until the term ends that contract
///         says by the mailbox who gets them, and afterwards they go to a beneficiary.
/// @dev A lock's id is that of its owner and a salt (`OwnId`), which the controller can compute for itself; the lock
///      is announced in session `id`, and released by a message of any session, which the vault answers in the same.
contract CollateralVault {
    using SafeERC20 for IERC20;

    struct Lock {
        address owner;
        address token;
        uint256 amount;
        /// Chain id of the rollup on which the controller stands.
        uint256 chain;
        address controller;
        /// Last second, in Unix time, at which the controller may release.
        uint256 until;
        address beneficiary;
    }

    event Locked(bytes32 indexed id, address indexed owner, address indexed token, uint256 amount, uint256 until);
    event Released(bytes32 indexed id, address indexed to, uint256 amount);

    /// @notice The owner has used this salt before.
    error Vault_IdTaken(bytes32 id);
    /// @notice There is nothing to lock, or the term is over before it begins.
    error Vault_BadTerms();
    /// @notice Nothing is locked under this id.
    error Vault_NotLocked(bytes32 id);
    /// @notice Another contract controls the lock.
    error Vault_NotController(uint256 chain, address sender);
    /// @notice The controller's time has passed.
    error Vault_TermOver(uint256 until, uint256 timestamp);
    /// @notice The controller's time has not passed.
    error Vault_TermNotOver(uint256 until, uint256 timestamp);

    IMailbox private constant MAILBOX = IMailbox(RollupSystem.MAILBOX);

    mapping(bytes32 id => Lock) public locks;

    /// @notice Locks tokens that the caller has approved.
    function lock(
        bytes32 salt,
        address token,
        uint256 amount,
        uint256 chain,
        address controller,
        uint256 until,
        address beneficiary
    ) public returns (bytes32 id) {
        id = OwnId.derive(msg.sender, salt);
        if (locks[id].owner != address(0)) revert Vault_IdTaken(id);
        if (amount == 0 || until <= block.timestamp) revert Vault_BadTerms();
        locks[id] = Lock(msg.sender, token, amount, chain, controller, until, beneficiary);
        emit Locked(id, msg.sender, token, amount, until);
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @notice As `lock`, and tells the controller by the mailbox.
    function lockAndAnnounce(
        bytes32 salt,
        address token,
        uint256 amount,
        uint256 chain,
        address controller,
        uint256 until,
        address beneficiary
    ) external returns (bytes32 id) {
        id = lock(salt, token, amount, chain, controller, until, beneficiary);
        MAILBOX.write(chain, controller, uint256(id), abi.encode(token, amount, until, beneficiary));
    }

    /// @notice Does what the controller has written: the message is (lock id, who gets the tokens), the answer
    ///         (lock id, token, amount).
    function release(uint256 chain, address controller, uint256 session) external {
        bytes memory order = MAILBOX.read(chain, controller, session);
        (bytes32 id, address to) = abi.decode(order, (bytes32, address));
        Lock storage held = locks[id];
        if (held.chain != chain || held.controller != controller) revert Vault_NotController(chain, controller);
        if (block.timestamp > held.until) revert Vault_TermOver(held.until, block.timestamp);
        address token = held.token;
        uint256 amount = _release(id, held, to);
        MAILBOX.write(chain, controller, session, abi.encode(id, token, amount));
    }

    /// @notice After the term gives the tokens to the beneficiary; anyone may call.
    function settle(bytes32 id) external {
        Lock storage held = locks[id];
        if (block.timestamp <= held.until) revert Vault_TermNotOver(held.until, block.timestamp);
        _release(id, held, held.beneficiary);
    }

    /// @dev The owner stays on record, so that no id serves twice.
    function _release(bytes32 id, Lock storage held, address to) private returns (uint256 amount) {
        amount = held.amount;
        if (amount == 0) revert Vault_NotLocked(id);
        held.amount = 0;
        emit Released(id, to, amount);
        IERC20(held.token).safeTransfer(to, amount);
    }
}
