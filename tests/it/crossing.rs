//! Messages that cross, with the times that their ways take.

use causeway::{
    command::{Answer, Query},
    messaging::Stage,
    scenario::Scenario,
    types::{Span, Time},
    world::{Fact, World},
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn world(json: &str) -> World {
    World::new(&Scenario::from_json(json).unwrap()).unwrap()
}

const TWO: &str = r#"{
  "rollups": [
    { "chain_id": 901, "name": "Optimistic", "batch_cadence": "1m" },
    { "chain_id": 902, "name": "Zk", "batch_cadence": "2m", "block_time": "1s",
      "settlement": { "zk": { "proving_delay": "10m", "prover_gas_per_second": 0, "execution_delay": "0s" } } }
  ],
  "timeline": [
    { "at": "13s", "command": { "send_message": { "label": "down", "from": 900, "to": 901, "content": { "ether": { "amount": "1 ether" } } } } },
    { "at": "20s", "command": { "send_message": { "label": "zk up", "from": 902, "to": 900, "content": { "ether": { "amount": "2 ether" } } } } },
    { "at": "20s", "command": { "send_message": { "label": "zk across", "from": 902, "to": 901, "content": { "ether": { "amount": "3 ether" } } } } },
    { "at": "25s", "command": { "send_message": { "label": "op up", "from": 901, "to": 900, "content": { "ether": { "amount": "4 ether" } } } } },
    { "at": "30s", "command": { "send_message": { "label": "token down", "from": 900, "to": 902, "content": { "token": { "amount": "5 ether" } } } } },
    { "at": "10m", "command": { "send_message": { "label": "token across", "from": 902, "to": 901, "content": { "token": { "amount": "4 ether" } } } } }
  ]
}"#;

#[test]
fn every_way_delivers() {
    let mut world = world(TWO);
    world.run_until(Time::ZERO.plus(Span::days(9)));
    for (at, fact) in world.trace().facts().iter() {
        if !matches!(fact, Fact::Sealed { .. } | Fact::BatchPosted { .. } | Fact::Safe { .. }) {
            println!("{at}: {fact:?}");
        }
    }
    for message in world.book().messages() {
        println!("{:?} {:?} {:?}", message.label, message.stage(), message.failure);
        assert_eq!(message.stage(), Stage::Delivered, "{:?}: {:?}", message.label, message.failure);
    }
    assert_eq!(world.book().messages().len(), 6);
    assert_eq!(
        world.ask(&Query::MessageCount { stage: None, from: None, to: None, relayed: None }),
        Ok(Answer::Number(6))
    );
}

#[test]
fn the_default_world_runs_a_day_and_only_optimistic_messages_still_wait() {
    let mut world = World::new(&Scenario::default_world()).unwrap();
    world.run_until(Time::ZERO.plus(Span::days(1)));
    let optimistic = [901, 903].map(causeway::types::ChainId::new);
    for message in world.book().messages() {
        let stage = message.stage();
        let expected = if optimistic.contains(&message.from) { Stage::Proven } else { Stage::Delivered };
        assert_eq!(stage, expected, "message {}: {:?}", message.number, message.failure);
    }
    for (at, fact) in world.trace().facts().iter() {
        let is_trouble = matches!(
            fact,
            Fact::Lost { .. }
                | Fact::NotTaken { .. }
                | Fact::Stuck { .. }
                | Fact::OrderRefused { .. }
                | Fact::BatchIgnored { .. }
        );
        assert!(!is_trouble, "{at}: {fact:?}");
    }
}
