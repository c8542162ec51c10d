//! Debts: what is settled, what a default seizes and how it is divided, and what is refused.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::*;
use crate::contracts::abi::*;
use crate::contracts::addresses::{COURT, OBLIGATIONS, USDX};
use crate::contracts::{HOLDER_USDX, Obligation, obligations, token_balance};
use crate::vectors::vector;
use alloy_primitives::{Address, U256, keccak256};

const SOON: u64 = 1_000;
const CREDITORS: [Address; 4] = [
    Address::repeat_byte(0xc1),
    Address::repeat_byte(0xc2),
    Address::repeat_byte(0xc3),
    Address::repeat_byte(0xc4),
];

fn whole(amount: u64) -> U256 {
    U256::from(amount) * U256::from(ETHER)
}

fn has(rollup: &Chain, account: Address) -> U256 {
    token_balance(&rollup.state, USDX, account)
}

/// A rollup on which `debtor` has `amount` of USDX, which the contract may take.
fn give(rollup: &mut Chain, debtor: Address, amount: U256) {
    if !amount.is_zero() {
        rollup.done(ALICE, USDX, 0, IToken::transferCall { to: debtor, value: amount });
    }
    rollup.done(debtor, USDX, 0, IToken::approveCall { spender: OBLIGATIONS, value: U256::MAX });
}

fn owe(rollup: &mut Chain, debtor: Address, creditor: Address, amount: U256, cost_bps: u16) {
    let due = rollup.env.timestamp_s + SOON;
    let owe = IObligations::oweCall { creditor, token: USDX, amount, due, costBps: cost_bps };
    rollup.done(debtor, OBLIGATIONS, 0, owe);
}

fn settle(debtor: Address) -> IObligations::settleCall {
    IObligations::settleCall { debtor, token: USDX }
}

fn terms(rollup: &Chain) -> IObligations::oweCall {
    let due = rollup.env.timestamp_s + SOON;
    IObligations::oweCall { creditor: BOB, token: USDX, amount: whole(1), due, costBps: 0 }
}

#[test]
fn what_is_lent_is_paid_back_and_can_be_lent_again() {
    let mut world = World::with_rollups();
    let rollup = world.rollup(A);
    let debtor = CREDITORS[0];
    give(rollup, debtor, U256::ZERO);
    give(rollup, ALICE, U256::ZERO);
    let due = rollup.env.timestamp_s + SOON;
    let lend = |amount| IObligations::lendCall { debtor, token: USDX, amount, due, costBps: 0 };
    rollup.refused(ALICE, OBLIGATIONS, 0, lend(whole(1)), "Obligations_NoCredit");
    let allow = IObligations::allowCreditCall { creditor: ALICE, token: USDX, amount: whole(100) };
    rollup.done(debtor, OBLIGATIONS, 0, allow);
    rollup.done(ALICE, OBLIGATIONS, 0, lend(whole(60)));
    rollup.refused(ALICE, OBLIGATIONS, 0, lend(whole(41)), "Obligations_NoCredit");
    assert_eq!((has(rollup, debtor), has(rollup, ALICE)), (whole(60), HOLDER_USDX - whole(60)));
    let [debt] = obligations(&rollup.state)[..] else { panic!("expected one debt") };
    let expected = Obligation {
        id: U256::ZERO,
        debtor,
        creditor: ALICE,
        token: USDX,
        owed: whole(60),
        due_s: due,
        cost_bps: 0,
        is_defaulted: false,
        paid: U256::ZERO,
        cost: U256::ZERO,
    };
    assert_eq!(debt, expected);

    rollup.refused(BOB, OBLIGATIONS, 0, settle(debtor), "Obligations_NothingDue");
    world.advance(SOON);
    // The last second before it is due.
    world.rollup(A).refused(BOB, OBLIGATIONS, 0, settle(debtor), "Obligations_NothingDue");
    world.advance(1);
    let rollup = world.rollup(A);
    rollup.done(BOB, OBLIGATIONS, 0, settle(debtor));
    assert_eq!((has(rollup, debtor), has(rollup, ALICE)), (U256::ZERO, HOLDER_USDX));
    assert!(obligations(&rollup.state).is_empty());
    let credit = IObligations::creditCall { debtor, creditor: ALICE, token: USDX };
    assert_eq!(rollup.read(OBLIGATIONS, credit), whole(100));
}

#[test]
fn a_paid_debt_that_was_not_lent_gives_no_credit() {
    let mut world = World::with_rollups();
    let rollup = world.rollup(A);
    let debtor = CREDITORS[0];
    give(rollup, debtor, whole(5));
    owe(rollup, debtor, BOB, whole(5), 0);
    world.advance(SOON + 1);
    let rollup = world.rollup(A);
    rollup.done(BOB, OBLIGATIONS, 0, settle(debtor));
    let credit = IObligations::creditCall { debtor, creditor: BOB, token: USDX };
    assert_eq!(rollup.read(OBLIGATIONS, credit), U256::ZERO);
}

/// Cases C04 and C05: a debtor that owes 25 to each of four, with 60 and with 40.
#[test]
fn a_default_pays_all_whose_debts_are_due_in_proportion() {
    for id in ["C04", "C05"] {
        let case = vector(id);
        let assets = case["inputs"]["e"][0].as_u64().unwrap();
        let mut world = World::with_rollups();
        let rollup = world.rollup(A);
        let debtor = Address::repeat_byte(0xde);
        give(rollup, debtor, whole(assets));
        for creditor in CREDITORS {
            owe(rollup, debtor, creditor, whole(25), 0);
        }
        world.advance(SOON + 1);
        let rollup = world.rollup(A);
        rollup.done(BOB, OBLIGATIONS, 0, settle(debtor));
        let paid = case["expected"]["p"][0].as_f64().unwrap() as u64;
        for creditor in CREDITORS {
            assert_eq!(has(rollup, creditor), whole(paid) / U256::from(4));
        }
        let debts = obligations(&rollup.state);
        assert_eq!(debts.len(), 4);
        assert!(debts.iter().all(|debt| debt.short() == whole(100 - paid) / U256::from(4)));
        rollup.refused(BOB, OBLIGATIONS, 0, settle(debtor), "Obligations_NothingDue");
    }
}

#[test]
fn what_is_not_due_is_left_alone_and_what_a_default_costs_goes_to_the_court() {
    let mut world = World::with_rollups();
    let rollup = world.rollup(A);
    let debtor = Address::repeat_byte(0xde);
    give(rollup, debtor, whole(10));
    owe(rollup, debtor, CREDITORS[0], whole(30), 2_500);
    world.advance(SOON / 2);
    owe(world.rollup(A), debtor, CREDITORS[1], whole(30), 2_500);
    world.advance(SOON / 2 + 1);
    let rollup = world.rollup(A);
    rollup.done(BOB, OBLIGATIONS, 0, settle(debtor));
    let cost = whole(10) / U256::from(4);
    assert_eq!(has(rollup, CREDITORS[0]), whole(10) - cost);
    assert_eq!((has(rollup, COURT), has(rollup, debtor)), (cost, U256::ZERO));
    let [defaulted, open] = obligations(&rollup.state)[..] else { panic!("expected two debts") };
    assert_eq!((defaulted.paid, defaulted.cost), (whole(10) - cost, cost));
    assert!(!open.is_defaulted && open.short().is_zero());
}

/// What is divided never exceeds what is there, whatever the amounts, and less than a unit for each is left.
#[test]
fn divisions_conserve_tokens_to_the_unit() {
    let draw = |seed: u64| u64::from_be_bytes(keccak256(seed.to_be_bytes())[..8].try_into().unwrap());
    for seed in 0..40 {
        let mut world = World::with_rollups();
        let rollup = world.rollup(A);
        let debtor = Address::repeat_byte(0xde);
        let owed: Vec<U256> = (0..4).map(|n| U256::from(1 + draw(seed * 10 + n) % 1_000)).collect();
        let total: U256 = owed.iter().sum();
        let assets = U256::from(draw(seed * 10 + 4)) % total;
        give(rollup, debtor, assets);
        for (creditor, amount) in CREDITORS.into_iter().zip(&owed) {
            owe(rollup, debtor, creditor, *amount, (draw(seed * 10 + 5) % 10_001) as u16);
        }
        world.advance(SOON + 1);
        let rollup = world.rollup(A);
        rollup.done(BOB, OBLIGATIONS, 0, settle(debtor));
        let paid: U256 = CREDITORS.iter().map(|creditor| has(rollup, *creditor)).sum();
        let (cost, left) = (has(rollup, COURT), has(rollup, debtor));
        assert_eq!(paid + cost + left, assets);
        assert!(left < U256::from(4), "{left} left of {assets}");
        for debt in obligations(&rollup.state) {
            assert_eq!(debt.short(), debt.owed - debt.paid);
        }
    }
}

#[test]
fn impossible_debts_are_refused() {
    let mut world = World::with_rollups();
    let rollup = world.rollup(A);
    let now = rollup.env.timestamp_s;
    let good = terms(rollup);
    let too_much = U256::from(1) << 96;
    for bad in [
        IObligations::oweCall { amount: U256::ZERO, ..good },
        IObligations::oweCall { amount: too_much, ..good },
        IObligations::oweCall { creditor: ALICE, ..good },
        IObligations::oweCall { creditor: Address::ZERO, ..good },
        IObligations::oweCall { due: now, ..good },
        IObligations::oweCall { costBps: 10_001, ..good },
    ] {
        rollup.refused(ALICE, OBLIGATIONS, 0, bad, "Obligations_BadTerms");
    }
    for _ in 0..32 {
        rollup.done(ALICE, OBLIGATIONS, 0, good.clone());
    }
    rollup.refused(ALICE, OBLIGATIONS, 0, good, "Obligations_TooMany");
    assert_eq!(obligations(&rollup.state).len(), 32);
}
