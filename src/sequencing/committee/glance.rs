//! A committee at a glance: where each node stands and which votes it has seen.

use super::{
    Committee,
    consensus::VoteKind,
    faults::Behaviour,
    message::Message,
    node::{Input, Node, Step},
    types::{Height, NodeId, Round},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A vote as one node sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ballot {
    /// None has arrived.
    #[default]
    Unseen,
    /// For no value in this round.
    Nil,
    /// For a value.
    Value,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeGlance {
    /// Which node.
    pub node: NodeId,
    /// Its voting weight.
    pub weight: u64,
    /// Whether it is down.
    pub is_crashed: bool,
    /// How it behaves while it runs.
    pub behaviour: Behaviour,
    /// Its group while the committee is split, 0 while it is not or for nodes in no named group.
    pub group: u8,
    /// The height that it works at, or has decided if its step says so.
    pub height: Height,
    /// Its round there.
    pub round: Round,
    /// Its step there.
    pub step: Step,
    /// Who leads its round.
    pub leader: NodeId,
    /// Whether it has a proposal of its round.
    pub has_proposal: bool,
    /// The prevotes of its round that it has seen, by node.
    pub prevotes: Vec<Ballot>,
    /// The precommits of its round that it has seen, by node.
    pub precommits: Vec<Ballot>,
}

/// The whole committee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Glance {
    /// The last height that was begun; 0 before the first.
    pub begun: Height,
    /// The last height that some node has decided; 0 before the first.
    pub decided: Height,
    /// The nodes in order.
    pub nodes: Vec<NodeGlance>,
}

impl Committee {
    /// Where each node stands.
    pub fn glance(&self) -> Glance {
        let nodes = self.state.nodes.iter().map(|node| self.node_glance(node)).collect();
        Glance { begun: self.state.begun, decided: self.state.decided, nodes }
    }

    fn node_glance(&self, node: &Node) -> NodeGlance {
        let height = match node.step {
            Step::Decided => node.decisions.get_max().map_or(node.height, |(height, _)| *height),
            Step::Idle | Step::Propose | Step::Prevote | Step::Precommit => node.height,
        };
        let members = self.keys.validators.members();
        let mut prevotes = vec![Ballot::Unseen; members.len()];
        let (mut precommits, mut has_proposal) = (prevotes.clone(), false);
        for input in &node.inputs {
            let (Input::Proposal { message: number, .. } | Input::Vote(number)) = input else { continue };
            let Some(message) = self.state.messages.get(*number) else { continue };
            if message.round() != node.round {
                continue;
            }
            let ballot = if message.value().is_some() { Ballot::Value } else { Ballot::Nil };
            let votes = match &**message {
                Message::Proposal(..) => {
                    has_proposal = true;
                    continue;
                }
                Message::Vote(vote, _) => match vote.kind {
                    VoteKind::Prevote => &mut prevotes,
                    VoteKind::Precommit => &mut precommits,
                },
            };
            // Of two conflicting votes the first counts.
            if votes[message.node().index()] == Ballot::Unseen {
                votes[message.node().index()] = ballot;
            }
        }
        NodeGlance {
            node: node.id,
            weight: members[node.id.index()].weight,
            is_crashed: node.is_crashed,
            behaviour: node.behaviour,
            group: node.group,
            height,
            round: node.round,
            step: node.step,
            leader: self.keys.validators.leader(height, node.round).node,
            has_proposal,
            prevotes,
            precommits,
        }
    }
}
