//! What a node posts: its blocks since the safe head, packed for where its data goes.

use super::Rollup;
use crate::{
    chain::SealedBlock,
    rollup::{
        BatchBlock, DataAvailability, Status,
        derivation::{CALLDATA_MARK, HASH_MARK},
        encode_batch,
    },
    types::{BlockNumber, Span, Time},
};
use alloy_primitives::{B256, Bytes, keccak256};

/// Bytes that a blob carries: 4 096 field elements (EIP-4844) of 31 whole bytes each.
const BLOB_BYTES: u64 = 4096 * 31;

/// A batch on its way to L1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedBatch {
    /// First block in it.
    pub first: BlockNumber,
    /// Last block in it.
    pub last: BlockNumber,
    /// Calldata of the L1 transaction.
    pub calldata: Bytes,
    /// Payloads of the blobs that go along.
    pub blobs: Vec<Bytes>,
    /// Data that is held elsewhere, with its hash.
    pub held: Option<(B256, Bytes)>,
    /// When it can go to L1: now, or once a committee holds its data.
    pub ready: Time,
}

impl Rollup {
    /// When the batcher posts next: at the next multiple of its cadence, if there is something to post.
    pub fn next_batch(&self, now: Time) -> Option<Time> {
        let cadence = self.config().batch_cadence;
        let running = matches!(self.status, Status::Running | Status::Halted) && !self.batcher_halted;
        // Where a committee still takes the batch before, this one waits.
        let free = self.posted.map_or(now, |(_, at)| at.max(now));
        (running && self.unposted(now).is_some()).then(|| free.next_multiple_of(cadence))
    }

    /// The first block to post: after what was posted, or after the safe head again if that got lost.
    fn unposted(&self, now: Time) -> Option<BlockNumber> {
        let safe = self.safe_head();
        let posted = match self.posted {
            Some((number, at)) if number > safe && now < at.plus(self.patience()) => number,
            _ => safe,
        };
        let first = posted.next();
        (first <= self.chain.head().number()).then_some(first)
    }

    /// How long the batcher waits for a posted batch to become safe before it posts again.
    fn patience(&self) -> Span {
        self.config().batch_cadence.times(3).plus(Span::minutes(2))
    }

    /// When the batcher looks whether what it posted became safe.
    pub fn retry_batch_at(&self, now: Time) -> Time {
        let posted = self.posted.map_or(now, |(_, at)| at);
        posted
            .plus(self.patience())
            .max(now.plus(Span::millis(1)))
            .next_multiple_of(self.config().batch_cadence)
    }

    /// Whether blocks were posted that L1 does not vouch for yet: then the batcher looks again later.
    pub fn awaits_safety(&self) -> bool {
        self.safe_head() < self.chain.head().number()
    }

    /// Says that what was posted still waits for an L1 block, so that it is not taken for lost.
    pub fn not_lost(&mut self, now: Time) {
        let (safe, patience) = (self.safe_head(), self.patience());
        if let Some((number, at)) = &mut self.posted
            && *number > safe
            && now >= at.plus(patience)
        {
            *at = now;
        }
    }

    /// Takes all blocks that are to be posted now. A committee takes their data batch by batch.
    pub fn post_batches(&mut self, now: Time) -> Vec<PostedBatch> {
        std::iter::from_fn(|| self.post_batch(now)).collect()
    }

    /// Until when a committee takes data that was handed to it already.
    pub fn spreading_until(&self) -> Option<Time> {
        self.posted.map(|(_, at)| at)
    }

    /// Most bytes of batch data in one L1 transaction, before they are deflated.
    fn batch_bytes_max(&self) -> u64 {
        let most = self.config().batch_bytes_max;
        if self.config().data_availability == DataAvailability::Blob { most.min(BLOB_BYTES) } else { most }
    }

    fn post_batch(&mut self, now: Time) -> Option<PostedBatch> {
        let first = self.unposted(now)?;
        let mut blocks = Vec::new();
        let mut bytes = 0;
        let mut last = first;
        let mut number = first;
        while let Some(block) = self.chain.block(number).cloned() {
            let batch = self.batch_block(&block)?;
            bytes += batch.transactions.iter().map(|raw| raw.len() as u64 + 8).sum::<u64>() + 90;
            if !blocks.is_empty() && bytes > self.batch_bytes_max() {
                break;
            }
            blocks.push(batch);
            last = number;
            number = number.next();
        }
        let payload = encode_batch(&blocks);
        let free = self.posted.map_or(now, |(_, at)| at.max(now));
        let ready = free.plus(self.spreading(payload.len() as u64));
        self.posted = Some((last, ready));
        Some(self.packed(first, last, payload, ready))
    }

    /// How long a committee takes so many bytes.
    fn spreading(&self, bytes: u64) -> Span {
        match self.config().data_availability {
            DataAvailability::Committee { bytes_per_second, .. } => {
                Span::millis(bytes.saturating_mul(1000).checked_div(bytes_per_second).unwrap_or(0))
            }
            DataAvailability::Blob | DataAvailability::Calldata | DataAvailability::External => Span::ZERO,
        }
    }

    fn packed(&self, first: BlockNumber, last: BlockNumber, payload: Bytes, ready: Time) -> PostedBatch {
        let (calldata, blobs) = (Bytes::new(), Vec::new());
        let mut batch = PostedBatch { first, last, calldata, blobs, held: None, ready };
        match self.config().data_availability {
            DataAvailability::Blob => batch.blobs.push(payload),
            DataAvailability::Calldata => {
                batch.calldata = [&[CALLDATA_MARK], payload.as_ref()].concat().into();
            }
            DataAvailability::Committee { .. } | DataAvailability::External => {
                let hash = keccak256(&payload);
                batch.calldata = [&[HASH_MARK], hash.as_slice()].concat().into();
                batch.held = Some((hash, payload));
            }
        }
        batch
    }

    pub(super) fn batch_block(&self, block: &SealedBlock) -> Option<BatchBlock> {
        let origin = self.origin(block.number())?;
        Some(BatchBlock {
            parent_hash: block.header.parent_hash,
            sealed_at_ms: block.sealed_at.millis(),
            origin_number: origin.number.get(),
            origin_hash: origin.hash,
            transactions: block
                .transactions
                .iter()
                .filter(|transaction| transaction.nonce().is_some())
                .map(|transaction| transaction.raw().clone())
                .collect(),
        })
    }
}
