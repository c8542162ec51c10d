//! A rollup's node: it sequences blocks, posts them to L1, and follows L1 to tell which of them are safe.

use super::{
    BatchBlock, BatchDrop, DataAvailability, DerivationError, L1Origin, L1Source, RollupConfig,
    RollupGenesis,
    derivation::{self, CALLDATA_MARK, HASH_MARK, Head, Posted},
    encode_batch, user_deposits,
};
use crate::{
    chain::{Attributes, BlockBuilder, Chain, SealError, SealedBlock, Sealing},
    contracts::addresses,
    sim::Link,
    types::{BlockNumber, ChainId, Span, Time},
};
use alloy_primitives::{B256, Bytes, Log, keccak256};
use imbl::{OrdSet, Vector};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A rollup seals at least this often, even with nothing to seal.
const HEARTBEAT: Span = Span::hours(1);

/// Bytes that a blob carries: 4 096 field elements (EIP-4844) of 31 whole bytes each.
const BLOB_BYTES: u64 = 4096 * 31;

/// Whether a rollup runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Its contracts are not on L1 yet.
    Deploying,
    /// It runs.
    Running,
    /// Its sequencer is halted.
    Halted,
    /// It was removed: halted for ever.
    Removed,
}

/// Who orders a rollup's transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ordering {
    /// Its own sequencer, by tip.
    Own,
    /// A shared sequencer: of itself the rollup seals only what L1 forces on it.
    Shared,
}

/// Where a block that is being built will stand.
#[derive(Clone, Debug)]
pub struct Frame {
    attributes: Attributes,
    origin: L1Origin,
    sequence: u64,
}

impl Frame {
    /// Its L1 origin.
    pub const fn origin(&self) -> BlockNumber {
        self.origin.number
    }
}

/// A block that was built and not taken yet.
#[derive(Clone, Debug)]
pub struct Built {
    /// The block.
    pub block: SealedBlock,
    origin: L1Origin,
    sequence: u64,
}

/// A rollup. Cloning shares everything.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rollup {
    genesis: RollupGenesis,
    chain: Chain,
    status: Status,
    ordering: Ordering,
    /// Whether it holds a block ready and waits to learn whether it is to take it.
    holds: bool,
    /// Whether a shared sequencer has ordered something that its next block can execute.
    has_ordered: bool,
    /// The L1 block in which its contracts were deployed: the origin of its genesis.
    deployed_in: Option<L1Origin>,
    /// L1 origin and sequence number of each block.
    origins: Vector<(L1Origin, u64)>,
    /// The newest L1 block that was derived from.
    derived_from: Option<L1Origin>,
    /// Safe heads by the L1 block that made them so.
    safe: Vector<(L1Origin, BlockNumber)>,
    /// L1 blocks that undid blocks, with their times in milliseconds since the world began.
    rewinds: Vector<(L1Origin, u64)>,
    /// L1 blocks with deposits that are in no block yet.
    deposits_in: OrdSet<BlockNumber>,
    /// Newest block that was handed to the batcher's link, and when: later than now while a committee still
    /// takes its data.
    posted: Option<(BlockNumber, Time)>,
    batcher_halted: bool,
    /// Whether the next block is sealed at once: the OP Stack's tools look for a claim about a block after
    /// the one with the message.
    follow_up: bool,
    /// Why derivation stands still, if it does.
    stuck: Option<String>,
    link: Link,
}

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
    /// A rollup whose contracts are yet to be deployed.
    pub fn new(genesis: RollupGenesis) -> Self {
        Self {
            chain: genesis.chain(),
            status: Status::Deploying,
            ordering: Ordering::Own,
            holds: false,
            has_ordered: false,
            deployed_in: None,
            origins: Vector::new(),
            derived_from: None,
            safe: Vector::new(),
            rewinds: Vector::new(),
            deposits_in: OrdSet::new(),
            posted: None,
            batcher_halted: false,
            follow_up: false,
            stuck: None,
            link: genesis.config.link.clone(),
            genesis,
        }
    }

    /// Its id.
    pub const fn id(&self) -> ChainId {
        self.genesis.config.chain_id
    }

    /// How it began.
    pub const fn genesis(&self) -> &RollupGenesis {
        &self.genesis
    }

    /// Its parameters.
    pub const fn config(&self) -> &RollupConfig {
        &self.genesis.config
    }

    /// Its blocks and mempool.
    pub const fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Its blocks and mempool, to send to.
    pub const fn chain_mut(&mut self) -> &mut Chain {
        &mut self.chain
    }

    /// Whether it runs.
    pub const fn status(&self) -> Status {
        self.status
    }

    /// Who orders its transactions.
    pub const fn ordering(&self) -> Ordering {
        self.ordering
    }

    /// Has somebody else order its transactions from the next block on.
    pub const fn set_ordering(&mut self, ordering: Ordering) {
        self.ordering = ordering;
    }

    /// Whether it holds a block ready and waits to learn whether it is to take it: meanwhile it seals none.
    pub const fn holds(&self) -> bool {
        self.holds
    }

    /// Sets whether it holds a block ready.
    pub const fn set_holds(&mut self, holds: bool) {
        self.holds = holds;
    }

    /// Sets whether a shared sequencer has ordered something that its next block can execute.
    pub const fn set_has_ordered(&mut self, has_ordered: bool) {
        self.has_ordered = has_ordered;
    }

    /// The link between its actors and L1.
    pub const fn link(&self) -> &Link {
        &self.link
    }

    /// Changes the link.
    pub fn set_link(&mut self, link: Link) {
        self.link = link;
    }

    /// Halts the sequencer or lets it go on; a removed rollup stays as it is.
    pub fn set_halted(&mut self, halted: bool) {
        match (self.status, halted) {
            (Status::Running, true) => self.status = Status::Halted,
            (Status::Halted, false) => self.status = Status::Running,
            _ => {}
        }
    }

    /// Halts the batcher or lets it go on.
    pub const fn set_batcher_halted(&mut self, halted: bool) {
        self.batcher_halted = halted;
    }

    /// Halts it for ever.
    pub const fn remove(&mut self) {
        self.status = Status::Removed;
    }

    /// Why derivation stands still, if it does.
    pub fn stuck(&self) -> Option<&str> {
        self.stuck.as_deref()
    }

    /// The origin of a block.
    pub fn origin(&self, number: BlockNumber) -> Option<L1Origin> {
        self.origins.get(usize::try_from(number.get()).ok()?).map(|(origin, _)| *origin)
    }

    /// The newest block that L1 vouches for.
    pub fn safe_head(&self) -> BlockNumber {
        self.safe.last().map_or(BlockNumber::GENESIS, |(_, number)| *number)
    }

    /// The newest block that follows from L1 blocks up to `l1_finalized`.
    pub fn finalized_head(&self, l1_finalized: BlockNumber) -> BlockNumber {
        let final_entry = self.safe.iter().rev().find(|(origin, _)| origin.number <= l1_finalized);
        final_entry.map_or(BlockNumber::GENESIS, |(_, number)| *number)
    }

    /// The L1 block that made a block safe, if it is.
    pub fn safe_since(&self, number: BlockNumber) -> Option<L1Origin> {
        // Since the last rewind below it, if there was one.
        let since = self.safe.iter().rev().take_while(|(_, safe)| *safe >= number);
        since.last().map(|(origin, _)| *origin)
    }

    /// Its contracts were deployed in that L1 block: it begins.
    pub fn deployed(&mut self, block: &SealedBlock) {
        let origin = L1Origin::of(block);
        self.deployed_in = Some(origin);
        self.derived_from = Some(origin);
        self.origins = Vector::unit((origin, 0));
        if !user_deposits(block, self.genesis.contracts().portal).is_empty() {
            self.deposits_in.insert(block.number());
        }
        self.status = Status::Running;
    }

    /// The L1 block that its contracts were deployed in.
    pub const fn deployed_in(&self) -> Option<L1Origin> {
        self.deployed_in
    }

    fn head_state(&self) -> Option<Head<'_>> {
        let (origin, sequence_number) = *self.origins.last()?;
        let is_genesis = self.chain.head().header.number == 0;
        let rewound_at_ms = self.rewound_at_ms();
        Some(Head { genesis: &self.genesis, origin, sequence_number, is_genesis, rewound_at_ms })
    }

    fn rewound_at_ms(&self) -> u64 {
        self.rewinds.last().map_or(0, |(_, at)| *at)
    }

    /// The newest L1 block that a block sealed at `now` may have as its origin.
    pub fn usable_origin(&self, l1: &impl L1Source, slot: Span, now: Time) -> Option<BlockNumber> {
        let derived = self.derived_from?.number;
        let latest = now.minus(slot.times(self.config().l1_confirmations));
        let mut number = derived;
        while number > self.origins.last()?.0.number {
            if l1.block(number).is_some_and(|block| block.sealed_at <= latest) {
                break;
            }
            number = number.previous()?;
        }
        Some(number)
    }

    /// When it wants to seal next: at the next block time if something waits, else at its heartbeat.
    pub fn next_seal(&self, l1: &impl L1Source, slot: Span, now: Time) -> Option<Time> {
        if self.status != Status::Running || self.holds || !self.is_up_to_date(l1) {
            return None;
        }
        let block_time = self.config().block_time;
        let heartbeat = self.chain.head().sealed_at.plus(HEARTBEAT).max(self.begins());
        let heartbeat = heartbeat.at_or_next_multiple_of(block_time);
        let soon = now.next_multiple_of(block_time);
        let has_ready = match self.ordering {
            Ordering::Own => self.chain.has_ready(derivation::next_base_fee(&self.chain)),
            Ordering::Shared => self.has_ordered,
        };
        if self.follow_up || has_ready {
            return Some(soon);
        }
        let wait = slot.times(self.config().l1_confirmations);
        let deposits = self
            .deposits_in
            .get_min()
            .and_then(|number| l1.block(*number))
            .map(|block| block.sealed_at.plus(wait).at_or_next_multiple_of(block_time).max(soon));
        Some(deposits.map_or(heartbeat.max(soon), |at| at.min(heartbeat.max(soon))))
    }

    /// Whether the L1 block that it followed last is still there. Until it learns of a reorg it seals
    /// nothing: its blocks would rest on two histories of L1.
    fn is_up_to_date(&self, l1: &impl L1Source) -> bool {
        let stands =
            |origin: L1Origin| l1.block(origin.number).is_some_and(|block| block.hash == origin.hash);
        self.derived_from.is_some_and(stands)
    }

    fn begins(&self) -> Time {
        Time::new(self.genesis.spawned_at_ms)
    }

    /// Seals a block at `now`.
    pub fn seal(&mut self, l1: &impl L1Source, slot: Span, now: Time) -> Result<Option<Sealing>, SealError> {
        let usable = self.usable_origin(l1, slot, now);
        let Some((mut builder, frame)) = usable.map_or(Ok(None), |origin| self.begin(l1, origin, now))?
        else {
            return Ok(None);
        };
        let hopeless = match self.ordering {
            Ordering::Own => builder.fill_from_pool(&self.chain),
            Ordering::Shared => Vec::new(),
        };
        let built = self.build(builder, frame);
        let sealing = self.take(built);
        // Last, since taking a block sends anew what a deposit outdated, which a builder finds hopeless.
        self.chain.forget(&hopeless);
        Ok(Some(sealing))
    }

    /// Begins the block of `now` on that L1 origin with what L1 forces on the rollup. None while there can be
    /// no block.
    pub fn begin(
        &self,
        l1: &impl L1Source,
        origin: BlockNumber,
        now: Time,
    ) -> Result<Option<(BlockBuilder, Frame)>, SealError> {
        if !self.is_up_to_date(l1) {
            return Ok(None);
        }
        let Some(head) = self.head_state() else { return Ok(None) };
        let Some((deposits, origin_block)) = head.deposits(l1, origin).zip(l1.block(origin)) else {
            return Ok(None);
        };
        let attributes = head.attributes(&self.chain, origin_block, now);
        let sequence = if head.origin.number == origin { head.sequence_number + 1 } else { 0 };
        let builder = self.chain.begin_block(&attributes, deposits)?;
        Ok(Some((builder, Frame { attributes, origin: L1Origin::of(origin_block), sequence })))
    }

    /// An empty block at `now`, to see what transactions would do after the newest one.
    pub fn trial(&self, l1: &impl L1Source, now: Time) -> Option<BlockBuilder> {
        let head = self.head_state()?;
        let attributes = head.attributes(&self.chain, l1.block(head.origin.number)?, now);
        self.chain.begin_block(&attributes, Vec::new()).ok()
    }

    /// Computes the roots of a block.
    pub fn build(&self, builder: BlockBuilder, frame: Frame) -> Built {
        let Frame { attributes, origin, sequence } = frame;
        Built { block: builder.finish(&self.chain, &attributes), origin, sequence }
    }

    /// Whether a block was built on the newest one.
    pub fn fits(&self, built: &Built) -> bool {
        built.block.header.parent_hash == self.chain.head().hash
    }

    /// Takes a block that was built on the newest one as the next.
    pub fn take(&mut self, built: Built) -> Sealing {
        let Built { block, origin, sequence } = built;
        let sealing = self.chain.adopt(block);
        let leaves = |(_, _, log): (_, _, &Log)| log.address == addresses::L2_TO_L1_MESSAGE_PASSER;
        self.follow_up = sealing.block.logs().any(leaves);
        self.origins.push_back((origin, sequence));
        self.deposits_in = std::mem::take(&mut self.deposits_in).split(&origin.number).1;
        sealing
    }

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

    fn batch_block(&self, block: &SealedBlock) -> Option<BatchBlock> {
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
