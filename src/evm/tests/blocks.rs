//! Blocks of transfers: what remains is what an independent computation says.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::fixture::*;
use crate::evm::{BlockExecutor, Overlay, Refusal, execute};
use alloy_primitives::{Address, Bytes, U256, address};
use std::collections::BTreeMap;

#[test]
fn transfer_moves_ether_pays_the_miner_and_burns_the_base_fee() {
    let before = genesis();
    let mut transfer = tx(ALICE, 0, BOB);
    transfer.value = U256::from(ETHER);
    let (outcome, after) = run_one(&before, &env(), &transfer);
    assert!(outcome.succeeded());
    assert_eq!(outcome.gas_used, 21_000);
    assert_eq!(outcome.effective_gas_price, 2 * GWEI);
    assert_eq!(outcome.sender_nonce, 0);
    assert_eq!(after.balance(ALICE), U256::from(99 * ETHER - 42_000 * GWEI));
    assert_eq!(after.balance(BOB), U256::from(101 * ETHER));
    assert_eq!(after.balance(MINER), U256::from(21_000 * GWEI));
    assert_eq!(after.nonce(ALICE), 1);
    assert_eq!(outcome.fees.base, U256::from(21_000 * GWEI));
    assert_eq!(before.ether_supply() - after.ether_supply(), outcome.fees.base, "burned, and nothing else");
    assert_eq!(before.balance(ALICE), U256::from(100 * ETHER), "the older state stands");
}

#[test]
fn ether_is_conserved_when_the_base_fee_has_a_recipient() {
    let vault = address!("4200000000000000000000000000000000000019");
    let mut env = env();
    env.base_fee_recipient = Some(vault);
    let before = genesis();
    let (outcome, after) = run_one(&before, &env, &tx(ALICE, 0, BOB));
    assert_eq!(after.balance(vault), outcome.fees.base);
    assert_eq!(before.ether_supply(), after.ether_supply());
}

#[test]
fn root_after_many_transfers_equals_one_built_from_scratch() {
    let mut executor = BlockExecutor::new(Overlay::new(genesis()), env());
    let mut expected: BTreeMap<Address, PlainAccount> = BTreeMap::new();
    let plain = |balance: u128| (0, U256::from(balance), Bytes::new(), BTreeMap::new());
    expected.insert(ALICE, plain(100 * ETHER));
    expected.insert(BOB, plain(100 * ETHER));
    expected.insert(MINER, plain(0));
    let storage = BTreeMap::from([(balance_slot(ALICE), U256::from(1_000))]);
    expected.insert(TOKEN, (1, U256::ZERO, token_code(), storage));
    for nonce in 0..60u64 {
        let recipient = Address::with_last_byte(u8::try_from(nonce % 23).expect("small") + 0x40);
        let mut transfer = tx(ALICE, nonce, recipient);
        transfer.value = U256::from(nonce + 1);
        let outcome = executor.execute(&transfer).expect("included");
        let fee = U256::from(outcome.gas_used) * U256::from(2 * GWEI);
        expected.entry(recipient).or_insert_with(|| plain(0)).1 += transfer.value;
        expected.get_mut(&MINER).expect("there").1 += fee / U256::from(2);
        let alice = expected.get_mut(&ALICE).expect("there");
        alice.0 += 1;
        alice.1 -= fee + transfer.value;
        if nonce < 40 {
            let data = transfer_data(recipient, nonce);
            let outcome = executor.execute(&crate::evm::TxEnv { data, ..tx(ALICE, nonce, TOKEN) });
            assert_eq!(outcome, Err(Refusal::NonceTooLow { expected: nonce + 1, found: nonce }));
        }
    }
    for nonce in 0..40u64 {
        let recipient = Address::with_last_byte(u8::try_from(nonce % 7).expect("small") + 0x40);
        let data = transfer_data(recipient, nonce);
        let from_alice = crate::evm::TxEnv { data, ..tx(ALICE, 60 + nonce, TOKEN) };
        let outcome = executor.execute(&from_alice).expect("included");
        assert!(outcome.succeeded(), "{outcome:?}");
        let fee = U256::from(outcome.gas_used) * U256::from(2 * GWEI);
        expected.get_mut(&MINER).expect("there").1 += fee / U256::from(2);
        let alice = expected.get_mut(&ALICE).expect("there");
        alice.0 += 1;
        alice.1 -= fee;
        let token = &mut expected.get_mut(&TOKEN).expect("there").3;
        *token.get_mut(&balance_slot(ALICE)).expect("there") -= U256::from(nonce);
        *token.entry(balance_slot(recipient)).or_default() += U256::from(nonce);
    }
    assert_eq!(executor.into_overlay().into_state().root(), oracle_root(&expected));
}

#[test]
fn one_machine_for_all_and_one_for_each_transaction_agree() {
    let mut executor = BlockExecutor::new(Overlay::new(genesis()), env());
    let mut overlay = Overlay::new(genesis());
    for nonce in 0..20u64 {
        let data = transfer_data(Address::with_last_byte(0x40), nonce);
        let transfer = crate::evm::TxEnv { data, ..tx(ALICE, nonce, TOKEN) };
        let together = executor.execute(&transfer).expect("included");
        let alone = execute(&mut overlay, &env(), &transfer).expect("included");
        assert_eq!(together, alone);
    }
    assert_eq!(executor.into_overlay().into_changes(), overlay.into_changes());
}

#[test]
fn a_block_has_only_its_gas_limit() {
    let mut env = env();
    env.gas_limit = 50_000;
    let mut executor = BlockExecutor::new(Overlay::new(genesis()), env);
    let mut transfer = tx(ALICE, 0, BOB);
    transfer.gas_limit = 30_000;
    executor.execute(&transfer).expect("fits");
    assert_eq!(executor.gas_used(), 21_000);
    transfer.nonce = 1;
    assert_eq!(
        executor.execute(&transfer),
        Err(Refusal::GasLimitExceedsBlock { left: 29_000, found: 30_000 })
    );
    transfer.gas_limit = 29_000;
    executor.execute(&transfer).expect("fits what is left");
}

#[test]
fn unwanted_outcome_leaves_no_trace() {
    let mut executor = BlockExecutor::new(Overlay::new(genesis()), env());
    let outcome = executor.execute_if(&tx(ALICE, 0, BOB), |outcome| !outcome.succeeded()).expect("executed");
    assert!(outcome.succeeded());
    assert_eq!(executor.gas_used(), 0);
    assert_eq!(executor.into_overlay().into_changes(), crate::evm::Changes::default());
}

#[test]
fn an_overlay_clone_is_a_savepoint() {
    let mut overlay = Overlay::new(genesis());
    execute(&mut overlay, &env(), &tx(ALICE, 0, BOB)).expect("included");
    let saved = overlay.clone();
    execute(&mut overlay, &env(), &tx(ALICE, 1, BOB)).expect("included");
    assert_eq!(overlay.nonce(ALICE), 2);
    let mut restored = saved;
    assert_eq!(restored.nonce(ALICE), 1);
    execute(&mut restored, &env(), &tx(ALICE, 1, BOB)).expect("can be sent again");
    assert_eq!(restored.into_changes(), overlay.into_changes());
}
