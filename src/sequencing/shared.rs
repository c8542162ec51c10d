//! The shared sequencer: what it has been sent, what it has ordered, and where each member stands with it.
//!
//! A slot goes through it like this. The committee decides an order ([`SlotContent`]). Each member learns of
//! it over its link, checks the certificate and queues what is its own. Single transactions go into its next
//! blocks; a bundle waits for the slot's end, when all members that it touches build a block at one moment
//! (`joint`). Where a bundle promises more than inclusion they hold those blocks ready and vote, and
//! the committee decides the outcome (`commitment`).

use super::{
    Bundle, BundleId, BundleRecord, BundleState, Candidate, Guarantee, LegEnd, Misconduct, Ordered, Outcome,
    Part, Place, SequencerConfig, Slot, SlotContent, Tally, Visibility,
    committee::{Height, NodeId},
};
use crate::{
    chain::Transaction,
    types::{BlockNumber, ChainId, Gather as _, Span, Time},
};
use alloy_primitives::{Address, B256};
use imbl::{OrdMap, OrdSet, Vector};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A shared sequencer, without its committee. Cloning shares everything.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SharedSequencer {
    config: SequencerConfig,
    members: OrdSet<ChainId>,
    bundles: Vector<Arc<BundleRecord>>,
    pool: OrdSet<BundleId>,
    /// Bundles in slots that no block was built with yet.
    ordered: OrdSet<BundleId>,
    slots: Vector<Arc<Slot>>,
    queues: OrdMap<ChainId, OrdSet<Place>>,
    received: OrdMap<ChainId, Height>,
    tally: Option<(Height, Arc<Tally>)>,
    parts: OrdMap<ChainId, Part>,
    /// How the legs ended of bundles whose outcome is open.
    open_ends: OrdMap<BundleId, Vec<LegEnd>>,
    /// When members build blocks together.
    joint_at: OrdSet<Time>,
    /// Rollups that wait for L1 to undo blocks of theirs: no bundle is executed on them.
    rewinding: OrdSet<ChainId>,
    /// The height that the committee is at, and since when.
    deciding: Option<(Height, Time)>,
    misconduct: Misconduct,
}

impl SharedSequencer {
    /// One that has ordered nothing.
    pub fn new(config: SequencerConfig) -> Self {
        Self {
            members: config.members.iter().copied().collect(),
            config,
            bundles: Vector::new(),
            pool: OrdSet::new(),
            ordered: OrdSet::new(),
            slots: Vector::new(),
            queues: OrdMap::new(),
            received: OrdMap::new(),
            tally: None,
            parts: OrdMap::new(),
            open_ends: OrdMap::new(),
            joint_at: OrdSet::new(),
            rewinding: OrdSet::new(),
            deciding: None,
            misconduct: Misconduct::default(),
        }
    }

    /// Its parameters.
    pub const fn config(&self) -> &SequencerConfig {
        &self.config
    }

    /// The rollups that it orders.
    pub const fn members(&self) -> &OrdSet<ChainId> {
        &self.members
    }

    /// Orders a rollup from now on, and tells it of no slot before.
    pub fn join(&mut self, chain: ChainId) {
        self.members.insert(chain);
        let newest = self.slots.last().map_or(Height::new(0), |slot| slot.height);
        self.received.insert(chain, newest);
    }

    /// Orders a rollup no more; what it was to execute and has not goes back to its mempool, where it still is.
    /// Gives the bundles that can't be executed without it.
    pub fn leave(&mut self, chain: ChainId) -> Vec<BundleId> {
        self.members.remove(&chain);
        self.queues.remove(&chain);
        self.received.remove(&chain);
        let touches = |id: &&BundleId| self.is_touched(**id, chain);
        self.pool.iter().chain(self.ordered.iter()).filter(touches).copied().collect()
    }

    fn is_touched(&self, id: BundleId, chain: ChainId) -> bool {
        self.bundle(id).is_some_and(|record| record.bundle.legs.iter().any(|leg| leg.chain == chain))
    }

    /// Rollups that wait for L1 to undo blocks of theirs.
    pub const fn rewinding(&self) -> &OrdSet<ChainId> {
        &self.rewinding
    }

    /// L1 is to undo blocks of a rollup, or has.
    pub fn set_rewinding(&mut self, chain: ChainId, is_rewinding: bool) {
        if is_rewinding {
            self.rewinding.insert(chain);
        } else {
            self.rewinding.remove(&chain);
        }
    }

    /// A rollup has sealed a block with bundles that the committee let stand.
    pub fn note_block(&mut self, bundles: &BTreeSet<BundleId>, chain: ChainId, block: BlockNumber) {
        for id in bundles {
            if let Some(record) = usize::try_from(id.get()).ok().and_then(|at| self.bundles.get_mut(at)) {
                Arc::make_mut(record).blocks.insert(chain, block);
            }
        }
    }

    /// What bad leaders do.
    pub const fn misconduct(&self) -> &Misconduct {
        &self.misconduct
    }

    /// What bad leaders do from now on.
    pub const fn misconduct_mut(&mut self) -> &mut Misconduct {
        &mut self.misconduct
    }

    /// All bundles by number.
    pub const fn bundles(&self) -> &Vector<Arc<BundleRecord>> {
        &self.bundles
    }

    /// A bundle.
    pub fn bundle(&self, id: BundleId) -> Option<&BundleRecord> {
        self.bundles.get(usize::try_from(id.get()).ok()?).map(AsRef::as_ref)
    }

    /// The bundle of that label.
    pub fn labelled(&self, label: &str) -> Option<&BundleRecord> {
        let is_it = |record: &&Arc<BundleRecord>| record.bundle.label.as_deref() == Some(label);
        self.bundles.iter().find(is_it).map(AsRef::as_ref)
    }

    /// The number that the next bundle gets.
    pub fn next_bundle(&self) -> BundleId {
        BundleId::new(self.bundles.len() as u64)
    }

    /// Takes a bundle that was checked.
    pub fn send(&mut self, bundle: Bundle) {
        self.pool.insert(bundle.id);
        let states = vec![(bundle.sent_at, BundleState::Waiting)];
        self.bundles.push_back(Arc::new(BundleRecord { bundle, states, blocks: BTreeMap::new() }));
    }

    /// Notes a bundle's next state; tells whether it is another one.
    pub fn note(&mut self, id: BundleId, now: Time, state: BundleState) -> bool {
        let Some(record) = usize::try_from(id.get()).ok().and_then(|at| self.bundles.get_mut(at)) else {
            return false;
        };
        let undoes =
            matches!((record.state(), &state), (BundleState::Landed(..), BundleState::RolledBack(_)));
        if record.state() == &state || record.state().is_last() && !undoes {
            return false;
        }
        self.pool.remove(&id);
        self.ordered.remove(&id);
        match &state {
            BundleState::Waiting => drop(self.pool.insert(id)),
            BundleState::Ordered(_) => drop(self.ordered.insert(id)),
            BundleState::Held(_)
            | BundleState::Landed(..)
            | BundleState::Aborted(_)
            | BundleState::RolledBack(_) => {}
        }
        Arc::make_mut(record).states.push((now, state));
        true
    }

    /// Decided slots in order.
    pub const fn slots(&self) -> &Vector<Arc<Slot>> {
        &self.slots
    }

    /// A decided slot.
    pub fn slot(&self, height: Height) -> Option<&Arc<Slot>> {
        self.slots.get(usize::try_from(height.get().checked_sub(1)?).ok()?)
    }

    /// The height that is decided next.
    pub fn next_height(&self) -> Height {
        Height::new(self.slots.len() as u64 + 1)
    }

    /// The height that the committee is at, and since when.
    pub const fn deciding(&self) -> Option<(Height, Time)> {
        self.deciding
    }

    /// The committee begins a height.
    pub const fn begin(&mut self, height: Height, now: Time) {
        self.deciding = Some((height, now));
    }

    /// The first node has decided.
    pub fn decided(&mut self, slot: Slot) {
        self.deciding = None;
        self.slots.push_back(Arc::new(slot));
    }

    /// Whether bundles wait to be ordered.
    pub fn has_work(&self) -> bool {
        !self.pool.is_empty()
    }

    /// After a slot is decided, how long it takes at most until every member has it, all being well.
    pub const fn allowance(&self) -> Span {
        let link = &self.config.committee.link;
        link.delay.plus(link.jitter).plus(self.decryption())
    }

    /// How long it takes to decrypt what was ordered.
    pub const fn decryption(&self) -> Span {
        match self.config.visibility {
            Visibility::Open => Span::ZERO,
            Visibility::Encrypted => self.config.decryption_delay,
        }
    }

    /// Hashes of transactions of a member that slots have and no block has yet.
    pub fn ordered_ahead(&self, chain: ChainId) -> BTreeSet<B256> {
        let hash = |ordered: &Ordered| match ordered {
            Ordered::Transaction { chain: of, hash, .. } if *of == chain => Some(*hash),
            Ordered::Transaction { .. } | Ordered::Inserted { .. } | Ordered::Bundle(_) => None,
        };
        let queued = self.queue(chain).filter_map(|place| hash(self.at(place)?));
        // Slots that the member does not have yet are ahead of it as well.
        let untold = self.slots.iter().rev().take_while(|slot| slot.height > self.received(chain));
        queued.chain(untold.flat_map(|slot| slot.content.order.iter().filter_map(hash))).gather()
    }

    /// Whether the leader of the slot that has a bundle breaks its promise.
    pub fn breaks_promise(&self, id: BundleId) -> bool {
        let Some(height) = self.bundle(id).and_then(|record| record.state().height()) else { return false };
        let leader = self.slot(height).map(|slot| slot.leader);
        self.misconduct.breaks_promises && leader.is_some_and(|leader| self.misconduct.is_done_by(leader))
    }

    /// Whether a slot with bundles ends now.
    pub fn ends_slot(&self, now: Time) -> bool {
        self.joint_at.contains(&now)
    }

    /// Members build blocks together at that moment; tells whether that is news.
    pub fn set_joint_at(&mut self, now: Time, at: Time) -> bool {
        while self.joint_at.get_min().is_some_and(|old| *old < now) {
            self.joint_at.remove_min();
        }
        self.joint_at.insert(at).is_none()
    }

    /// The newest slot whose bundles are due: every member can have learnt of it.
    pub fn due(&self, now: Time) -> Height {
        let is_due = |slot: &&Arc<Slot>| slot.lands_at <= now;
        self.slots.iter().rev().find(is_due).map_or(Height::new(0), |slot| slot.height)
    }

    /// Bundles of slots up to that one that no block was built with yet.
    pub fn ordered_until(&self, until: Height) -> impl Iterator<Item = BundleId> + '_ {
        let is_due =
            move |id: &&BundleId| self.bundle(**id).and_then(|record| record.state().height()) <= Some(until);
        self.ordered.iter().filter(is_due).copied()
    }

    /// Whether something stands at a place that is still to be executed there: a bundle that was ordered
    /// again is executed at its new place only.
    pub fn is_due(&self, place: Place) -> bool {
        match self.at(place) {
            Some(Ordered::Bundle(id)) => {
                self.bundle(*id).and_then(|record| record.state().height()) == Some(place.height)
            }
            Some(Ordered::Transaction { .. } | Ordered::Inserted { .. }) => true,
            None => false,
        }
    }

    /// Bundles whose time is over before they were ordered.
    pub fn expired(&self, now: Time) -> Vec<BundleId> {
        let is_over = |id: &&BundleId| self.bundle(**id).is_some_and(|record| record.bundle.deadline < now);
        self.pool.iter().filter(is_over).copied().collect()
    }

    /// The order that a leader proposes: what waits, in the order given, and its bundles by number.
    pub fn compose(
        &self,
        node: NodeId,
        now: Time,
        candidates: Vec<Candidate>,
        surround: &mut dyn FnMut(&Candidate, Address) -> Option<[Ordered; 2]>,
    ) -> SlotContent {
        let bad = self.misconduct.is_done_by(node).then_some(&self.misconduct);
        let hides = |chain: &ChainId, sender: &Address| {
            bad.is_some_and(|bad| bad.censored_chains.contains(chain) || bad.censored.contains(sender))
        };
        let most = self.config.slot_items_max as usize;
        let bundles: Vec<Ordered> = (self.pool.iter())
            .filter(|id| {
                self.bundle(**id).is_some_and(|BundleRecord { bundle, .. }| {
                    !bundle.legs.iter().any(|leg| hides(&leg.chain, &leg.from()))
                })
            })
            .take(most)
            .map(|id| Ordered::Bundle(*id))
            .collect();
        // Neither single transactions nor bundles take more than half a slot while the others wait.
        let singles = most - bundles.len().min(most / 2);
        let mut order = Vec::new();
        for candidate in candidates.into_iter().filter(|one| !hides(&one.chain, &one.sender)) {
            let sees = self.config.visibility == Visibility::Open;
            let sandwicher = bad.and_then(|bad| bad.sandwicher).filter(|_| sees);
            let around = sandwicher.and_then(|who| surround(&candidate, who));
            match around {
                Some([before, after]) => order.extend([before, candidate.ordered, after]),
                None => order.push(candidate.ordered),
            }
        }
        order.truncate(singles);
        order.extend(bundles);
        order.truncate(most);
        SlotContent { outcome: self.open_outcome(now), order }
    }

    /// The outcome that can be decided now: votes are complete, or their time is over.
    pub fn open_outcome(&self, now: Time) -> Option<(Height, Outcome)> {
        let (height, tally) = self.tally.as_ref()?;
        Some((*height, tally.outcome(now)?))
    }

    /// Whether an outcome can be decided now.
    pub fn has_outcome(&self, now: Time) -> bool {
        self.tally.as_ref().is_some_and(|(_, tally)| tally.is_ready(now))
    }

    /// Whether an honest node votes for a proposed slot.
    pub fn accepts(&self, content: &SlotContent, now: Time) -> bool {
        let fits = content.order.len() <= self.config.slot_items_max as usize;
        let bundles: Vec<BundleId> = content.order.iter().filter_map(Ordered::bundle).collect();
        let distinct: BTreeSet<&BundleId> = bundles.iter().gather();
        let once = distinct.len() == bundles.len();
        // One that was given up meanwhile does no harm, and must not make a value bad that nodes are locked on.
        let is_free = |id: &BundleId| {
            self.bundle(*id).is_some_and(|record| match record.state() {
                BundleState::Waiting | BundleState::Aborted(_) => true,
                BundleState::Ordered(_)
                | BundleState::Held(_)
                | BundleState::Landed(..)
                | BundleState::RolledBack(_) => false,
            })
        };
        let wait = bundles.iter().all(is_free);
        let outcome = match (&content.outcome, &self.tally) {
            (None, _) => true,
            (Some((height, outcome)), Some((open, tally))) => {
                height == open && tally.accepts(outcome, now).is_ok()
            }
            (Some(_), None) => false,
        };
        fits && once && wait && outcome
    }

    /// The newest slot that a member has.
    pub fn received(&self, chain: ChainId) -> Height {
        self.received.get(&chain).copied().unwrap_or(Height::new(0))
    }

    /// A member has a slot: what is its own waits to be executed. Slots come in order; one that does not is
    /// left, and is sent again.
    pub fn receive(&mut self, chain: ChainId, height: Height) -> bool {
        if !self.members.contains(&chain) || self.received(chain).next() != height {
            return false;
        }
        let Some(slot) = self.slot(height).cloned() else { return false };
        self.received.insert(chain, height);
        let own: Vec<Place> = (0..)
            .zip(&slot.content.order)
            .filter(|(_, ordered)| self.touches(ordered, chain))
            .map(|(index, _)| Place { height, index })
            .collect();
        self.queues.entry(chain).or_default().extend(own);
        true
    }

    fn touches(&self, ordered: &Ordered, chain: ChainId) -> bool {
        match ordered {
            Ordered::Transaction { chain: own, .. } | Ordered::Inserted { chain: own, .. } => *own == chain,
            Ordered::Bundle(id) => self.is_touched(*id, chain),
        }
    }

    /// What a member is to execute, in order.
    pub fn queue(&self, chain: ChainId) -> impl Iterator<Item = Place> + '_ {
        self.queues.get(&chain).into_iter().flatten().copied()
    }

    /// Places are executed, or will not be.
    pub fn dequeue(&mut self, chain: ChainId, places: impl IntoIterator<Item = Place>) {
        if let Some(queue) = self.queues.get_mut(&chain) {
            for place in places {
                queue.remove(&place);
            }
        }
    }

    /// What stands at a place.
    pub fn at(&self, place: Place) -> Option<&Ordered> {
        self.slot(place.height)?.content.order.get(usize::try_from(place.index).ok()?)
    }

    /// How many transactions of a member's mempool slots have that it knows, and no block yet.
    pub fn queued_singles(&self, chain: ChainId) -> u64 {
        let is_single = |place: &Place| matches!(self.at(*place), Some(Ordered::Transaction { .. }));
        self.queue(chain).filter(is_single).count() as u64
    }

    /// Whether a member has a transaction to execute before it comes to a bundle.
    pub fn has_single(&self, chain: ChainId) -> bool {
        let mut due = self.queue(chain).filter(|place| self.is_due(*place));
        due.next().and_then(|place| self.at(place)).is_some_and(|it| it.bundle().is_none())
    }

    /// Whether a slot's outcome is open.
    pub fn tally(&self) -> Option<(Height, &Tally)> {
        self.tally.as_ref().map(|(height, tally)| (*height, &**tally))
    }

    /// Members hold blocks ready: the committee decides on the bundles in them, whose legs ended so.
    pub fn open_tally(&mut self, height: Height, tally: Tally, ends: BTreeMap<BundleId, Vec<LegEnd>>) {
        self.tally = Some((height, Arc::new(tally)));
        self.open_ends = ends.into_iter().collect();
    }

    /// Counts a vote; tells whether it counts.
    pub fn vote(&mut self, height: Height, chain: ChainId, now: Time) -> bool {
        match &mut self.tally {
            Some((open, tally)) if *open == height => Arc::make_mut(tally).vote(chain, now).is_ok(),
            _ => false,
        }
    }

    /// The committee has decided the outcome of the open tally. Gives how the legs ended, all being well.
    pub fn close_tally(&mut self, height: Height) -> OrdMap<BundleId, Vec<LegEnd>> {
        if self.tally.as_ref().is_some_and(|(open, _)| *open == height) {
            self.tally = None;
            return std::mem::take(&mut self.open_ends);
        }
        OrdMap::new()
    }

    /// Members' parts in the slot whose outcome is open.
    pub const fn parts(&self) -> &OrdMap<ChainId, Part> {
        &self.parts
    }

    /// A member holds its block ready.
    pub fn hold(&mut self, chain: ChainId, part: Part) {
        self.parts.insert(chain, part);
    }

    /// A member's block was built again; with none it has nothing left to seal, and what it executed
    /// alone waits again.
    pub fn rebuild(&mut self, chain: ChainId, block: Option<(BlockNumber, Vec<Arc<Transaction>>)>) {
        let Some(mut part) = self.parts.get(&chain).cloned() else { return };
        match block {
            Some((origin, transactions)) => (part.origin, part.transactions) = (origin, transactions),
            None => {
                part.transactions = Vec::new();
                part.executed.retain(|place| !self.is_due(*place));
            }
        }
        self.parts.insert(chain, part);
    }

    /// A member has learnt of the outcome.
    pub fn settle(&mut self, chain: ChainId) -> Option<Part> {
        self.parts.remove(&chain)
    }

    /// The outcome of a slot's bundles, once decided.
    pub fn outcome(&self, height: Height) -> Option<&Outcome> {
        let decided =
            self.slots.iter().rev().find_map(|slot| slot.content.outcome.as_ref().filter(|o| o.0 == height));
        decided.map(|(_, outcome)| outcome)
    }

    /// For each bundle that members hold ready in a slot, the rollups that it touches.
    pub fn touched(&self, bundles: &BTreeSet<BundleId>) -> BTreeMap<BundleId, BTreeSet<ChainId>> {
        let chains =
            |id: &BundleId| self.bundle(*id).map(|record| record.bundle.chains()).unwrap_or_default();
        bundles.iter().map(|id| (*id, chains(id))).gather()
    }

    /// Bundles in blocks whose guarantee is settlement: they tie their rollups together.
    pub fn tied(&self) -> impl Iterator<Item = (Height, &BundleRecord)> + '_ {
        self.bundles.iter().filter_map(|record| match record.state() {
            BundleState::Landed(height, _) if record.bundle.guarantee == Guarantee::Settlement => {
                Some((*height, &**record))
            }
            BundleState::Waiting
            | BundleState::Ordered(_)
            | BundleState::Held(_)
            | BundleState::Landed(..)
            | BundleState::Aborted(_)
            | BundleState::RolledBack(_) => None,
        })
    }
}
