//! Calls without effect, and estimates.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::fixture::*;
use crate::evm::{
    BlockExecutor, EstimateError, Fees, Halt, Overlay, Refusal, Status, TxEnv, call, estimate_gas,
};
use alloy_primitives::{Bytes, U256};

#[test]
fn call_checks_neither_nonce_nor_balance_nor_fee() {
    let state = genesis();
    let root = state.root();
    let fees = Fees::Legacy { gas_price: u128::MAX };
    let asked =
        TxEnv { nonce: 99, gas_limit: u64::MAX, fees, data: transfer_data(BOB, 1), ..tx(ALICE, 0, TOKEN) };
    let outcome = call(&state, &env(), &asked).expect("executed");
    assert!(outcome.succeeded());
    assert_eq!(outcome.output, Bytes::from(U256::from(1).to_be_bytes::<32>()));
    assert_eq!(state.root(), root);
    let poor = TxEnv { value: U256::from(ETHER), ..tx(CAROL, 0, BOB) };
    assert!(call(&state, &env(), &poor).expect("executed").succeeded());
    let reverting = TxEnv { data: transfer_data(BOB, 1), ..tx(CAROL, 0, TOKEN) };
    assert_eq!(call(&state, &env(), &reverting).expect("executed").status, Status::Reverted);
}

#[test]
fn call_without_end_stops_at_the_blocks_gas_limit() {
    let endless = with_code(CAROL, vec![0x5b, 0x5f, 0x56]);
    let asked = TxEnv { gas_limit: u64::MAX, ..tx(ALICE, 0, CAROL) };
    let outcome = call(&endless, &env(), &asked).expect("executed");
    assert_eq!(outcome.status, Status::Halted(Halt::OutOfGas));
    assert_eq!(outcome.gas_used, env().gas_limit);
}

#[test]
fn estimate_suffices_and_little_less_does_not() {
    let state = genesis();
    let transfer = TxEnv { gas_limit: u64::MAX, ..tx(ALICE, 0, BOB) };
    assert_eq!(estimate_gas(&state, &env(), &transfer), Ok(21_000));
    let data = transfer_data(BOB, 1);
    let token = TxEnv { gas_limit: 10_000_000, data, ..tx(ALICE, 0, TOKEN) };
    let estimate = estimate_gas(&state, &env(), &token).expect("succeeds");
    let run = |gas_limit| {
        let mut executor = BlockExecutor::new(Overlay::new(state.clone()), env());
        executor.execute(&TxEnv { gas_limit, ..token.clone() }).expect("included").succeeded()
    };
    assert!(run(estimate));
    assert!(!run(estimate - estimate / 32));
}

#[test]
fn estimate_finds_gas_that_must_be_there_but_is_not_used() {
    // Needs 100 000 gas left at the start, else it reverts: GAS; PUSH3 100000; GT; PUSH1 9; JUMPI; STOP; 9: REVERT.
    let code = vec![0x5a, 0x62, 0x01, 0x86, 0xa0, 0x11, 0x60, 0x0a, 0x57, 0x00, 0x5b, 0x5f, 0x5f, 0xfd];
    let estimate = estimate_gas(&with_code(CAROL, code), &env(), &tx(ALICE, 0, CAROL)).expect("succeeds");
    assert!((121_000..124_000).contains(&estimate), "{estimate}");
}

#[test]
fn estimate_gives_the_reason_of_failure() {
    let state = genesis();
    // Reverts with the word 7: MSTORE(0, 7); REVERT(0, 32).
    let code = vec![0x60, 0x07, 0x5f, 0x52, 0x60, 0x20, 0x5f, 0xfd];
    let reverting = estimate_gas(&with_code(CAROL, code), &env(), &tx(ALICE, 0, CAROL));
    let output = Bytes::from(U256::from(7).to_be_bytes::<32>());
    assert_eq!(reverting, Err(EstimateError::Reverted { output }));
    let need = U256::from(1_000 * ETHER);
    let poor = estimate_gas(&state, &env(), &TxEnv { value: need, ..tx(ALICE, 0, BOB) });
    let have = U256::from(100 * ETHER);
    assert_eq!(poor, Err(EstimateError::Refused(Refusal::InsufficientFunds { need, have })));
    let halting = estimate_gas(&with_code(CAROL, vec![0xfe]), &env(), &tx(ALICE, 0, CAROL));
    assert_eq!(halting, Err(EstimateError::Halted { reason: Halt::InvalidInstruction, gas_limit: 200_000 }));
}
