//! The one match over events, and what each leads to.

use super::{Event, Fact, Member, Sources, World};
use crate::{
    chain::{Draft, SealedBlock, Sealing},
    contracts::{abi::IRollupRegistry, addresses::ROLLUP_REGISTRY},
    messaging::Progress,
    rollup::{Followed, Ordering, PostedBatch, Rollup, Status},
    settlement::Errand,
    sim::Delivery,
    types::{BlockNumber, ChainId, Span, Time},
};
use alloy_primitives::{Address, Bytes};
use alloy_sol_types::SolEvent;
use std::sync::Arc;

impl World {
    pub(super) fn route(&mut self, event: Event) {
        match event {
            Event::L1Slot => self.l1_slot(),
            Event::RollupSlot(chain) => self.rollup_slot(chain),
            Event::BatchDue(chain) => self.batch_due(chain),
            Event::L1Seen(chain, number) => self.l1_seen(chain, number),
            Event::L1Arrival(drafts, payloads) => self.l1_arrival(drafts, payloads),
            Event::Wake(chain) => self.wake(chain),
            Event::Traffic(chain) => self.send_traffic(chain),
            Event::AgentBegins(name) => self.agent_begins(&name),
            Event::AgentLooks(name) => self.agent_looks(&name),
            Event::SequencerSlot => self.sequencer_slot(),
            Event::BundlesExpire => self.expire_bundles(),
            Event::Committee(event) => self.committee_event(*event),
            Event::SlotTold(chain, height, lost) => self.slot_told(chain, height, lost),
            Event::JointSlot => self.joint_slot(),
            Event::Voted(chain, height) => self.voted(chain, height),
            Event::VoteAgain(chain, height) => self.cast_vote(chain, height),
            Event::VotesClosed => self.schedule_sequencer(),
            Event::Theft(theft) => self.theft_goes_on(*theft),
            Event::Order(command) => {
                if let Err(error) = self.dispatch(&command) {
                    self.record(Fact::OrderRefused { reason: error.to_string() });
                }
            }
        }
    }

    fn l1_slot(&mut self) {
        if self.l1_seal_at != Some(self.now) {
            return;
        }
        self.l1_seal_at = None;
        if self.l1.wants_block(self.now) {
            match self.l1.seal(self.now) {
                Ok(block) => self.after_l1_block(&block),
                Err(error) => self.record(Fact::NotTaken { from: Address::ZERO, reason: error.to_string() }),
            }
        }
        self.schedule_l1();
    }

    /// Sees to it that the next slot that may seal something is an event.
    pub(super) fn schedule_l1(&mut self) {
        let slot = self.l1.config().slot;
        let next = if self.l1.chain().mempool().count() > 0 {
            self.now.next_multiple_of(slot)
        } else {
            self.l1.heartbeat().max(self.now.next_multiple_of(slot))
        };
        if self.l1_seal_at.is_none_or(|at| at < self.now || next < at) {
            self.l1_seal_at = Some(next);
            self.queue.push(next, Event::L1Slot);
        }
    }

    fn sealed(&mut self, chain: ChainId, block: &SealedBlock) {
        self.record(Fact::Sealed {
            chain,
            number: block.number(),
            hash: block.hash,
            transactions: block.transactions.len() as u64,
        });
        for (transaction, receipt) in block.transactions.iter().zip(&block.receipts) {
            if !receipt.succeeded {
                let (hash, from) = (transaction.hash(), transaction.from());
                self.record(Fact::Reverted { chain, hash, from });
            }
        }
    }

    fn after_l1_block(&mut self, block: &SealedBlock) {
        let l1 = self.l1.id();
        self.sealed(l1, block);
        self.begin_rollups(block);
        let members = self.members.clone();
        let progress = self.book.read_l1_block(l1, block, |address| portal_owner(&members, address));
        self.note(progress);
        for chain in members.keys() {
            self.read_claims(*chain, block);
            let at = self.carry(*chain);
            if let Some(at) = at {
                self.queue.push(at, Event::L1Seen(*chain, block.number()));
            }
        }
    }

    /// When something that is sent now over a rollup's link arrives.
    pub(super) fn carry(&mut self, chain: ChainId) -> Option<Time> {
        let member = Arc::make_mut(self.members.get_mut(&chain)?);
        match member.rollup.link().clone().carry(&mut member.generator) {
            Delivery::After(span) => Some(self.now.plus(span)),
            Delivery::Lost => None,
        }
    }

    fn begin_rollups(&mut self, block: &SealedBlock) {
        let registered: Vec<ChainId> = block
            .logs()
            .filter(|(_, _, log)| log.address == ROLLUP_REGISTRY)
            .filter_map(|(_, _, log)| IRollupRegistry::RollupRegistered::decode_log(log).ok())
            .filter_map(|event| u64::try_from(event.chainId).ok().map(ChainId::new))
            .collect();
        for chain in registered {
            let Some(member) = self.members.get_mut(&chain) else { continue };
            let member = Arc::make_mut(member);
            if member.rollup.status() == Status::Deploying {
                member.rollup.deployed(block);
                let genesis = member.rollup.chain().head().hash;
                self.record(Fact::Deployed { chain, l1_block: block.number(), genesis });
                self.schedule_rollup(chain);
            }
        }
    }

    fn read_claims(&mut self, chain: ChainId, block: &SealedBlock) {
        let Some(member) = self.members.get_mut(&chain) else { return };
        let Member { rollup, settler, .. } = Arc::make_mut(member);
        let games = settler.read_l1_block(self.l1.chain(), rollup, block);
        for game in games {
            self.record(Fact::Claimed { chain, covers: game.covers, root: game.root });
            let by = (self.l1.id(), block.number());
            let progress = self.book.note_proposed(self.now, chain, game.covers, by, game.created_by);
            self.note(progress);
        }
    }

    pub(super) fn note(&mut self, progress: Vec<Progress>) {
        for Progress { number, stage } in progress {
            self.record(Fact::Message { number, stage });
        }
    }

    fn rollup_slot(&mut self, chain: ChainId) {
        let (now, slot) = (self.now, self.l1.config().slot);
        let (l1, held) = (&self.l1, &self.held);
        let Some(member) = self.members.get_mut(&chain) else { return };
        let member = Arc::make_mut(member);
        if member.seal_at != Some(now) {
            return;
        }
        member.seal_at = None;
        let is_joint = member.rollup.ordering() == Ordering::Shared
            && self.sequencer.as_ref().is_some_and(|sequencer| sequencer.ends_slot(now));
        if is_joint {
            // The block of this moment is built together with the others'.
            return self.schedule_rollup(chain);
        }
        let sources = Sources { l1, held, withheld: member.withheld };
        // What is due at or before now is what was to be sealed next a moment ago.
        let moment_ago = now.minus(Span::millis(1));
        let due = member.rollup.next_seal(&sources, slot, moment_ago).is_some_and(|at| at <= now);
        let sealed = match member.rollup.ordering() {
            _ if !due => Ok(None),
            Ordering::Own => member.rollup.seal(&sources, slot, now),
            Ordering::Shared => Ok(self.seal_ordered(chain)),
        };
        match sealed {
            Ok(Some(sealing)) => self.after_rollup_block(chain, sealing),
            Ok(None) => {}
            Err(error) => self.record(Fact::Stuck { chain, reason: error.to_string() }),
        }
        self.schedule_rollup(chain);
    }

    /// Seals a member's next block with what L1 forces on it and what it is its turn to execute.
    fn seal_ordered(&mut self, chain: ChainId) -> Option<Sealing> {
        let (mut lane, frame) = self.begin_lane(chain, self.now, None)?;
        let (executed, hopeless) = self.fill_from_order(chain, &mut lane);
        let rollup = &mut self.member_mut(chain).ok()?.rollup;
        let built = rollup.build(lane, frame);
        let sealing = rollup.take(built);
        rollup.chain_mut().forget(&hopeless);
        if let Some(sequencer) = &mut self.sequencer {
            sequencer.dequeue(chain, executed);
        }
        self.refresh_ordered(chain);
        Some(sealing)
    }

    /// What follows from a new block of a rollup.
    pub(super) fn after_rollup_block(&mut self, chain: ChainId, sealing: Sealing) {
        let Sealing { block, resent } = sealing;
        for (old, new) in resent {
            self.book.resent(&old, new);
        }
        if let Ok(member) = self.member_mut(chain) {
            member.settler.read_rollup_block(&block);
        }
        self.sealed(chain, &block);
        let progress = self.book.read_rollup_block(self.l1.id(), chain, &block);
        self.note(progress);
        self.pool_changed(chain, &block);
        self.schedule_rollup(chain);
    }

    /// Sees to it that a rollup's next block and next batch are events.
    pub(super) fn schedule_rollup(&mut self, chain: ChainId) {
        let (now, slot) = (self.now, self.l1.config().slot);
        let (l1, held) = (&self.l1, &self.held);
        let Some(member) = self.members.get_mut(&chain) else { return };
        let member = Arc::make_mut(member);
        let sources = Sources { l1, held, withheld: member.withheld };
        let next = member.rollup.next_seal(&sources, slot, now);
        if let Some(at) = next.filter(|next| member.seal_at.is_none_or(|at| at <= now || *next < at)) {
            member.seal_at = Some(at);
            self.queue.push(at, Event::RollupSlot(chain));
        }
        let next = member.rollup.next_batch(now);
        if let Some(at) = next.filter(|next| member.batch_at.is_none_or(|at| at <= now || *next < at)) {
            member.batch_at = Some(at);
            self.queue.push(at, Event::BatchDue(chain));
        }
        if member.rollup.ordering() == Ordering::Shared {
            self.schedule_sequencer();
        }
    }

    fn batch_due(&mut self, chain: ChainId) {
        let now = self.now;
        let Some(member) = self.members.get_mut(&chain) else { return };
        let member = Arc::make_mut(member);
        if member.batch_at != Some(now) {
            return;
        }
        member.batch_at = None;
        if self.l1.chain().mempool().of(member.rollup.genesis().batcher()).next().is_some() {
            member.rollup.not_lost(now);
        }
        if member.rollup.next_batch(now.minus(Span::millis(1))).is_some_and(|at| at <= now) {
            let batches = member.rollup.post_batches(now);
            self.post(chain, batches);
        }
        self.schedule_rollup(chain);
        self.look_again_at_batches(chain);
    }

    /// Sends batches to L1 one after the other: over one link they arrive in order, or none does.
    fn post(&mut self, chain: ChainId, batches: Vec<PostedBatch>) {
        let Some(genesis) = self.member(chain).map(|member| member.rollup.genesis()) else { return };
        let (from, to) = (genesis.batcher(), Some(genesis.inbox()));
        let mut sendings = Vec::new();
        for batch in batches {
            let bytes = batch.calldata.len() + batch.blobs.iter().map(|blob| blob.len()).sum::<usize>();
            self.record(Fact::BatchPosted {
                chain,
                first: batch.first,
                last: batch.last,
                bytes: bytes as u64,
            });
            if let Some((hash, payload)) = batch.held {
                self.held.insert(hash, (chain, payload));
            }
            let gas_limit = 30_000 + 40 * batch.calldata.len() as u64;
            let value = alloy_primitives::U256::ZERO;
            let draft = Draft { from, to, value, data: batch.calldata, gas_limit, blobs: Vec::new() };
            sendings.push((batch.ready.since(self.now), draft, batch.blobs));
        }
        if sendings.is_empty() {
            return;
        }
        match self.carry(chain) {
            Some(at) => {
                for (wait, draft, blobs) in sendings {
                    self.queue.push(at.plus(wait), Event::L1Arrival(vec![draft], blobs));
                }
            }
            None => self.record(Fact::Lost { chain, from }),
        }
    }

    /// A batch that got lost is posted again: look once its patience is over.
    fn look_again_at_batches(&mut self, chain: ChainId) {
        let now = self.now;
        let Some(member) = self.members.get_mut(&chain) else { return };
        let member = Arc::make_mut(member);
        if member.rollup.awaits_safety() && member.batch_at.is_none() {
            let at = member.rollup.retry_batch_at(now);
            member.batch_at = Some(at);
            self.queue.push(at, Event::BatchDue(chain));
        }
    }

    fn send_l1(&mut self, chain: ChainId, drafts: Vec<Draft>) {
        let Some(from) = drafts.first().map(|draft| draft.from) else { return };
        match self.carry(chain) {
            Some(at) => self.queue.push(at, Event::L1Arrival(drafts, Vec::new())),
            None => self.record(Fact::Lost { chain, from }),
        }
    }

    fn l1_arrival(&mut self, mut drafts: Vec<Draft>, payloads: Vec<Bytes>) {
        let now = self.now;
        let with_blobs = if payloads.is_empty() { None } else { drafts.pop() };
        for draft in drafts {
            let from = draft.from;
            if let Err(error) = self.l1.chain_mut().send_as(draft) {
                self.record(Fact::NotTaken { from, reason: error.to_string() });
            }
        }
        if let Some(draft) = with_blobs {
            let from = draft.from;
            if let Err(error) = self.l1.send_with_blobs(now, draft, payloads) {
                self.record(Fact::NotTaken { from, reason: error.to_string() });
            }
        }
        self.schedule_l1();
    }

    fn l1_seen(&mut self, chain: ChainId, number: BlockNumber) {
        let (l1, held) = (&self.l1, &self.held);
        let Some(member) = self.members.get_mut(&chain) else { return };
        let member = Arc::make_mut(member);
        let sources = Sources { l1, held, withheld: member.withheld };
        let followed = member.rollup.follow(&sources, number);
        let is_news = followed != Followed::default();
        if is_news {
            self.after_following(chain, followed);
        }
        self.catch_up_outcome(chain);
        self.wake(chain);
        self.schedule_rollup(chain);
    }

    fn after_following(&mut self, chain: ChainId, followed: Followed) {
        if let Some((first, count)) = followed.dropped {
            self.record(Fact::Dropped { chain, first, count });
            let kept = first.previous().unwrap_or(BlockNumber::GENESIS);
            if let Some(member) = self.members.get_mut(&chain) {
                Arc::make_mut(member).settler.rewind_rollup(kept);
            }
            self.rewind_messages(chain, kept);
        }
        if let Some(kept) = followed.rewound {
            self.after_rewind(chain, kept);
        }
        for reason in followed.ignored {
            self.record(Fact::BatchIgnored { chain, reason });
        }
        if let Some(reason) = followed.stuck {
            self.record(Fact::Stuck { chain, reason });
        }
        if let Some((before, safe)) = followed.safe {
            self.record(Fact::Safe { chain, head: safe });
            let Some(by) = self.member(chain).and_then(|member| member.rollup.safe_since(before.next()))
            else {
                return;
            };
            let progress = self.book.note_safe(self.now, chain, safe, (self.l1.id(), by.number));
            self.note(progress);
            self.note_earlier_claims(chain, before);
        }
    }

    /// A claim may be on L1 before the batch that it is about is read, after a reorg for instance.
    fn note_earlier_claims(&mut self, chain: ChainId, before: BlockNumber) {
        let games = self.member(chain).map(|member| member.settler.games().clone()).unwrap_or_default();
        for game in games.iter().filter(|game| game.covers > before) {
            let by = (self.l1.id(), game.created.0);
            let progress = self.book.note_proposed(self.now, chain, game.covers, by, game.created_by);
            self.note(progress);
        }
    }

    pub(super) fn rewind_messages(&mut self, chain: ChainId, kept: BlockNumber) {
        for number in self.book.rewind(chain, kept) {
            let stage = self.book.get(number).map_or(crate::messaging::Stage::Pending, |m| m.stage());
            self.record(Fact::Rewound { number, stage });
        }
    }

    fn wake(&mut self, chain: ChainId) {
        let now = self.now;
        let (l1, book) = (&self.l1, &self.book);
        let Some(member) = self.members.get_mut(&chain) else { return };
        if is_idle(&member.rollup) {
            return;
        }
        let Member { rollup, settler, wake_at, .. } = Arc::make_mut(member);
        if wake_at.is_some_and(|at| at <= now) {
            *wake_at = None;
        }
        let errands = settler.act(now, l1, rollup, book);
        let mut next = *wake_at;
        let mut sendings = Vec::new();
        for errand in errands {
            match errand {
                Errand::SendL1(drafts) => sendings.push(drafts),
                Errand::Wake(at) if at > now => next = Some(next.map_or(at, |old| old.min(at))),
                Errand::Wake(_) => {}
            }
        }
        if let Some(at) = next.filter(|_| next != *wake_at) {
            *wake_at = Some(at);
            self.queue.push(at, Event::Wake(chain));
        }
        for drafts in sendings {
            self.send_l1(chain, drafts);
        }
    }
}

/// Whether a rollup's actors have nothing to do: it is not there yet. A removed rollup's messages that
/// are on L1 already still move.
fn is_idle(rollup: &Rollup) -> bool {
    rollup.status() == Status::Deploying
}

fn portal_owner(members: &imbl::OrdMap<ChainId, Arc<Member>>, address: &Address) -> Option<ChainId> {
    members
        .iter()
        .find(|(_, member)| member.rollup.genesis().contracts().portal == *address)
        .map(|(chain, _)| *chain)
}
