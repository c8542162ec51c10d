//! Contracts: deployment, storage, reverts, halts, self-destruction, emptiness.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::fixture::*;
use crate::evm::{
    AccountChange, BlockExecutor, CodeStore, Fees, GenesisAccount, Halt, Overlay, State, Status, TxEnv,
};
use alloy_primitives::{Address, B256, Bytes, U256, b256, keccak256};
use std::collections::BTreeMap;

const TRANSFER_TOPIC: B256 = b256!("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");

/// Stores the second word of its input at the slot that the first word names.
const STORE: [u8; 7] = [0x60, 0x20, 0x35, 0x60, 0x00, 0x35, 0x55];

fn words(words: &[u64]) -> Bytes {
    words.iter().flat_map(|word| U256::from(*word).to_be_bytes::<32>()).collect::<Vec<_>>().into()
}

#[test]
fn token_is_deployed_and_moves_with_an_event() {
    let mut executor = BlockExecutor::new(Overlay::new(genesis()), env());
    let deployed = executor.execute(&create(BOB, 0, deployer(&token_code()))).expect("included");
    assert_eq!(deployed.created, Some(BOB.create(0)));
    assert_eq!(deployed.output, token_code());
    let transfer = TxEnv { data: transfer_data(BOB, 300), ..tx(ALICE, 0, TOKEN) };
    let outcome = executor.execute(&transfer).expect("included");
    assert_eq!(outcome.output, Bytes::from(U256::from(1).to_be_bytes::<32>()));
    assert_eq!(outcome.logs.len(), 1);
    let log = &outcome.logs[0];
    assert_eq!(log.address, TOKEN);
    assert_eq!(log.topics(), [TRANSFER_TOPIC, ALICE.into_word(), BOB.into_word()]);
    assert_eq!(log.data.data, Bytes::from(U256::from(300).to_be_bytes::<32>()));
    assert_eq!(executor.overlay_mut().storage(TOKEN, balance_slot(ALICE)), U256::from(700));
    let after = executor.into_overlay().into_state();
    assert_eq!(after.storage(TOKEN, balance_slot(BOB)), U256::from(300));
    assert_eq!(after.code(BOB.create(0)).hash(), keccak256(token_code()));
    assert_eq!(after.nonce(BOB.create(0)), 1);
}

#[test]
fn code_is_called_in_the_block_that_deploys_it() {
    let mut executor = BlockExecutor::new(Overlay::new(genesis()), env());
    executor.execute(&create(BOB, 0, deployer(&STORE))).expect("included");
    let call = TxEnv { data: words(&[5, 9]), ..tx(ALICE, 0, BOB.create(0)) };
    assert!(executor.execute(&call).expect("included").succeeded());
    assert_eq!(executor.into_overlay().into_state().storage(BOB.create(0), U256::from(5)), U256::from(9));
}

#[test]
fn revert_keeps_state_and_charges_gas() {
    let before = genesis();
    let value = U256::from(ETHER);
    let transfer = TxEnv { data: transfer_data(BOB, 1_001), value, ..tx(ALICE, 0, TOKEN) };
    let (outcome, after) = run_one(&before, &env(), &transfer);
    assert_eq!(outcome.status, Status::Reverted);
    assert!(outcome.gas_used > 21_000 && outcome.gas_used < 40_000, "{}", outcome.gas_used);
    assert!(outcome.logs.is_empty());
    let fee = U256::from(outcome.gas_used) * U256::from(2 * GWEI);
    assert_eq!(after.balance(ALICE), before.balance(ALICE) - fee);
    assert_eq!(after.nonce(ALICE), 1);
    let token = |state: &crate::evm::State| state.account(TOKEN).expect("there").to_trie_account();
    assert_eq!(token(&after), token(&before));
}

#[test]
fn halts_use_all_gas_and_say_why() {
    let halts: [(&[u8], Halt); 6] = [
        (&[0xfe], Halt::InvalidInstruction),
        (&[0x0c], Halt::InvalidOpcode),
        (&[0x60, 0x00, 0x56], Halt::InvalidJump),
        (&[0x50], Halt::StackUnderflow),
        (&[0x5b, 0x60, 0x00, 0x56], Halt::OutOfGas),
        (&[0x60, 0x01, 0x60, 0x00, 0x60, 0x00, 0x3e], Halt::ReturnDataOutOfBounds),
    ];
    for (code, reason) in halts {
        let (outcome, _) = run_one(&with_code(CAROL, code.to_vec()), &env(), &tx(ALICE, 0, CAROL));
        assert_eq!(outcome.status, Status::Halted(reason));
        assert_eq!(outcome.gas_used, 200_000);
    }
    let eof = create(ALICE, 0, deployer(&[0xef, 0x00]));
    let (outcome, _) = run_one(&genesis(), &env(), &eof);
    assert_eq!(outcome.status, Status::Halted(Halt::CodeStartsWithEf));
}

#[test]
fn zeroed_slot_has_no_leaf_and_refunds() {
    // SSTORE(1, 0)
    let clearing = GenesisAccount {
        nonce: 1,
        code: vec![0x5f, 0x60, 0x01, 0x55].into(),
        storage: BTreeMap::from([(U256::from(1), U256::from(2))]),
        ..GenesisAccount::default()
    };
    let rich = GenesisAccount { balance: U256::from(ETHER), ..GenesisAccount::default() };
    let before =
        State::from_genesis(&BTreeMap::from([(ALICE, rich), (CAROL, clearing)]), CodeStore::default());
    assert_eq!(before.storage(CAROL, U256::from(1)), U256::from(2));
    let (outcome, cleared) = run_one(&before, &env(), &tx(ALICE, 0, CAROL));
    // 5 for the pushes, 5 000 for the cold slot (EIP-2929), 4 800 back (EIP-3529).
    assert_eq!(outcome.gas_refunded, 4_800);
    assert_eq!(outcome.gas_used, 21_000 + 5 + 5_000 - 4_800);
    let storage = &cleared.account(CAROL).expect("there").storage;
    assert!(storage.is_empty());
    assert_eq!(storage.root(), alloy_trie::EMPTY_ROOT_HASH);
}

#[test]
fn slot_set_and_cleared_in_one_block_is_no_change() {
    let mut executor = BlockExecutor::new(Overlay::new(with_code(CAROL, STORE.to_vec())), env());
    executor.execute(&TxEnv { data: words(&[1, 2]), ..tx(ALICE, 0, CAROL) }).expect("included");
    executor.execute(&TxEnv { data: words(&[1, 0]), ..tx(ALICE, 1, CAROL) }).expect("included");
    let changes = executor.into_overlay().into_changes();
    assert!(!changes.accounts.contains_key(&CAROL));
    assert!(changes.accounts.contains_key(&ALICE));
}

#[test]
fn original_value_of_a_slot_is_that_of_its_transaction() {
    let mut executor = BlockExecutor::new(Overlay::new(with_code(CAROL, STORE.to_vec())), env());
    let first = executor.execute(&TxEnv { data: words(&[1, 2]), ..tx(ALICE, 0, CAROL) }).expect("included");
    let second = executor.execute(&TxEnv { data: words(&[1, 3]), ..tx(ALICE, 1, CAROL) }).expect("included");
    // EIP-2929 and EIP-3529: 22 100 to fill an empty slot, 5 000 to change a full one.
    assert_eq!(first.gas_used - second.gas_used, 22_100 - 5_000);
}

#[test]
fn contract_destroyed_where_it_was_created_is_gone() {
    // Sets slot 1, then gives its balance to the caller: SSTORE(1, 1); SELFDESTRUCT(CALLER).
    let initcode = vec![0x60, 0x01, 0x60, 0x01, 0x55, 0x33, 0xff];
    let value = U256::from(ETHER);
    let (outcome, after) = run_one(&genesis(), &env(), &TxEnv { value, ..create(ALICE, 0, initcode) });
    assert!(outcome.succeeded());
    assert!(after.account(ALICE.create(0)).is_none());
    let fee = U256::from(outcome.gas_used) * U256::from(2 * GWEI);
    assert_eq!(after.balance(ALICE), U256::from(100 * ETHER) - fee);
}

#[test]
fn older_contract_only_loses_its_balance() {
    let before = with_code(CAROL, vec![0x33, 0xff]);
    let value = U256::from(ETHER);
    let (outcome, after) = run_one(&before, &env(), &TxEnv { value, ..tx(ALICE, 0, CAROL) });
    assert!(outcome.succeeded());
    assert_eq!(after.code(CAROL).bytes(), Bytes::from(vec![0x33, 0xff]));
    assert_eq!(after.balance(CAROL), U256::ZERO);
}

#[test]
fn touched_empty_accounts_do_not_exist() {
    let mut overlay = Overlay::new(genesis());
    let free = Fees::Legacy { gas_price: GWEI };
    crate::evm::execute(&mut overlay, &env(), &TxEnv { fees: free, ..tx(ALICE, 0, CAROL) })
        .expect("included");
    let changes = overlay.clone().into_changes();
    assert_eq!(changes.accounts.keys().copied().collect::<Vec<_>>(), [ALICE], "neither Carol nor the miner");
    let after = overlay.into_state();
    assert!(after.account(CAROL).is_none() && after.account(MINER).is_none());
}

#[test]
fn emptied_account_is_removed() {
    let (_, funded) = run_one(&genesis(), &env(), &TxEnv { value: U256::from(7), ..tx(ALICE, 0, CAROL) });
    // A contract that was created with a nonce is never empty; a deposit's sender has one too. So the only
    // way to emptiness is a balance that self-destruction takes: none since Cancun. The change is applied by
    // hand to see that the leaf goes.
    let mut changes = crate::evm::Changes::default();
    changes.accounts.insert(CAROL, AccountChange::Removed { hashed: keccak256(CAROL) });
    let mut removed = funded.clone();
    removed.apply(&changes);
    assert!(removed.account(CAROL).is_none());
    assert_ne!(removed.root(), funded.root());
}

#[test]
fn block_values_are_visible_to_contracts() {
    // Returns NUMBER, TIMESTAMP, COINBASE, PREVRANDAO, CHAINID, BASEFEE, BLOBBASEFEE, BLOCKHASH(6), BLOCKHASH(5).
    let mut code = Vec::new();
    let reads: [&[u8]; 9] =
        [&[0x43], &[0x42], &[0x41], &[0x44], &[0x46], &[0x48], &[0x4a], &[0x60, 6, 0x40], &[0x60, 5, 0x40]];
    for (index, read) in (0u8..).zip(reads) {
        code.extend_from_slice(read);
        code.extend_from_slice(&[0x61, (index >> 3), index << 5, 0x52]);
    }
    code.extend_from_slice(&[0x61, 0x01, 0x20, 0x60, 0x00, 0xf3]);
    let (outcome, _) = run_one(&with_code(CAROL, code), &env(), &tx(ALICE, 0, CAROL));
    let env = env();
    let expected = [
        U256::from(env.number),
        U256::from(env.timestamp_s),
        env.beneficiary.into_word().into(),
        env.prevrandao.into(),
        U256::from(env.chain_id),
        U256::from(env.base_fee),
        U256::from(1),
        B256::repeat_byte(6).into(),
        U256::ZERO,
    ];
    let found: Vec<_> = outcome.output.chunks(32).map(U256::from_be_slice).collect();
    assert_eq!(found, expected);
}

#[test]
fn outsized_memory_is_refused_by_the_simulator() {
    let mut env = env();
    env.gas_limit = u64::MAX;
    env.spec = crate::evm::Spec::Prague;
    // MSTORE at 128 MiB.
    let state = with_code(CAROL, vec![0x60, 0x01, 0x63, 0x08, 0x00, 0x00, 0x00, 0x52]);
    let gas_limit = 40_000_000_000;
    let fees = Fees::Dynamic { max_fee: GWEI, max_priority_fee: 0 };
    let (outcome, _) = run_one(&state, &env, &TxEnv { gas_limit, fees, ..tx(ALICE, 0, CAROL) });
    assert_eq!(outcome.status, Status::Halted(Halt::MemoryLimit));
}

#[test]
fn nested_calls_are_deep_but_bounded() {
    // Calls itself with all gas until the machine says no, then stops.
    let code = vec![0x5f, 0x5f, 0x5f, 0x5f, 0x5f, 0x30, 0x5a, 0xf1];
    let gas_limit = 16_000_000;
    let (outcome, _) = run_one(&with_code(CAROL, code), &env(), &TxEnv { gas_limit, ..tx(ALICE, 0, CAROL) });
    assert!(outcome.succeeded());
}

#[test]
fn addresses_collide_with_what_is_there() {
    let before = with_code(ALICE.create(0), STORE.to_vec());
    let (outcome, after) = run_one(&before, &env(), &create(ALICE, 0, deployer(&STORE)));
    assert_eq!(outcome.status, Status::Halted(Halt::CreateCollision));
    assert_eq!(after.nonce(ALICE), 1);
    assert_ne!(ALICE.create(0), Address::ZERO);
}

#[test]
fn created_contract_begins_without_storage() {
    let address = ALICE.create(0);
    let storage = BTreeMap::from([(U256::from(1), U256::from(5)), (U256::from(2), U256::from(6))]);
    let leftover = GenesisAccount { balance: U256::from(3), storage, ..GenesisAccount::default() };
    let rich = GenesisAccount { balance: U256::from(ETHER), ..GenesisAccount::default() };
    let before =
        State::from_genesis(&BTreeMap::from([(ALICE, rich), (address, leftover)]), CodeStore::default());
    // SSTORE(1, 7) while creating.
    let mut initcode = vec![0x60, 0x07, 0x60, 0x01, 0x55];
    initcode.extend_from_slice(&[0x5f, 0x5f, 0xf3]);
    let (outcome, after) = run_one(&before, &env(), &create(ALICE, 0, initcode));
    assert!(outcome.succeeded());
    assert_eq!(after.balance(address), U256::from(3));
    assert_eq!(after.storage(address, U256::from(1)), U256::from(7));
    assert_eq!(after.storage(address, U256::from(2)), U256::ZERO);
}
