// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Obligations
/// @notice Who owes whom how much of which token, due when. Once a debt is due anyone may have the debtor's debts settled:
///         if what it has does not suffice, it is seized and divided among all whose debts are due, in proportion
///         (Eisenberg and Noe, 2001), less what the default itself costs (Rogers and Veraart, 2013).
/// @dev A default is final: what is short stays short. It is on record as long as the chain, and paid debts are not. The
///      debtor lets the contract take its tokens beforehand; what it does not let it take counts as what it has not.
contract Obligations {
    using SafeERC20 for IERC20;

    struct Obligation {
        address debtor;
        /// Last second, in Unix time, before it can be settled.
        uint64 due;
        /// What a default costs, in ten thousandths of what is seized.
        uint16 costBps;
        bool defaulted;
        /// Whether it takes up credit.
        bool lent;
        address creditor;
        address token;
        uint256 owed;
        /// What the creditor got.
        uint256 paid;
        /// What the default cost.
        uint256 cost;
        /// Its place in `live`.
        uint256 place;
    }

    event Owed(
        uint256 indexed id, address indexed debtor, address indexed creditor, address token, uint256 amount, uint64 due
    );
    event Paid(uint256 indexed id, address indexed debtor, address indexed creditor, uint256 amount);
    event Defaulted(
        uint256 indexed id, address indexed debtor, address indexed creditor, uint256 paid, uint256 cost, uint256 short
    );
    event CreditAllowed(address indexed debtor, address indexed creditor, address indexed token, uint256 amount);

    /// @notice Nothing or more than `MAX_AMOUNT` is owed, it is owed to oneself, it is due at once, or its default costs
    ///         more than all.
    error Obligations_BadTerms();
    /// @notice The debtor does not borrow so much from the caller.
    error Obligations_NoCredit(uint256 allowed, uint256 asked);
    /// @notice The debtor has `MAX_OPEN` debts in this token.
    error Obligations_TooMany();
    /// @notice None of the debtor's debts in this token is due.
    error Obligations_NothingDue();

    /// @notice Most open debts of a debtor in one token, so that settling fits into a block.
    uint256 public constant MAX_OPEN = 32;
    /// @notice Who gets what defaults cost.
    address public constant COURT = 0x00000000000000000000000000000000000c0447;
    /// @notice Most of one debt, so that no sum of debts overflows.
    uint256 public constant MAX_AMOUNT = type(uint96).max;
    uint256 private constant WHOLE_BPS = 10_000;

    /// @dev Ids of all debts that are open or defaulted.
    uint256[] private live;
    mapping(uint256 id => Obligation) public obligations;
    /// @notice What a debtor still borrows from a creditor.
    mapping(address debtor => mapping(address creditor => mapping(address token => uint256))) public credit;
    mapping(address debtor => mapping(address token => uint256[])) private open;
    uint256 private nextId;

    /// @notice Lets a creditor lend the caller so much of a token.
    function allowCredit(address creditor, address token, uint256 amount) external {
        credit[msg.sender][creditor][token] = amount;
        emit CreditAllowed(msg.sender, creditor, token, amount);
    }

    /// @notice Lends tokens to a debtor that allows it, on the terms of the caller. The credit is there again once the
    ///         debt is paid.
    function lend(address debtor, address token, uint256 amount, uint64 due, uint16 costBps)
        external
        returns (uint256 id)
    {
        uint256 allowed = credit[debtor][msg.sender][token];
        if (allowed < amount) revert Obligations_NoCredit(allowed, amount);
        credit[debtor][msg.sender][token] = allowed - amount;
        id = _record(debtor, msg.sender, token, amount, due, costBps, true);
        IERC20(token).safeTransferFrom(msg.sender, debtor, amount);
    }

    /// @notice Owes a creditor tokens.
    function owe(address creditor, address token, uint256 amount, uint64 due, uint16 costBps)
        external
        returns (uint256 id)
    {
        return _record(msg.sender, creditor, token, amount, due, costBps, false);
    }

    /// @notice Settles all that a debtor owes of a token and that is due.
    function settle(address debtor, address token) external {
        uint256[] storage ids = open[debtor][token];
        uint256 total = 0;
        for (uint256 place = 0; place < ids.length; place++) {
            Obligation storage debt = obligations[ids[place]];
            if (debt.due < block.timestamp) total += debt.owed;
        }
        if (total == 0) revert Obligations_NothingDue();
        uint256 has = _has(debtor, token);
        uint256 i = 0;
        while (i < ids.length) {
            uint256 id = ids[i];
            if (obligations[id].due >= block.timestamp) {
                i++;
                continue;
            }
            ids[i] = ids[ids.length - 1];
            ids.pop();
            if (has < total) _default(id, has, total);
            else _pay(id);
        }
    }

    function _record(
        address debtor,
        address creditor,
        address token,
        uint256 amount,
        uint64 due,
        uint16 costBps,
        bool lent
    ) private returns (uint256 id) {
        bool bad = amount == 0 || amount > MAX_AMOUNT || creditor == debtor || creditor == address(0);
        if (bad || due <= block.timestamp || costBps > WHOLE_BPS) revert Obligations_BadTerms();
        if (open[debtor][token].length == MAX_OPEN) revert Obligations_TooMany();
        id = nextId++;
        obligations[id] = Obligation({
            debtor: debtor,
            due: due,
            costBps: costBps,
            defaulted: false,
            lent: lent,
            creditor: creditor,
            token: token,
            owed: amount,
            paid: 0,
            cost: 0,
            place: live.length
        });
        live.push(id);
        open[debtor][token].push(id);
        emit Owed(id, debtor, creditor, token, amount, due);
    }

    function _pay(uint256 id) private {
        Obligation memory debt = obligations[id];
        if (debt.lent) credit[debt.debtor][debt.creditor][debt.token] += debt.owed;
        uint256 last = live[live.length - 1];
        live[debt.place] = last;
        obligations[last].place = debt.place;
        live.pop();
        delete obligations[id];
        IERC20(debt.token).safeTransferFrom(debt.debtor, debt.creditor, debt.owed);
        emit Paid(id, debt.debtor, debt.creditor, debt.owed);
    }

    /// @dev `has` and `total` are those before anyone was paid, so that the order among creditors does not matter.
    function _default(uint256 id, uint256 has, uint256 total) private {
        Obligation storage debt = obligations[id];
        uint256 seized = debt.owed * has / total;
        uint256 cost = seized * debt.costBps / WHOLE_BPS;
        debt.defaulted = true;
        debt.paid = seized - cost;
        debt.cost = cost;
        IERC20 token = IERC20(debt.token);
        if (seized > cost) token.safeTransferFrom(debt.debtor, debt.creditor, seized - cost);
        if (cost > 0) token.safeTransferFrom(debt.debtor, COURT, cost);
        emit Defaulted(id, debt.debtor, debt.creditor, seized - cost, cost, debt.owed - (seized - cost));
    }

    function _has(address debtor, address token) private view returns (uint256) {
        uint256 balance = IERC20(token).balanceOf(debtor);
        uint256 allowance = IERC20(token).allowance(debtor, address(this));
        return balance < allowance ? balance : allowance;
    }
}
