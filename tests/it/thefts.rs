//! Thefts, and what stands in their way.

use crate::support::at;
use alloy_primitives::{Address, U256, address};
use alloy_sol_types::SolCall;
use causeway::{
    command::{Answer, Command, MarketToken, Query},
    contracts::abi::IAnchorStateRegistry,
    scenario::Scenario,
    types::{Amount, ChainId, Span},
    world::World,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const THIEF: Address = address!("0909090909090909090909090909090909090909");
const ROLLUP: ChainId = ChainId::new(901);
const ZK: &str =
    r#"{ "zk": { "proving_delay": "2m", "prover_gas_per_second": 0, "execution_delay": "0s" } }"#;
const OPTIMISTIC: &str =
    r#"{ "optimistic": { "challenge_period": "20m", "game_clock": "10m", "air_gap": "10m" } }"#;

fn world(settlement: &str) -> World {
    let json = format!(
        r#"{{ "rollups": [{{ "chain_id": 901, "batch_cadence": "1m", "settlement": {settlement} }}] }}"#
    );
    let mut world = World::new(&Scenario::from_json(&json).unwrap()).unwrap();
    world.run_until(at("1m"));
    // An idle rollup has no state but its first, which nobody can claim.
    let [from, to] = [0, 1].map(|person| world.people().iter().nth(person).unwrap().1);
    order(
        &mut world,
        &format!(r#"{{ "transact": {{ "chain": 901, "from": "{from}", "to": "{to}", "value": "1" }} }}"#),
    );
    world.run_until(at("5m"));
    world
}

fn order(world: &mut World, json: &str) {
    let command: Command = serde_json::from_str(json).unwrap();
    world.dispatch(&command).unwrap();
}

fn forge(amount: &str) -> String {
    format!(
        r#"{{ "fault": {{ "forge_root": {{ "chain": 901, "amount": "{amount}", "thief": "{THIEF}" }} }} }}"#
    )
}

fn loot(world: &World) -> U256 {
    world.l1().chain().state().balance(THIEF)
}

fn ether(count: u64) -> U256 {
    Amount::ether(count).get()
}

#[test]
fn a_forged_root_pays_at_once_where_a_prover_vouches_for_it() {
    let mut world = world(ZK);
    let before = world.backing(ROLLUP).unwrap()[0].clone();
    order(&mut world, &forge("300 ether"));
    world.run_until(at("6m"));
    assert_eq!(loot(&world), ether(300));
    let after = world.backing(ROLLUP).unwrap()[0].clone();
    assert_eq!((after.claimed, after.missing()), (before.claimed, Amount::ether(300)));
    // The claim is on L1, and untrue.
    let member = world.member(ROLLUP).unwrap();
    assert!(member.settler().games().iter().any(|game| !game.is_true(member.rollup())));
    // Messages go on, by claims that are true.
    let json = r#"{ "send_message": { "label": "up", "from": 901, "to": 900, "content": { "ether": { "amount": "1 ether" } } } }"#;
    order(&mut world, json);
    world.run_until(at("20m"));
    let stage = world.ask(&Query::MessageStage { label: "up".into() }).unwrap();
    assert_eq!(stage, Answer::Text("delivered".into()));
    assert_eq!(loot(&world), ether(300), "once");
}

#[test]
fn a_forged_root_waits_for_its_challenge_period_and_the_guardian_can_stop_it() {
    let mut world = world(OPTIMISTIC);
    order(&mut world, &forge("300 ether"));
    world.run_until(at("25m"));
    assert_eq!(loot(&world), U256::ZERO);
    let mut stopped = world.clone();
    world.run_until(at("27m"));
    assert_eq!(loot(&world), ether(300));
    let member = stopped.member(ROLLUP).unwrap();
    let game = member.settler().games()[0].address;
    let registry = member.rollup().genesis().contracts().anchor_state_registry;
    let data = IAnchorStateRegistry::blacklistDisputeGameCall { game }.abi_encode();
    let data = alloy_primitives::hex::encode_prefixed(data);
    let guardian = ROLLUP.actor_address("guardian");
    order(
        &mut stopped,
        &format!(
            r#"{{ "transact": {{ "chain": 900, "from": "{guardian}", "to": "{registry}", "data": "{data}" }} }}"#
        ),
    );
    stopped.run_until(at("2d"));
    assert_eq!(loot(&stopped), U256::ZERO);
}

#[test]
fn a_bucket_lets_a_forged_root_have_no_more_than_it_holds() {
    for (amount, paid) in [("51 ether", 0), ("50 ether", 50)] {
        let mut world = world(ZK);
        let bucket = r#"{ "token_bucket": { "capacity": "50 ether", "rate": "1 wei" } }"#;
        order(
            &mut world,
            &format!(r#"{{ "set_control": {{ "chain": 901, "asset": "ether", "control": {bucket} }} }}"#),
        );
        world.run_until(at("5m 30s"));
        order(&mut world, &forge(amount));
        world.run_until(at("1h"));
        assert_eq!(loot(&world), ether(paid));
        // Who has the portal's keys meets no control.
        let rob = format!(
            r#"{{ "fault": {{ "rob_portal": {{ "chain": 901, "amount": "500 ether", "thief": "{THIEF}" }} }} }}"#
        );
        order(&mut world, &rob);
        world.run_until(at("1h 1m"));
        assert_eq!(loot(&world), ether(paid + 500));
    }
}

#[test]
fn a_drained_pool_is_short_of_what_the_thief_has() {
    let mut world = world(ZK);
    let held = |world: &World, token| {
        let query = Query::PoolReserve { chain: ROLLUP, token };
        let Ok(Answer::Text(text)) = world.ask(&query) else { panic!("no reserve") };
        text.parse::<Amount>().unwrap().get()
    };
    let stolen = |world: &World, token| {
        let query = Query::MarketBalance { chain: ROLLUP, account: THIEF, token };
        let Ok(Answer::Text(text)) = world.ask(&query) else { panic!("no balance") };
        text.parse::<Amount>().unwrap().get()
    };
    let before = [MarketToken::Wave, MarketToken::Usdx].map(|token| held(&world, token));
    let drain = |more: &str| {
        format!(r#"{{ "fault": {{ "drain_pool": {{ "chain": 901, "thief": "{THIEF}"{more} }} }} }}"#)
    };
    order(&mut world, &drain(r#", "token": "wave", "amount": "7 ether""#));
    world.run_until(at("8m"));
    assert_eq!(stolen(&world, MarketToken::Wave), ether(7));
    assert_eq!(held(&world, MarketToken::Wave), before[0] - ether(7));
    assert_eq!(held(&world, MarketToken::Usdx), before[1]);
    order(&mut world, &drain(""));
    world.run_until(at("11m"));
    assert_eq!(held(&world, MarketToken::Usdx), U256::ONE);
    assert_eq!(stolen(&world, MarketToken::Usdx), before[1] - U256::ONE);
    // The fees of the theft were bridged as any ether is.
    assert_eq!(world.backing(ROLLUP).unwrap()[0].missing(), Amount::ZERO);
}

#[test]
fn nobody_steals_what_is_not_there() {
    let mut world = world(ZK);
    let digest = world.digest();
    let refused = [
        (
            r#""forge_root": { "chain": 901, "amount": "0" }"#,
            "fault.forge_root.amount: expected 1 unit to 1100",
        ),
        (r#""forge_root": { "chain": 901, "amount": "1101 ether" }"#, "fault.forge_root.amount"),
        (r#""rob_bridge": { "chain": 901 }"#, "fault.rob_bridge: expected something to take, found nothing"),
        (r#""mint_unbacked": { "chain": 901, "amount": "0" }"#, "fault.mint_unbacked.amount"),
        (r#""drain_pool": { "chain": 901, "amount": "200000 ether" }"#, "fault.drain_pool.amount"),
        (r#""forge_root": { "chain": 900 }"#, "chain: expected a rollup"),
        (r#""drain_pool": { "chain": 7 }"#, "chain: expected one of"),
    ];
    for (fault, start) in refused {
        let command = serde_json::from_str(&format!(r#"{{ "fault": {{ {fault} }} }}"#)).unwrap();
        let error = world.dispatch(&command).unwrap_err().to_string();
        assert!(error.starts_with(start), "{fault}: {error}");
        assert_eq!(world.digest(), digest, "{fault}");
    }
    // The same claim twice is one too many.
    order(&mut world, &forge("1 ether"));
    let head = world.member(ROLLUP).unwrap().rollup().safe_head();
    while world.l1().chain().mempool().count() > 0 {
        world.run_until(world.now().plus(Span::seconds(1)));
    }
    assert_eq!(world.member(ROLLUP).unwrap().rollup().safe_head(), head);
    let error = world.dispatch(&serde_json::from_str(&forge("1 ether")).unwrap()).unwrap_err().to_string();
    assert!(error.contains("GameAlreadyExists"), "{error}");
}
