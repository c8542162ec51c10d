//! Crashes, partitions, loss and Byzantine nodes, one at a time.

use super::*;
use crate::sim::PerMillion;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn the_round_after_a_crashed_leaders_decides() {
    let mut sim = Sim::new(steady(4), 1);
    sim.committee.crash(node(0)).unwrap();
    let height = sim.begin();
    assert!(sim.run_until_decided(height, &[1, 2, 3], Span::seconds(10)));
    let timeouts = CommitteeTimeouts::default();
    // The propose timeout, then prevotes for nil, precommits for nil and their timeout, then a good round.
    let expected = timeouts.propose.plus(DELAY.times(2)).plus(timeouts.precommit).plus(DELAY.times(3));
    for (at, decided) in &sim.decided {
        assert_eq!(decided.decision.certificate.round, Round::new(1));
        assert_eq!(at.since(Time::ZERO), expected);
    }
    assert!(sim.committee.glance().nodes[0].is_crashed);
}

#[test]
fn a_third_of_the_weight_stops_a_committee_until_it_recovers() {
    let mut sim = Sim::new(steady(7), 1);
    sim.committee.crash(node(5)).unwrap();
    sim.committee.crash(node(6)).unwrap();
    assert_eq!(sim.committee.fault_weights().check(), Ok(()));
    for _ in 0..3 {
        let height = sim.begin();
        assert!(sim.run_until_decided(height, &[0, 1, 2, 3, 4], Span::seconds(10)));
    }
    sim.committee.crash(node(4)).unwrap();
    let bound = sim.committee.fault_weights().check();
    assert_eq!(bound, Err(BoundError::Liveness { total: 7, faulty: 3 }));
    let height = sim.begin();
    assert!(!sim.run_until_decided(height, &[0], Span::hours(1)));
    assert!(sim.committee.is_deciding());
    for number in [4, 5, 6] {
        sim.recover(number);
    }
    sim.heal();
    assert!(sim.run_until_decided(height, &[0, 1, 2, 3, 4, 5, 6], Span::minutes(1)));
    assert!(sim.disagreements.is_empty());
}

#[test]
fn a_crash_in_the_middle_of_a_height_forgets_nothing() {
    let mut sim = Sim::new(steady(4), 1);
    let height = sim.begin();
    sim.run(Span::millis(120));
    for number in 0..4 {
        sim.committee.crash(node(number)).unwrap();
    }
    sim.run(Span::hours(1));
    assert!(sim.decided.is_empty());
    for number in 0..4 {
        sim.recover(number);
    }
    assert_eq!(sim.steps(), [Step::Precommit; 4]);
    // All had precommitted: what they kept is enough to decide once it is sent again.
    assert!(sim.run_until_decided(height, &[0, 1, 2, 3], Span::seconds(1)));
    assert!(sim.decided.iter().all(|(_, decided)| decided.decision.certificate.round == Round::FIRST));
    assert!(sim.evidence.is_empty());
}

#[test]
fn the_larger_part_of_a_partition_goes_on_and_the_other_catches_up() {
    let mut sim = Sim::new(steady(4), 1);
    sim.committee.split(&[vec![node(0), node(1), node(2)], vec![node(3)]]).unwrap();
    let mut height = Height::default();
    for _ in 0..20 {
        height = sim.begin();
        assert!(sim.run_until_decided(height, &[0, 1, 2], Span::minutes(1)));
    }
    assert!(!sim.has_decided(Height::FIRST, 3));
    sim.heal();
    assert!(sim.run_until_decided(height, &[3], Span::minutes(1)));
    let caught_up: Vec<_> = sim.decided.iter().filter(|(_, d)| d.node == node(3)).collect();
    assert_eq!(caught_up.len(), 20);

    sim.committee.split(&[vec![node(0), node(1)], vec![node(2), node(3)]]).unwrap();
    let height = sim.begin();
    sim.run(Span::hours(1));
    assert!(sim.committee.is_deciding());
    sim.heal();
    assert!(sim.run_until_decided(height, &[0, 1, 2, 3], Span::minutes(1)));
    assert!(sim.disagreements.is_empty());
}

#[test]
fn a_node_that_is_far_behind_skips_to_what_its_peers_keep() {
    let mut sim = Sim::new(steady(4), 1);
    sim.committee.crash(node(3)).unwrap();
    let mut height = Height::default();
    for _ in 0..100 {
        height = sim.begin();
        assert!(sim.run_until_decided(height, &[0, 1, 2], Span::minutes(1)));
    }
    sim.recover(3);
    assert!(sim.run_until_decided(height, &[3], Span::minutes(5)));
    let heights = sim.decided.iter().filter(|(_, d)| d.node == node(3));
    let heights: Vec<_> = heights.map(|(_, d)| d.decision.certificate.height.get()).collect();
    assert_eq!(heights.first(), Some(&(100 - DECISIONS_KEPT_MAX as u64 + 1)));
    assert_eq!(heights.len(), DECISIONS_KEPT_MAX);
}

#[test]
fn losses_are_made_up_for() {
    let link = Link { loss: PerMillion::new(200_000), ..steady(5).link };
    let mut sim = Sim::new(CommitteeConfig { link, ..steady(5) }, 5);
    for _ in 0..10 {
        let height = sim.begin();
        assert!(sim.run_until_decided(height, &[0, 1, 2, 3, 4], Span::minutes(10)), "height {height}");
    }
    assert!(sim.disagreements.is_empty() && sim.evidence.is_empty());
}

#[test]
fn equivocation_gives_evidence_and_no_split_decision() {
    for behaviour in [Behaviour::DoublePropose, Behaviour::DoubleVote, Behaviour::Equivocate] {
        let mut sim = Sim::new(steady(4), 1);
        sim.committee.set_behaviour(node(0), behaviour).unwrap();
        for _ in 0..8 {
            let height = sim.begin();
            assert!(sim.run_until_decided(height, &[1, 2, 3], Span::minutes(2)), "{behaviour:?}");
        }
        assert!(sim.disagreements.is_empty());
        assert!(!sim.evidence.is_empty(), "{behaviour:?}");
        for evidence in &sim.evidence {
            let [first, second] = &evidence.messages;
            assert_eq!((evidence.offender, first.node(), second.node()), (node(0), node(0), node(0)));
            assert_eq!((first.height(), first.round()), (second.height(), second.round()));
            assert_ne!(first.value(), second.value());
            assert!(evidence.messages.iter().all(|m| m.is_signed(sim.committee.validators())));
        }
        let has = |kind| sim.evidence.iter().any(|evidence| evidence.kind == kind);
        assert_eq!(has(EvidenceKind::Proposals), behaviour.proposes_twice());
        assert_eq!(has(EvidenceKind::Prevotes), behaviour.votes_twice());
    }
}

#[test]
fn silence_of_less_than_a_third_stops_nothing() {
    let mut sim = Sim::new(steady(4), 1);
    sim.committee.set_behaviour(node(1), Behaviour::Silent).unwrap();
    for _ in 0..4 {
        let height = sim.begin();
        assert!(sim.run_until_decided(height, &[0, 1, 2, 3], Span::minutes(1)));
    }
    assert_eq!(sim.committee.fault_weights(), FaultWeights { total: 4, byzantine: 0, absent: 1 });
}

#[test]
fn a_third_of_byzantine_weight_can_split_a_decision() {
    let mut sim = Sim::new(steady(4), 1);
    sim.committee.set_behaviour(node(0), Behaviour::Equivocate).unwrap();
    assert_eq!(sim.committee.fault_weights().check(), Ok(()));
    sim.committee.set_behaviour(node(1), Behaviour::Equivocate).unwrap();
    sim.begin();
    sim.run(Span::seconds(1));
    let [disagreement] = &sim.disagreements[..] else { panic!("{:?}", sim.disagreements) };
    assert_eq!((disagreement.height, disagreement.nodes), (Height::FIRST, [node(2), node(3)]));
    assert_ne!(disagreement.values[0], disagreement.values[1]);
    let broken = disagreement.weights.check().unwrap_err();
    assert_eq!(broken, BoundError::Safety { total: 4, byzantine: 2 });
    assert_eq!(broken.to_string(), "Byzantine weight: expected less than 1/3 of 4, found 2");
    // Both decisions are proven: nothing but the weights can tell.
    for (_, decided) in sim.decided.iter().filter(|(_, decided)| decided.node.get() > 1) {
        let certificate = &decided.decision.certificate;
        let verified = sim.committee.validators().verify(Height::FIRST, certificate.value, certificate);
        assert_eq!(verified, Ok(()));
    }
    assert!(!sim.evidence.is_empty());
}
