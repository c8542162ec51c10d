//! States as portable values: leaves and differences.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::fixture::*;
use crate::evm::{CodeStore, GenesisAccount, State, StateDiff, StateLeavesError, TxEnv};
use alloy_primitives::{B256, Bytes, U256, keccak256};
use std::collections::BTreeMap;

/// A few blocks of different kinds of change, oldest first.
fn history() -> Vec<State> {
    let clearing = TxEnv { data: transfer_data(BOB, 1_000), ..tx(ALICE, 2, TOKEN) };
    let txs = [
        TxEnv { value: U256::from(3), ..tx(ALICE, 0, CAROL) },
        create(ALICE, 1, deployer(&[0x5f, 0x5f, 0xfd])),
        clearing,
    ];
    let mut states = vec![genesis()];
    for tx in txs {
        states.push(run_one(states.last().expect("first"), &env(), &tx).1);
    }
    states
}

#[test]
fn genesis_root_is_the_oracles() {
    let storage = BTreeMap::from([(balance_slot(ALICE), U256::from(1_000))]);
    let plain = |balance: u128| (0, U256::from(balance), Bytes::new(), BTreeMap::new());
    let accounts = BTreeMap::from([
        (ALICE, plain(100 * ETHER)),
        (BOB, plain(100 * ETHER)),
        (TOKEN, (1, U256::ZERO, token_code(), storage)),
    ]);
    assert_eq!(genesis().root(), oracle_root(&accounts));
    assert_eq!(State::default().root(), alloy_trie::EMPTY_ROOT_HASH);
}

#[test]
fn leaves_travel_as_bytes_and_come_back_equal() {
    for state in history() {
        let bytes = postcard::to_stdvec(&state).expect("encodes");
        let back: State = postcard::from_bytes(&bytes).expect("decodes");
        assert_eq!(back.root(), state.root());
        assert_eq!(back.code(TOKEN).bytes(), token_code());
        assert_eq!(postcard::to_stdvec(&back).expect("encodes"), bytes);
        let json = serde_json::to_string(&state).expect("encodes");
        let back: State = serde_json::from_str(&json).expect("decodes");
        assert_eq!(back.root(), state.root());
    }
}

#[test]
fn history_is_rebuilt_from_differences_both_ways() {
    let states = history();
    for (older, newer) in states.iter().zip(&states[1..]) {
        let forward = newer.diff(older);
        assert!(forward.accounts.len() < 4, "only what changed: {forward:?}");
        let bytes = postcard::to_stdvec(&forward).expect("encodes");
        let forward: StateDiff = postcard::from_bytes(&bytes).expect("decodes");
        let mut rebuilt: State = older.leaves().try_into().expect("well formed");
        rebuilt.apply_diff(&forward).expect("applies");
        assert_eq!(rebuilt.root(), newer.root());
        assert_eq!(rebuilt.leaves(), newer.leaves());
        rebuilt.apply_diff(&older.diff(newer)).expect("applies");
        assert_eq!(rebuilt.root(), older.root());
    }
    let last = &states[3];
    assert_eq!(last.storage(TOKEN, balance_slot(ALICE)), U256::ZERO);
    assert_eq!(
        last.diff(&states[2])
            .accounts
            .iter()
            .filter_map(|(_, account)| account.as_ref())
            .flat_map(|account| &account.storage)
            .filter(|(_, value)| value.is_none())
            .count(),
        1
    );
}

#[test]
fn malformed_leaves_are_refused_and_change_nothing() {
    let state = history().pop().expect("last");
    let refused = |break_it: &dyn Fn(&mut crate::evm::StateLeaves)| {
        let mut leaves = state.leaves();
        break_it(&mut leaves);
        State::try_from(leaves).map(|state| state.root()).expect_err("must be refused")
    };
    let token = keccak256(TOKEN);
    let code_hash = keccak256(token_code());
    let missing = refused(&|leaves| leaves.codes.retain(|code| *code != token_code()));
    assert_eq!(missing, StateLeavesError::CodeMissing { account: token, code_hash });
    let unsorted = refused(&|leaves| leaves.accounts.swap(0, 1));
    assert!(matches!(unsorted, StateLeavesError::Unsorted { .. }));
    let twice = refused(&|leaves| leaves.accounts.insert(0, leaves.accounts[0].clone()));
    assert!(matches!(twice, StateLeavesError::Unsorted { before, found } if before == found));
    for value in [None, Some(U256::ZERO)] {
        let zero = refused(&|leaves| {
            let account = leaves.accounts.iter_mut().find(|(hashed, _)| *hashed == token).expect("there");
            account.1.storage[0].1 = value;
        });
        assert!(matches!(zero, StateLeavesError::ZeroSlot { account, .. } if account == token));
    }
    let mut kept = state.clone();
    let mut diff = state.diff(&State::default());
    diff.accounts[0].1.as_mut().expect("there").code_hash = B256::repeat_byte(9);
    kept.apply_diff(&diff).expect_err("must be refused");
    assert_eq!(kept.root(), state.root());
}

#[test]
fn code_is_shared_between_chains() {
    let first = genesis();
    let mut second = genesis();
    second.share_code(first.codes());
    let pointer = |state: &State| state.code(TOKEN).bytes().as_ptr();
    assert_eq!(pointer(&first), pointer(&second));
    let accounts =
        BTreeMap::from([(TOKEN, GenesisAccount { code: token_code(), ..GenesisAccount::default() })]);
    let third = State::from_genesis(&accounts, first.codes().clone());
    assert_eq!(pointer(&first), pointer(&third));
    assert_eq!(State::from_genesis(&accounts, CodeStore::default()).root(), third.root());
}
