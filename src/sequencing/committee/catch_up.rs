//! What makes up for lost messages: undecided nodes send again, and who has decided helps them.

use super::{
    Committee, Run, State,
    consensus::VoteKind,
    effects::{Bundle, Decision, Packet, Timer},
    message::{Message, MessageNumber},
    node::{Input, Polka},
    types::{NodeId, NodeSet, Round, ValueId},
};
use crate::types::{Span, Time};
use std::{collections::BTreeSet, sync::Arc};

/// Most decisions in one answer.
const CATCH_UP_DECISIONS_MAX: usize = 16;

/// The interval between retransmissions doubles at most this often.
const DOUBLINGS_MAX: u32 = 5;

impl Committee {
    /// Has all undecided nodes send again now.
    pub(super) fn hurry(&mut self, now: Time, effects: &mut super::Effects) {
        for node in &mut self.state.nodes {
            if node.is_running && !node.is_crashed {
                let node = Arc::make_mut(node);
                node.retransmission.token += 1;
                node.retransmission.doublings = 0;
                let timer = Timer::Retransmit { height: node.height, token: node.retransmission.token };
                effects.set_timer(now, timer, node.id);
            }
        }
        effects.flush();
    }
}

impl Run<'_> {
    pub(super) fn set_retransmission(&mut self, id: NodeId, after: Span) {
        let node = self.node(id);
        node.retransmission.token += 1;
        let timer = Timer::Retransmit { height: node.height, token: node.retransmission.token };
        self.effects.set_timer(self.now.plus(after), timer, id);
    }

    /// Sends again what a node has signed in its round and what justifies it.
    pub(super) fn retransmit(&mut self, id: NodeId) {
        let retransmit = self.state.config.timeouts.retransmit;
        let node = self.node(id);
        let inputs = node.inputs.len() as u64;
        let last = &mut node.retransmission;
        last.doublings = if last.inputs == inputs { (last.doublings + 1).min(DOUBLINGS_MAX) } else { 0 };
        last.inputs = inputs;
        let after = retransmit.times(1 << last.doublings);
        self.set_retransmission(id, after);
        let bundle = self.bundle(id);
        let peers = self.peers(id);
        if !self.state.nodes[id.index()].behaviour.votes_twice() {
            self.send(id, &Packet::Bundle(Arc::new(bundle)), peers, Span::ZERO);
        }
    }

    /// Proposals and votes of the node's round, its own and others' (the latter justify its being there), and
    /// the precommits that ended the round before.
    fn bundle(&mut self, id: NodeId) -> Bundle {
        let polka = self.polka(id);
        let State { nodes, messages, .. } = &*self.state;
        let node = &nodes[id.index()];
        let previous = node.round.previous();
        let is_told = |number: &MessageNumber| match messages.get(*number).map(|message| &**message) {
            Some(Message::Proposal(proposal, _)) => proposal.round == node.round,
            Some(Message::Vote(vote, _)) => {
                vote.round == node.round || vote.kind == VoteKind::Precommit && Some(vote.round) == previous
            }
            None => false,
        };
        let given = node.inputs.iter().filter_map(|input| match input {
            Input::Proposal { message, .. } | Input::Vote(message) => Some(*message),
            Input::Round(_) | Input::Propose(_) | Input::Polka(_) | Input::Timeout(..) => None,
        });
        Bundle { height: node.height, messages: given.filter(is_told).collect(), polka }
    }

    /// The prevotes that made the node's valid value valid.
    pub(super) fn polka(&mut self, id: NodeId) -> Option<Arc<Polka>> {
        let State { nodes, messages, .. } = &mut *self.state;
        let node = Arc::make_mut(&mut nodes[id.index()]);
        let (round, value) = node.valid(messages, &self.keys.validators)?;
        let mut prevotes = Vec::new();
        for input in &node.inputs {
            match input {
                Input::Polka(polka) if (polka.round, polka.value) == (round, value) => {
                    return Some(polka.clone());
                }
                Input::Vote(number) if is_prevote(messages.get(*number), round, value) => {
                    prevotes.push(*number);
                }
                Input::Round(_)
                | Input::Propose(_)
                | Input::Proposal { .. }
                | Input::Vote(_)
                | Input::Polka(_)
                | Input::Timeout(..) => {}
            }
        }
        Some(Arc::new(Polka { round, value, prevotes }))
    }

    /// Takes what is new in a bundle, or answers a node that is behind.
    pub(super) fn receive_bundle(&mut self, id: NodeId, from: NodeId, bundle: &Bundle) {
        let node = &self.state.nodes[id.index()];
        if bundle.height < node.height {
            let kept = node.decisions.range(bundle.height..).map(|(_, decision)| decision.clone());
            let decisions: Vec<_> = kept.take(CATCH_UP_DECISIONS_MAX).collect();
            let to = NodeSet::from_iter([from]);
            return self.send(id, &Packet::Decisions(decisions), to, Span::ZERO);
        }
        for number in &bundle.messages {
            self.receive(id, *number);
        }
        let Some(polka) = &bundle.polka else { return };
        let State { nodes, messages, .. } = &mut *self.state;
        let node = Arc::make_mut(&mut nodes[id.index()]);
        if node.is_running
            && node.height == bundle.height
            && !node.has_polka(polka, messages, &self.keys.validators)
            && self.is_proven(polka, bundle)
        {
            self.feed(id, Input::Polka(polka.clone()));
        }
    }

    /// Whether a polka is what it says: distinct members' signed prevotes of enough weight.
    fn is_proven(&mut self, polka: &Polka, bundle: &Bundle) -> bool {
        let mut voters = BTreeSet::new();
        for number in &polka.prevotes {
            let message = self.state.messages.get(*number);
            let Some(message) = message.filter(|message| {
                message.height() == bundle.height && is_prevote(Some(message), polka.round, polka.value)
            }) else {
                return false;
            };
            if !self.checks.is_signed(message, &self.keys.validators) || !voters.insert(message.node()) {
                return false;
            }
        }
        let validators = &self.keys.validators;
        polka.round.get() <= super::ROUNDS_MAX
            && validators.weight(voters.into_iter()) >= validators.quorum_weight()
    }

    /// Takes decisions that a node has missed. One that is further behind than its peers remember skips to
    /// what they have: the members are the same at all heights, so that a certificate proves itself.
    pub(super) fn catch_up(&mut self, id: NodeId, decisions: &[Arc<Decision>]) {
        let before = self.state.nodes[id.index()].height;
        for (place, decision) in decisions.iter().enumerate() {
            let node = &self.state.nodes[id.index()];
            let (height, certificate) = (decision.certificate.height, &decision.certificate);
            let is_next = height == node.height || place == 0 && height > node.height;
            if !node.is_running || !is_next {
                continue;
            }
            let value = ValueId::of(&decision.payload);
            let Self { checks, keys, .. } = self;
            let is_signed = |message: &Message| checks.is_signed(message, &keys.validators);
            if keys.validators.verify_by(height, value, certificate, is_signed).is_err() {
                return;
            }
            self.decided(id, decision.clone());
        }
        let node = &self.state.nodes[id.index()];
        if decisions.len() == CATCH_UP_DECISIONS_MAX && node.height > before && node.is_running {
            // There may be more.
            self.set_retransmission(id, Span::ZERO);
        }
    }
}

fn is_prevote(message: Option<&Arc<Message>>, round: Round, value: ValueId) -> bool {
    message.is_some_and(|message| match &**message {
        Message::Vote(vote, _) => {
            vote.kind == VoteKind::Prevote && vote.round == round && message.value() == Some(value)
        }
        Message::Proposal(..) => false,
    })
}
