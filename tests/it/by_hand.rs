//! Proofs sent by hand, whole and forged, and traffic.

use crate::support::at;
use causeway::{
    command::{Answer, Command, Forgery, MessageContent, ProveMessage, Query, SendMessage, SetTraffic},
    messaging::Stage,
    scenario::Scenario,
    types::{Amount, ChainId},
    world::{OrderError, World},
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const L1: ChainId = ChainId::new(900);
const ROLLUP: ChainId = ChainId::new(902);

/// One ZK rollup, and one ether that left it without the relayer.
fn world() -> World {
    let text = r#"{"rollups": [{"chain_id": 902, "settlement": {"zk": {
        "proving_delay": "1m", "prover_gas_per_second": 0, "execution_delay": "0s"}}, "batch_cadence": "1m"}]}"#;
    let mut world = World::new(&Scenario::from_json(text).unwrap()).unwrap();
    world.run_until(at("30s"));
    let content = MessageContent::Ether { amount: Amount::ether(1), recipient: None };
    let send = SendMessage { label: None, from: ROLLUP, to: L1, sender: None, content, relay: false };
    world.dispatch(&Command::SendMessage(send)).unwrap();
    world
}

fn claimed() -> World {
    let mut world = world();
    world.run_until(at("10m"));
    assert_eq!(world.book().get(0).unwrap().stage(), Stage::Proposed);
    world
}

fn prove(forgery: Option<Forgery>) -> Command {
    Command::ProveMessage(ProveMessage { message: 0, sender: None, forgery })
}

fn reverts(world: &World) -> Answer {
    world.ask(&Query::RevertCount { chain: L1, sender: world.people().first() }).unwrap()
}

#[test]
fn every_forgery_is_refused_by_l1_and_the_truth_is_not() {
    let mut world = claimed();
    for (count, forgery) in (1..).zip(Forgery::ALL) {
        world.dispatch(&prove(Some(forgery))).unwrap();
        world.run_until(world.now().plus("1m".parse().unwrap()));
        assert_eq!(reverts(&world), Answer::Number(count), "{forgery:?}");
        assert_eq!(world.book().get(0).unwrap().stage(), Stage::Proposed, "{forgery:?}");
    }
    world.dispatch(&prove(None)).unwrap();
    world.run_until(world.now().plus("1m".parse().unwrap()));
    assert_eq!(world.book().get(0).unwrap().stage(), Stage::Proven);
    world.dispatch(&Command::FinalizeMessage { message: 0, sender: None }).unwrap();
    world.run_until(world.now().plus("1m".parse().unwrap()));
    assert_eq!(world.book().get(0).unwrap().stage(), Stage::Delivered);
    assert_eq!(reverts(&world), Answer::Number(3));
    let latency = world.ask(&Query::MessageLatency { from: ROLLUP, to: L1 }).unwrap();
    assert!(matches!(latency, Answer::Number(millis) if millis > 600_000), "{latency:?}");
}

#[test]
fn what_is_not_there_yet_is_refused_by_name() {
    let mut world = world();
    let digest = world.digest();
    let unknown = Command::ProveMessage(ProveMessage { message: 7, sender: None, forgery: None });
    assert_eq!(world.dispatch(&unknown), Err(OrderError::UnknownMessage { found: 7, count: 1 }));
    let early = world.dispatch(&prove(None)).unwrap_err();
    assert!(matches!(early, OrderError::Stage { expected: "initiated", found: "pending", .. }), "{early}");
    world.run_until(at("40s"));
    let early = world.dispatch(&prove(None)).unwrap_err();
    assert!(matches!(early, OrderError::Stage { expected: "proposed", .. }), "{early}");
    let mut world = claimed();
    let early = world.dispatch(&Command::FinalizeMessage { message: 0, sender: None }).unwrap_err();
    assert!(matches!(early, OrderError::Stage { expected: "proven", found: "proposed", .. }), "{early}");
    assert_ne!(world.digest(), digest);
}

fn traffic(chain: ChainId, per_second: u32) -> Command {
    Command::SetTraffic(SetTraffic { chain, per_second, from: None })
}

#[test]
fn traffic_comes_evenly_and_ends() {
    let mut world = world();
    let number = |world: &World, query| match world.ask(&query).unwrap() {
        Answer::Number(number) => number,
        other => panic!("{other:?}"),
    };
    // Each block begins with one transaction of its own.
    let count = |world: &World| {
        let all = number(world, Query::TransactionCount { chain: ROLLUP });
        all - number(world, Query::Head { chain: ROLLUP })
    };
    world.run_until(at("1m"));
    let before = count(&world);
    world.dispatch(&traffic(ROLLUP, 20)).unwrap();
    world.run_until(at("2m 2s"));
    let sent = count(&world) - before;
    assert!((1_190..=1_240).contains(&sent), "{sent}");
    world.dispatch(&traffic(ROLLUP, 0)).unwrap();
    world.run_until(at("2m 10s"));
    let ended = count(&world);
    world.run_until(at("3m"));
    assert_eq!(count(&world), ended);
    assert_eq!(world.traffic(ROLLUP), 0);
}

#[test]
fn impossible_traffic_is_refused_and_unpayable_traffic_is_said_once() {
    let mut world = world();
    assert!(matches!(
        world.dispatch(&traffic(ROLLUP, 501)),
        Err(OrderError::Traffic { most: 500, found: 501 })
    ));
    assert!(matches!(world.dispatch(&traffic(ChainId::new(7), 1)), Err(OrderError::UnknownChain { .. })));
    let poor = alloy_primitives::Address::repeat_byte(7);
    world
        .dispatch(&Command::SetTraffic(SetTraffic { chain: ROLLUP, per_second: 1, from: Some(poor) }))
        .unwrap();
    world.run_until(at("2m"));
    let refused = |fact: &&(causeway::types::Time, causeway::world::Fact)| {
        matches!(fact.1, causeway::world::Fact::TrafficRefused { .. })
    };
    assert_eq!(world.trace().facts().iter().filter(refused).count(), 1);
}
