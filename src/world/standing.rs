//! Where bundles stand, as the world notes it: what lands, what waits again, and who broke a promise.

use super::{Fact, World};
use crate::{
    rollup::Status,
    sequencing::{Abort, BundleId, BundleState, LegEnd},
    types::ChainId,
};

impl World {
    /// Notes what became of a bundle, if it is news.
    pub(super) fn note_bundle(&mut self, id: BundleId, state: BundleState) {
        let now = self.now;
        if self.sequencer.as_mut().is_some_and(|sequencer| sequencer.note(id, now, state.clone())) {
            self.record(Fact::Bundle { bundle: id, state });
        }
    }

    pub(super) fn note_landed(&mut self, id: BundleId, legs: Vec<LegEnd>) {
        let Some(sequencer) = &self.sequencer else { return };
        let Some(record) = sequencer.bundle(id) else { return };
        let Some(height) = record.state().height() else { return };
        let failed = legs.iter().any(|leg| !leg.succeeded) && legs.iter().any(|leg| leg.succeeded);
        let broken = (sequencer.breaks_promise(id) && failed && record.bundle.guarantee.is_all_or_nothing())
            .then(|| (sequencer.slot(height).map(|slot| slot.leader), record.bundle.legs[0].from()));
        self.note_bundle(id, BundleState::Landed(height, legs));
        if let Some((Some(leader), victim)) = broken {
            self.record(Fact::PromiseBroken { bundle: id, node: leader });
            self.slash(leader, Some(victim));
        }
    }

    /// A bundle had no effect through no fault of its own: it is ordered again while its deadline is ahead.
    pub(super) fn note_bundle_again(&mut self, id: BundleId, abort: Abort) {
        let deadline =
            self.sequencer.as_ref().and_then(|s| s.bundle(id)).map(|record| record.bundle.deadline);
        // What a leg fails for by itself it would fail for again.
        let is_lasting = match abort {
            Abort::NoVote { .. } | Abort::Full { .. } => false,
            Abort::NotIncludable { .. }
            | Abort::LegFailed { .. }
            | Abort::CyclicWait { .. }
            | Abort::Deadline
            | Abort::Left { .. } => true,
        };
        let state = match deadline {
            Some(deadline) if deadline > self.now && !is_lasting => BundleState::Waiting,
            _ => BundleState::Aborted(abort),
        };
        self.note_bundle(id, state);
    }

    /// A rollup without whose vote a bundle fell.
    pub(super) fn missing_voter(&self, id: BundleId) -> ChainId {
        let chains = self.sequencer.as_ref().and_then(|s| s.bundle(id)).map(|record| record.bundle.chains());
        let silent = |chain: &&ChainId| {
            let halted = self.member(**chain).is_none_or(|member| member.rollup.status() != Status::Running);
            halted || self.sequencer.as_ref().is_some_and(|s| s.misconduct().silent_voters.contains(chain))
        };
        let chains = chains.unwrap_or_default();
        chains.iter().find(silent).or(chains.first()).copied().unwrap_or(self.l1.id())
    }
}
