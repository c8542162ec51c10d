//! What a shared sequencer decides on at a height: the order of a slot, and the outcome of an earlier one.

use super::{
    BundleId, Outcome,
    committee::{CommitCertificate, Height, NodeId, Round, ValueId},
};
use crate::{
    chain::Draft,
    types::{ChainId, Time},
};
use alloy_primitives::{Address, B256, Bytes};
use serde::{Deserialize, Serialize};

/// The value of a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotContent {
    /// What becomes of the bundles of an earlier slot that rollups hold blocks ready for.
    pub outcome: Option<(Height, Outcome)>,
    /// What is executed, in this order.
    pub order: Vec<Ordered>,
}

/// Something in the order of a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ordered {
    /// A transaction that waits in a rollup's mempool.
    Transaction {
        /// The rollup.
        chain: ChainId,
        /// Whose.
        sender: Address,
        /// Its nonce.
        nonce: u64,
        /// Its hash.
        hash: B256,
    },
    /// A bundle.
    Bundle(BundleId),
    /// A transaction of the leader's own, put where it gains by it.
    Inserted {
        /// The rollup.
        chain: ChainId,
        /// What it does.
        draft: Draft,
    },
}

impl Ordered {
    /// The bundle, if it is one.
    pub const fn bundle(&self) -> Option<BundleId> {
        match self {
            Self::Bundle(id) => Some(*id),
            Self::Transaction { .. } | Self::Inserted { .. } => None,
        }
    }
}

impl SlotContent {
    /// Its bytes.
    pub fn encode(&self) -> Bytes {
        postcard::to_stdvec(self).expect("a slot is plain data").into()
    }

    /// What bytes say, if they are a slot's.
    pub fn decode(bytes: &Bytes) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

/// A decided slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Its height.
    pub height: Height,
    /// The round that decided.
    pub round: Round,
    /// The leader of that round.
    pub leader: NodeId,
    /// What was voted for.
    pub value: ValueId,
    /// The content.
    pub content: SlotContent,
    /// Precommits of more than two thirds of the weight.
    pub certificate: CommitCertificate,
    /// When its height began.
    pub began_at: Time,
    /// When the first node decided.
    pub decided_at: Time,
    /// When its bundles are executed: the end of the slot in which every member can have learnt of it.
    pub lands_at: Time,
}
