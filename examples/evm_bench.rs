//! How much of bare revm's speed a whole block keeps.
//!
//! Bare: transactions through revm over a hash map, nothing else. Block: the same transactions by
//! impersonated senders with envelopes and their hashes, receipts with blooms, and the roots of transactions,
//! receipts and state. Blocks of 500 transfers, 10 senders, 1000 recipients; both in one run, interleaved, so
//! that the ratio means something on a busy machine.
//!
//! `cargo run --release --example evm_bench`, or compiled to wasm and run by wasm-bindgen's Node target.

use alloy_consensus::transaction::SignableTransaction;
use alloy_consensus::{Eip658Value, Receipt, ReceiptEnvelope, TxEip1559, TxEnvelope, TxReceipt};
use alloy_eips::eip2718::Encodable2718;
use alloy_primitives::{Address, B256, Bytes, TxKind, U256, keccak256};
use causeway::evm::{
    BlobFee, BlockEnv, BlockExecutor, CodeStore, GenesisAccount, Impersonation, Outcome, Overlay,
    Precompiles, Spec, State, impersonation_signature, sender_of, tx_of,
};
use causeway::merkle::ordered_root;
use revm::database::{CacheDB, EmptyDB};
use revm::primitives::hardfork::SpecId;
use revm::state::{AccountInfo, Bytecode};
use revm::{ExecuteCommitEvm, MainBuilder, MainContext};
use std::collections::BTreeMap;

const CHAIN_ID: u64 = 901;
const BLOCK_TRANSACTIONS: u64 = 500;
const BLOCKS_PER_ROUND: u64 = 16;
const ROUNDS: usize = 7;
const SENDERS: u64 = 10;
const RECIPIENTS: u64 = 1_000;
const GWEI: u128 = 1_000_000_000;
const TOKEN: Address = Address::repeat_byte(0x70);

#[derive(Clone, Copy)]
enum Kind {
    Ether,
    Token,
}

fn sender(index: u64) -> Address {
    Address::left_padding_from(&(0xa000_0000 + index % SENDERS).to_be_bytes())
}

/// Spreads recipients over the address space, as hashes of keys are.
fn recipient(index: u64) -> Address {
    Address::from_slice(&keccak256((index % RECIPIENTS).to_be_bytes())[12..])
}

fn token_code() -> Bytes {
    include_str!("../src/evm/tests/token.hex").trim().parse().expect("hex")
}

fn balance_slot(holder: Address) -> U256 {
    let mut preimage = [0u8; 64];
    preimage[12..32].copy_from_slice(holder.as_slice());
    keccak256(preimage).into()
}

/// Recipient, calldata and value of the transaction of that number, over all blocks.
fn payload(kind: Kind, index: u64) -> (Address, Bytes, U256) {
    match kind {
        Kind::Ether => (recipient(index), Bytes::new(), U256::from(1)),
        Kind::Token => {
            let mut data = vec![0xa9, 0x05, 0x9c, 0xbb];
            data.extend_from_slice(recipient(index).into_word().as_slice());
            data.extend_from_slice(&U256::from(1).to_be_bytes::<32>());
            (TOKEN, data.into(), U256::ZERO)
        }
    }
}

fn genesis() -> State {
    let rich = GenesisAccount { balance: U256::from(u128::MAX), ..GenesisAccount::default() };
    let storage = (0..SENDERS).map(|index| (balance_slot(sender(index)), U256::from(u64::MAX))).collect();
    let token = GenesisAccount { nonce: 1, code: token_code(), storage, ..GenesisAccount::default() };
    let mut accounts: BTreeMap<_, _> = (0..SENDERS).map(|index| (sender(index), rich.clone())).collect();
    accounts.insert(TOKEN, token);
    State::from_genesis(&accounts, CodeStore::default())
}

fn env(number: u64) -> BlockEnv {
    BlockEnv {
        chain_id: CHAIN_ID,
        number,
        timestamp_s: 1_700_000_000 + 2 * number,
        beneficiary: Address::repeat_byte(0xfe),
        gas_limit: 60_000_000,
        base_fee: 1_000_000_000,
        base_fee_recipient: Some(Address::repeat_byte(0xba)),
        data_fee_recipient: None,
        blob: BlobFee::MIN,
        prevrandao: B256::ZERO,
        ancestors: imbl::OrdMap::new(),
        spec: Spec::Osaka,
        precompiles: Precompiles::Rollup,
    }
}

fn envelope(kind: Kind, index: u64) -> TxEnvelope {
    let (to, input, value) = payload(kind, index);
    let unsigned = TxEip1559 {
        chain_id: CHAIN_ID,
        nonce: index / SENDERS,
        gas_limit: 100_000,
        max_fee_per_gas: 3 * GWEI,
        max_priority_fee_per_gas: GWEI,
        to: TxKind::Call(to),
        value,
        input,
        ..TxEip1559::default()
    };
    unsigned.into_signed(impersonation_signature(sender(index))).into()
}

fn receipt(outcome: Outcome, cumulative_gas_used: u64) -> ReceiptEnvelope {
    let status = Eip658Value::Eip658(outcome.succeeded());
    let receipt = Receipt { status, cumulative_gas_used, logs: outcome.logs };
    ReceiptEnvelope::Eip1559(receipt.into_with_bloom())
}

/// Whole blocks; returns the gas used and the last state root.
fn blocks(kind: Kind) -> (u64, B256) {
    let mut state = genesis();
    let mut gas_used = 0;
    for number in 0..BLOCKS_PER_ROUND {
        let first = number * BLOCK_TRANSACTIONS;
        let envelopes: Vec<_> =
            (first..first + BLOCK_TRANSACTIONS).map(|index| envelope(kind, index)).collect();
        let mut executor = BlockExecutor::new(Overlay::new(state.clone()), env(number));
        let mut receipts = Vec::with_capacity(envelopes.len());
        for envelope in &envelopes {
            assert!(!envelope.tx_hash().is_zero());
            let (from, origin) = sender_of(envelope, CHAIN_ID, Impersonation::Allowed).expect("impersonated");
            let outcome = executor.execute(&tx_of(envelope, from, origin, U256::ZERO)).expect("included");
            assert!(outcome.succeeded());
            receipts.push(receipt(outcome, executor.gas_used()));
        }
        gas_used += executor.gas_used();
        let transactions_root = ordered_root(&envelopes, |envelope, out| envelope.encode_2718(out));
        let receipts_root = ordered_root(&receipts, |receipt, out| receipt.encode_2718(out));
        let mut bloom = alloy_primitives::Bloom::ZERO;
        for receipt in &receipts {
            bloom.accrue_bloom(receipt.logs_bloom());
        }
        assert!(transactions_root != receipts_root);
        state.apply(&executor.into_overlay().into_changes());
        state.root();
    }
    (gas_used, state.root())
}

/// The same transactions through revm alone; returns the gas used.
fn bare(kind: Kind) -> u64 {
    let mut db = CacheDB::new(EmptyDB::default());
    for index in 0..SENDERS {
        let info = AccountInfo { balance: U256::from(u128::MAX), ..AccountInfo::default() };
        db.insert_account_info(sender(index), info);
    }
    db.insert_account_info(
        TOKEN,
        AccountInfo::from_bytecode(Bytecode::new_legacy(token_code())).with_nonce(1),
    );
    for index in 0..SENDERS {
        let Ok(()) = db.insert_account_storage(TOKEN, balance_slot(sender(index)), U256::from(u64::MAX));
    }
    let mut machine = revm::Context::mainnet()
        .with_db(db)
        .modify_cfg_chained(|cfg| {
            cfg.set_spec_and_mainnet_gas_params(SpecId::OSAKA);
            cfg.chain_id = CHAIN_ID;
        })
        .modify_block_chained(|block| {
            block.basefee = 1_000_000_000;
            block.beneficiary = Address::repeat_byte(0xfe);
        })
        .build_mainnet();
    let mut gas_used = 0;
    for index in 0..BLOCKS_PER_ROUND * BLOCK_TRANSACTIONS {
        let (to, data, value) = payload(kind, index);
        let tx = revm::context::TxEnv::builder()
            .caller(sender(index))
            .nonce(index / SENDERS)
            .gas_limit(100_000)
            .gas_price(3 * GWEI)
            .gas_priority_fee(Some(GWEI))
            .chain_id(Some(CHAIN_ID))
            .kind(TxKind::Call(to))
            .value(value)
            .data(data)
            .build()
            .expect("well formed");
        let result = machine.transact_commit(tx).expect("included");
        assert!(result.is_success());
        gas_used += result.tx_gas_used();
    }
    gas_used
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn seconds_of<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = clock::now_s();
    let result = work();
    (clock::now_s() - start, result)
}

fn measure(name: &str, kind: Kind) {
    let transactions = (BLOCKS_PER_ROUND * BLOCK_TRANSACTIONS) as f64;
    let (mut bare_rates, mut block_rates) = (Vec::new(), Vec::new());
    let mut root = B256::ZERO;
    for round in 0..=ROUNDS {
        let (bare_s, bare_gas) = seconds_of(|| bare(kind));
        let (block_s, (block_gas, block_root)) = seconds_of(|| blocks(kind));
        assert_eq!(bare_gas, block_gas, "both executed the same");
        root = block_root;
        // The first round warms up.
        if round > 0 {
            bare_rates.push(transactions / bare_s);
            block_rates.push(transactions / block_s);
        }
    }
    let (bare_rate, block_rate) = (median(bare_rates), median(block_rates));
    let ratio = block_rate / bare_rate;
    clock::say(&format!(
        "{name}: bare {bare_rate:.0}/s, block {block_rate:.0}/s, ratio {ratio:.2}, root {root}"
    ));
}

fn main() {
    measure("ether", Kind::Ether);
    measure("token", Kind::Token);
}

#[cfg(not(target_arch = "wasm32"))]
mod clock {
    use std::time::Instant;

    #[allow(clippy::disallowed_methods, reason = "a measurement, not part of the engine")]
    pub(crate) fn now_s() -> f64 {
        use std::sync::LazyLock;
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed().as_secs_f64()
    }

    pub(crate) fn say(line: &str) {
        println!("{line}");
    }
}

#[cfg(target_arch = "wasm32")]
mod clock {
    pub(crate) fn now_s() -> f64 {
        js_sys::Date::now() / 1_000.0
    }

    pub(crate) fn say(line: &str) {
        wasm_bindgen_test::console_log!("{line}");
    }
}
