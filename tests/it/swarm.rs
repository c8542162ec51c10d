//! Many small worlds, drawn from seeds: whatever breaks and heals on the way, at the end every message has
//! arrived or failed with a reason, L1's bytes lead to every safe head, and no recipient got anything twice.

use crate::support::{Draws, at};
use alloy_primitives::U256;
use causeway::{
    command::Command,
    l1,
    messaging::Stage,
    rollup::Rebuild,
    scenario::Scenario,
    types::{Amount, ChainId, Span},
    world::World,
};
use std::{collections::BTreeMap, fmt::Write};

fn rollup(draws: &mut Draws, chain: u64) -> String {
    let settlement = draws.one_of(&[
        r#"{ "optimistic": { "challenge_period": "20m", "game_clock": "10m", "air_gap": "10m" } }"#,
        r#"{ "zk": { "proving_delay": "5m", "prover_gas_per_second": 0, "execution_delay": "0s" } }"#,
        r#"{ "zk": { "proving_delay": "3m", "prover_gas_per_second": 0, "execution_delay": "4m" } }"#,
    ]);
    let block_time = draws.one_of(&["250ms", "1s", "2s", "5s", "12s"]);
    let cadence = draws.one_of(&["10s", "1m", "5m"]);
    let availability =
        draws.one_of(&[r#""blob""#, r#""calldata""#, r#"{ "committee": { "members": 4, "threshold": 3 } }"#]);
    let loss = draws.one_of(&["0", "0", "200000"]);
    let confirmations = draws.below(3);
    format!(
        r#"{{ "chain_id": {chain}, "settlement": {settlement}, "block_time": "{block_time}",
            "batch_cadence": "{cadence}", "data_availability": {availability}, "proposal_interval": "5m",
            "l1_confirmations": {confirmations}, "link": {{ "loss": {loss} }} }}"#
    )
}

fn recipient(message: u64) -> String {
    format!("0x00000000000000000000000000000000beef{message:04x}")
}

fn orders(draws: &mut Draws, message: u64, chains: u64) -> String {
    let chain = 901 + draws.below(chains);
    match draws.below(10) {
        0 => format!(r#"{{ "fault": {{ "l1_reorg": {{ "depth": {} }} }} }}"#, 1 + draws.below(4)),
        1 => format!(r#"{{ "fault": {{ "halt_sequencer": {{ "chain": {chain}, "halted": true }} }} }}"#),
        2 => format!(r#"{{ "fault": {{ "halt_batcher": {{ "chain": {chain}, "halted": true }} }} }}"#),
        3 => format!(
            r#"{{ "fault": {{ "set_link": {{ "chain": {chain}, "link": {{ "partitioned": true }} }} }} }}"#
        ),
        _ => {
            let from = 900 + draws.below(chains + 1);
            let to = 900 + (from - 900 + 1 + draws.below(chains)) % (chains + 1);
            let to_whom = recipient(message);
            format!(
                r#"{{ "send_message": {{ "from": {from}, "to": {to},
                    "content": {{ "ether": {{ "amount": "1 ether", "recipient": "{to_whom}" }} }} }} }}"#
            )
        }
    }
}

fn order(world: &mut World, json: &str) {
    let command: Command = serde_json::from_str(json).unwrap();
    // Some are refused, a reorg of a final block for instance: those change nothing.
    let digest = world.digest();
    if world.dispatch(&command).is_err() {
        assert_eq!(world.digest(), digest);
    }
}

fn live(seed: u64) {
    let draws = &mut Draws((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let chains = 1 + draws.below(3);
    let mut rollups = String::new();
    for chain in 901..901 + chains {
        let gap = if chain == 901 { "" } else { "," };
        write!(rollups, "{gap}{}", rollup(draws, chain)).unwrap();
    }
    let json = format!(r#"{{ "seed": {seed}, "rollups": [{rollups}] }}"#);
    let mut world = World::new(&Scenario::from_json(&json).unwrap()).unwrap();
    for message in 0..20 {
        world.run_until(world.now().plus(Span::seconds(1 + draws.below(240))));
        order(&mut world, &orders(draws, message, chains));
    }
    for chain in 901..901 + chains {
        order(
            &mut world,
            &format!(r#"{{ "fault": {{ "halt_sequencer": {{ "chain": {chain}, "halted": false }} }} }}"#),
        );
        order(
            &mut world,
            &format!(r#"{{ "fault": {{ "halt_batcher": {{ "chain": {chain}, "halted": false }} }} }}"#),
        );
        order(
            &mut world,
            &format!(r#"{{ "fault": {{ "set_link": {{ "chain": {chain}, "link": {{}} }} }} }}"#),
        );
    }
    world.run_until(at("2d"));
    let mut due: BTreeMap<_, U256> = BTreeMap::new();
    for message in world.book().messages() {
        let stage = message.stage();
        assert!(stage.is_last(), "message {} is {stage:?}\n{json}", message.number);
        assert!(stage == Stage::Delivered || message.failure.is_some());
        let Some(causeway::messaging::Cargo::Ether { recipient, .. }) = message.cargo else { continue };
        let arrived = if stage == Stage::Delivered { Amount::ether(1).get() } else { U256::ZERO };
        *due.entry((message.to, recipient)).or_default() += arrived;
    }
    for ((chain, recipient), amount) in due {
        assert_eq!(
            world.chain(chain).unwrap().state().balance(recipient),
            amount,
            "{chain} {recipient}\n{json}"
        );
    }
    let imported = l1::import(&l1::export(world.l1())).unwrap();
    for member in world.members().filter(|member| member.rollup().genesis().is_rebuilt_from_l1()) {
        let rollup = member.rollup();
        let mut rebuild = Rebuild::new(&imported, ChainId::new(rollup.id().get())).unwrap();
        assert!(rebuild.by_ref().all(|step| step.is_ok()));
        let safe = rollup.chain().block(rollup.safe_head()).unwrap();
        assert_eq!(rebuild.rebuilt().head().hash, safe.hash, "{}\n{json}", rollup.id());
    }
}

#[test]
fn worlds_heal() {
    let mut failed = Vec::new();
    for seed in 0..30 {
        if std::panic::catch_unwind(|| live(seed)).is_err() {
            failed.push(seed);
        }
    }
    assert!(failed.is_empty(), "seeds that failed: {failed:?}");
}
