//! Blocks of several rollups built at one moment, in the order that the shared sequencer decided.

use super::{Fact, Sources, World};
use crate::{
    chain::{BlockBuilder, Transaction},
    evm::Refusal,
    rollup::{Built, Frame},
    sequencing::{
        Abort, Bundle, BundleId, Guarantee, Lanes, LegEnd, Ordered, Part, Place, SharedSequencer, as_actor,
        committee::Height, run_bundle,
    },
    types::{BlockNumber, ChainId, Gather as _, Time},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A block that is built and not taken yet, with what it is rebuilt from.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    pub(super) built: Built,
    pub(super) origin: BlockNumber,
    /// Its transactions but for what L1 forces on it.
    pub(super) transactions: Vec<Arc<Transaction>>,
}

/// What building blocks of several rollups together came to.
#[derive(Debug, Default)]
pub(super) struct Joint {
    pub(super) built: BTreeMap<ChainId, Ready>,
    /// What needs no second look, by chain.
    pub(super) executed: BTreeMap<ChainId, BTreeSet<Place>>,
    /// Transactions that no block can include.
    pub(super) hopeless: Vec<(ChainId, Arc<Transaction>)>,
    pub(super) ends: BTreeMap<BundleId, Result<Vec<LegEnd>, Abort>>,
    /// Bundles that were looked at, whatever came of it.
    pub(super) seen: BTreeSet<BundleId>,
    /// Whether something waits for the next slot's end: it found no room, or an outcome is open.
    pub(super) postponed: bool,
}

/// Which part of the order is executed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turn<'a> {
    /// What waits up to a slot. Unless it may hold, what promises more than inclusion waits on.
    Next { until: Height, may_hold: bool },
    /// These places once more, without some of the bundles.
    Again { places: &'a BTreeSet<Place>, without: &'a BTreeSet<BundleId> },
}

impl Turn<'_> {
    fn includes(&self, place: Place) -> bool {
        match self {
            Self::Next { until, .. } => place.height <= *until,
            Self::Again { places, .. } => places.contains(&place),
        }
    }

    fn may_hold(&self) -> bool {
        match self {
            Self::Next { may_hold, .. } => *may_hold,
            Self::Again { .. } => true,
        }
    }

    fn leaves_out(&self, id: BundleId) -> bool {
        match self {
            Self::Next { .. } => false,
            Self::Again { without, .. } => without.contains(&id),
        }
    }
}

/// What is being built, and why something may have to wait.
struct Site<'a> {
    world: &'a World,
    sequencer: &'a SharedSequencer,
    at: Time,
    turn: Turn<'a>,
    lanes: Lanes,
    /// Rollups whose block has no room for the next in line: what comes after it waits too.
    full: BTreeSet<ChainId>,
    joint: Joint,
}

impl World {
    /// Builds blocks of these members at `at`.
    pub(super) fn joint(&self, at: Time, chains: &BTreeSet<ChainId>, turn: Turn<'_>) -> Joint {
        let Some(sequencer) = &self.sequencer else { return Joint::default() };
        let mut frames = BTreeMap::new();
        let mut lanes = Lanes::new();
        for chain in chains {
            if let Some((lane, frame)) = self.begin_lane(*chain, at, None) {
                frames.insert(*chain, frame);
                lanes.insert(*chain, lane);
            }
        }
        let mut site =
            Site { world: self, sequencer, at, turn, lanes, full: BTreeSet::new(), joint: Joint::default() };
        let places: BTreeSet<Place> = chains
            .iter()
            .flat_map(|chain| sequencer.queue(*chain))
            .filter(|place| turn.includes(*place))
            .gather();
        for place in places {
            site.execute(place);
        }
        site.finish(frames)
    }

    /// Begins a member's block of `at`, on that L1 origin or on the newest that it may have.
    pub(super) fn begin_lane(
        &self,
        chain: ChainId,
        at: Time,
        origin: Option<BlockNumber>,
    ) -> Option<(BlockBuilder, Frame)> {
        let member = self.member(chain)?;
        let sources = Sources { l1: &self.l1, held: &self.held, withheld: member.withheld };
        let usable = || member.rollup.usable_origin(&sources, self.l1.config().slot, at);
        // What cannot be begun now can't be sealed alone either, and is told there.
        member.rollup.begin(&sources, origin.or_else(usable)?, at).ok().flatten()
    }

    /// The block that a member holds ready, built again if only its transactions are remembered.
    pub(super) fn rebuilt(&mut self, chain: ChainId, part: &Part) -> Option<Ready> {
        let ready = self.ready.remove(&chain).map(Arc::unwrap_or_clone);
        let rollup = &self.member(chain)?.rollup;
        if let Some(ready) = ready.filter(|ready| rollup.fits(&ready.built)) {
            return Some(ready);
        }
        let (mut lane, frame) = self
            .begin_lane(chain, part.built_at, Some(part.origin))
            .or_else(|| self.begin_lane(chain, part.built_at, None))?;
        for transaction in &part.transactions {
            // After a reorg of L1 what was executed before may be refused: it waits in no mempool any more.
            let _ = lane.include(transaction.clone());
        }
        Some(Ready {
            origin: frame.origin(),
            transactions: part.transactions.clone(),
            built: rollup.build(lane, frame),
        })
    }

    /// Builds the blocks that members hold ready once more, without bundles that have no effect. Tells how the
    /// others end: one that rests on what another did may fail without it.
    pub(super) fn rebuild_parts(
        &mut self,
        height: Height,
        without: &BTreeSet<BundleId>,
    ) -> BTreeMap<BundleId, Result<Vec<LegEnd>, Abort>> {
        let Some(sequencer) = &self.sequencer else { return BTreeMap::new() };
        let parts = || sequencer.parts().iter().filter(|(_, part)| part.height == height);
        let chains: BTreeSet<ChainId> = parts().map(|(chain, _)| *chain).gather();
        let places = parts().flat_map(|(_, part)| part.executed.iter().copied()).gather();
        let Some(at) = parts().map(|(_, part)| part.built_at).next() else { return BTreeMap::new() };
        let mut joint = self.joint(at, &chains, Turn::Again { places: &places, without });
        for chain in chains {
            let ready = joint.built.remove(&chain);
            let block = ready.as_ref().map(|ready| (ready.origin, ready.transactions.clone()));
            if let Some(sequencer) = &mut self.sequencer {
                sequencer.rebuild(chain, block);
            }
            match ready {
                Some(ready) => self.ready.insert(chain, Arc::new(ready)),
                None => self.ready.remove(&chain),
            };
        }
        joint.ends
    }

    /// A member takes a block that was built for it.
    pub(super) fn take_joint(&mut self, chain: ChainId, ready: Ready, executed: &BTreeSet<Place>) {
        if let Some(sequencer) = &mut self.sequencer {
            sequencer.dequeue(chain, executed.iter().copied());
        }
        let Ok(member) = self.member_mut(chain) else { return };
        if !member.rollup.fits(&ready.built) {
            self.record(Fact::Stuck { chain, reason: "the block that it held ready fits no more".into() });
            return;
        }
        let sealing = member.rollup.take(ready.built);
        self.after_rollup_block(chain, sealing);
    }

    /// What a bundle would come to if it were executed now, and what each leg would. What waits before it is not
    /// looked at.
    pub fn dry_run(&self, bundle: &Bundle) -> Result<Vec<LegEnd>, Abort> {
        let mut lanes = Lanes::new();
        for chain in bundle.chains() {
            let lane = self.member(chain).and_then(|member| {
                let sources = Sources { l1: &self.l1, held: &self.held, withheld: member.withheld };
                member.rollup.trial(&sources, self.now)
            });
            lanes.extend(lane.map(|lane| (chain, lane)));
        }
        run_bundle(&mut lanes, bundle)
    }

    /// Executes what is a member's turn in its next block by itself: transactions up to its first bundle.
    /// Gives what needs no second look, and what no block can include.
    pub(super) fn fill_from_order(
        &self,
        chain: ChainId,
        lane: &mut BlockBuilder,
    ) -> (BTreeSet<Place>, Vec<Arc<Transaction>>) {
        let (mut executed, mut hopeless) = (BTreeSet::new(), Vec::new());
        let Some(sequencer) = &self.sequencer else { return (executed, hopeless) };
        for place in sequencer.queue(chain) {
            let done = match sequencer.at(place) {
                None => true,
                Some(Ordered::Bundle(_)) if sequencer.is_due(place) => break,
                Some(Ordered::Bundle(_)) => true,
                Some(ordered) => match self.ordered_transaction(lane, ordered) {
                    Some(transaction) => match lane.include(transaction.clone()) {
                        Err(Refusal::GasLimitExceedsBlock { .. }) => break,
                        Ok(_) => true,
                        Err(refusal) => {
                            if !may_pass_later(&refusal) {
                                hopeless.push(transaction);
                            }
                            true
                        }
                    },
                    None => true,
                },
            };
            if done {
                executed.insert(place);
            }
        }
        (executed, hopeless)
    }

    /// The transaction that an order names, if it still waits.
    fn ordered_transaction(&self, lane: &mut BlockBuilder, ordered: &Ordered) -> Option<Arc<Transaction>> {
        match ordered {
            Ordered::Transaction { chain, sender, nonce, hash } => {
                let mut waiting = self.chain(*chain)?.mempool().of(*sender);
                waiting.find(|one| one.nonce() == Some(*nonce) && one.hash() == *hash).cloned()
            }
            Ordered::Inserted { draft, .. } => Some(Arc::new(as_actor(lane, draft.clone()))),
            Ordered::Bundle(_) => None,
        }
    }
}

/// Whether a refused transaction waits in its mempool, to be ordered again when it can be included.
const fn may_pass_later(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::NonceTooHigh { .. } | Refusal::FeeCapBelowBaseFee { .. })
}

impl Site<'_> {
    fn execute(&mut self, place: Place) {
        match self.sequencer.at(place) {
            None => {}
            Some(Ordered::Bundle(id)) => self.execute_bundle(place, *id),
            Some(ordered @ (Ordered::Transaction { chain, .. } | Ordered::Inserted { chain, .. })) => {
                self.execute_single(place, *chain, ordered);
            }
        }
    }

    fn done(&mut self, chain: ChainId, place: Place) {
        self.joint.executed.entry(chain).or_default().insert(place);
    }

    fn execute_single(&mut self, place: Place, chain: ChainId, ordered: &Ordered) {
        let Some(lane) = self.lanes.get_mut(&chain).filter(|_| !self.full.contains(&chain)) else { return };
        let Some(transaction) = self.world.ordered_transaction(lane, ordered) else {
            return self.done(chain, place);
        };
        match lane.include(transaction.clone()) {
            Ok(_) => self.done(chain, place),
            Err(Refusal::GasLimitExceedsBlock { .. }) => {
                self.full.insert(chain);
                self.joint.postponed = true;
            }
            Err(refusal) => {
                if !may_pass_later(&refusal) {
                    self.joint.hopeless.push((chain, transaction));
                }
                self.done(chain, place);
            }
        }
    }

    fn execute_bundle(&mut self, place: Place, id: BundleId) {
        let Some(record) = self.sequencer.bundle(id) else { return };
        let bundle = &record.bundle;
        let chains: BTreeSet<ChainId> =
            bundle.chains().into_iter().filter(|chain| self.lanes.contains_key(chain)).gather();
        if self.sequencer.is_due(place) && !self.turn.leaves_out(id) {
            self.joint.seen.insert(id);
            let waits = bundle.guarantee.is_all_or_nothing() && !self.turn.may_hold();
            let has_room = !waits && chains.iter().all(|chain| !self.full.contains(chain));
            match has_room.then(|| self.run(place, bundle)) {
                None | Some(Err(Abort::Full { .. })) => {
                    // What comes after it must not overtake it.
                    self.full.extend(chains);
                    self.joint.postponed = true;
                    return;
                }
                Some(end) => {
                    self.joint.ends.insert(id, end);
                }
            }
        }
        for chain in chains {
            self.done(chain, place);
        }
    }

    fn run(&mut self, place: Place, bundle: &Bundle) -> Result<Vec<LegEnd>, Abort> {
        if bundle.deadline < self.at {
            return Err(Abort::Deadline);
        }
        let lacks = |chain: &&ChainId| self.sequencer.received(**chain) < place.height;
        let chains = bundle.chains();
        if let Some(chain) = chains.iter().find(|chain| !self.sequencer.members().contains(*chain)) {
            return Err(Abort::Left { chain: *chain });
        }
        if let Some(chain) = chains.iter().find(lacks) {
            return Err(Abort::NoVote { chain: *chain });
        }
        if self.sequencer.breaks_promise(bundle.id) {
            let broken = Bundle { guarantee: Guarantee::Inclusion, ..bundle.clone() };
            return run_bundle(&mut self.lanes, &broken);
        }
        run_bundle(&mut self.lanes, bundle)
    }

    fn finish(self, mut frames: BTreeMap<ChainId, Frame>) -> Joint {
        let Self { world, lanes, mut joint, .. } = self;
        for (chain, lane) in lanes {
            let Some((frame, member)) = frames.remove(&chain).zip(world.member(chain)) else { continue };
            let is_sent = |transaction: &&Arc<Transaction>| transaction.nonce().is_some();
            let transactions: Vec<_> = lane.transactions().iter().filter(is_sent).cloned().collect();
            // A block with nothing in it but what L1 always puts there is not sealed.
            if transactions.is_empty() && lane.transactions().len() < 2 {
                continue;
            }
            let origin = frame.origin();
            joint
                .built
                .insert(chain, Ready { built: member.rollup.build(lane, frame), origin, transactions });
        }
        joint
    }
}
