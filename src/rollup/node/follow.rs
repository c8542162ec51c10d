//! How a node follows L1: it derives what is posted there, and drops what L1 no longer vouches for.

use super::Rollup;
use crate::{
    chain::SealedBlock,
    rollup::{
        BatchBlock, BatchDrop, DerivationError, L1Origin, L1Source, Status,
        derivation::{self, Head, Posted},
        user_deposits,
    },
    types::BlockNumber,
};
use alloy_primitives::{B256, Bytes};
use imbl::OrdSet;
use std::sync::Arc;

/// What following L1 brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// The safe head before and after, if it moved forward.
    pub safe: Option<(BlockNumber, BlockNumber)>,
    /// Blocks that were dropped since L1, or what was posted there, says otherwise: oldest and count.
    pub dropped: Option<(BlockNumber, u64)>,
    /// The newest block that is left, if L1 had blocks undone.
    pub rewound: Option<BlockNumber>,
    /// Batches that were ignored, with the reason.
    pub ignored: Vec<String>,
    /// Why derivation stands still since now.
    pub stuck: Option<String>,
}

impl Rollup {
    /// Follows L1 up to block `until`: notes deposits, derives from batches, and on a reorg of L1 drops
    /// what rested on blocks that are gone.
    pub fn follow(&mut self, l1: &impl L1Source, until: BlockNumber) -> Followed {
        let mut followed = Followed::default();
        if self.status == Status::Removed || self.deployed_in.is_none() {
            return followed;
        }
        self.unwind(l1, &mut followed);
        let before = self.safe_head();
        let portal = self.genesis.contracts().portal;
        while let Some(number) = self.derived_from.map(|origin| origin.number.next()) {
            let Some(block) = (number <= until).then(|| l1.block(number).cloned()).flatten() else { break };
            match derivation::posted_in(&self.genesis, l1, &block) {
                Ok(posted) => posted.iter().for_each(|posted| match posted {
                    Posted::Batch(payload) => self.derive(l1, &block, payload, &mut followed),
                    Posted::Rewind { kept, hash } => self.rewind(l1, &block, *kept, *hash, &mut followed),
                }),
                Err(error) => {
                    self.get_stuck(&error, &mut followed);
                    break;
                }
            }
            if !user_deposits(&block, portal).is_empty() {
                self.deposits_in.insert(number);
            }
            self.stuck = None;
            self.derived_from = Some(L1Origin::of(&block));
        }
        let after = self.safe_head();
        if after > before {
            followed.safe = Some((before, after));
        }
        followed
    }

    fn get_stuck(&mut self, error: &DerivationError, followed: &mut Followed) {
        let text = error.to_string();
        if self.stuck.as_ref() != Some(&text) {
            followed.stuck = Some(text.clone());
        }
        self.stuck = Some(text);
    }

    fn derive(&mut self, l1: &impl L1Source, block: &SealedBlock, payload: &Bytes, followed: &mut Followed) {
        let batches = match derivation::read_batch(payload) {
            Ok(batches) => batches,
            Err(drop) => {
                followed.ignored.push(drop.to_string());
                return;
            }
        };
        for batch in &batches {
            if self.is_known(batch) {
                let number = self.safe_head().next();
                self.safe.push_back((L1Origin::of(block), number));
                continue;
            }
            match self.derive_anew(l1, block, batch, followed) {
                Ok(()) => {}
                Err(drop) => {
                    // A batch that was posted twice is no news.
                    if self.chain.block_by_hash(&batch.parent_hash).is_none() {
                        followed.ignored.push(drop.to_string());
                    }
                    return;
                }
            }
        }
    }

    /// Whether the block after the safe head is the one in the batch, so that it need not be executed.
    fn is_known(&self, batch: &BatchBlock) -> bool {
        let own = self.chain.block(self.safe_head().next());
        own.and_then(|block| self.batch_block(block)).is_some_and(|own| own == *batch)
    }

    /// Executes a block that is not what this node has: what it has above the safe head is dropped.
    fn derive_anew(
        &mut self,
        l1: &impl L1Source,
        block: &SealedBlock,
        batch: &BatchBlock,
        followed: &mut Followed,
    ) -> Result<(), BatchDrop> {
        let safe = self.safe_head();
        let mut chain = self.chain.clone();
        let dropped = chain.truncate(safe);
        let (origin, sequence_number) = self.origins[usize::try_from(safe.get()).unwrap_or(0)];
        let is_genesis = safe == BlockNumber::GENESIS;
        let rewound_at_ms = self.rewound_at_ms();
        let head = Head { genesis: &self.genesis, origin, sequence_number, is_genesis, rewound_at_ms };
        let (derived, origin) = derivation::derive_block(&mut chain, &head, l1, block.number(), batch)?;
        let sequence = if origin == head.origin { head.sequence_number + 1 } else { 0 };
        self.chain = chain;
        self.origins.truncate(usize::try_from(derived.header.number).unwrap_or(0));
        self.origins.push_back((origin, sequence));
        self.safe.push_back((L1Origin::of(block), derived.number()));
        self.posted = None;
        self.take_back(&dropped, followed);
        Ok(())
    }

    /// Undoes what rests on L1 blocks that are no longer there.
    fn unwind(&mut self, l1: &impl L1Source, followed: &mut Followed) {
        let stands = |origin: &L1Origin| l1.block(origin.number).is_some_and(|b| b.hash == origin.hash);
        if self.derived_from.as_ref().is_none_or(stands) {
            return;
        }
        while self.safe.last().is_some_and(|(origin, _)| !stands(origin)) {
            self.safe.pop_back();
        }
        while self.rewinds.last().is_some_and(|(origin, _)| !stands(origin)) {
            self.rewinds.pop_back();
        }
        while self.origins.len() > 1 && self.origins.last().is_some_and(|(origin, _)| !stands(origin)) {
            self.origins.pop_back();
        }
        let head = BlockNumber::new(self.origins.len() as u64 - 1);
        let dropped = self.chain.truncate(head);
        self.posted = None;
        // Blocks that a rewind undid which is itself gone are derived once more.
        while let Some((origin, _)) = self.safe.last().copied().filter(|(_, safe)| *safe > head) {
            while self.safe.last().is_some_and(|(other, _)| *other == origin) {
                self.safe.pop_back();
            }
        }
        let last_origin = self.origins.last().map(|(origin, _)| *origin);
        let last_safe = self.safe.last().map(|(origin, _)| *origin);
        // Derive again from the newest L1 block that surely stands.
        let resume = last_safe.or(self.deployed_in).filter(stands).or(last_origin);
        self.derived_from = resume;
        self.find_deposits(l1);
        self.take_back(&dropped, followed);
    }

    /// Notes the L1 blocks with deposits that are in no block of what is left.
    fn find_deposits(&mut self, l1: &impl L1Source) {
        self.deposits_in = OrdSet::new();
        let last_origin = self.origins.last().map(|(origin, _)| *origin);
        let Some((origin, until)) = last_origin.zip(self.derived_from) else { return };
        let portal = self.genesis.contracts().portal;
        let is_genesis = self.origins.len() == 1;
        for number in origin.number.get() + u64::from(!is_genesis)..=until.number.get() {
            let number = BlockNumber::new(number);
            if l1.block(number).is_some_and(|block| !user_deposits(block, portal).is_empty()) {
                self.deposits_in.insert(number);
            }
        }
    }

    /// L1 has the blocks above `kept` undone. Their transactions wait again.
    fn rewind(
        &mut self,
        l1: &impl L1Source,
        block: &SealedBlock,
        kept: BlockNumber,
        hash: B256,
        followed: &mut Followed,
    ) {
        let is_known = kept <= self.safe_head() && self.chain.block(kept).is_some_and(|own| own.hash == hash);
        if !is_known {
            followed.ignored.push(BatchDrop::Rewind { kept, hash }.to_string());
            return;
        }
        let dropped = self.chain.truncate(kept);
        self.origins.truncate(usize::try_from(kept.get()).unwrap_or(usize::MAX).saturating_add(1));
        self.safe.push_back((L1Origin::of(block), kept));
        self.rewinds.push_back((L1Origin::of(block), self.genesis.millis_of(block)));
        self.posted = None;
        self.find_deposits(l1);
        self.take_back(&dropped, followed);
        followed.rewound = Some(kept);
    }

    /// Transactions of dropped blocks wait again.
    fn take_back(&mut self, dropped: &[Arc<SealedBlock>], followed: &mut Followed) {
        let Some(first) = dropped.first() else { return };
        for transaction in dropped.iter().flat_map(|block| &block.transactions) {
            self.chain.send_again(transaction.clone());
        }
        followed.dropped = Some((first.number(), dropped.len() as u64));
    }
}
