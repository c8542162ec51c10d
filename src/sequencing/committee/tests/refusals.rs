//! What a committee cannot be or do is refused by name, and what nobody signed is not heard.

use super::*;
use arc_malachitebft_core_types::NilOrVal;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn impossible_committees_are_refused_by_field() {
    let refused = |change: fn(&mut CommitteeConfig)| {
        let mut config = CommitteeConfig::default();
        assert_eq!(config.check(), Ok(()));
        change(&mut config);
        let error = config.check().unwrap_err();
        assert_eq!(Committee::new(config, 1, "committee").unwrap_err(), error);
        error
    };
    assert_eq!(refused(|c| c.nodes = 0), CommitteeError::Nodes(0));
    assert_eq!(refused(|c| c.nodes = 101), CommitteeError::Nodes(101));
    assert_eq!(refused(|c| c.weights = vec![1]), CommitteeError::WeightCount { nodes: 4, found: 1 });
    assert_eq!(refused(|c| c.weights = vec![1, 0, 1, 1]), CommitteeError::Weight { node: 1, found: 0 });
    assert_eq!(refused(|c| c.weights = vec![1, 1, 1, 101]), CommitteeError::Weight { node: 3, found: 101 });
    type Change = fn(&mut CommitteeConfig);
    let spans: [(&str, Change); 7] = [
        ("link.delay", |c| c.link.delay = Span::days(1)),
        ("link.jitter", |c| c.link.jitter = Span::days(1)),
        ("timeouts.propose", |c| c.timeouts.propose = Span::ZERO),
        ("timeouts.prevote", |c| c.timeouts.prevote = Span::ZERO),
        ("timeouts.precommit", |c| c.timeouts.precommit = Span::ZERO),
        ("timeouts.increase", |c| c.timeouts.increase = Span::days(1)),
        ("timeouts.retransmit", |c| c.timeouts.retransmit = Span::ZERO),
    ];
    for (name, change) in spans {
        let error = refused(change);
        assert!(matches!(error, CommitteeError::Span { field, .. } if field == name), "{error}");
    }
}

#[test]
fn heights_begin_one_after_the_other() {
    let mut sim = Sim::new(steady(4), 1);
    let begin = |sim: &mut Sim, height| {
        let height = Height::new(height);
        sim.act(|committee, now, proposals, effects| committee.begin(now, height, proposals, effects))
    };
    let (expected, found) = (Height::FIRST, Height::new(2));
    assert_eq!(begin(&mut sim, 2), Err(BeginError::Height { expected, found }));
    assert_eq!(begin(&mut sim, 1), Ok(()));
    assert_eq!(begin(&mut sim, 2), Err(BeginError::Undecided(Height::FIRST)));
    sim.run(Span::seconds(1));
    assert_eq!(begin(&mut sim, 2), Ok(()));
}

#[test]
fn faults_of_strangers_are_refused() {
    let mut sim = Sim::new(steady(4), 1);
    let stranger = FaultError::Node { last: node(3), found: node(4) };
    let committee = &mut sim.committee;
    assert_eq!(committee.crash(node(4)), Err(stranger.clone()));
    assert_eq!(committee.set_behaviour(node(4), Behaviour::Silent), Err(stranger.clone()));
    assert_eq!(committee.split(&[vec![node(4)]]), Err(stranger.clone()));
    assert_eq!(committee.split(&[vec![node(1)], vec![node(1)]]), Err(FaultError::TwoGroups(node(1))));
    let recovered = sim.act(|committee, now, p, effects| committee.recover(now, node(4), p, effects));
    assert_eq!(recovered, Err(stranger));
}

/// Hands a message to node 1 and says whether it took it.
fn is_taken(message: impl FnOnce(&message::Keys) -> Message) -> bool {
    let mut sim = Sim::new(steady(4), 1);
    sim.begin();
    let message = message(&sim.committee.keys);
    let number = sim.committee.state.messages.add(message);
    let before = sim.committee.state.nodes[1].inputs.len();
    let to = NodeSet::from_iter([node(1)]);
    let packet = effects::Packet::Message(number);
    let event = CommitteeEvent(Happening::Arrival { from: node(2), packet, to });
    sim.act(|committee, now, proposals, effects| committee.handle(now, event, proposals, effects));
    sim.committee.state.nodes[1].inputs.len() > before
}

#[test]
fn only_signed_messages_of_the_right_sender_are_taken() {
    let vote = |node: u8| Vote {
        node: NodeId::new(node),
        kind: VoteKind::Prevote,
        height: Height::FIRST,
        round: Round::FIRST,
        value: NilOrVal::Nil,
    };
    assert!(is_taken(|keys| keys.sign_vote(vote(2))));
    assert!(!is_taken(|keys| Message::Vote(vote(2), *keys.sign_vote(vote(3)).signature())));
    assert!(!is_taken(|_| Message::Vote(vote(9), Signature::ZERO)));
    let far = Vote { round: Round::new(ROUNDS_MAX + 1), ..vote(2) };
    assert!(!is_taken(|keys| keys.sign_vote(far)));
    let past = Vote { height: Height::new(0), ..vote(2) };
    assert!(!is_taken(|keys| keys.sign_vote(past)));
    let proposal = |node: u8| Proposal {
        node: NodeId::new(node),
        height: Height::FIRST,
        round: Round::FIRST,
        value: Value::new(Bytes::from("x")),
        valid_round: None,
    };
    assert!(is_taken(|keys| keys.sign_proposal(proposal(0))));
    assert!(!is_taken(|keys| keys.sign_proposal(proposal(2))), "it does not lead");
}
