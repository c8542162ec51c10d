//! What a rollup block takes from L1: its origin, the attributes deposit that records it, and the
//! deposits of users (OP Stack specs: deposits, derivation).

use crate::{
    chain::{Body, SealedBlock, Transaction},
    contracts::{Deposit, L1Attributes, addresses},
    types::BlockNumber,
};
use alloy_primitives::{Address, B256, TxKind, U256};
use op_alloy_consensus::{L1InfoDepositSource, TxDeposit};
use serde::{Deserialize, Serialize};

/// A block of the L1 by height and hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct L1Origin {
    /// Its height.
    pub number: BlockNumber,
    /// Its hash.
    pub hash: B256,
}

impl L1Origin {
    /// The origin that this L1 block is.
    pub fn of(block: &SealedBlock) -> Self {
        Self { number: block.number(), hash: block.hash }
    }
}

/// Gas of the attributes deposit (Regolith).
const ATTRIBUTES_GAS: u64 = 1_000_000;

/// The deposit that tells the rollup of its L1 origin: first in every block. `sequence_number` counts
/// the rollup's blocks with this origin from 0.
pub fn attributes_deposit(
    origin: &SealedBlock,
    blob_base_fee: u64,
    sequence_number: u64,
    batcher: Address,
) -> Transaction {
    let header = &origin.header;
    let attributes = L1Attributes {
        number: header.number,
        timestamp: header.timestamp,
        base_fee: U256::from(header.base_fee_per_gas.unwrap_or_default()),
        blob_base_fee: U256::from(blob_base_fee),
        hash: origin.hash,
        sequence_number,
        batcher_hash: batcher.into_word(),
        ..L1Attributes::default()
    };
    Transaction::deposit(TxDeposit {
        source_hash: L1InfoDepositSource::new(origin.hash, sequence_number).source_hash(),
        from: addresses::L1_ATTRIBUTES_DEPOSITOR,
        to: TxKind::Call(addresses::L1_BLOCK),
        mint: 0,
        value: U256::ZERO,
        gas_limit: ATTRIBUTES_GAS,
        is_system_transaction: false,
        input: attributes.calldata(),
    })
}

/// The deposits that a portal took in an L1 block, in order. A log that is no deposit of the known
/// version is passed over, as the specification says.
pub fn user_deposits(block: &SealedBlock, portal: Address) -> Vec<Transaction> {
    block
        .logs()
        .filter(|(_, _, log)| log.address == portal)
        .filter_map(|(index, _, log)| {
            let deposit = Deposit::from_log(log).ok()?;
            Some(Transaction::deposit(deposit.to_transaction(block.hash, index)))
        })
        .collect()
}

/// The source hash of a deposit; none for another transaction.
pub fn source_hash(transaction: &Transaction) -> Option<B256> {
    match transaction.body() {
        Body::Deposit(deposit) => Some(deposit.source_hash),
        Body::Ethereum(_) => None,
    }
}
