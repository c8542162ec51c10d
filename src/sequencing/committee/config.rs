//! The parameters of a committee.

use crate::{sim::Link, types::Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Most nodes in a committee.
pub const NODES_MAX: u32 = 100;

/// Largest weight of a node. It bounds the period of the leaders' rotation.
pub const WEIGHT_MAX: u64 = 100;

/// How long a node waits in each step of a round (Tendermint, arXiv:1807.04938). Defaults as in Malachite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CommitteeTimeouts {
    /// For the leader's proposal, 1ms to 1h. Default 3s.
    pub propose: Span,
    /// For prevotes to agree, once two thirds of the weight have prevoted, 1ms to 1h. Default 1s.
    pub prevote: Span,
    /// For precommits to agree, once two thirds of the weight have precommitted, 1ms to 1h. Default 1s.
    pub precommit: Span,
    /// What each of them grows by in each further round of a height, 0 to 1h. Default 500ms.
    pub increase: Span,
    /// Time after which an undecided node sends again what it has signed and seen last; it doubles while
    /// nothing changes. 1ms to 1h. Default 5s.
    pub retransmit: Span,
}

impl Default for CommitteeTimeouts {
    fn default() -> Self {
        Self {
            propose: Span::seconds(3),
            prevote: Span::seconds(1),
            precommit: Span::seconds(1),
            increase: Span::millis(500),
            retransmit: Span::seconds(5),
        }
    }
}

/// A committee of sequencer nodes. One node alone is a centralised sequencer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CommitteeConfig {
    /// Nodes, 1 to 100. Default 4.
    pub nodes: u32,
    /// Voting weight of each node, 1 to 100; empty means 1 each. Default empty.
    pub weights: Vec<u64>,
    /// Link from any node to any other.
    pub link: Link,
    /// How long nodes wait.
    pub timeouts: CommitteeTimeouts,
}

impl Default for CommitteeConfig {
    fn default() -> Self {
        Self { nodes: 4, weights: Vec::new(), link: Link::default(), timeouts: CommitteeTimeouts::default() }
    }
}

/// Why a committee cannot have these parameters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitteeError {
    /// Too few or too many nodes.
    #[error("committee.nodes: expected 1 to {NODES_MAX}, found {0}")]
    Nodes(u32),
    /// Weights are given, but not one for each node.
    #[error("committee.weights: expected none or {nodes}, found {found}")]
    WeightCount {
        /// Nodes of the committee.
        nodes: u32,
        /// Weights that were given.
        found: usize,
    },
    /// A weight is out of its range.
    #[error("committee.weights[{node}]: expected 1 to {WEIGHT_MAX}, found {found}")]
    Weight {
        /// Place in the list.
        node: usize,
        /// What was given.
        found: u64,
    },
    /// A time is out of its range.
    #[error("committee.{field}: expected {least} to {most}, found {found}")]
    Span {
        /// Name of the field.
        field: &'static str,
        /// Least allowed.
        least: Span,
        /// Most allowed.
        most: Span,
        /// What was given.
        found: Span,
    },
}

impl CommitteeConfig {
    /// Refuses what no committee can be.
    pub fn check(&self) -> Result<(), CommitteeError> {
        if self.nodes == 0 || self.nodes > NODES_MAX {
            return Err(CommitteeError::Nodes(self.nodes));
        }
        let found = self.weights.len();
        if found != 0 && u32::try_from(found) != Ok(self.nodes) {
            return Err(CommitteeError::WeightCount { nodes: self.nodes, found });
        }
        let wrong = |weight: &u64| *weight == 0 || *weight > WEIGHT_MAX;
        if let Some(node) = self.weights.iter().position(wrong) {
            return Err(CommitteeError::Weight { node, found: self.weights[node] });
        }
        let (moment, hour, times) = (Span::millis(1), Span::hours(1), &self.timeouts);
        let spans = [
            ("link.delay", self.link.delay, Span::ZERO),
            ("link.jitter", self.link.jitter, Span::ZERO),
            ("timeouts.propose", times.propose, moment),
            ("timeouts.prevote", times.prevote, moment),
            ("timeouts.precommit", times.precommit, moment),
            ("timeouts.increase", times.increase, Span::ZERO),
            ("timeouts.retransmit", times.retransmit, moment),
        ];
        for (field, found, least) in spans {
            if found < least || found > hour {
                return Err(CommitteeError::Span { field, least, most: hour, found });
            }
        }
        Ok(())
    }

    /// The weight of each node in order.
    pub(super) fn weights(&self) -> Vec<u64> {
        if self.weights.is_empty() { vec![1; self.nodes as usize] } else { self.weights.clone() }
    }
}
