//! What breaks and heals: afterwards every message has arrived exactly once.

use crate::support::at;
use alloy_primitives::{Address, U256, address};
use causeway::{
    command::Command,
    messaging::Stage,
    scenario::Scenario,
    types::{Amount, ChainId},
    world::{OrderError, World},
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const RECIPIENT: Address = address!("00000000000000000000000000000000000b0b0a");
const ROLLUP: ChainId = ChainId::new(901);

fn world(rollup: &str) -> World {
    let json = format!(r#"{{ "rollups": [{{ "chain_id": 901, "batch_cadence": "1m", {rollup} }}] }}"#);
    World::new(&Scenario::from_json(&json).unwrap()).unwrap()
}

const ZK: &str = r#""settlement": { "zk": { "proving_delay": "5m", "prover_gas_per_second": 0, "execution_delay": "0s" } }"#;

fn order(world: &mut World, json: &str) {
    let command: Command = serde_json::from_str(json).unwrap();
    world.dispatch(&command).unwrap();
}

fn send(world: &mut World, label: &str, from: u64, to: u64) {
    let content = format!(r#"{{ "ether": {{ "amount": "1 ether", "recipient": "{RECIPIENT}" }} }}"#);
    order(
        world,
        &format!(
            r#"{{ "send_message": {{ "label": "{label}", "from": {from}, "to": {to}, "content": {content} }} }}"#
        ),
    );
}

fn assert_arrived(world: &World) {
    for message in world.book().messages() {
        assert_eq!(message.stage(), Stage::Delivered, "{:?}: {:?}", message.label, message.failure);
    }
}

fn received(world: &World, chain: u64) -> U256 {
    world.chain(ChainId::new(chain)).unwrap().state().balance(RECIPIENT)
}

fn ether(count: u64) -> U256 {
    Amount::ether(count).get()
}

#[test]
fn messages_arrive_once_over_a_lossy_link() {
    let mut world = world(&format!(r#"{ZK}, "link": {{ "loss": 400000 }}"#));
    world.run_until(at("1m"));
    send(&mut world, "down", 900, 901);
    send(&mut world, "up", 901, 900);
    world.run_until(at("1d"));
    assert_arrived(&world);
    assert_eq!((received(&world, 901), received(&world, 900)), (ether(1), ether(1)));
}

#[test]
fn messages_wait_for_the_end_of_a_partition() {
    let mut world = world(ZK);
    world.run_until(at("1m"));
    order(&mut world, r#"{ "fault": { "set_link": { "chain": 901, "link": { "partitioned": true } } } }"#);
    send(&mut world, "down", 900, 901);
    send(&mut world, "up", 901, 900);
    world.run_until(at("1h"));
    assert_eq!((received(&world, 901), received(&world, 900)), (U256::ZERO, U256::ZERO));
    order(&mut world, r#"{ "fault": { "set_link": { "chain": 901, "link": {} } } }"#);
    world.run_until(at("1d"));
    assert_arrived(&world);
    assert_eq!((received(&world, 901), received(&world, 900)), (ether(1), ether(1)));
}

#[test]
fn a_deposit_in_a_dropped_block_arrives_once() {
    let mut world = world(ZK);
    world.run_until(at("1m"));
    send(&mut world, "down", 900, 901);
    world.run_until(at("1m 20s"));
    assert_eq!(received(&world, 901), ether(1));
    order(&mut world, r#"{ "fault": { "l1_reorg": { "depth": 1 } } }"#);
    world.run_until(at("1h"));
    assert_arrived(&world);
    assert_eq!(received(&world, 901), ether(1));
}

#[test]
fn a_withdrawal_survives_a_reorg_at_every_stage() {
    for moment in ["1m 15s", "2m 20s", "4m", "7m 15s", "7m 30s"] {
        let mut world = world(ZK);
        world.run_until(at("1m"));
        send(&mut world, "up", 901, 900);
        world.run_until(at(moment));
        order(&mut world, r#"{ "fault": { "l1_reorg": { "depth": 1 } } }"#);
        world.run_until(at("6h"));
        assert_arrived(&world);
        assert_eq!(received(&world, 900), ether(1), "after a reorg at {moment}");
    }
}

#[test]
fn a_final_block_cannot_be_dropped() {
    let mut world = world(ZK);
    world.run_until(at("1h"));
    let digest = world.digest();
    let command: Command = serde_json::from_str(r#"{ "fault": { "l1_reorg": { "depth": 100 } } }"#).unwrap();
    let error = world.dispatch(&command).unwrap_err();
    assert!(matches!(error, OrderError::Reorg(_)), "{error}");
    assert_eq!(world.digest(), digest);
}

#[test]
fn halted_actors_hold_messages_up_and_no_longer() {
    for actor in ["halt_sequencer", "halt_batcher"] {
        let mut world = world(ZK);
        world.run_until(at("1m"));
        let halt =
            |halted| format!(r#"{{ "fault": {{ "{actor}": {{ "chain": 901, "halted": {halted} }} }} }}"#);
        order(&mut world, &halt(true));
        send(&mut world, "up", 901, 900);
        world.run_until(at("1h"));
        assert_eq!(received(&world, 900), U256::ZERO, "{actor}");
        order(&mut world, &halt(false));
        world.run_until(at("6h"));
        assert_arrived(&world);
        assert_eq!(received(&world, 900), ether(1));
    }
}

#[test]
fn withheld_data_freezes_a_rollup_until_it_is_handed_out() {
    let committee = r#""data_availability": { "committee": { "members": 4, "threshold": 3 } }"#;
    let mut world = world(&format!("{ZK}, {committee}"));
    world.run_until(at("1m"));
    let withhold = |withheld| {
        format!(r#"{{ "fault": {{ "withhold_data": {{ "chain": 901, "withheld": {withheld} }} }} }}"#)
    };
    order(&mut world, &withhold(true));
    send(&mut world, "up", 901, 900);
    world.run_until(at("1h"));
    assert_eq!(received(&world, 900), U256::ZERO);
    assert!(world.member(ROLLUP).unwrap().rollup().stuck().is_some());
    order(&mut world, &withhold(false));
    world.run_until(at("6h"));
    assert!(world.member(ROLLUP).unwrap().rollup().stuck().is_none());
    assert_arrived(&world);
    assert_eq!(received(&world, 900), ether(1));
}

#[test]
fn a_removed_rollup_takes_nothing_more() {
    let mut world = world(ZK);
    world.run_until(at("1m"));
    order(&mut world, r#"{ "remove_rollup": { "chain": 901 } }"#);
    let head = world.chain(ROLLUP).unwrap().head().hash;
    let digest = world.digest();
    let json =
        r#"{ "send_message": { "from": 900, "to": 901, "content": { "ether": { "amount": "1 ether" } } } }"#;
    let error = world.dispatch(&serde_json::from_str(json).unwrap()).unwrap_err();
    assert!(matches!(error, OrderError::NotRunning { status: "removed", .. }), "{error}");
    assert_eq!(world.digest(), digest);
    world.run_until(at("1d"));
    assert_eq!(world.chain(ROLLUP).unwrap().head().hash, head);
}
