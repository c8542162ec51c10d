//! Derivation: from L1 alone to the rollup's blocks. The rollup's own node, and anybody else, runs this.
//!
//! Deviations from the OP Stack: a block's origin may lie several L1 blocks after its parent's, since
//! missed slots have no blocks; it takes the deposits of all of them. Batches must come in order.

use super::{
    BatchBlock, BatchError, L1Origin, RollupGenesis, attributes_deposit, decode_batch, user_deposits,
};
use crate::{
    chain::{Attributes, Chain, DecodeError, SealError, SealedBlock, Transaction, Transactions},
    fees::{self, BaseFeeParams, ParentGas},
    l1::blob_base_fee,
    rollup::SEQUENCER_FEE_VAULT,
    types::{BlockNumber, Time},
};
use alloy_primitives::{B256, Bytes};
use std::sync::Arc;

/// What derivation may read.
pub trait L1Source {
    /// An L1 block of the canonical chain.
    fn block(&self, number: BlockNumber) -> Option<&Arc<SealedBlock>>;
    /// The payload of a blob by its versioned hash.
    fn blob(&self, versioned_hash: &B256) -> Option<&Bytes>;
    /// Data that a committee or an operator holds, by its hash.
    fn held_data(&self, hash: &B256) -> Option<&Bytes>;
}

/// First byte of an L1 transaction whose calldata is the payload.
pub(super) const CALLDATA_MARK: u8 = 1;
/// First byte of an L1 transaction whose calldata is the hash of a payload that is held elsewhere.
pub(super) const HASH_MARK: u8 = 2;
/// First byte of an L1 transaction that takes blocks back: a height and the hash of the block there follow.
pub(super) const REWIND_MARK: u8 = 3;

/// What a rollup's batcher says in an L1 transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// Blocks.
    Batch(Bytes),
    /// Blocks above this one are undone: what was claimed of them was rejected.
    Rewind {
        /// The newest block that stays.
        kept: BlockNumber,
        /// Its hash.
        hash: B256,
    },
}

/// Calldata of the L1 transaction that undoes a rollup's blocks above `kept`.
pub fn rewind_calldata(kept: BlockNumber, hash: B256) -> Bytes {
    [&[REWIND_MARK], &kept.get().to_be_bytes()[..], hash.as_slice()].concat().into()
}

fn rewind(input: &[u8]) -> Option<Posted> {
    let (number, hash) = input.split_first_chunk::<8>()?;
    let hash = B256::try_from(hash).ok()?;
    Some(Posted::Rewind { kept: BlockNumber::new(u64::from_be_bytes(*number)), hash })
}

/// Why derivation can't go on past an L1 block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DerivationError {
    /// A blob's payload is not there.
    #[error("L1 block {block}: expected the payload of blob {hash}, found none")]
    BlobMissing {
        /// The L1 block.
        block: BlockNumber,
        /// The blob.
        hash: B256,
    },
    /// Data that L1 has only the hash of is withheld.
    #[error("L1 block {block}: expected the data with hash {hash}, but it is withheld")]
    DataWithheld {
        /// The L1 block.
        block: BlockNumber,
        /// The data.
        hash: B256,
    },
}

/// Why a batch, or the rest of it, is ignored. The rollup goes on as if it had not been posted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchDrop {
    /// It can't be read.
    #[error(transparent)]
    Unreadable(#[from] BatchError),
    /// It does not build on the safe head.
    #[error("parent: expected {expected}, found {found}")]
    Parent {
        /// The safe head.
        expected: B256,
        /// What the batch says.
        found: B256,
    },
    /// Its origin is not a block of this L1, goes back, or comes after the batch itself.
    #[error("L1 origin {found}: expected a canonical block from {least} to {most}")]
    Origin {
        /// Earliest.
        least: BlockNumber,
        /// Latest.
        most: BlockNumber,
        /// What the batch says.
        found: BlockNumber,
    },
    /// Its time goes back, or lies before its origin's.
    #[error("time: expected at least {least} ms, found {found} ms")]
    Time {
        /// Earliest.
        least: u64,
        /// What the batch says.
        found: u64,
    },
    /// Blocks are to be undone above one that the rollup does not have as a safe block.
    #[error("rewind: expected a safe block of this rollup, found {hash} at height {kept}")]
    Rewind {
        /// The height.
        kept: BlockNumber,
        /// What the L1 transaction says of it.
        hash: B256,
    },
    /// A transaction's bytes are not one.
    #[error(transparent)]
    Transaction(#[from] DecodeError),
    /// A deposit posing as a transaction.
    #[error("expected no deposit in a batch, found one")]
    Deposit,
    /// The block can't be executed.
    #[error(transparent)]
    Seal(Box<SealError>),
}

impl From<SealError> for BatchDrop {
    fn from(error: SealError) -> Self {
        Self::Seal(Box::new(error))
    }
}

/// What a rollup's batcher says in an L1 block, in order.
pub fn posted_in(
    genesis: &RollupGenesis,
    l1: &impl L1Source,
    block: &SealedBlock,
) -> Result<Vec<Posted>, DerivationError> {
    let (inbox, batcher, number) = (genesis.inbox(), genesis.batcher(), block.number());
    let mut payloads = Vec::new();
    for (transaction, receipt) in block.included() {
        if transaction.to() != Some(inbox) || transaction.from() != batcher || !receipt.succeeded {
            continue;
        }
        for hash in transaction.blobs() {
            let payload = l1.blob(hash).ok_or(DerivationError::BlobMissing { block: number, hash: *hash })?;
            payloads.push(Posted::Batch(payload.clone()));
        }
        let input = transaction.input();
        match input.first() {
            Some(&CALLDATA_MARK) => payloads.push(Posted::Batch(input.slice(1..))),
            Some(&HASH_MARK) if input.len() == 33 => {
                let hash = B256::from_slice(&input[1..]);
                let payload =
                    l1.held_data(&hash).ok_or(DerivationError::DataWithheld { block: number, hash })?;
                payloads.push(Posted::Batch(payload.clone()));
            }
            Some(&REWIND_MARK) => payloads.extend(rewind(&input[1..])),
            _ => {}
        }
    }
    Ok(payloads)
}

/// A rollup's chain together with the L1 origin of its newest block.
#[derive(Clone, Debug)]
pub struct Head<'a> {
    /// How it began.
    pub genesis: &'a RollupGenesis,
    /// Origin of the newest block.
    pub origin: L1Origin,
    /// How many blocks before the next one have that origin, the first of them not counted.
    pub sequence_number: u64,
    /// Whether the newest block is the first: then the deposits of its own origin are still to come, those
    /// that follow the deployment in its L1 block.
    pub is_genesis: bool,
    /// When L1 last had blocks undone, in milliseconds since the world began: what was sealed before does not
    /// come back.
    pub rewound_at_ms: u64,
}

impl Head<'_> {
    /// What the next block begins with if its origin is `origin`: the attributes and the deposits of
    /// all L1 blocks after the last origin. None if one of them is not there.
    pub fn deposits(&self, l1: &impl L1Source, origin: BlockNumber) -> Option<Vec<Transaction>> {
        let block = l1.block(origin)?;
        let is_same = self.origin.number == origin;
        let sequence = if is_same { self.sequence_number + 1 } else { 0 };
        let blob_base_fee = blob_base_fee(&block.header);
        let mut deposits = vec![attributes_deposit(block, blob_base_fee, sequence, self.genesis.batcher())];
        let portal = self.genesis.contracts().portal;
        let first = self.origin.number.get() + u64::from(!self.is_genesis);
        for number in first..=origin.get() {
            deposits.extend(user_deposits(l1.block(BlockNumber::new(number))?, portal));
        }
        Some(deposits)
    }

    /// The attributes of the next block on `chain`.
    pub fn attributes(&self, chain: &Chain, origin: &SealedBlock, sealed_at: Time) -> Attributes {
        Attributes {
            sealed_at,
            timestamp: self.genesis.unix_seconds(sealed_at.millis()),
            beneficiary: SEQUENCER_FEE_VAULT,
            base_fee: next_base_fee(chain),
            blobs: None,
            prevrandao: origin.header.mix_hash,
        }
    }
}

/// The base fee of the next block of a rollup. It does not step while nothing is sealed.
pub fn next_base_fee(chain: &Chain) -> u64 {
    let header = &chain.head().header;
    let base_fee = header.base_fee_per_gas.unwrap_or_default();
    let parent = ParentGas { base_fee, limit: header.gas_limit, used: header.gas_used };
    fees::next_base_fee(parent, BaseFeeParams::OP_STACK).max(MIN_BASE_FEE)
}

/// A rollup's base fee falls no further (the OP Stack's minimum base fee, Jovian): wei per gas.
const MIN_BASE_FEE: u64 = 100_000;

/// Executes one block of a batch that L1 block `included_in` carries. On an error nothing changes.
pub fn derive_block(
    chain: &mut Chain,
    head: &Head<'_>,
    l1: &impl L1Source,
    included_in: BlockNumber,
    batch: &BatchBlock,
) -> Result<(Arc<SealedBlock>, L1Origin), BatchDrop> {
    let parent = chain.head().clone();
    if batch.parent_hash != parent.hash {
        return Err(BatchDrop::Parent { expected: parent.hash, found: batch.parent_hash });
    }
    let origin_number = BlockNumber::new(batch.origin_number);
    let wrong_origin =
        BatchDrop::Origin { least: head.origin.number, most: included_in, found: origin_number };
    if origin_number < head.origin.number || origin_number > included_in {
        return Err(wrong_origin);
    }
    let origin = match l1.block(origin_number) {
        Some(block) if block.hash == batch.origin_hash => block.clone(),
        _ => return Err(wrong_origin),
    };
    let since_world = origin.header.timestamp.saturating_sub(head.genesis.world_timestamp);
    let least = parent.sealed_at.millis().max(since_world * 1000).max(head.rewound_at_ms);
    if batch.sealed_at_ms < least {
        return Err(BatchDrop::Time { least, found: batch.sealed_at_ms });
    }
    let mut transactions = head.deposits(l1, origin_number).ok_or(wrong_origin)?;
    for raw in &batch.transactions {
        let transaction = Transaction::decode_included(raw, chain.rules().id)?;
        if transaction.nonce().is_none() {
            return Err(BatchDrop::Deposit);
        }
        transactions.push(transaction);
    }
    let attributes = head.attributes(chain, &origin, Time::new(batch.sealed_at_ms));
    let block = chain.seal(&attributes, Transactions::Exact(transactions))?.block;
    Ok((block, L1Origin::of(&origin)))
}

/// The blocks of a payload, or why there are none.
pub fn read_batch(payload: &Bytes) -> Result<Vec<BatchBlock>, BatchDrop> {
    Ok(decode_batch(payload)?)
}
