//! A BFT committee that decides values height after height: Tendermint (arXiv:1807.04938) as Malachite's
//! driver implements it, with simulated links, timers and faults around it.
//!
//! A committee acts only when it is called: [`Committee::begin`] starts a height, and every event that it
//! asks for in [`Effects`] comes back through [`Committee::handle`]. Between heights there are none but late
//! arrivals and timers that no longer matter ([`Committee::matters`]). In a round the leader proposes, nodes
//! prevote what they accept, and precommit once more than two thirds of the weight have prevoted the same; as
//! many precommits decide. Over links of constant delay a decision takes three of them. Nodes that sign no
//! conflicting messages never decide differently while Byzantine weight is below a third ([`FaultWeights`]).
//!
//! Beyond the driver:
//! - An undecided node sends its last messages, its round's justification and its latest polka again from
//!   time to time, at doubling intervals while nothing changes.
//! - Who has decided answers such a message with the decisions that the sender missed. Nodes keep the last
//!   [`DECISIONS_KEPT_MAX`]; a node further behind skips to those.
//! - A height that takes more than [`ROUNDS_MAX`] rounds is given up by nodes that get there.

mod catch_up;
mod config;
mod consensus;
mod effects;
mod faults;
mod glance;
mod message;
mod node;
mod run;
mod signing;
mod types;
mod validators;

#[cfg(test)]
mod tests;

pub use config::{CommitteeConfig, CommitteeError, CommitteeTimeouts, NODES_MAX, WEIGHT_MAX};
pub use consensus::{Consensus, Proposal, Value, Vote, VoteKind};
pub use effects::{
    BoundError, CommitteeEvent, Decided, Decision, Disagreement, Effects, Evidence, EvidenceKind,
    FaultWeights, Proposals, TimeoutKind,
};
pub use faults::{Behaviour, FaultError};
pub use glance::{Ballot, Glance, NodeGlance};
pub use message::Message;
pub use node::{DECISIONS_KEPT_MAX, Step};
pub use run::ROUNDS_MAX;
pub use signing::Signature;
pub use types::{Height, NodeId, NodeSet, Round, ValueId};
pub use validators::{CertificateError, CommitCertificate, Validator, ValidatorSet};

use crate::{sim::Generator, types::Time};
use effects::{Happening, Timer};
use imbl::{OrdMap, OrdSet};
use message::{Checks, Keys, Messages};
use node::Node;
use run::Run;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A committee. Cloning shares all but the list of nodes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "State", into = "State")]
pub struct Committee {
    state: State,
    keys: Arc<Keys>,
    checks: Checks,
}

/// All of a committee that is not derived.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct State {
    config: CommitteeConfig,
    seed: u64,
    name: String,
    nodes: Vec<Arc<Node>>,
    messages: Messages,
    /// The last height that was begun.
    begun: Height,
    /// The last height that some node has decided.
    decided: Height,
    /// Who decided first at a height, and what. As many as a node keeps decisions.
    agreed: OrdMap<Height, (NodeId, ValueId)>,
    /// Evidence that was told.
    told: OrdSet<(Height, Round, NodeId, EvidenceKind)>,
}

impl From<State> for Committee {
    fn from(state: State) -> Self {
        let keys = Arc::new(Keys::new(&state.config.weights(), state.seed, &state.name));
        Self { state, keys, checks: Checks::default() }
    }
}

impl From<Committee> for State {
    fn from(committee: Committee) -> Self {
        committee.state
    }
}

/// Why a height cannot begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BeginError {
    /// Heights begin one after the other.
    #[error("height to begin: expected {expected}, found {found}")]
    Height {
        /// The next height.
        expected: Height,
        /// The height that was given.
        found: Height,
    },
    /// No node has decided the last height.
    #[error("height to begin: expected one after a decision, found {0} undecided")]
    Undecided(Height),
}

impl Committee {
    /// A committee at rest. Keys and links depend on `seed` and `name`, which is unique in its world.
    pub fn new(config: CommitteeConfig, seed: u64, name: &str) -> Result<Self, CommitteeError> {
        config.check()?;
        let node = |number| {
            let generator = Generator::new(seed, &format!("{name}/link/{number}"));
            Arc::new(Node::new(NodeId::new(number), generator))
        };
        let nodes = (0..=u8::MAX).take(config.weights().len()).map(node).collect();
        Ok(State {
            config,
            seed,
            name: name.into(),
            nodes,
            messages: Messages::default(),
            begun: Height::default(),
            decided: Height::default(),
            agreed: OrdMap::new(),
            told: OrdSet::new(),
        }
        .into())
    }

    /// Its parameters, with the link as it is now.
    pub const fn config(&self) -> &CommitteeConfig {
        &self.state.config
    }

    /// Its members, whose certificates everybody can check.
    pub fn validators(&self) -> &ValidatorSet {
        &self.keys.validators
    }

    /// The height that can begin next.
    pub const fn next_height(&self) -> Height {
        self.state.begun.next()
    }

    /// Whether a height has begun that no node has decided.
    pub fn is_deciding(&self) -> bool {
        self.state.decided < self.state.begun
    }

    /// A decision that some node still keeps.
    pub fn decision(&self, height: Height) -> Option<&Arc<Decision>> {
        self.state.nodes.iter().find_map(|node| node.decisions.get(&height))
    }

    /// Begins the next height at all nodes that have decided the last one; others follow when they have.
    /// A committee of one has decided when this returns.
    pub fn begin(
        &mut self,
        now: Time,
        height: Height,
        proposals: &mut dyn Proposals,
        effects: &mut Effects,
    ) -> Result<(), BeginError> {
        let expected = self.next_height();
        if height != expected {
            return Err(BeginError::Height { expected, found: height });
        }
        if self.is_deciding() {
            return Err(BeginError::Undecided(self.state.begun));
        }
        self.state.begun = height;
        self.forget(height);
        let mut run = self.run(now, proposals, effects);
        let is_ready = |node: &&Arc<Node>| !node.is_crashed && !node.is_running;
        let ready: NodeSet = run.state.nodes.iter().filter(is_ready).map(|node| node.id).collect();
        for node in ready.iter() {
            run.start(node);
        }
        effects.flush();
        Ok(())
    }

    /// Lets an event happen that this committee has asked for.
    pub fn handle(
        &mut self,
        now: Time,
        event: CommitteeEvent,
        proposals: &mut dyn Proposals,
        effects: &mut Effects,
    ) {
        let mut run = self.run(now, proposals, effects);
        match event.0 {
            Happening::Arrival { from, packet, to } => run.arrive(from, &packet, to),
            Happening::Timer { timer, nodes } => {
                for node in nodes.iter() {
                    run.ring(node, timer);
                }
            }
        }
        effects.flush();
    }

    /// Whether an event can still change anything; a world may drop one that cannot.
    pub fn matters(&self, event: &CommitteeEvent) -> bool {
        match &event.0 {
            Happening::Arrival { .. } => true,
            Happening::Timer { timer, nodes } => {
                let (Timer::Timeout { height, .. } | Timer::Retransmit { height, .. }) = *timer;
                let waits = |node: &Arc<Node>| node.is_running && node.height == height;
                nodes.iter().any(|node| self.state.nodes.get(node.index()).is_some_and(waits))
            }
        }
    }

    /// Forgets what no node needs once `height` begins.
    fn forget(&mut self, height: Height) {
        let running = self.state.nodes.iter().filter(|node| node.is_running);
        let heights: Vec<_> = running.map(|node| node.height).collect();
        let is_kept = |of: Height| of >= height || heights.contains(&of);
        self.state.messages.retain(is_kept);
        self.state.told = self.state.told.iter().filter(|told| is_kept(told.0)).copied().collect();
        if self.state.agreed.len() > DECISIONS_KEPT_MAX {
            self.state.agreed = self.state.agreed.without_min().1;
        }
    }

    fn run<'a>(
        &'a mut self,
        now: Time,
        proposals: &'a mut dyn Proposals,
        effects: &'a mut Effects,
    ) -> Run<'a> {
        let Self { state, keys, checks } = self;
        Run { state, keys, checks, now, proposals, effects }
    }
}
