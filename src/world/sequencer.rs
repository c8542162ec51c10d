//! The shared sequencer in the world: when its committee meets, how members learn of slots, and how the
//! outcome of what they hold ready reaches them. How their blocks are built together is in `joint`.

use super::{
    Event, Fact, World,
    joint::{Joint, Ready, Turn},
};
use crate::{
    rollup::{Ordering, Status},
    sequencing::{
        Abort, BundleId, BundleState, Candidate, Hold, HoldInput, LegEnd, Ordered, Outcome, Part,
        SharedSequencer, Slot, SlotContent, Tally,
        committee::{Committee, CommitteeEvent, Decided, Effects, Height, NodeId, Proposals, Round},
    },
    sim::Delivery,
    types::{ChainId, Gather as _, Span, Time},
};
use alloy_primitives::Bytes;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// How long a sender waits before it sends again what may be lost.
const RESEND_AFTER: Span = Span::millis(500);

/// What leaders propose and nodes accept: what the sequencer and the members' mempools hold now.
struct Leaders<'a> {
    world: &'a World,
    sequencer: &'a SharedSequencer,
}

impl Proposals for Leaders<'_> {
    fn propose(&mut self, node: NodeId, _height: Height, _round: Round) -> Bytes {
        let world = self.world;
        let candidates = world.candidates(self.sequencer);
        let mut surround =
            |candidate: &Candidate, attacker| world.surround(self.sequencer, candidate, attacker);
        self.sequencer.compose(node, world.now, candidates, &mut surround).encode()
    }

    fn is_valid(&self, _node: NodeId, _height: Height, _round: Round, payload: &Bytes) -> bool {
        SlotContent::decode(payload).is_some_and(|content| self.sequencer.accepts(&content, self.world.now))
    }

    fn propose_other(&mut self, _node: NodeId, _height: Height, _round: Round, first: &Bytes) -> Bytes {
        // The same slot without its last entry: both can be executed, and only one may be decided.
        let mut content = SlotContent::decode(first).unwrap_or_default();
        content.order.pop();
        content.encode()
    }
}

impl World {
    /// The shared sequencer, if there is one.
    pub fn sequencer(&self) -> Option<&SharedSequencer> {
        self.sequencer.as_ref()
    }

    /// Its committee.
    pub fn committee(&self) -> Option<&Committee> {
        self.committee.as_ref()
    }

    /// Lets the committee do something, and sees to what follows.
    pub(super) fn with_committee(
        &mut self,
        act: impl FnOnce(&mut Committee, Time, &mut dyn Proposals, &mut Effects),
    ) {
        let Some((mut committee, sequencer)) = self.committee.take().zip(self.sequencer.clone()) else {
            return;
        };
        let mut effects = Effects::default();
        act(&mut committee, self.now, &mut Leaders { world: self, sequencer: &sequencer }, &mut effects);
        self.committee = Some(committee);
        for (at, event) in effects.events {
            self.queue.push(at, Event::Committee(Box::new(event)));
        }
        for evidence in effects.evidence {
            self.record(Fact::Equivocated { node: evidence.offender, kind: evidence.kind });
            self.slash(evidence.offender, None);
        }
        for disagreement in effects.disagreements {
            let reason =
                disagreement.weights.check().err().map(|bound| bound.to_string()).unwrap_or_default();
            self.record(Fact::Disagreed { height: disagreement.height, reason });
        }
        for decided in effects.decided {
            self.node_decided(decided);
        }
    }

    pub(super) fn committee_event(&mut self, event: CommitteeEvent) {
        if self.committee.as_ref().is_some_and(|committee| committee.matters(&event)) {
            self.with_committee(|committee, now, proposals, effects| {
                committee.handle(now, event, proposals, effects);
            });
        }
    }

    /// Sees to it that the committee meets when something waits for it.
    pub(super) fn schedule_sequencer(&mut self) {
        let Some(sequencer) = &self.sequencer else { return };
        if sequencer.deciding().is_some() {
            return;
        }
        let at = if sequencer.has_outcome(self.now) {
            self.now
        } else if sequencer.has_work() || self.has_candidates(sequencer) {
            self.now.next_multiple_of(sequencer.config().slot)
        } else {
            return;
        };
        if self.slot_at.is_none_or(|known| known < self.now || at < known) {
            self.slot_at = Some(at);
            self.queue.push(at, Event::SequencerSlot);
        }
    }

    pub(super) fn sequencer_slot(&mut self) {
        if self.slot_at != Some(self.now) {
            return;
        }
        self.slot_at = None;
        let now = self.now;
        self.expire_bundles();
        let Some(sequencer) = &self.sequencer else { return };
        let waits = sequencer.has_outcome(now) || sequencer.has_work() || self.has_candidates(sequencer);
        if sequencer.deciding().is_some() || !waits {
            return;
        }
        let height = sequencer.next_height();
        if let Some(sequencer) = &mut self.sequencer {
            sequencer.begin(height, now);
        }
        self.with_committee(|committee, now, proposals, effects| {
            committee
                .begin(now, height, proposals, effects)
                .expect("heights begin one by one, each after a decision");
        });
    }

    /// Gives up bundles whose deadline has passed before they were ordered.
    pub(super) fn expire_bundles(&mut self) {
        let expired =
            self.sequencer.as_ref().map(|sequencer| sequencer.expired(self.now)).unwrap_or_default();
        for id in expired {
            self.note_bundle(id, BundleState::Aborted(Abort::Deadline));
        }
    }

    /// Whether a member's mempool has something that no slot has yet.
    fn has_candidates(&self, sequencer: &SharedSequencer) -> bool {
        sequencer.members().iter().any(|chain| {
            let waiting = self.chain(*chain).map_or(0, |chain| chain.mempool().count());
            waiting > 0 && waiting > sequencer.queued_singles(*chain)
        }) && !self.candidates(sequencer).is_empty()
    }

    /// What waits in the members' mempools and is in no slot yet: by chain, and within one by tip and arrival.
    fn candidates(&self, sequencer: &SharedSequencer) -> Vec<Candidate> {
        let most = sequencer.config().slot_items_max as usize;
        let mut candidates = Vec::new();
        for chain in sequencer.members() {
            let Some(rollup) = self.member(*chain).map(|member| &member.rollup) else { continue };
            if rollup.status() != Status::Running {
                continue;
            }
            let ordered: BTreeSet<_> = sequencer.ordered_ahead(*chain);
            let state = rollup.chain().state();
            let base_fee = crate::rollup::next_base_fee(rollup.chain());
            let mut best = rollup.chain().mempool().best(base_fee, |sender| state.nonce(sender));
            while let Some(transaction) = best.next() {
                // What pays too little waits, and what comes after it with it.
                if transaction.env().fees.cap() < u128::from(base_fee) {
                    continue;
                }
                best.included(&transaction);
                let (sender, nonce, hash) =
                    (transaction.from(), transaction.nonce().unwrap_or_default(), transaction.hash());
                if ordered.contains(&hash) {
                    continue;
                }
                let ordered = Ordered::Transaction { chain: *chain, sender, nonce, hash };
                candidates.push(Candidate { ordered, chain: *chain, sender, transaction });
                if candidates.len() >= most {
                    return candidates;
                }
            }
        }
        candidates
    }

    fn node_decided(&mut self, decided: Decided) {
        let now = self.now;
        let Some(sequencer) = &mut self.sequencer else { return };
        let Decided { node, decision } = decided;
        let certificate = decision.certificate.clone();
        if certificate.height != sequencer.next_height() {
            return;
        }
        let content = SlotContent::decode(&decision.payload).unwrap_or_default();
        let (_, began_at) = sequencer.deciding().unwrap_or((certificate.height, now));
        let lands_at = now.plus(sequencer.allowance()).at_or_next_multiple_of(sequencer.config().slot);
        let leader = self.committee.as_ref().map_or(node, |committee| {
            committee.validators().leader(certificate.height, certificate.round).node()
        });
        let slot = Slot {
            height: certificate.height,
            round: certificate.round,
            leader,
            value: certificate.value,
            content,
            certificate,
            began_at,
            decided_at: now,
            lands_at,
        };
        self.slot_decided(slot);
    }

    fn slot_decided(&mut self, slot: Slot) {
        let (height, lands_at) = (slot.height, slot.lands_at);
        self.record(Fact::SlotDecided {
            height,
            round: slot.round,
            leader: slot.leader,
            items: slot.content.order.len() as u64,
        });
        let bundles: Vec<BundleId> = slot.content.order.iter().filter_map(Ordered::bundle).collect();
        let outcome = slot.content.outcome.clone();
        if let Some(sequencer) = &mut self.sequencer {
            sequencer.decided(slot);
        }
        if let Some((of, outcome)) = outcome {
            self.outcome_decided(of, &outcome);
        }
        if !bundles.is_empty() {
            self.push_joint_slot(lands_at);
        }
        for id in bundles {
            self.note_bundle(id, BundleState::Ordered(height));
        }
        let told: BTreeSet<ChainId> = self
            .sequencer
            .iter()
            .flat_map(|sequencer| sequencer.members().iter().chain(sequencer.parts().keys()))
            .copied()
            .gather();
        for chain in told {
            self.tell_slot(chain, height);
        }
        self.schedule_sequencer();
    }

    /// Sends something over the link between the committee and the members.
    fn carry_from_committee(&mut self) -> Delivery {
        let link =
            self.committee.as_ref().map(|committee| committee.config().link.clone()).unwrap_or_default();
        link.carry(&mut self.sequencer_generator)
    }

    pub(super) fn tell_slot(&mut self, chain: ChainId, height: Height) {
        let secret = self.sequencer.as_ref().map_or(Span::ZERO, SharedSequencer::decryption);
        let event = |at: Time, lost| (at, Event::SlotTold(chain, height, lost));
        let (at, event) = match self.carry_from_committee() {
            Delivery::After(span) => event(self.now.plus(span).plus(secret), false),
            Delivery::Lost => event(self.now.plus(RESEND_AFTER), true),
        };
        self.queue.push(at, event);
    }

    /// A member learns of a slot, and checks that the committee decided it.
    pub(super) fn slot_told(&mut self, chain: ChainId, height: Height, lost: bool) {
        if lost {
            self.tell_slot(chain, height);
            return;
        }
        let Some((sequencer, committee)) = self.sequencer.as_mut().zip(self.committee.as_ref()) else {
            return;
        };
        let Some(slot) = sequencer.slot(height).cloned() else { return };
        if let Err(error) = committee.validators().verify(slot.height, slot.value, &slot.certificate) {
            self.record(Fact::CertificateRefused { chain, height, reason: error.to_string() });
            return;
        }
        if sequencer.members().contains(&chain) && sequencer.received(chain).next() < height {
            // An earlier one was lost, and comes again before this one.
            self.queue.push(self.now.plus(RESEND_AFTER), Event::SlotTold(chain, height, true));
            return;
        }
        sequencer.receive(chain, height);
        if let Some((of, _)) = &slot.content.outcome {
            self.learn_outcome(chain, *of);
        }
        self.refresh_ordered(chain);
    }

    /// Tells a rollup whether it has something ordered to execute.
    pub(super) fn refresh_ordered(&mut self, chain: ChainId) {
        let has = self.sequencer.as_ref().is_some_and(|sequencer| sequencer.has_single(chain));
        if let Some(member) = self.members.get_mut(&chain) {
            Arc::make_mut(member).rollup.set_has_ordered(has);
        }
        self.schedule_rollup(chain);
    }

    /// The end of a slot: members build the blocks that its bundles are in.
    pub(super) fn joint_slot(&mut self) {
        let Some(sequencer) = &self.sequencer else { return };
        let (now, may_hold) = (self.now, sequencer.tally().is_none());
        let chains = self.ready_for_joint(sequencer);
        // A vote is named by the newest slot: the one with its outcome comes later, so that no two share a name.
        let height = sequencer.slots().last().map_or(Height::default(), |slot| slot.height);
        let until = sequencer.due(now);
        let Joint { built, executed, hopeless, mut ends, seen, postponed } =
            self.joint(now, &chains, Turn::Next { until, may_hold });
        self.order_unseen_again(until, &seen);
        let held = self.held(&ends);
        let open_ends: BTreeMap<_, _> =
            held.iter().filter_map(|id| Some((*id, ends.remove(id)?.ok()?))).gather();
        for (id, end) in ends {
            match end {
                Ok(legs) => self.note_landed(id, legs),
                Err(Abort::NoVote { chain }) => self.note_bundle_again(id, Abort::NoVote { chain }),
                Err(abort) => self.note_bundle(id, BundleState::Aborted(abort)),
            }
        }
        let touched = self.sequencer.as_ref().map(|sequencer| sequencer.touched(&held)).unwrap_or_default();
        for (chain, built) in built {
            let own: BTreeSet<BundleId> =
                touched.iter().filter(|(_, chains)| chains.contains(&chain)).map(|(id, _)| *id).gather();
            let executed = executed.get(&chain).cloned().unwrap_or_default();
            if own.is_empty() {
                self.take_joint(chain, built, &executed);
            } else {
                let part = Part {
                    height,
                    own,
                    executed,
                    hold: Hold::Held,
                    built_at: now,
                    origin: built.origin,
                    transactions: built.transactions.clone(),
                };
                self.hold_block(chain, part, built);
            }
        }
        for (chain, places) in executed {
            // What was executed in no block: what is gone, or has no effect.
            if let Some(sequencer) = &mut self.sequencer
                && !sequencer.parts().contains_key(&chain)
            {
                sequencer.dequeue(chain, places);
                self.refresh_ordered(chain);
            }
        }
        for (chain, transaction) in hopeless {
            if let Ok(member) = self.member_mut(chain) {
                member.rollup.chain_mut().forget(&[transaction]);
            }
        }
        for id in &held {
            let of = self.sequencer.as_ref().and_then(|s| s.bundle(*id)?.state().height());
            self.note_bundle(*id, BundleState::Held(of.unwrap_or(height)));
        }
        if !held.is_empty() {
            self.open_votes(height, touched, open_ends);
        }
        if postponed && let Some(slot) = self.sequencer.as_ref().map(|sequencer| sequencer.config().slot) {
            self.push_joint_slot(now.next_multiple_of(slot));
        }
        for chain in chains {
            self.refresh_ordered(chain);
        }
        self.schedule_sequencer();
    }

    /// Bundles whose rollups all built no block, or had not learnt of the slot, are ordered again.
    fn order_unseen_again(&mut self, until: Height, seen: &BTreeSet<BundleId>) {
        let Some(sequencer) = &self.sequencer else { return };
        let unseen: Vec<BundleId> = sequencer.ordered_until(until).filter(|id| !seen.contains(id)).collect();
        for id in unseen {
            let chain = self.missing_voter(id);
            self.note_bundle_again(id, Abort::NoVote { chain });
        }
    }

    /// The bundles of a slot's end that are decided on by votes: those that promise it, and with them all that
    /// share a block with one, since what becomes of that block is open.
    fn held(&self, ends: &BTreeMap<BundleId, Result<Vec<LegEnd>, Abort>>) -> BTreeSet<BundleId> {
        let Some(sequencer) = &self.sequencer else { return BTreeSet::new() };
        let includable = ends.iter().filter(|(_, end)| end.is_ok()).map(|(id, _)| *id).gather();
        let touched = sequencer.touched(&includable);
        let mut held: BTreeSet<BundleId> =
            includable.iter().filter(|id| self.is_to_be_held(**id)).copied().gather();
        loop {
            let chains: BTreeSet<ChainId> = held.iter().flat_map(|id| &touched[id]).copied().gather();
            let before = held.len();
            held.extend(touched.iter().filter(|(_, own)| !own.is_disjoint(&chains)).map(|(id, _)| *id));
            if held.len() == before {
                return held;
            }
        }
    }

    fn push_joint_slot(&mut self, at: Time) {
        let now = self.now;
        if self.sequencer.as_mut().is_some_and(|sequencer| sequencer.set_joint_at(now, at)) {
            self.queue.push(at, Event::JointSlot);
        }
    }

    /// Members that can build a block now.
    fn ready_for_joint(&self, sequencer: &SharedSequencer) -> BTreeSet<ChainId> {
        let is_ready = |chain: &&ChainId| {
            self.member(**chain).is_some_and(|member| {
                let rollup = &member.rollup;
                let is_free = !rollup.holds() && !sequencer.rewinding().contains(*chain);
                rollup.status() == Status::Running && is_free && rollup.ordering() == Ordering::Shared
            })
        };
        sequencer.members().iter().filter(is_ready).copied().gather()
    }

    fn is_to_be_held(&self, id: BundleId) -> bool {
        let sequencer = self.sequencer.as_ref();
        let promise = sequencer.and_then(|s| s.bundle(id)).map(|record| record.bundle.guarantee);
        let broken = sequencer.is_some_and(|sequencer| sequencer.breaks_promise(id));
        promise.is_some_and(|promise| promise.is_all_or_nothing()) && !broken
    }

    fn open_votes(
        &mut self,
        height: Height,
        touched: BTreeMap<BundleId, BTreeSet<ChainId>>,
        ends: BTreeMap<BundleId, Vec<LegEnd>>,
    ) {
        let Some(sequencer) = &mut self.sequencer else { return };
        let deadline = self.now.plus(sequencer.config().vote_timeout);
        let tally = Tally::new(deadline, touched);
        let voters = tally.voters().clone();
        sequencer.open_tally(height, tally, ends);
        self.queue.push(deadline.plus(Span::millis(1)), Event::VotesClosed);
        for chain in voters {
            self.cast_vote(chain, height);
        }
    }

    /// A rollup that holds its block ready says so, again and again until the outcome is known.
    pub(super) fn cast_vote(&mut self, chain: ChainId, height: Height) {
        let now = self.now;
        let Some(sequencer) = &mut self.sequencer else { return };
        let silent = sequencer.misconduct().silent_voters.contains(&chain);
        let is_open = sequencer.tally().is_some_and(|(open, tally)| {
            open == height && !tally.votes().contains(&chain) && now <= tally.deadline()
        });
        let runs = self.member(chain).is_some_and(|member| member.rollup.status() == Status::Running);
        if !is_open || silent || !runs {
            return;
        }
        if let Delivery::After(span) = self.carry_from_committee() {
            self.queue.push(now.plus(span), Event::Voted(chain, height));
        }
        self.queue.push(now.plus(RESEND_AFTER), Event::VoteAgain(chain, height));
    }

    pub(super) fn voted(&mut self, chain: ChainId, height: Height) {
        let now = self.now;
        if self.sequencer.as_mut().is_some_and(|sequencer| sequencer.vote(height, chain, now)) {
            self.schedule_sequencer();
        }
    }

    /// The committee has decided what becomes of the bundles that rollups hold ready.
    fn outcome_decided(&mut self, height: Height, outcome: &Outcome) {
        let Some(sequencer) = &mut self.sequencer else { return };
        let ends = sequencer.close_tally(height);
        let mut rebuilt = (!outcome.aborted.is_empty()).then(|| self.rebuild_parts(height, &outcome.aborted));
        for id in &outcome.committed {
            let end = match &mut rebuilt {
                Some(rebuilt) => rebuilt.remove(id),
                None => ends.get(id).cloned().map(Ok),
            };
            match end.unwrap_or_else(|| Err(Abort::NoVote { chain: self.missing_voter(*id) })) {
                Ok(legs) => self.note_landed(*id, legs),
                // It rested on one that fell.
                Err(abort) => self.note_bundle_again(*id, abort),
            }
        }
        for id in &outcome.aborted {
            let chain = self.missing_voter(*id);
            self.note_bundle_again(*id, Abort::NoVote { chain });
        }
    }

    /// A rollup learns what becomes of the block that it holds ready.
    fn learn_outcome(&mut self, chain: ChainId, height: Height) {
        let runs = self.member(chain).is_some_and(|member| member.rollup.status() == Status::Running);
        let Some(sequencer) = &mut self.sequencer else { return };
        let Some(mut part) = sequencer.parts().get(&chain).filter(|part| part.height == height).cloned()
        else {
            return;
        };
        // A halted one learns of it when it goes on.
        let Some(outcome) = sequencer.outcome(height).filter(|_| runs).cloned() else { return };
        let deadline = part.built_at.plus(sequencer.config().vote_timeout);
        let own = part.own.clone();
        if part.hold.apply(&HoldInput::Outcome(outcome), &own, deadline, self.now).is_err() {
            return;
        }
        if !self.take_held(chain, &part) {
            // L1 has just been reorganised: the block is built once the rollup has followed.
            return;
        }
        if let Some(sequencer) = &mut self.sequencer {
            sequencer.settle(chain);
        }
        if let Ok(member) = self.member_mut(chain) {
            member.rollup.set_holds(false);
        }
        self.refresh_ordered(chain);
        self.schedule_sequencer();
    }

    /// Seals the block that a member held ready, as far as anything is left of it. Tells whether it could.
    fn take_held(&mut self, chain: ChainId, part: &Part) -> bool {
        if part.transactions.is_empty() && !self.ready.contains_key(&chain) {
            if let Some(sequencer) = &mut self.sequencer {
                sequencer.dequeue(chain, part.executed.iter().copied());
            }
            return true;
        }
        let Some(built) = self.rebuilt(chain, part) else { return false };
        let block = built.built.block.number();
        self.take_joint(chain, built, &part.executed);
        if let Some(sequencer) = &mut self.sequencer
            && let Hold::Sealed { applied } = &part.hold
        {
            sequencer.note_block(applied, chain, block);
        }
        true
    }

    /// A halted rollup goes on: what was decided meanwhile reaches it now.
    pub(super) fn catch_up_outcome(&mut self, chain: ChainId) {
        let part = self.sequencer.as_ref().and_then(|sequencer| sequencer.parts().get(&chain));
        if let Some(height) = part.map(|part| part.height) {
            self.learn_outcome(chain, height);
        }
    }

    fn hold_block(&mut self, chain: ChainId, part: Part, built: Ready) {
        if let Ok(member) = self.member_mut(chain) {
            member.rollup.set_holds(true);
        }
        if let Some(sequencer) = &mut self.sequencer {
            sequencer.hold(chain, part);
        }
        self.ready.insert(chain, Arc::new(built));
    }
}
