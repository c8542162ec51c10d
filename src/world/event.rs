//! What can happen, and what is remembered of it.

use super::theft::Theft;
use crate::{
    chain::Draft,
    command::Command,
    messaging::Stage,
    sequencing::{
        BundleId, BundleState,
        committee::{CommitteeEvent, EvidenceKind, Height, NodeId, Round},
    },
    types::{BlockNumber, ChainId},
};
use alloy_primitives::{Address, B256, Bytes};
use serde::{Deserialize, Serialize};

/// Something that is due.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Event {
    /// A slot of L1 begins.
    L1Slot,
    /// A block time of a rollup.
    RollupSlot(ChainId),
    /// A rollup's batcher posts.
    BatchDue(ChainId),
    /// A rollup's actors learn of an L1 block.
    L1Seen(ChainId, BlockNumber),
    /// Transactions of an actor reach L1's mempool, with the payloads of the blobs of the last.
    L1Arrival(Vec<Draft>, Vec<Bytes>),
    /// A rollup's proposer and relayer look again.
    Wake(ChainId),
    /// A command of the scenario's timeline.
    Order(Box<Command>),
    /// Somebody sends a second's transfers on a chain.
    Traffic(ChainId),
    /// A trader begins, if its rollups run.
    AgentBegins(String),
    /// A trader looks at its pools.
    AgentLooks(String),
    /// The shared sequencer's committee meets, if something waits.
    SequencerSlot,
    /// Time to give up bundles whose deadline has passed, whether the committee still decides or not.
    BundlesExpire,
    /// Something happens in the committee.
    Committee(Box<CommitteeEvent>),
    /// A member learns of a slot, or the committee learns that it did not.
    SlotTold(ChainId, Height, bool),
    /// The end of a slot with bundles: members build blocks together.
    JointSlot,
    /// A member's vote for the block that it holds ready arrives.
    Voted(ChainId, Height),
    /// A member votes again.
    VoteAgain(ChainId, Height),
    /// The time for votes is over.
    VotesClosed,
    /// A theft goes on.
    Theft(Box<Theft>),
}

/// What happened: the lines of the log, and all that the digest is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fact {
    /// A rollup was spawned; its contracts are being deployed.
    Spawned {
        /// The rollup.
        chain: ChainId,
    },
    /// A rollup's contracts are on L1: it begins.
    Deployed {
        /// The rollup.
        chain: ChainId,
        /// The L1 block.
        l1_block: BlockNumber,
        /// Hash of its first block.
        genesis: B256,
    },
    /// A rollup was removed.
    Removed {
        /// The rollup.
        chain: ChainId,
    },
    /// A block was sealed.
    Sealed {
        /// Its chain.
        chain: ChainId,
        /// Its height.
        number: BlockNumber,
        /// Its hash.
        hash: B256,
        /// How many transactions it has.
        transactions: u64,
    },
    /// Somebody sent a transaction.
    Sent {
        /// To which chain.
        chain: ChainId,
        /// Its hash.
        hash: B256,
        /// Who.
        from: Address,
    },
    /// A rollup's batcher posted blocks.
    BatchPosted {
        /// The rollup.
        chain: ChainId,
        /// First block.
        first: BlockNumber,
        /// Last block.
        last: BlockNumber,
        /// Bytes that it took.
        bytes: u64,
    },
    /// What an actor sent to L1 got lost on its link.
    Lost {
        /// Whose actor.
        chain: ChainId,
        /// Who.
        from: Address,
    },
    /// L1 did not take what an actor sent.
    NotTaken {
        /// Who.
        from: Address,
        /// Why.
        reason: String,
    },
    /// More of a rollup can be rebuilt from L1.
    Safe {
        /// The rollup.
        chain: ChainId,
        /// Up to which block.
        head: BlockNumber,
    },
    /// Blocks were dropped.
    Dropped {
        /// Their chain.
        chain: ChainId,
        /// The first of them.
        first: BlockNumber,
        /// How many.
        count: u64,
    },
    /// A batch, or the rest of it, was ignored.
    BatchIgnored {
        /// The rollup.
        chain: ChainId,
        /// Why.
        reason: String,
    },
    /// A rollup cannot be rebuilt further.
    Stuck {
        /// The rollup.
        chain: ChainId,
        /// Why.
        reason: String,
    },
    /// A claim about a rollup's state is on L1.
    Claimed {
        /// The rollup.
        chain: ChainId,
        /// The block that it is about.
        covers: BlockNumber,
        /// The output root.
        root: B256,
    },
    /// A message reached a stage.
    Message {
        /// Its number.
        number: u64,
        /// The stage.
        stage: Stage,
    },
    /// A message fell back, since what carried it was dropped.
    Rewound {
        /// Its number.
        number: u64,
        /// The stage that it is at again.
        stage: Stage,
    },
    /// A command was carried out.
    Ordered(Box<Command>),
    /// A command of the timeline was refused.
    OrderRefused {
        /// Why.
        reason: String,
    },
    /// The committee decided a slot.
    SlotDecided {
        /// Its height.
        height: Height,
        /// In which round.
        round: Round,
        /// Who led it.
        leader: NodeId,
        /// How many transactions and bundles it orders.
        items: u64,
    },
    /// A bundle was sent to the shared sequencer.
    BundleSent {
        /// Which.
        bundle: BundleId,
    },
    /// A bundle is somewhere else now.
    Bundle {
        /// Which.
        bundle: BundleId,
        /// Where.
        state: BundleState,
    },
    /// A rollup does not take a slot: its certificate is not good.
    CertificateRefused {
        /// The rollup.
        chain: ChainId,
        /// The slot.
        height: Height,
        /// Why.
        reason: String,
    },
    /// A node signed two conflicting messages.
    Equivocated {
        /// Which.
        node: NodeId,
        /// What they are.
        kind: EvidenceKind,
    },
    /// Two honest nodes decided differently.
    Disagreed {
        /// At which height.
        height: Height,
        /// The bound that was broken.
        reason: String,
    },
    /// A leader included what it had promised to execute together, and it stands by halves.
    PromiseBroken {
        /// The bundle.
        bundle: BundleId,
        /// The leader.
        node: NodeId,
    },
    /// A rollup is ordered by the shared sequencer from now on, or by itself again.
    Joined {
        /// The rollup.
        chain: ChainId,
        /// Whether it joined.
        joined: bool,
    },
    /// A chain takes no more of the traffic on it.
    TrafficRefused {
        /// The chain.
        chain: ChainId,
        /// Why.
        reason: String,
    },
    /// A transaction is in a block and reverted.
    Reverted {
        /// The chain.
        chain: ChainId,
        /// Its hash.
        hash: B256,
        /// Who sent it.
        from: Address,
    },
}
