//! Drives nodes: feeds their drivers, signs and sends what those put out, and records what they decide.

use super::{
    State,
    consensus::{DriverOutput, Proposal, Value, Vote, VoteKind},
    effects::{
        Bundle, Decided, Decision, Disagreement, Effects, Evidence, EvidenceKind, FaultWeights, Happening,
        Packet, Proposals, TimeoutKind, Timer,
    },
    faults::Behaviour,
    message::{Checks, Keys, Message, MessageNumber},
    node::{EARLY_MESSAGES_MAX, Input, Node},
    types::{NodeId, NodeSet, Round},
    validators::{CommitCertificate, ValidatorSet},
};
use crate::{
    sim::Delivery,
    types::{Span, Time},
};
use arc_malachitebft_core_types::{Timeout, TimeoutKind as DriverTimeout};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// Most rounds of a height.
pub const ROUNDS_MAX: u32 = 1_024;

/// Most inputs that one input leads to within a node; a round takes six.
const STEPS_MAX: usize = 1_000;

/// A committee in the middle of a step.
pub(super) struct Run<'a> {
    pub(super) state: &'a mut State,
    pub(super) keys: &'a Keys,
    pub(super) checks: &'a mut Checks,
    pub(super) now: Time,
    pub(super) proposals: &'a mut dyn Proposals,
    pub(super) effects: &'a mut Effects,
}

/// What a node does next.
enum Work {
    Input(Input),
    /// Propose its own value.
    Value(Round, Value),
}

impl State {
    pub(super) fn fault_weights(&self, validators: &ValidatorSet) -> FaultWeights {
        let weight = |is_such: fn(&Node) -> bool| {
            validators.weight(self.nodes.iter().filter(|node| is_such(node)).map(|node| node.id))
        };
        FaultWeights {
            total: validators.total_weight(),
            byzantine: weight(|node| node.behaviour.is_byzantine()),
            absent: weight(|node| {
                !node.behaviour.is_byzantine() && (node.is_crashed || node.behaviour == Behaviour::Silent)
            }),
        }
    }
}

impl Run<'_> {
    pub(super) fn node(&mut self, id: NodeId) -> &mut Node {
        Arc::make_mut(&mut self.state.nodes[id.index()])
    }

    pub(super) fn peers(&self, id: NodeId) -> NodeSet {
        self.state.nodes.iter().map(|node| node.id).filter(|peer| *peer != id).collect()
    }

    /// Puts something on the links from one node to others, grouped by arrival.
    pub(super) fn send(&mut self, from: NodeId, packet: &Packet, to: NodeSet, later: Span) {
        let State { nodes, config, .. } = &mut *self.state;
        if nodes[from.index()].behaviour == Behaviour::Silent {
            return;
        }
        let group = nodes[from.index()].group;
        let mut arrivals = BTreeMap::<Time, NodeSet>::new();
        for peer in to.iter() {
            let generator = &mut Arc::make_mut(&mut nodes[from.index()]).generator;
            match config.link.carry(generator) {
                Delivery::After(delay) if nodes[peer.index()].group == group => {
                    arrivals.entry(self.now.plus(delay).plus(later)).or_default().insert(peer);
                }
                Delivery::After(_) | Delivery::Lost => {}
            }
        }
        for (at, to) in arrivals {
            self.effects.schedule(at, Happening::Arrival { from, packet: packet.clone(), to });
        }
    }

    pub(super) fn arrive(&mut self, from: NodeId, packet: &Packet, to: NodeSet) {
        for id in to.iter().filter(|id| id.index() < self.state.nodes.len()).collect::<Vec<_>>() {
            if self.state.nodes[id.index()].is_crashed {
                continue;
            }
            match packet {
                Packet::Message(number) => self.receive(id, *number),
                Packet::Bundle(bundle) => self.receive_bundle(id, from, bundle),
                Packet::Decisions(decisions) => self.catch_up(id, decisions),
            }
        }
    }

    /// Begins a node's height.
    pub(super) fn start(&mut self, id: NodeId) {
        let node = self.node(id);
        node.start();
        let (height, early) = (node.height, std::mem::take(&mut node.early));
        self.set_retransmission(id, self.state.config.timeouts.retransmit);
        self.feed(id, Input::Round(Round::FIRST));
        for number in early {
            if self.state.messages.get(number).is_some_and(|message| message.height() >= height) {
                self.receive(id, number);
            }
        }
    }

    /// A proposal or vote arrives.
    pub(super) fn receive(&mut self, id: NodeId, number: MessageNumber) {
        let Some(message) = self.state.messages.get(number).cloned() else { return };
        let node = self.node(id);
        if message.height() < node.height {
            return;
        }
        if message.height() > node.height || !node.is_running {
            if message.height() <= node.height.next() && node.early.len() < EARLY_MESSAGES_MAX {
                node.early.push_back(number);
            }
            return;
        }
        let validators = &self.keys.validators;
        let node = Arc::make_mut(&mut self.state.nodes[id.index()]);
        if message.round().get() > ROUNDS_MAX
            || node.has_seen(number, &self.state.messages, validators)
            || !self.checks.is_signed(&message, validators)
        {
            return;
        }
        match &*message {
            Message::Vote(..) => self.feed(id, Input::Vote(number)),
            Message::Proposal(proposal, _) => self.receive_proposal(id, number, proposal),
        }
    }

    fn receive_proposal(&mut self, id: NodeId, number: MessageNumber, proposal: &Proposal) {
        let Proposal { height, round, .. } = *proposal;
        if self.keys.validators.leader(height, round).node != proposal.node {
            return;
        }
        let is_valid = self.proposals.is_valid(id, height, round, proposal.value.payload());
        self.feed(id, Input::Proposal { message: number, is_valid });
        if self.state.nodes[id.index()].behaviour.votes_twice() {
            self.vote_twice(id, height, round);
        }
    }

    /// Gives a node an input and does what follows, up to a decision.
    pub(super) fn feed(&mut self, id: NodeId, input: Input) {
        let mut pending = VecDeque::new();
        let mut next = Some(Work::Input(input));
        for _ in 0..STEPS_MAX {
            let Some(work) = next.take().or_else(|| pending.pop_front()) else { return };
            let is_own_value = matches!(work, Work::Value(..));
            let State { nodes, messages, .. } = &mut *self.state;
            let node = Arc::make_mut(&mut nodes[id.index()]);
            let outputs = match work {
                Work::Input(input) => node.process(input, messages, &self.keys.validators),
                Work::Value(round, value) => node.propose(round, value, messages, &self.keys.validators),
            };
            self.tell_evidence(id);
            for output in outputs {
                match output {
                    DriverOutput::NewRound(_, round) => {
                        self.node(id).timeouts.clear();
                        let round = Round::from_driver(round).filter(|round| round.get() <= ROUNDS_MAX);
                        pending.extend(round.map(|round| Work::Input(Input::Round(round))));
                    }
                    DriverOutput::Propose(proposal) => {
                        let message = self.propose(id, proposal);
                        if is_own_value {
                            self.node(id).inputs.push_back(Input::Propose(message));
                        }
                        pending.push_back(Work::Input(Input::Proposal { message, is_valid: true }));
                    }
                    DriverOutput::Vote(vote) => {
                        pending.push_back(Work::Input(Input::Vote(self.vote(id, vote))));
                    }
                    DriverOutput::Decide(_, proposal) => return self.decide(id, &proposal),
                    DriverOutput::ScheduleTimeout(timeout) => self.set_timeout(id, timeout),
                    DriverOutput::GetValue(height, round, _) => {
                        let Some(round) = Round::from_driver(round) else { continue };
                        let payload = self.proposals.propose(id, height, round);
                        pending.push_back(Work::Value(round, Value::new(payload)));
                    }
                }
            }
        }
    }

    /// Signs and sends a proposal; one that is made again travels with what justifies it.
    fn propose(&mut self, id: NodeId, proposal: Proposal) -> MessageNumber {
        let signed = self.keys.sign_proposal(proposal.clone());
        let number = self.state.messages.add(signed);
        let behaviour = self.state.nodes[id.index()].behaviour;
        if behaviour.proposes_twice() {
            self.propose_twice(number, &proposal);
        } else {
            let packet = match proposal.valid_round {
                None => Packet::Message(number),
                Some(_) => {
                    let polka = self.polka(id);
                    Packet::Bundle(Arc::new(Bundle {
                        height: proposal.height,
                        messages: vec![number],
                        polka,
                    }))
                }
            };
            let peers = self.peers(id);
            self.send(id, &packet, peers, Span::ZERO);
        }
        if behaviour.votes_twice() {
            self.vote_twice(id, proposal.height, proposal.round);
        }
        number
    }

    /// Signs and sends a vote.
    fn vote(&mut self, id: NodeId, vote: Vote) -> MessageNumber {
        let number = self.state.messages.add(self.keys.sign_vote(vote));
        if !self.state.nodes[id.index()].behaviour.votes_twice() {
            let peers = self.peers(id);
            self.send(id, &Packet::Message(number), peers, Span::ZERO);
        }
        number
    }

    fn decide(&mut self, id: NodeId, proposal: &Proposal) {
        let Proposal { height, round, ref value, .. } = *proposal;
        let votes = self.state.nodes[id.index()].precommits(round, value.id());
        let signatures = votes.iter().map(|vote| (vote.node(), *vote.signature())).collect();
        let certificate = CommitCertificate { height, round, value: value.id(), signatures };
        self.decided(id, Arc::new(Decision { certificate, payload: value.payload().clone() }));
    }

    /// Records a node's decision and lets it go on with the next height if that has begun.
    pub(super) fn decided(&mut self, id: NodeId, decision: Arc<Decision>) {
        let (height, value) = (decision.certificate.height, decision.certificate.value);
        self.node(id).finish(decision.clone());
        self.effects.decided.push(Decided { node: id, decision });
        self.state.decided = self.state.decided.max(height);
        if !self.state.nodes[id.index()].behaviour.is_byzantine() {
            let (first, agreed) = *self.state.agreed.entry(height).or_insert((id, value));
            if agreed != value {
                let weights = self.state.fault_weights(&self.keys.validators);
                let (nodes, values) = ([first, id], [agreed, value]);
                self.effects.disagreements.push(Disagreement { height, nodes, values, weights });
            }
        }
        if self.state.nodes[id.index()].height <= self.state.begun {
            self.start(id);
        }
    }

    fn tell_evidence(&mut self, id: NodeId) {
        let node = self.node(id);
        let pairs = node.take_evidence();
        if node.behaviour != Behaviour::Honest {
            return;
        }
        for messages in pairs {
            let [first, _] = &messages;
            let kind = match first {
                Message::Proposal(..) => EvidenceKind::Proposals,
                Message::Vote(vote, _) => match vote.kind {
                    VoteKind::Prevote => EvidenceKind::Prevotes,
                    VoteKind::Precommit => EvidenceKind::Precommits,
                },
            };
            let offender = first.node();
            let told = (first.height(), first.round(), offender, kind);
            if self.state.told.insert(told).is_none() {
                self.effects.evidence.push(Evidence { offender, witness: id, kind, messages });
            }
        }
    }

    fn set_timeout(&mut self, id: NodeId, timeout: Timeout) {
        let kind = match timeout.kind {
            DriverTimeout::Propose => TimeoutKind::Propose,
            DriverTimeout::Prevote => TimeoutKind::Prevote,
            DriverTimeout::Precommit => TimeoutKind::Precommit,
            DriverTimeout::Rebroadcast | DriverTimeout::FinalizeHeight(_) => return,
        };
        let node = self.node(id);
        if !node.timeouts.contains(&kind) {
            node.timeouts.push(kind);
        }
        self.arm(id, kind);
    }

    /// Starts the clock of a timeout of the node's round.
    fn arm(&mut self, id: NodeId, kind: TimeoutKind) {
        let Node { height, round, .. } = *self.state.nodes[id.index()];
        let timeouts = &self.state.config.timeouts;
        let base = match kind {
            TimeoutKind::Propose => timeouts.propose,
            TimeoutKind::Prevote => timeouts.prevote,
            TimeoutKind::Precommit => timeouts.precommit,
        };
        let at = self.now.plus(base).plus(timeouts.increase.times(round.get().into()));
        self.effects.set_timer(at, Timer::Timeout { height, round, kind }, id);
    }

    /// Starts all clocks of a node that has been down, or its height if that has begun meanwhile.
    pub(super) fn resume(&mut self, id: NodeId) {
        let begun = self.state.begun;
        let node = self.node(id);
        if node.is_running {
            for kind in node.timeouts.clone() {
                self.arm(id, kind);
            }
            self.set_retransmission(id, Span::ZERO);
        } else if node.height <= begun {
            self.start(id);
            self.set_retransmission(id, Span::ZERO);
        }
    }

    /// A timer runs out.
    pub(super) fn ring(&mut self, id: NodeId, timer: Timer) {
        let Some(node) = self.state.nodes.get(id.index()) else { return };
        if node.is_crashed || !node.is_running {
            return;
        }
        match timer {
            Timer::Timeout { height, round, kind } => {
                if (height, round) == (node.height, node.round) && node.timeouts.contains(&kind) {
                    self.node(id).timeouts.retain(|running| *running != kind);
                    self.feed(id, Input::Timeout(round, kind));
                }
            }
            Timer::Retransmit { height, token } => {
                if height == node.height && token == node.retransmission.token {
                    self.retransmit(id);
                }
            }
        }
    }
}
