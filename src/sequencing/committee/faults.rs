//! What can be wrong with nodes and links, and what it does to a committee's promises.

use super::{
    Committee, Run,
    consensus::{Proposal, Value, Vote, VoteKind},
    effects::{Effects, FaultWeights, Packet, Proposals},
    message::{Message, MessageNumber},
    types::{Height, NodeId, NodeSet, Round},
};
use crate::{
    sim::Link,
    types::{Span, Time},
};
use arc_malachitebft_core_types::NilOrVal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How a node behaves while it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Behaviour {
    /// As the protocol says.
    #[default]
    Honest,
    /// It follows, but sends nothing.
    Silent,
    /// When it leads it signs two proposals and sends them to its peers in different order: one first to
    /// those with even numbers, the other first to those with odd ones.
    DoublePropose,
    /// It signs two prevotes and two precommits in every round with a proposal, whatever the others say, and
    /// sends them in the same two orders. It knows what its accomplices do.
    DoubleVote,
    /// Both of these.
    Equivocate,
}

impl Behaviour {
    pub(super) const fn proposes_twice(self) -> bool {
        match self {
            Self::DoublePropose | Self::Equivocate => true,
            Self::Honest | Self::Silent | Self::DoubleVote => false,
        }
    }

    pub(super) const fn votes_twice(self) -> bool {
        match self {
            Self::DoubleVote | Self::Equivocate => true,
            Self::Honest | Self::Silent | Self::DoublePropose => false,
        }
    }

    pub(super) const fn is_byzantine(self) -> bool {
        self.proposes_twice() || self.votes_twice()
    }
}

/// Why a committee cannot be given a fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// There is no such node.
    #[error("node: expected 0 to {last}, found {found}")]
    Node {
        /// The last node of the committee.
        last: NodeId,
        /// Which was given.
        found: NodeId,
    },
    /// A node is to be in two groups of a partition.
    #[error("node {0}: expected in one group at most, found in two")]
    TwoGroups(NodeId),
}

impl Committee {
    fn known(&self, node: NodeId) -> Result<(), FaultError> {
        let last = self.state.nodes.last().map(|node| node.id).unwrap_or_default();
        if node > last { Err(FaultError::Node { last, found: node }) } else { Ok(()) }
    }

    /// Stops a node. What is sent to it is lost; what it signed and received before is kept, as by a
    /// write-ahead log.
    pub fn crash(&mut self, node: NodeId) -> Result<(), FaultError> {
        self.known(node)?;
        Arc::make_mut(&mut self.state.nodes[node.index()]).crash();
        Ok(())
    }

    /// Starts a crashed node where it stopped; it asks its peers for what it missed.
    pub fn recover(
        &mut self,
        now: Time,
        node: NodeId,
        proposals: &mut dyn Proposals,
        effects: &mut Effects,
    ) -> Result<(), FaultError> {
        self.known(node)?;
        let mut run = self.run(now, proposals, effects);
        if run.state.nodes[node.index()].is_crashed {
            run.node(node).is_crashed = false;
            run.resume(node);
        }
        effects.flush();
        Ok(())
    }

    /// Cuts the committee into groups that do not reach each other; nodes that are in none form one more.
    /// What is under way still arrives.
    pub fn split(&mut self, groups: &[Vec<NodeId>]) -> Result<(), FaultError> {
        let mut placed = NodeSet::default();
        for node in groups.iter().flatten() {
            self.known(*node)?;
            if placed.contains(*node) {
                return Err(FaultError::TwoGroups(*node));
            }
            placed.insert(*node);
        }
        for node in &mut self.state.nodes {
            let place = groups.iter().position(|group| group.contains(&node.id));
            let group = place.map_or(0, |place| u8::try_from(place + 1).unwrap_or(u8::MAX));
            Arc::make_mut(node).group = group;
        }
        Ok(())
    }

    /// Lets all nodes reach each other again; undecided ones send again at once.
    pub fn heal(&mut self, now: Time, effects: &mut Effects) {
        self.state.nodes.iter_mut().for_each(|node| Arc::make_mut(node).group = 0);
        self.hurry(now, effects);
    }

    /// Changes the link between the nodes; undecided ones send again at once.
    pub fn set_link(&mut self, now: Time, link: Link, effects: &mut Effects) {
        self.state.config.link = link;
        self.hurry(now, effects);
    }

    /// Changes how a node behaves from now on.
    pub fn set_behaviour(&mut self, node: NodeId, behaviour: Behaviour) -> Result<(), FaultError> {
        self.known(node)?;
        Arc::make_mut(&mut self.state.nodes[node.index()]).behaviour = behaviour;
        Ok(())
    }

    /// The weights on which the committee's promises depend.
    pub fn fault_weights(&self) -> FaultWeights {
        self.state.fault_weights(&self.keys.validators)
    }
}

impl Run<'_> {
    /// Messages of a double voter reach its less favoured peers after the others.
    fn lag(&self) -> Span {
        self.state.config.link.jitter.plus(Span::millis(1))
    }

    /// Sends to the peers with even numbers first, or to those with odd ones.
    fn send_in_order(&mut self, from: NodeId, number: MessageNumber, evens_first: bool) {
        let lag = self.lag();
        let is_first = |node: &NodeId| node.get().is_multiple_of(2) == evens_first;
        let peers = self.peers(from);
        let first = peers.iter().filter(is_first).collect();
        let second = peers.iter().filter(|node| !is_first(node)).collect();
        self.send(from, &Packet::Message(number), first, Span::ZERO);
        self.send(from, &Packet::Message(number), second, lag);
    }

    /// Signs a second proposal beside `first` and sends both.
    pub(super) fn propose_twice(&mut self, first: MessageNumber, proposal: &Proposal) {
        let Proposal { node, height, round, .. } = *proposal;
        let payload = self.proposals.propose_other(node, height, round, proposal.value.payload());
        let other = Proposal { node, height, round, value: Value::new(payload), valid_round: None };
        let second = self.state.messages.add(self.keys.sign_proposal(other));
        self.send_in_order(node, first, true);
        self.send_in_order(node, second, false);
    }

    /// Votes for the first proposal of a round and for the second, or else for nil.
    pub(super) fn vote_twice(&mut self, id: NodeId, height: Height, round: Round) {
        let node = self.node(id);
        if node.double_voted.is_some_and(|last| last >= round) {
            return;
        }
        node.double_voted = Some(round);
        let of_round = |message: &Message| match message {
            Message::Proposal(proposal, _) if (proposal.height, proposal.round) == (height, round) => {
                Some(NilOrVal::Val(proposal.value.id()))
            }
            Message::Proposal(..) | Message::Vote(..) => None,
        };
        let mut values = self.state.messages.iter().filter_map(|(_, message)| of_round(message));
        let (first, second) = (values.next(), values.next().unwrap_or(NilOrVal::Nil));
        drop(values);
        let Some(first) = first else { return };
        for (value, evens_first) in [(first, true), (second, false)] {
            for kind in [VoteKind::Prevote, VoteKind::Precommit] {
                let vote = self.keys.sign_vote(Vote { node: id, kind, height, round, value });
                let number = self.state.messages.add(vote);
                self.send_in_order(id, number, evens_first);
            }
        }
    }
}
