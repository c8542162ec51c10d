//! A small chain to execute on, contracts in few bytes, and an independent way to a state root.

use crate::evm::{
    BlobFee, BlockEnv, BlockExecutor, CodeStore, Fees, GenesisAccount, Origin, Outcome, Overlay, Precompiles,
    Spec, State, TxEnv,
};
use alloy_eips::eip2930::AccessList;
use alloy_primitives::{Address, B256, Bytes, TxKind, U256, address, keccak256};
use alloy_trie::{EMPTY_ROOT_HASH, HashBuilder, KECCAK_EMPTY, Nibbles, TrieAccount};
use imbl::OrdMap;
use std::collections::BTreeMap;

pub(super) const ALICE: Address = address!("00000000000000000000000000000000000a11ce");
pub(super) const BOB: Address = address!("0000000000000000000000000000000000000b0b");
pub(super) const CAROL: Address = address!("0000000000000000000000000000000000ca401e");
pub(super) const MINER: Address = address!("000000000000000000000000000000000000fee5");
pub(super) const TOKEN: Address = address!("0000000000000000000000000000000000706b6e");
pub(super) const ETHER: u128 = 1_000_000_000_000_000_000;
pub(super) const GWEI: u128 = 1_000_000_000;

/// `transfer(address to, uint256 amount)` whatever the selector: balances in a mapping at slot 0, the
/// Transfer event, a revert without data where the balance does not suffice.
pub(super) fn token_code() -> Bytes {
    include_str!("token.hex").trim().parse().expect("hex")
}

/// Where a Solidity mapping at slot 0 holds the value of an address.
pub(super) fn balance_slot(holder: Address) -> U256 {
    let mut preimage = [0u8; 64];
    preimage[12..32].copy_from_slice(holder.as_slice());
    keccak256(preimage).into()
}

pub(super) fn transfer_data(to: Address, amount: u64) -> Bytes {
    let mut data = vec![0xa9, 0x05, 0x9c, 0xbb];
    data.extend_from_slice(to.into_word().as_slice());
    data.extend_from_slice(&U256::from(amount).to_be_bytes::<32>());
    data.into()
}

pub(super) fn genesis() -> State {
    let rich = GenesisAccount { balance: U256::from(100 * ETHER), ..GenesisAccount::default() };
    let token = GenesisAccount {
        nonce: 1,
        code: token_code(),
        storage: BTreeMap::from([(balance_slot(ALICE), U256::from(1_000))]),
        ..GenesisAccount::default()
    };
    let accounts = BTreeMap::from([(ALICE, rich.clone()), (BOB, rich), (TOKEN, token)]);
    State::from_genesis(&accounts, CodeStore::default())
}

pub(super) fn with_code(address: Address, code: impl Into<Bytes>) -> State {
    let rich = GenesisAccount { balance: U256::from(100 * ETHER), ..GenesisAccount::default() };
    let contract = GenesisAccount { nonce: 1, code: code.into(), ..GenesisAccount::default() };
    State::from_genesis(&BTreeMap::from([(ALICE, rich), (address, contract)]), CodeStore::default())
}

pub(super) fn env() -> BlockEnv {
    BlockEnv {
        chain_id: 901,
        number: 7,
        timestamp_s: 1_700_000_000,
        beneficiary: MINER,
        gas_limit: 30_000_000,
        base_fee: 1_000_000_000,
        base_fee_recipient: None,
        data_fee_recipient: None,
        blob: BlobFee::MIN,
        prevrandao: B256::repeat_byte(0x44),
        ancestors: OrdMap::from(vec![(6u64, B256::repeat_byte(6))]),
        spec: Spec::Osaka,
        precompiles: Precompiles::L1,
    }
}

pub(super) fn tx(from: Address, nonce: u64, to: Address) -> TxEnv {
    TxEnv {
        from,
        origin: Origin::Impersonated,
        nonce,
        gas_limit: 200_000,
        fees: Fees::Dynamic { max_fee: 3 * GWEI, max_priority_fee: GWEI },
        to: TxKind::Call(to),
        value: U256::ZERO,
        data: Bytes::new(),
        access_list: AccessList::default(),
        data_fee: U256::ZERO,
    }
}

pub(super) fn deposit(from: Address, mint: u128, to: Address, value: u128) -> TxEnv {
    TxEnv { origin: Origin::Deposit { mint }, fees: Fees::NONE, value: U256::from(value), ..tx(from, 0, to) }
}

pub(super) fn create(from: Address, nonce: u64, initcode: impl Into<Bytes>) -> TxEnv {
    TxEnv {
        to: TxKind::Create,
        data: initcode.into(),
        gas_limit: 1_000_000,
        ..tx(from, nonce, Address::ZERO)
    }
}

/// Creation code that deploys the given runtime code.
pub(super) fn deployer(runtime: &[u8]) -> Vec<u8> {
    let length = u8::try_from(runtime.len()).expect("short code");
    // PUSH1 length, DUP1, PUSH1 11, PUSH1 0, CODECOPY, PUSH1 0, RETURN
    let mut code = vec![0x60, length, 0x80, 0x60, 11, 0x60, 0, 0x39, 0x60, 0, 0xf3];
    code.extend_from_slice(runtime);
    code
}

/// Executes one transaction alone and returns what it made of the state.
pub(super) fn run_one(state: &State, env: &BlockEnv, tx: &TxEnv) -> (Outcome, State) {
    let mut executor = BlockExecutor::new(Overlay::new(state.clone()), env.clone());
    let outcome = executor.execute(tx).expect("not refused");
    (outcome, executor.into_overlay().into_state())
}

/// An account in the oracle's words: nonce, balance, code, storage by slot.
pub(super) type PlainAccount = (u64, U256, Bytes, BTreeMap<U256, U256>);

/// The state root by `alloy-trie`'s builder over sorted leaves, from nothing but plain values.
pub(super) fn oracle_root(accounts: &BTreeMap<Address, PlainAccount>) -> B256 {
    let leaves = accounts.iter().map(|(address, (nonce, balance, code, storage))| {
        let slots = storage.iter().filter(|(_, value)| !value.is_zero());
        let storage_root = build_root(
            slots
                .map(|(slot, value)| (keccak256(slot.to_be_bytes::<32>()), alloy_rlp::encode(value)))
                .collect(),
        );
        let code_hash = if code.is_empty() { KECCAK_EMPTY } else { keccak256(code) };
        let account = TrieAccount::new(*nonce, *balance, storage_root, code_hash);
        (keccak256(address), alloy_rlp::encode(account))
    });
    build_root(leaves.collect())
}

fn build_root(leaves: BTreeMap<B256, Vec<u8>>) -> B256 {
    if leaves.is_empty() {
        return EMPTY_ROOT_HASH;
    }
    let mut builder = HashBuilder::default();
    for (key, value) in leaves {
        builder.add_leaf(Nibbles::unpack(key), &value);
    }
    builder.root()
}
