//! The stages of a message over the L1, in the order in which it passes them. A deposit skips those
//! of a withdrawal; a message from rollup to rollup passes all.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Its transaction waits in the source's mempool.
    Pending,
    /// Its transaction is in a block of the source.
    Initiated,
    /// The source block can be rebuilt from L1.
    Batched,
    /// An output root that covers it is on L1.
    Proposed,
    /// A storage proof of it was checked on L1.
    Proven,
    /// Its L1 part was executed: paid out, or handed on to a rollup as a deposit.
    Finalized,
    /// A deposit event for the destination is in an L1 block.
    Deposited,
    /// It was executed on the destination.
    Delivered,
    /// It was executed and the call failed, or its transaction was refused or reverted.
    Failed,
}

impl Stage {
    /// All stages in order.
    pub const ALL: [Self; 9] = [
        Self::Pending,
        Self::Initiated,
        Self::Batched,
        Self::Proposed,
        Self::Proven,
        Self::Finalized,
        Self::Deposited,
        Self::Delivered,
        Self::Failed,
    ];

    /// The stage's name in scenarios, queries and on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Initiated => "initiated",
            Self::Batched => "batched",
            Self::Proposed => "proposed",
            Self::Proven => "proven",
            Self::Finalized => "finalized",
            Self::Deposited => "deposited",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// The stage of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// Whether nothing more will happen to the message.
    pub const fn is_last(self) -> bool {
        matches!(self, Self::Delivered | Self::Failed)
    }
}
