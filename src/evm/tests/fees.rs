//! What is refused, with what was expected and found; a refusal changes nothing.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::fixture::*;
use crate::evm::{BlobFee, BlockEnv, Changes, Fees, Origin, Overlay, Refusal, Spec, TxEnv, execute};
use alloy_primitives::{B256, Bytes, TxKind, U256, address};

fn refuse(env: &BlockEnv, tx: &TxEnv) -> Refusal {
    let mut overlay = Overlay::new(genesis());
    let refusal = execute(&mut overlay, env, tx).expect_err("must be refused");
    assert_eq!(overlay.into_changes(), Changes::default(), "{refusal}");
    refusal
}

#[test]
fn nonce_must_be_the_next() {
    assert_eq!(refuse(&env(), &tx(ALICE, 1, BOB)), Refusal::NonceTooHigh { expected: 0, found: 1 });
    let mut overlay = Overlay::new(genesis());
    execute(&mut overlay, &env(), &tx(ALICE, 0, BOB)).expect("included");
    let again = execute(&mut overlay, &env(), &tx(ALICE, 0, BOB));
    assert_eq!(again, Err(Refusal::NonceTooLow { expected: 1, found: 0 }));
    let last = TxEnv { nonce: u64::MAX, ..tx(ALICE, 0, BOB) };
    assert_eq!(refuse(&env(), &last), Refusal::NonceExhausted { found: u64::MAX });
}

#[test]
fn balance_must_cover_value_and_highest_fee() {
    let fee = U256::from(200_000 * 3 * GWEI);
    let have = U256::from(100 * ETHER);
    let value = have - fee + U256::from(1);
    let too_much = TxEnv { value, ..tx(ALICE, 0, BOB) };
    let expected = Refusal::InsufficientFunds { need: have + U256::from(1), have };
    assert_eq!(refuse(&env(), &too_much), expected);
    let exact = TxEnv { value: have - fee, ..tx(ALICE, 0, BOB) };
    assert!(run_one(&genesis(), &env(), &exact).0.succeeded());
    let nobody = refuse(&env(), &tx(CAROL, 0, BOB));
    assert_eq!(nobody, Refusal::InsufficientFunds { need: fee, have: U256::ZERO });
    let endless = Fees::Dynamic { max_fee: u128::MAX, max_priority_fee: 0 };
    let overflow = TxEnv { fees: endless, ..tx(ALICE, 0, BOB) };
    assert_eq!(refuse(&env(), &overflow), Refusal::FeeOverflow { gas_limit: 200_000, fee_cap: u128::MAX });
}

#[test]
fn fee_cap_must_cover_the_base_fee() {
    let low = Fees::Dynamic { max_fee: GWEI - 1, max_priority_fee: 0 };
    let expected = Refusal::FeeCapBelowBaseFee { base_fee: 1_000_000_000, fee_cap: GWEI - 1 };
    assert_eq!(refuse(&env(), &TxEnv { fees: low, ..tx(ALICE, 0, BOB) }), expected);
    let legacy = TxEnv { fees: Fees::Legacy { gas_price: GWEI - 1 }, ..tx(ALICE, 0, BOB) };
    assert_eq!(refuse(&env(), &legacy), expected);
    let tip = Fees::Dynamic { max_fee: GWEI, max_priority_fee: 2 * GWEI };
    let expected = Refusal::PriorityFeeAboveFeeCap { priority_fee: 2 * GWEI, fee_cap: GWEI };
    assert_eq!(refuse(&env(), &TxEnv { fees: tip, ..tx(ALICE, 0, BOB) }), expected);
}

#[test]
fn legacy_price_is_paid_whole() {
    let legacy = TxEnv { fees: Fees::Legacy { gas_price: 5 * GWEI }, ..tx(ALICE, 0, BOB) };
    let (outcome, after) = run_one(&genesis(), &env(), &legacy);
    assert_eq!(outcome.effective_gas_price, 5 * GWEI);
    assert_eq!(after.balance(MINER), U256::from(21_000 * 4 * GWEI));
    assert_eq!(outcome.fees.priority, U256::from(21_000 * 4 * GWEI));
}

#[test]
fn gas_limit_must_cover_intrinsic_gas_and_calldata_floor() {
    let short = TxEnv { gas_limit: 20_999, ..tx(ALICE, 0, BOB) };
    assert_eq!(refuse(&env(), &short), Refusal::IntrinsicGas { need: 21_000, found: 20_999 });
    // 100 bytes that are not zero: 21 000 + 1 600 of intrinsic gas, 21 000 + 4 000 of floor (EIP-7623).
    let data = Bytes::from(vec![1; 100]);
    let floor = TxEnv { gas_limit: 24_999, data: data.clone(), ..tx(ALICE, 0, BOB) };
    assert_eq!(refuse(&env(), &floor), Refusal::CalldataFloor { need: 25_000, found: 24_999 });
    let (outcome, _) = run_one(&genesis(), &env(), &TxEnv { data, ..tx(ALICE, 0, BOB) });
    assert_eq!(outcome.gas_used, 25_000);
}

#[test]
fn osaka_caps_a_transactions_gas_and_prague_does_not() {
    let over = TxEnv { gas_limit: (1 << 24) + 1, ..tx(ALICE, 0, BOB) };
    assert_eq!(refuse(&env(), &over), Refusal::GasLimitExceedsCap { cap: 1 << 24, found: (1 << 24) + 1 });
    let prague = BlockEnv { spec: Spec::Prague, ..env() };
    assert!(run_one(&genesis(), &prague, &over).0.succeeded());
}

#[test]
fn creation_code_has_a_longest_length() {
    let long = TxEnv { gas_limit: 10_000_000, ..create(ALICE, 0, vec![0; 49_153]) };
    assert_eq!(refuse(&env(), &long), Refusal::InitcodeTooLarge { max: 49_152, found: 49_153 });
}

#[test]
fn contracts_send_only_when_impersonated() {
    let mut state = genesis();
    let mut overlay = Overlay::new(state.clone());
    let fund = TxEnv { value: U256::from(ETHER), gas_limit: 100_000, ..tx(ALICE, 0, MINER) };
    execute(&mut overlay, &env(), &fund).expect("included");
    state = overlay.into_state();
    let signed = TxEnv { origin: Origin::Signed, ..tx(TOKEN, 1, BOB) };
    let mut overlay = Overlay::new(state);
    let refusal = execute(&mut overlay, &env(), &signed).expect_err("refused");
    assert_eq!(refusal, Refusal::SenderIsContract { sender: TOKEN });
    let free = Fees::Dynamic { max_fee: 0, max_priority_fee: 0 };
    let impersonated = TxEnv { origin: Origin::Impersonated, fees: free, ..signed };
    let free_block = BlockEnv { base_fee: 0, ..env() };
    assert!(execute(&mut overlay, &free_block, &impersonated).expect("included").succeeded());
}

#[test]
fn blob_transactions_pay_blob_gas_and_are_checked() {
    let hash = B256::repeat_byte(1);
    let blob = |max_blob_fee, versioned_hashes| TxEnv {
        fees: Fees::Blob { max_fee: 3 * GWEI, max_priority_fee: GWEI, max_blob_fee, versioned_hashes },
        ..tx(ALICE, 0, BOB)
    };
    // Excess of ten update fractions: e^10 = 22026.46…
    let update_fraction = BlobFee::MIN.update_fraction;
    let mut env = env();
    env.blob = BlobFee { excess_blob_gas: 10 * update_fraction, update_fraction };
    let (outcome, after) = run_one(&genesis(), &env, &blob(22_026, vec![hash; 2]));
    assert_eq!(outcome.fees.blob, U256::from(2 * 131_072 * 22_026_u64));
    let spent = outcome.fees.blob + outcome.fees.base + outcome.fees.priority;
    assert_eq!(after.balance(ALICE), U256::from(100 * ETHER) - spent);
    let expected = Refusal::BlobFeeCapBelowBaseFee { base_fee: 22_026, fee_cap: 22_025 };
    assert_eq!(refuse(&env, &blob(22_025, vec![hash])), expected);
    assert_eq!(refuse(&env, &blob(GWEI, vec![])), Refusal::NoBlobs);
    assert_eq!(refuse(&env, &blob(GWEI, vec![hash; 7])), Refusal::TooManyBlobs { max: 6, found: 7 });
    assert_eq!(refuse(&env, &blob(GWEI, vec![B256::ZERO])), Refusal::BlobVersion);
    let creates = TxEnv { to: TxKind::Create, ..blob(GWEI, vec![hash]) };
    assert_eq!(refuse(&env, &creates), Refusal::BlobCreates);
}

#[test]
fn data_fee_is_taken_on_top_and_not_refunded() {
    let vault = address!("420000000000000000000000000000000000001a");
    let mut env = env();
    env.data_fee_recipient = Some(vault);
    let charged = TxEnv { data_fee: U256::from(7 * GWEI), ..tx(ALICE, 0, BOB) };
    let (outcome, after) = run_one(&genesis(), &env, &charged);
    assert_eq!(after.balance(vault), U256::from(7 * GWEI));
    assert_eq!(outcome.fees.data, U256::from(7 * GWEI));
    assert_eq!(after.balance(ALICE), U256::from(100 * ETHER - 42_007 * GWEI));
    let have = U256::from(100 * ETHER);
    let value = have - U256::from(600_000 * GWEI);
    let short = TxEnv { value, ..charged };
    let need = have + U256::from(7 * GWEI);
    assert_eq!(refuse(&env, &short), Refusal::InsufficientFunds { need, have });
}
