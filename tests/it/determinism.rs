//! One scenario and one seed give one digest, however the world is run and wherever.

use crate::support::{at, run, shipped};
use alloy_primitives::{B256, b256};
use causeway::{
    command::Query,
    scenario::{self, Scenario},
    session::Session,
    types::{ChainId, Span},
    world::World,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The digest of `scenarios/optimistic-and-zk.json` after two hours, natively and in a browser. A change
/// of what the engine does changes it: then take the new one from
/// `cargo run --release -- run scenarios/optimistic-and-zk.json --until 2h`.
const GOLDEN: B256 = b256!("a485adc81e0e7ce6feb87fb57f63432d0c387cb44523bf95502e0db46dc9cc4f");

#[test]
fn the_digest_is_the_known_one() {
    assert_eq!(run(&shipped(), "2h").digest(), GOLDEN);
}

#[test]
fn steps_jumps_clones_and_queries_make_no_difference() {
    let scenario = shipped();
    let digest = run(&scenario, "15m").digest();
    let mut world = World::new(&scenario).unwrap();
    let mut now = at("0s");
    while now < at("15m") {
        now = now.plus(Span::seconds(1));
        world.run_until(now);
        if now.millis().is_multiple_of(30_000) {
            let copy = world.clone();
            world.ask(&Query::StateRoot { chain: ChainId::new(900) }).unwrap();
            world.token_balance(ChainId::new(902), world.people().first());
            world = copy;
        }
    }
    assert_eq!(world.digest(), digest);
}

#[test]
fn a_restored_snapshot_goes_on_to_the_same_digest() {
    let mut session = Session::new(&shipped()).unwrap();
    session.run_until(at("3m 7s"));
    let mut restored = Session::restore(&session.snapshot()).unwrap();
    assert_eq!(restored.world().digest(), session.world().digest());
    session.run_until(at("15m"));
    restored.run_until(at("15m"));
    assert_eq!(restored.world().digest(), session.world().digest());
}

#[test]
fn a_wei_or_another_seed_makes_another_digest() {
    let digest = |scenario: &Scenario| run(scenario, "5m").digest();
    let scenario = shipped();
    let text = include_str!("../../scenarios/optimistic-and-zk.json");
    let wei = Scenario::from_json(&text.replacen("\"1 ether\"", "\"1000000000000000001\"", 1)).unwrap();
    let seed = Scenario { seed: 2, ..scenario.clone() };
    assert_eq!(digest(&scenario), digest(&scenario.clone()));
    assert_ne!(digest(&scenario), digest(&wei));
    assert_ne!(digest(&scenario), digest(&seed));
}

#[test]
fn the_schema_file_is_that_of_the_types() {
    let committed: serde_json::Value =
        serde_json::from_str(include_str!("../../scenarios/schema.json")).unwrap();
    assert_eq!(committed, scenario::schema(), "write it anew: cargo run -- schema > scenarios/schema.json");
}
