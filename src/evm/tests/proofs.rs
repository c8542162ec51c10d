//! Proofs that a stranger checks with `alloy-trie` alone.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::fixture::*;
use crate::evm::State;
use alloy_primitives::{Address, U256, keccak256};
use alloy_trie::{Nibbles, TrieAccount, proof::verify_proof};

/// The fixture's state with some hundred accounts more, so that proofs have several nodes.
fn crowded() -> State {
    let mut state = genesis();
    for index in 0..200u64 {
        let mut transfer = tx(ALICE, index, Address::left_padding_from(&(0x1000 + index).to_be_bytes()));
        transfer.value = U256::from(index + 1);
        state = run_one(&state, &env(), &transfer).1;
    }
    for index in 0..40u64 {
        let data = transfer_data(Address::left_padding_from(&(0x1000 + index).to_be_bytes()), 1);
        state = run_one(&state, &env(), &crate::evm::TxEnv { data, ..tx(ALICE, 200 + index, TOKEN) }).1;
    }
    state
}

#[test]
fn account_and_slot_are_proven() {
    let state = crowded();
    let proof = state.proof(TOKEN, &[balance_slot(ALICE), U256::from(12_345)]);
    assert!(proof.account_proof.len() >= 2, "several nodes");
    let account = TrieAccount::new(proof.nonce, proof.balance, proof.storage_root, proof.code_hash);
    let key = Nibbles::unpack(keccak256(TOKEN));
    verify_proof(state.root(), key, Some(alloy_rlp::encode(account)), &proof.account_proof).expect("holds");
    let mut richer = account;
    richer.balance += U256::from(1);
    verify_proof(state.root(), key, Some(alloy_rlp::encode(richer)), &proof.account_proof)
        .expect_err("one wei");
    let [full, absent] = proof.storage.as_slice() else { panic!("two slots") };
    assert_eq!(full.value, U256::from(960));
    assert_eq!(full.value, state.storage(TOKEN, balance_slot(ALICE)));
    let slot_key = |slot: U256| Nibbles::unpack(keccak256(slot.to_be_bytes::<32>()));
    let value = Some(alloy_rlp::encode(full.value));
    verify_proof(proof.storage_root, slot_key(full.slot), value, &full.proof).expect("holds");
    assert_eq!(absent.value, U256::ZERO);
    verify_proof(proof.storage_root, slot_key(absent.slot), None, &absent.proof).expect("absence holds");
}

#[test]
fn absent_account_is_proven_absent() {
    let state = crowded();
    let proof = state.proof(CAROL, &[U256::ZERO]);
    let key = Nibbles::unpack(keccak256(CAROL));
    verify_proof(state.root(), key, None, &proof.account_proof).expect("absence holds");
    assert_eq!(proof.storage_root, alloy_trie::EMPTY_ROOT_HASH);
    assert_eq!(proof.code_hash, alloy_trie::KECCAK_EMPTY);
}
