//! OP Stack deposits: the mint and the nonce stand whatever becomes of the call.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::fixture::*;
use crate::evm::{FeesPaid, Halt, Status, TxEnv};
use alloy_primitives::{TxKind, U256};

#[test]
fn deposit_mints_and_transfers_without_fees() {
    let before = genesis();
    let (outcome, after) = run_one(&before, &env(), &deposit(CAROL, 5 * ETHER, BOB, 2 * ETHER));
    assert!(outcome.succeeded());
    assert_eq!(outcome.gas_used, 21_000);
    assert_eq!(outcome.fees, FeesPaid::default());
    assert_eq!(after.balance(CAROL), U256::from(3 * ETHER));
    assert_eq!(after.balance(BOB), U256::from(102 * ETHER));
    assert_eq!(after.nonce(CAROL), 1);
    assert_eq!(after.ether_supply() - before.ether_supply(), U256::from(5 * ETHER));
    assert!(after.account(MINER).is_none());
}

#[test]
fn reverted_deposit_still_mints() {
    // Carol has no tokens, so the call reverts.
    let call = TxEnv { data: transfer_data(BOB, 1), ..deposit(CAROL, ETHER, TOKEN, ETHER / 2) };
    let (outcome, after) = run_one(&genesis(), &env(), &call);
    assert_eq!(outcome.status, Status::Reverted);
    assert_eq!(after.balance(CAROL), U256::from(ETHER));
    assert_eq!(after.balance(TOKEN), U256::ZERO);
    assert_eq!(after.nonce(CAROL), 1);
}

#[test]
fn deposit_that_cannot_begin_still_mints_and_uses_all_gas() {
    let failures = [
        deposit(CAROL, ETHER, BOB, 2 * ETHER),
        TxEnv { gas_limit: 20_000, ..deposit(CAROL, ETHER, BOB, 0) },
        TxEnv {
            to: TxKind::Create,
            data: vec![0; 49_153].into(),
            gas_limit: 5_000_000,
            ..deposit(CAROL, ETHER, BOB, 0)
        },
    ];
    for failing in failures {
        let (outcome, after) = run_one(&genesis(), &env(), &failing);
        assert_eq!(outcome.status, Status::Halted(Halt::Deposit));
        assert_eq!(outcome.gas_used, failing.gas_limit);
        assert_eq!(after.balance(CAROL), U256::from(ETHER));
        assert_eq!(after.nonce(CAROL), 1);
        assert_eq!(after.balance(BOB), U256::from(100 * ETHER));
    }
}

#[test]
fn deposits_create_contracts_at_the_senders_nonce() {
    let creating = TxEnv {
        to: TxKind::Create,
        data: deployer(&token_code()).into(),
        gas_limit: 1_000_000,
        ..deposit(CAROL, 0, BOB, 0)
    };
    let (outcome, after) = run_one(&genesis(), &env(), &creating);
    assert_eq!(outcome.created, Some(CAROL.create(0)));
    assert_eq!(after.code(CAROL.create(0)).bytes(), token_code());
    assert_eq!(after.nonce(CAROL), 1);
    let (outcome, _) = run_one(&after, &env(), &creating);
    assert_eq!(outcome.sender_nonce, 1);
    assert_eq!(outcome.created, Some(CAROL.create(1)));
}

#[test]
fn deposits_are_free_of_the_gas_cap_of_users() {
    let large = TxEnv { gas_limit: (1 << 24) + 1, ..deposit(CAROL, ETHER, BOB, 0) };
    assert!(run_one(&genesis(), &env(), &large).0.succeeded());
}
