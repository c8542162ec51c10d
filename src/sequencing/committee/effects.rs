//! What a committee asks of the world and what the world is asked: events to schedule, decisions, evidence.

use super::{
    message::{Message, MessageNumber},
    node::Polka,
    types::{Height, NodeId, NodeSet, Round, ValueId},
    validators::CommitCertificate,
};
use crate::types::Time;
use alloy_primitives::Bytes;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// Supplies what leaders propose and says what honest nodes accept.
pub trait Proposals {
    /// What `node` proposes when it leads.
    fn propose(&mut self, node: NodeId, height: Height, round: Round) -> Bytes;

    /// Whether `node` prevotes this. Of one proposal the answer must be the same each time.
    fn is_valid(&self, node: NodeId, height: Height, round: Round, payload: &Bytes) -> bool;

    /// The second, different proposal of a leader that equivocates.
    fn propose_other(&mut self, _node: NodeId, _height: Height, _round: Round, first: &Bytes) -> Bytes {
        let mut other = first.to_vec();
        other.push(0);
        other.into()
    }
}

/// The three waits of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeoutKind {
    /// For the leader's proposal.
    Propose,
    /// For prevotes to agree.
    Prevote,
    /// For precommits to agree.
    Precommit,
}

/// Something that will happen in a committee; the world gives it back when it is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitteeEvent(pub(super) Happening);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Happening {
    /// What one node sent arrives at some others.
    Arrival { from: NodeId, packet: Packet, to: NodeSet },
    /// A timer of some nodes runs out.
    Timer { timer: Timer, nodes: NodeSet },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Timer {
    Timeout { height: Height, round: Round, kind: TimeoutKind },
    Retransmit { height: Height, token: u32 },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Packet {
    /// One proposal or vote.
    Message(MessageNumber),
    /// Several, with what justifies them.
    Bundle(Arc<Bundle>),
    /// Decisions that the receiver has missed, of successive heights.
    Decisions(Vec<Arc<Decision>>),
}

/// What an undecided node knows that others may lack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bundle {
    pub(super) height: Height,
    pub(super) messages: Vec<MessageNumber>,
    pub(super) polka: Option<Arc<Polka>>,
}

/// A decided value with its proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Height, round, value and who signed.
    pub certificate: CommitCertificate,
    /// The bytes that the value's id is the hash of.
    pub payload: Bytes,
}

/// A node has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Which node.
    pub node: NodeId,
    /// What it decided; certificates of one height differ between nodes in who signed.
    pub decision: Arc<Decision>,
}

/// Two messages that no honest node signs both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// Two proposals in a round.
    Proposals,
    /// Two prevotes in a round.
    Prevotes,
    /// Two precommits in a round.
    Precommits,
}

/// Proof that a node signed two conflicting messages. Of each node, round and kind only the first is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Who signed both.
    pub offender: NodeId,
    /// Who saw it first.
    pub witness: NodeId,
    /// What they are.
    pub kind: EvidenceKind,
    /// Both, with their signatures.
    pub messages: [Message; 2],
}

/// The weights on which the promises of a committee depend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultWeights {
    /// Of all members.
    pub total: u64,
    /// Of members that sign conflicting messages.
    pub byzantine: u64,
    /// Of members that are crashed or silent.
    pub absent: u64,
}

/// Which bound the faults of a committee exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BoundError {
    /// Nodes may decide differently.
    #[error("Byzantine weight: expected less than 1/3 of {total}, found {byzantine}")]
    Safety {
        /// Weight of all members.
        total: u64,
        /// Weight of members that sign conflicting messages.
        byzantine: u64,
    },
    /// Nothing may be decided.
    #[error("faulty weight: expected less than 1/3 of {total}, found {faulty}")]
    Liveness {
        /// Weight of all members.
        total: u64,
        /// Weight of members that are Byzantine, crashed or silent.
        faulty: u64,
    },
}

impl FaultWeights {
    /// Whether the committee is bound to agree (Byzantine weight below a third) and to go on (all faulty
    /// weight below a third).
    pub const fn check(&self) -> Result<(), BoundError> {
        let (total, byzantine, faulty) = (self.total, self.byzantine, self.byzantine + self.absent);
        if byzantine * 3 >= total {
            return Err(BoundError::Safety { total, byzantine });
        }
        if faulty * 3 >= total {
            return Err(BoundError::Liveness { total, faulty });
        }
        Ok(())
    }
}

/// Two nodes that sign no conflicting messages have decided differently: safety is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disagreement {
    /// At which height.
    pub height: Height,
    /// The first node that decided there, and the one that decided otherwise.
    pub nodes: [NodeId; 2],
    /// What each decided.
    pub values: [ValueId; 2],
    /// The weights at that moment; [`FaultWeights::check`] names the bound that was broken.
    pub weights: FaultWeights,
}

/// What follows from a step of a committee.
#[derive(Debug, Default)]
pub struct Effects {
    /// Events to schedule, in the order in which they are to be added.
    pub events: Vec<(Time, CommitteeEvent)>,
    /// Decisions, in order.
    pub decided: Vec<Decided>,
    /// New evidence.
    pub evidence: Vec<Evidence>,
    /// Broken agreement.
    pub disagreements: Vec<Disagreement>,
    timers: BTreeMap<(Time, Timer), NodeSet>,
}

impl Effects {
    pub(super) fn schedule(&mut self, at: Time, happening: Happening) {
        self.events.push((at, CommitteeEvent(happening)));
    }

    /// Timers of several nodes that run out alike become one event.
    pub(super) fn set_timer(&mut self, at: Time, timer: Timer, node: NodeId) {
        self.timers.entry((at, timer)).or_default().insert(node);
    }

    pub(super) fn flush(&mut self) {
        for ((at, timer), nodes) in std::mem::take(&mut self.timers) {
            self.schedule(at, Happening::Timer { timer, nodes });
        }
    }
}
