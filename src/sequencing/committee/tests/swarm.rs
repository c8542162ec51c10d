//! Committees drawn from seeds, with faults drawn from them too: honest nodes agree, and once the faults are
//! healed all of them go on in bounded time.

use super::*;
use crate::sim::PerMillion;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SEEDS: u64 = if cfg!(target_arch = "wasm32") { 50 } else { 1_000 };
const FAULTS: u64 = 6;
const BETWEEN_FAULTS: Span = Span::seconds(2);

fn config(draw: &mut Generator) -> CommitteeConfig {
    let nodes = 1 + draw.up_to(9) as u32;
    let is_weighted = draw.up_to(1) == 1;
    let weights = if is_weighted { (0..nodes).map(|_| 1 + draw.up_to(4)).collect() } else { Vec::new() };
    let link = Link {
        delay: Span::millis(draw.up_to(100)),
        jitter: Span::millis(draw.up_to(50)),
        loss: PerMillion::new(draw.up_to(200_000) as u32),
        partitioned: false,
    };
    let timeouts = CommitteeTimeouts {
        propose: Span::millis(700),
        prevote: Span::millis(400),
        precommit: Span::millis(400),
        increase: Span::millis(100),
        retransmit: Span::seconds(1),
    };
    CommitteeConfig { nodes, weights, link, timeouts }
}

/// Gives random nodes a random behaviour as long as less than a third of the weight is affected.
fn corrupt(sim: &mut Sim, draw: &mut Generator) {
    let behaviours =
        [Behaviour::Silent, Behaviour::DoublePropose, Behaviour::DoubleVote, Behaviour::Equivocate];
    for _ in 0..draw.up_to(3) {
        let before = sim.committee.clone();
        let chosen = any_node(sim, draw);
        let behaviour = behaviours[draw.up_to(3) as usize];
        sim.committee.set_behaviour(chosen, behaviour).unwrap();
        if sim.committee.fault_weights().check().is_err() {
            sim.committee = before;
        }
    }
}

fn any_node(sim: &Sim, draw: &mut Generator) -> NodeId {
    node(draw.up_to(sim.committee.state.nodes.len() as u64 - 1) as u8)
}

fn strike(sim: &mut Sim, draw: &mut Generator) {
    let chosen = any_node(sim, draw);
    match draw.up_to(4) {
        0 | 1 => sim.committee.crash(chosen).unwrap(),
        2 => sim.recover(chosen.get()),
        3 => {
            let all: Vec<_> = sim.committee.state.nodes.iter().map(|node| node.id).collect();
            let group = all.into_iter().filter(|_| draw.up_to(1) == 1).collect();
            sim.committee.split(&[group]).unwrap();
        }
        _ => sim.heal(),
    }
}

/// Runs, and begins the next height every second if the last is decided.
fn work(sim: &mut Sim, span: Span) {
    for _ in 0..span.as_seconds() {
        if !sim.committee.is_deciding() {
            sim.begin();
        }
        sim.run(Span::seconds(1));
    }
}

/// Time within which all nodes decide a height after healing. In each round at most one retransmission
/// interval passes before all are in it, then the three timeouts and the deliveries. Every faulty node may
/// waste the rounds that it leads, which are less than a third; one round may be wasted to tell a lock.
fn bound(sim: &Sim) -> Span {
    let CommitteeConfig { link, timeouts, .. } = sim.committee.config();
    let last = sim.committee.state.nodes.iter().map(|node| node.round.get()).max().unwrap();
    let rounds = sim.committee.state.nodes.len() as u64 + 2;
    let waits = timeouts.propose.plus(timeouts.prevote).plus(timeouts.precommit);
    let grown = timeouts.increase.times(3 * (u64::from(last) + rounds));
    let deliveries = link.delay.plus(link.jitter).times(6);
    waits.plus(grown).plus(timeouts.retransmit).plus(deliveries).times(rounds)
}

fn run_seed(seed: u64) -> (usize, usize) {
    let mut draw = Generator::new(seed, "swarm");
    let mut sim = Sim::new(config(&mut draw), seed);
    corrupt(&mut sim, &mut draw);
    for _ in 0..FAULTS {
        work(&mut sim, BETWEEN_FAULTS);
        strike(&mut sim, &mut draw);
    }
    let all: Vec<u8> = (0..sim.committee.state.nodes.len() as u8).collect();
    all.iter().for_each(|number| sim.recover(*number));
    let link = Link { loss: PerMillion::default(), ..sim.committee.config().link.clone() };
    sim.act(|committee, now, _, effects| committee.set_link(now, link, effects));
    sim.heal();
    let in_faults = sim.committee.state.decided.get();
    for _ in 0..2 {
        if !sim.committee.is_deciding() {
            sim.begin();
        }
        let (height, span) = (sim.committee.state.begun, bound(&sim));
        let honest: Vec<u8> = (all.iter().copied())
            .filter(|number| sim.committee.state.nodes[usize::from(*number)].behaviour == Behaviour::Honest)
            .collect();
        let begun = sim.now;
        assert!(
            sim.run_until_decided(height, &honest, span),
            "seed {seed}: no decision of {height} within {span} after {begun}: {:#?}",
            sim.committee.glance()
        );
    }
    assert!(sim.disagreements.is_empty(), "seed {seed}: {:?}", sim.disagreements);
    agree(&sim, seed);
    for evidence in &sim.evidence {
        let offender = &sim.committee.state.nodes[evidence.offender.index()];
        assert!(offender.behaviour.is_byzantine(), "seed {seed}: {evidence:?}");
    }
    (in_faults as usize, sim.evidence.len())
}

/// Checks agreement by all decisions that were told, apart from the committee's own check.
fn agree(sim: &Sim, seed: u64) {
    let mut values = std::collections::BTreeMap::new();
    for (_, Decided { node, decision }) in &sim.decided {
        if sim.committee.state.nodes[node.index()].behaviour.is_byzantine() {
            continue;
        }
        let certificate = &decision.certificate;
        let agreed = *values.entry(certificate.height).or_insert(certificate.value);
        assert_eq!(agreed, certificate.value, "seed {seed}: height {}", certificate.height);
    }
}

#[test]
fn honest_nodes_agree_and_go_on_after_healing() {
    let (mut heights, mut evidence) = (0, 0);
    for seed in 0..SEEDS {
        let (decided, seen) = run_seed(seed);
        heights += decided;
        evidence += seen;
    }
    // The swarm is worth something: heights are decided under faults, and Byzantine nodes are caught.
    assert!(heights as u64 > SEEDS * 2, "{heights} heights");
    assert!(evidence as u64 > SEEDS / 10, "{evidence} times evidence");
}
