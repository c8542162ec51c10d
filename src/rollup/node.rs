//! A rollup's node: it sequences blocks, posts them to L1 (`batcher`), and follows L1 to tell which of them
//! are safe (`follow`).

mod batcher;
mod follow;

pub use batcher::PostedBatch;
pub use follow::Followed;

use super::{
    L1Origin, L1Source, RollupConfig, RollupGenesis,
    derivation::{self, Head},
    user_deposits,
};
use crate::{
    chain::{Attributes, BlockBuilder, Chain, SealError, SealedBlock, Sealing},
    contracts::addresses,
    sim::Link,
    types::{BlockNumber, ChainId, Span, Time},
};
use alloy_primitives::Log;
use imbl::{OrdSet, Vector};
use serde::{Deserialize, Serialize};

/// A rollup seals at least this often, even with nothing to seal.
const HEARTBEAT: Span = Span::hours(1);

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
}
