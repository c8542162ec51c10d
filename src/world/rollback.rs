//! Atomic settlement: what one rollup claimed is rejected on L1, and all that are tied to it roll back together.
//!
//! The way there is an L1 transaction to each rollup's inbox that names the newest block that stays, so that
//! whoever derives from L1's bytes comes to the same. Transactions of the blocks that are undone wait again, but for
//! those of bundles that promised to settle together: these are gone.

use super::{OrderError, World};
use crate::{
    chain::Draft,
    rollup::{Status, rewind_calldata},
    sequencing::{BundleState, LegCargo},
    types::{BlockNumber, ChainId},
};
use alloy_primitives::U256;
use std::collections::BTreeMap;

/// Gas of an L1 transaction that undoes blocks.
const REWIND_GAS: u64 = 40_000;

impl World {
    /// L1 rejects what a rollup claimed beyond its last final state.
    pub(super) fn reject_settlement(&mut self, chain: ChainId) -> Result<(), OrderError> {
        let status = self.member_mut(chain)?.rollup.status();
        if !matches!(status, Status::Running | Status::Halted) {
            return Err(OrderError::NotRunning { chain, status: super::status_name(status) });
        }
        let kept = self.rollback_targets(chain);
        if let Some(held) =
            kept.keys().find(|chain| self.member(**chain).is_some_and(|member| member.rollup.holds()))
        {
            return Err(OrderError::HoldsBlock(*held));
        }
        for (chain, kept) in kept {
            let Some(member) = self.member(chain) else { continue };
            let Some(block) = member.rollup.chain().block(kept) else { continue };
            let genesis = member.rollup.genesis();
            let draft = Draft {
                from: genesis.batcher(),
                to: Some(genesis.inbox()),
                value: U256::ZERO,
                data: rewind_calldata(kept, block.hash),
                gas_limit: REWIND_GAS,
                blobs: Vec::new(),
            };
            self.send_draft(self.l1.id(), draft)?;
            if let Some(sequencer) = &mut self.sequencer
                && sequencer.members().contains(&chain)
            {
                sequencer.set_rewinding(chain, true);
            }
        }
        Ok(())
    }

    /// The newest block that stays of each rollup that rolls back if `chain` does: of each its last final block, or
    /// an earlier one if a bundle that is final there is not final, or does not stay, elsewhere.
    fn rollback_targets(&self, chain: ChainId) -> BTreeMap<ChainId, BlockNumber> {
        let last_final = |chain| self.finalized_head(chain).unwrap_or(BlockNumber::GENESIS);
        let mut kept = BTreeMap::from([(chain, last_final(chain))]);
        let Some(sequencer) = &self.sequencer else { return kept };
        loop {
            let before = kept.clone();
            for (_, record) in sequencer.tied() {
                let is_undone = |(chain, block): (&ChainId, &BlockNumber)| {
                    kept.get(chain).is_some_and(|kept| block > kept)
                };
                if !record.blocks.iter().any(is_undone) {
                    continue;
                }
                for (chain, block) in &record.blocks {
                    let most = block.previous().unwrap_or(BlockNumber::GENESIS);
                    let stays = kept.entry(*chain).or_insert_with(|| last_final(*chain));
                    *stays = most.min(*stays);
                }
            }
            if kept == before {
                return kept;
            }
        }
    }

    /// A rollup has undone its blocks above `kept` as L1 says.
    pub(super) fn after_rewind(&mut self, chain: ChainId, kept: BlockNumber) {
        let Some(sequencer) = &mut self.sequencer else { return };
        sequencer.set_rewinding(chain, false);
        let undone: Vec<_> = sequencer
            .tied()
            .filter(|(_, record)| record.blocks.get(&chain).is_some_and(|block| *block > kept))
            .map(|(height, record)| (height, record.bundle.clone()))
            .collect();
        for (height, bundle) in &undone {
            self.note_bundle(bundle.id, BundleState::RolledBack(*height));
        }
        self.forget_rolled_back(chain);
        self.refresh_ordered(chain);
    }

    /// What was promised to settle together does not come back by halves.
    fn forget_rolled_back(&mut self, chain: ChainId) {
        let Some(sequencer) = &self.sequencer else { return };
        let is_undone = |record: &&std::sync::Arc<crate::sequencing::BundleRecord>| {
            matches!(record.state(), BundleState::RolledBack(_))
        };
        let legs: Vec<_> = (sequencer.bundles().iter().filter(is_undone))
            .flat_map(|record| record.bundle.legs.iter().filter(|leg| leg.chain == chain).cloned())
            .collect();
        let Ok(member) = self.member_mut(chain) else { return };
        let waiting = member.rollup.chain().mempool();
        let mut gone: Vec<_> = waiting.of(crate::contracts::addresses::SHARED_SEQUENCER).cloned().collect();
        for leg in &legs {
            let is_it = |sent: &&std::sync::Arc<crate::chain::Transaction>| match &leg.cargo {
                LegCargo::Signed(signed) => sent.hash() == signed.hash(),
                LegCargo::Actor(draft) => {
                    sent.is_impersonated()
                        && (sent.to(), sent.input()) == (draft.to, &draft.data)
                        && sent.value() == draft.value
                }
            };
            gone.extend(waiting.of(leg.from()).find(is_it).cloned());
        }
        member.rollup.chain_mut().forget(&gone);
    }
}
