//! Where bundles and members stand with a shared sequencer, and what its bad leaders do.

use super::{
    Abort, Bundle, BundleId, Hold, LegEnd, Ordered,
    committee::{Height, NodeId},
};
use crate::{
    chain::Transaction,
    types::{BlockNumber, ChainId, Time},
};
use alloy_primitives::Address;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Where a bundle stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BundleState {
    /// It waits to be ordered.
    Waiting,
    /// A slot has it; it waits for the slot's end.
    Ordered(Height),
    /// Its rollups hold blocks with it ready; it waits for the outcome.
    Held(Height),
    /// It is in blocks.
    Landed(Height, Vec<LegEnd>),
    /// It has no effect.
    Aborted(Abort),
    /// It was in blocks that are undone, since L1 rejected what one of its rollups had claimed.
    RolledBack(Height),
}

impl BundleState {
    /// The words for all states.
    pub const NAMES: [&str; 6] = ["waiting", "ordered", "held", "landed", "aborted", "rolled back"];

    /// Whether a leg is in a block in which it reverted.
    pub fn has_reverted(&self) -> bool {
        match self {
            Self::Landed(_, ends) => ends.iter().any(|end| !end.succeeded),
            Self::Waiting | Self::Ordered(_) | Self::Held(_) | Self::Aborted(_) | Self::RolledBack(_) => {
                false
            }
        }
    }

    /// Whether nothing changes any more.
    pub const fn is_last(&self) -> bool {
        match self {
            Self::Waiting | Self::Ordered(_) | Self::Held(_) => false,
            Self::Landed(..) | Self::Aborted(_) | Self::RolledBack(_) => true,
        }
    }

    /// The slot that it is to be executed in.
    pub const fn height(&self) -> Option<Height> {
        match self {
            Self::Ordered(height) | Self::Held(height) => Some(*height),
            Self::Waiting | Self::Landed(..) | Self::Aborted(_) | Self::RolledBack(_) => None,
        }
    }

    /// The word for it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Ordered(_) => "ordered",
            Self::Held(_) => "held",
            Self::Landed(..) => "landed",
            Self::Aborted(_) => "aborted",
            Self::RolledBack(_) => "rolled back",
        }
    }
}

/// A bundle and where it has been.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleRecord {
    /// What was sent.
    pub bundle: Bundle,
    /// Each state with its moment; the newest last.
    pub states: Vec<(Time, BundleState)>,
    /// The block of each rollup that it is in, where it was decided on by votes.
    pub blocks: BTreeMap<ChainId, BlockNumber>,
}

impl BundleRecord {
    /// Where it stands.
    pub fn state(&self) -> &BundleState {
        self.states.last().map_or(&BundleState::Waiting, |(_, state)| state)
    }
}

/// A place in the order over all slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The slot.
    pub height: Height,
    /// The place in its order.
    pub index: u32,
}

/// A member's part in a slot whose outcome is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The slot.
    pub height: Height,
    /// Its bundles of that slot that are to be decided on.
    pub own: BTreeSet<BundleId>,
    /// What it executed of the order, besides them.
    pub executed: BTreeSet<Place>,
    /// Where it stands.
    pub hold: Hold,
    /// When its block was built.
    pub built_at: Time,
    /// The L1 origin of its block.
    pub origin: BlockNumber,
    /// Its block's transactions but for what L1 forces on it.
    pub transactions: Vec<Arc<Transaction>>,
}

/// What bad leaders do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Misconduct {
    /// The nodes that do it; none means all.
    pub nodes: Option<BTreeSet<NodeId>>,
    /// Accounts whose transactions they leave out.
    pub censored: BTreeSet<Address>,
    /// Rollups that they leave out.
    pub censored_chains: BTreeSet<ChainId>,
    /// Who trades around what others trade, with their help.
    pub sandwicher: Option<Address>,
    /// Whether they include what they promised to execute together.
    pub breaks_promises: bool,
    /// Rollups that build blocks with bundles and do not vote.
    pub silent_voters: BTreeSet<ChainId>,
}

impl Misconduct {
    /// Whether a node takes part.
    pub fn is_done_by(&self, node: NodeId) -> bool {
        self.nodes.as_ref().is_none_or(|nodes| nodes.contains(&node))
    }
}

/// A transaction that waits in a member's mempool and could be executed next.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What the order says of it.
    pub ordered: Ordered,
    /// Its rollup.
    pub chain: ChainId,
    /// Whose it is.
    pub sender: Address,
    /// What it is. A leader sees it only where nothing is encrypted.
    pub transaction: Arc<Transaction>,
}
