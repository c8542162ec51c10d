//! A committee at work on simulated links: what each step does, and that a copy goes on alike.

mod certificates;
mod faults;
mod refusals;
mod swarm;

use super::*;
use crate::{
    sim::{Link, Queue},
    types::Span,
};
use alloy_primitives::Bytes;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

pub(super) const DELAY: Span = Span::millis(50);

/// Leaders propose height, round and node; what begins with `bad` is refused.
#[derive(Clone, Default)]
pub(super) struct Plain {
    pub(super) bad_rounds: u32,
}

impl Proposals for Plain {
    fn propose(&mut self, node: NodeId, height: Height, round: Round) -> Bytes {
        let mark = if round.get() < self.bad_rounds { "bad " } else { "" };
        format!("{mark}{height}/{round}/{node}").into_bytes().into()
    }

    fn is_valid(&self, _: NodeId, _: Height, _: Round, payload: &Bytes) -> bool {
        !payload.starts_with(b"bad")
    }
}

/// A committee with its queue of events, and all that it told.
#[derive(Clone)]
pub(super) struct Sim {
    pub(super) committee: Committee,
    pub(super) queue: Queue<CommitteeEvent>,
    pub(super) now: Time,
    pub(super) proposals: Plain,
    pub(super) decided: Vec<(Time, Decided)>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) disagreements: Vec<Disagreement>,
}

pub(super) fn node(number: u8) -> NodeId {
    NodeId::new(number)
}

pub(super) fn steady(nodes: u32) -> CommitteeConfig {
    let link = Link { delay: DELAY, jitter: Span::ZERO, ..Link::default() };
    CommitteeConfig { nodes, link, ..CommitteeConfig::default() }
}

impl Sim {
    pub(super) fn new(config: CommitteeConfig, seed: u64) -> Self {
        Self {
            committee: Committee::new(config, seed, "committee").unwrap(),
            queue: Queue::default(),
            now: Time::ZERO,
            proposals: Plain::default(),
            decided: Vec::new(),
            evidence: Vec::new(),
            disagreements: Vec::new(),
        }
    }

    pub(super) fn act<T>(
        &mut self,
        action: impl FnOnce(&mut Committee, Time, &mut dyn Proposals, &mut Effects) -> T,
    ) -> T {
        let mut effects = Effects::default();
        let result = action(&mut self.committee, self.now, &mut self.proposals, &mut effects);
        effects.events.into_iter().for_each(|(at, event)| self.queue.push(at, event));
        self.decided.extend(effects.decided.into_iter().map(|decided| (self.now, decided)));
        self.evidence.extend(effects.evidence);
        self.disagreements.extend(effects.disagreements);
        result
    }

    pub(super) fn begin(&mut self) -> Height {
        let height = self.committee.next_height();
        self.act(|committee, now, proposals, effects| committee.begin(now, height, proposals, effects))
            .unwrap();
        height
    }

    pub(super) fn step(&mut self, until: Time) -> bool {
        let Some((at, event)) = self.queue.pop_until(until) else { return false };
        self.now = at;
        self.act(|committee, now, proposals, effects| committee.handle(now, event, proposals, effects));
        true
    }

    pub(super) fn run(&mut self, span: Span) {
        let until = self.now.plus(span);
        while self.step(until) {}
        self.now = until;
    }

    /// Runs until some nodes have decided a height; false if time runs out first.
    pub(super) fn run_until_decided(&mut self, height: Height, nodes: &[u8], span: Span) -> bool {
        let until = self.now.plus(span);
        while !nodes.iter().all(|number| self.has_decided(height, *number)) {
            if !self.step(until) {
                self.now = until;
                return false;
            }
        }
        true
    }

    /// Whether a node has decided a height, or skipped it.
    pub(super) fn has_decided(&self, height: Height, number: u8) -> bool {
        self.committee.state.nodes[usize::from(number)].height > height
    }

    pub(super) fn recover(&mut self, number: u8) {
        self.act(|committee, now, proposals, effects| {
            committee.recover(now, node(number), proposals, effects)
        })
        .unwrap();
    }

    pub(super) fn heal(&mut self) {
        self.act(|committee, now, _, effects| committee.heal(now, effects));
    }

    pub(super) fn steps(&self) -> Vec<Step> {
        self.committee.glance().nodes.iter().map(|node| node.step).collect()
    }
}

#[test]
fn a_node_alone_decides_at_once() {
    let mut sim = Sim::new(steady(1), 1);
    for number in 1..=3 {
        assert_eq!(sim.begin(), Height::new(number));
        assert_eq!(sim.decided.len() as u64, number);
    }
    assert!(sim.queue.iter().all(|(_, event)| !sim.committee.matters(event)));
}

#[test]
fn a_decision_takes_three_link_delays() {
    for nodes in [4, 10, 31] {
        let mut sim = Sim::new(steady(nodes), 1);
        sim.run(Span::seconds(1));
        let begun = sim.now;
        sim.begin();
        sim.run(Span::seconds(1));
        assert_eq!(sim.decided.len(), nodes as usize);
        for (at, decided) in &sim.decided {
            assert_eq!(at.since(begun), DELAY.times(3), "{nodes} nodes, node {}", decided.node);
            assert_eq!(decided.decision.payload, Bytes::from("1/0/0"));
            let Decision { certificate, payload } = &*decided.decision;
            let value = ValueId::of(payload);
            assert_eq!(sim.committee.validators().verify(Height::FIRST, value, certificate), Ok(()));
        }
        assert!(!sim.committee.is_deciding());
        assert!(sim.queue.iter().all(|(_, event)| !sim.committee.matters(event)));
    }
}

#[test]
fn steps_follow_proposal_prevotes_and_precommits() {
    let mut sim = Sim::new(steady(4), 1);
    assert_eq!(sim.steps(), [Step::Idle; 4]);
    sim.begin();
    let table = [
        // After, the leader's step, its peers' steps, prevotes and precommits that each has seen.
        (0, Step::Prevote, Step::Propose, 1, 0, 0),
        (50, Step::Prevote, Step::Prevote, 1, 2, 0),
        (100, Step::Precommit, Step::Precommit, 3, 3, 1),
        (150, Step::Decided, Step::Decided, 4, 4, 3),
    ];
    for (after, leader, peer, leader_prevotes, peer_prevotes, precommits) in table {
        let mut at = sim.clone();
        at.run(Span::millis(after));
        assert_eq!(at.steps(), [leader, peer, peer, peer], "after {after} ms");
        let glance = at.committee.glance();
        let seen = |votes: &[Ballot]| votes.iter().filter(|vote| **vote == Ballot::Value).count();
        for (node, least) in glance.nodes.iter().zip([leader_prevotes, peer_prevotes]) {
            assert!(seen(&node.prevotes) >= least && seen(&node.precommits) >= precommits, "{node:?}");
            assert_eq!((node.leader, node.height, node.round), (NodeId::new(0), Height::FIRST, Round::FIRST));
        }
    }
}

#[test]
fn a_round_without_proposal_or_with_a_refused_one_ends_in_nil() {
    let mut sim = Sim::new(steady(4), 1);
    sim.proposals.bad_rounds = 2;
    sim.begin();
    sim.run(Span::millis(75));
    let glance = sim.committee.glance();
    assert_eq!(glance.nodes[1].prevotes[1], Ballot::Nil);
    assert!(glance.nodes[1].has_proposal);
    assert!(sim.run_until_decided(Height::FIRST, &[0, 1, 2, 3], Span::seconds(30)));
    for (_, decided) in &sim.decided {
        assert_eq!(decided.decision.certificate.round, Round::new(2));
        assert_eq!(decided.decision.payload, Bytes::from("1/2/2"));
    }
}

#[test]
fn leaders_take_turns_by_weight() {
    let weights = vec![1, 3, 2];
    let config = CommitteeConfig { nodes: 3, weights: weights.clone(), ..steady(3) };
    let committee = Committee::new(config, 1, "committee").unwrap();
    let leader = |turn: u64| committee.validators().leader(Height::new(1 + turn), Round::FIRST).node().get();
    let turns: Vec<_> = (0..12).map(leader).collect();
    assert_eq!(turns, [1, 2, 0, 1, 2, 1, 1, 2, 0, 1, 2, 1]);
    for turn in 0..12 {
        let by_round = committee.validators().leader(Height::FIRST, Round::new(turn));
        assert_eq!(by_round.node().get(), leader(u64::from(turn)));
    }
    let equal = Committee::new(steady(4), 1, "committee").unwrap();
    let in_order = (1..=4).map(|h| equal.validators().leader(Height::new(h), Round::FIRST).node().get());
    assert_eq!(in_order.collect::<Vec<_>>(), [0, 1, 2, 3]);
}

#[test]
fn keys_depend_on_seed_and_name_only() {
    let key =
        |seed, name| Committee::new(steady(4), seed, name).unwrap().validators().members()[2].public_key();
    assert_eq!(key(1, "a"), key(1, "a"));
    assert_ne!(key(1, "a"), key(2, "a"));
    assert_ne!(key(1, "a"), key(1, "b"));
}

/// All that a committee is, as bytes.
fn bytes(committee: &Committee) -> Vec<u8> {
    postcard::to_stdvec(committee).unwrap()
}

#[test]
fn copies_in_the_middle_of_a_height_go_on_alike() {
    let lossy = Link { loss: crate::sim::PerMillion::new(150_000), ..Link::default() };
    let mut sim = Sim::new(CommitteeConfig { nodes: 7, link: lossy, ..CommitteeConfig::default() }, 3);
    sim.act(|committee, _, _, _| committee.set_behaviour(node(3), Behaviour::Equivocate)).unwrap();
    for _ in 0..4 {
        let height = sim.begin();
        sim.run(Span::millis(110));
        let clone = sim.clone();
        let stored: Committee = postcard::from_bytes(&bytes(&sim.committee)).unwrap();
        let json = serde_json::to_string(&sim.committee).unwrap();
        let read: Committee = serde_json::from_str(&json).unwrap();
        let events = postcard::to_stdvec(&sim.queue).unwrap();
        let others = [clone.committee.clone(), stored, read].map(|committee| Sim {
            committee,
            queue: postcard::from_bytes(&events).unwrap(),
            ..clone.clone()
        });
        assert!(sim.run_until_decided(height, &[0, 1, 2, 4, 5, 6], Span::minutes(5)));
        let span = sim.now.since(clone.now);
        sim.run(Span::seconds(1));
        for mut other in others {
            other.run(span.plus(Span::seconds(1)));
            assert_eq!(other.decided, sim.decided);
            assert_eq!(other.evidence, sim.evidence);
            assert_eq!(bytes(&other.committee), bytes(&sim.committee));
        }
    }
}
