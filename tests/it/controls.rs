//! Controls on bridges: what they refuse waits and is not lost, and no more leaves than they allow.

use crate::support::at;
use alloy_primitives::{Address, U256, address};
use causeway::{
    command::{Answer, BridgedAsset, Command, Query},
    messaging::Stage,
    rules::{BucketLimit, drain},
    scenario::Scenario,
    session::{Session, view::ViewRequest},
    types::{Amount, ChainId, Span, Time},
    world::{OrderError, World},
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const RECIPIENT: Address = address!("00000000000000000000000000000000000b0b0a");
const ROLLUP: ChainId = ChainId::new(901);

/// One ZK rollup whose claims take minutes, with 100 ether of each of ten people and of the sequencer behind it.
const JSON: &str = r#"{ "rollups": [{ "chain_id": 901, "batch_cadence": "1m",
    "settlement": { "zk": { "proving_delay": "2m", "prover_gas_per_second": 0, "execution_delay": "0s" } } }] }"#;

fn world() -> World {
    let mut world = World::new(&Scenario::from_json(JSON).unwrap()).unwrap();
    world.run_until(at("1m"));
    world
}

fn order(world: &mut World, json: &str) {
    let command: Command = serde_json::from_str(json).unwrap();
    world.dispatch(&command).unwrap();
}

fn control(asset: &str, control: &str) -> String {
    format!(r#"{{ "set_control": {{ "chain": 901, "asset": "{asset}", "control": {control} }} }}"#)
}

fn set(world: &mut World, what: &str) {
    order(world, &control("ether", what));
    world.run_until(world.now().plus(Span::seconds(30)));
}

/// The person of that number sends so much to L1.
fn withdraw(world: &mut World, label: &str, person: usize, kind: &str, ether: u64) {
    let sender = world.people().iter().nth(person).unwrap().1;
    order(
        world,
        &format!(
            r#"{{ "send_message": {{ "label": "{label}", "from": 901, "to": 900, "sender": "{sender}",
                "content": {{ "{kind}": {{ "amount": "{ether} ether", "recipient": "{RECIPIENT}" }} }} }} }}"#
        ),
    );
}

fn stage(world: &World, label: &str) -> Stage {
    world.book().labelled(label).unwrap().stage()
}

fn reached(world: &World, label: &str, stage: Stage) -> Time {
    world.book().labelled(label).unwrap().reached(stage).unwrap()
}

fn received(world: &World) -> U256 {
    world.l1().chain().state().balance(RECIPIENT)
}

fn ether(count: u64) -> U256 {
    Amount::ether(count).get()
}

fn releasable(world: &World, asset: BridgedAsset) -> Answer {
    world.ask(&Query::Releasable { chain: ROLLUP, asset }).unwrap()
}

#[test]
fn a_withdrawal_beyond_the_bucket_waits_and_succeeds_later() {
    let mut world = world();
    assert_eq!(releasable(&world, BridgedAsset::Ether), Answer::Nothing);
    set(&mut world, r#"{ "token_bucket": { "capacity": "3 ether", "rate": "0.001 ether" } }"#);
    assert_eq!(releasable(&world, BridgedAsset::Ether), Answer::amount(Amount::ether(3)));
    withdraw(&mut world, "first", 0, "ether", 2);
    withdraw(&mut world, "second", 1, "ether", 2);
    world.run_until(at("10m"));
    assert_eq!((stage(&world, "first"), stage(&world, "second")), (Stage::Delivered, Stage::Proven));
    assert_eq!(received(&world), ether(2));
    world.run_until(at("1h"));
    assert_eq!((stage(&world, "second"), received(&world)), (Stage::Delivered, ether(4)));
    // One ether flows in within 1000 s.
    let waited =
        reached(&world, "second", Stage::Finalized).since(reached(&world, "first", Stage::Finalized));
    assert!((1_000..1_030).contains(&waited.as_seconds()), "{waited:?}");
}

#[test]
fn a_proven_message_says_that_it_waits_for_the_controls() {
    let mut session = Session::new(&Scenario::from_json(JSON).unwrap()).unwrap();
    session.run_until(at("1m"));
    let dispatch = |session: &mut Session, json: &str| {
        session.dispatch(&serde_json::from_str(json).unwrap()).unwrap();
    };
    let pause = |on: bool| control("ether", &format!(r#"{{ "pause": {{ "on": {on} }} }}"#));
    dispatch(&mut session, &pause(true));
    let sender = session.world().people().first();
    dispatch(
        &mut session,
        &format!(
            r#"{{ "send_message": {{ "from": 901, "to": 900, "sender": "{sender}",
                "content": {{ "ether": {{ "amount": "2 ether", "recipient": "{RECIPIENT}" }} }} }} }}"#
        ),
    );
    session.run_until(at("10m"));
    let message = |session: &Session| {
        session.view(&ViewRequest { messages: 1, ..ViewRequest::default() }).messages[0].clone()
    };
    let held = message(&session);
    assert_eq!(held.stage, Stage::Proven);
    let waits = held.waits.unwrap();
    assert_eq!(waits.what, "the controls of its bridge");
    assert_eq!(waits.why, "They let 0 ETH leave now, and it carries more.");
    assert_eq!((waits.until, held.progress_permille), (None, 1000 * 5 / 7));
    dispatch(&mut session, &pause(false));
    session.run_until(at("11m"));
    assert_eq!(message(&session).stage, Stage::Delivered);
}

/// Everybody withdraws five ether after the other; at every moment no more has left than `bound` says, seconds after
/// the control was set. Gives what has left at the end.
fn drained(what: &str, bound: impl Fn(u64) -> U256) -> U256 {
    let mut world = world();
    set(&mut world, what);
    for round in 0..8 {
        for person in 0..10 {
            withdraw(&mut world, &format!("{round}/{person}"), person, "ether", 5);
        }
    }
    let since = at("1m");
    for _ in 0..120 {
        world.run_until(world.now().plus(Span::seconds(60)));
        let seconds = world.now().since(since).as_seconds();
        assert!(received(&world) <= bound(seconds), "{} after {seconds} s", received(&world));
    }
    received(&world)
}

/// The bounds of R05.
#[test]
fn no_more_is_drained_than_the_bounds_say() {
    let units = |amount: U256| u128::try_from(amount).unwrap();
    let limit = BucketLimit::new(units(ether(50)), units(ether(1)) / 50).unwrap();
    let by_bucket =
        drained(r#"{ "token_bucket": { "capacity": "50 ether", "rate": "0.02 ether" } }"#, |seconds| {
            drain::token_bucket(limit, seconds)
        });
    assert!(by_bucket > ether(150), "{by_bucket}: the bound is nearly reached");
    let by_day = drained(r#"{ "daily_limit": { "limit": "240 ether" } }"#, |seconds| {
        drain::xerc20(ether(240), seconds)
    });
    assert!(by_day > ether(250), "{by_day}");
    let bound = drain::circuit_breaker(ether(1_100), 7_000);
    assert_eq!(drained(r#"{ "breaker": { "min_retained_bps": 7000 } }"#, |_| bound), bound);
    assert_eq!(drained(r#"{ "pause": { "on": true } }"#, |_| U256::ZERO), U256::ZERO);
    // Without a control all of it leaves.
    assert_eq!(drained(r#""off""#, |_| U256::MAX), ether(400));
}

#[test]
fn a_tripped_breaker_holds_everything_until_it_is_overridden_or_cleared() {
    for (how, waits) in [("override_breaker", "1h"), ("clear_breaker", "3d")] {
        let mut world = world();
        set(&mut world, r#"{ "breaker": { "min_retained_bps": 7000 } }"#);
        // 330 of 1100 ether may leave.
        for person in 0..4 {
            withdraw(&mut world, &format!("{person}"), person, "ether", 90);
        }
        world.run_until(at("30m"));
        withdraw(&mut world, "small", 5, "ether", 1);
        world.run_until(at("1h"));
        assert_eq!(received(&world), ether(270));
        assert_eq!((stage(&world, "3"), stage(&world, "small")), (Stage::Proven, Stage::Proven));
        assert_eq!(releasable(&world, BridgedAsset::Ether), Answer::amount(Amount::ZERO));
        let lift = control("ether", &format!("\"{how}\""));
        if how == "clear_breaker" {
            let early = world.dispatch(&serde_json::from_str(&lift).unwrap());
            assert!(matches!(early, Err(OrderError::Guard { .. })), "{early:?}");
        }
        world.run_until(at("1h").plus(waits.parse().unwrap()));
        assert_eq!(received(&world), ether(270), "nobody clears it by himself");
        order(&mut world, &lift);
        world.run_until(world.now().plus(Span::minutes(10)));
        assert_eq!(received(&world), ether(361), "{how}");
        assert_eq!((stage(&world, "3"), stage(&world, "small")), (Stage::Delivered, Stage::Delivered));
    }
}

#[test]
fn a_wind_down_pays_the_first_and_the_last_the_same_share() {
    let mut world = world();
    order(&mut world, r#"{ "fault": { "rob_portal": { "chain": 901, "amount": "550 ether" } } }"#);
    withdraw(&mut world, "under way", 0, "ether", 10);
    world.run_until(at("1m 40s"));
    assert_eq!(world.all_claims(ROLLUP, BridgedAsset::Ether), Amount::ether(1_100));
    let held = world.backing(ROLLUP).unwrap()[0].held.get();
    set(&mut world, r#"{ "wind_down": {} }"#);
    let share = |amount: u64| ether(amount) * held / ether(1_100);
    world.run_until(at("10m"));
    assert_eq!(received(&world), share(10));
    for person in 1..10 {
        withdraw(&mut world, &format!("{person}"), person, "ether", 99);
    }
    world.run_until(at("30m"));
    assert_eq!(received(&world), share(10) + U256::from(9) * share(99));
    let again = serde_json::from_str(&control("ether", r#"{ "wind_down": {} }"#)).unwrap();
    assert!(world.dispatch(&again).unwrap_err().to_string().contains("Guard_WindingDown"));
}

#[test]
fn tokens_wait_for_their_limit_too() {
    let mut world = world();
    order(
        &mut world,
        r#"{ "send_message": { "from": 900, "to": 901, "content": { "token": { "amount": "5 ether" } } } }"#,
    );
    order(&mut world, &control("token", r#"{ "daily_limit": { "limit": "2 ether" } }"#));
    world.run_until(at("2m"));
    withdraw(&mut world, "first", 0, "token", 2);
    withdraw(&mut world, "second", 0, "token", 1);
    world.run_until(at("11h"));
    assert_eq!((stage(&world, "first"), stage(&world, "second")), (Stage::Delivered, Stage::Proven));
    assert_eq!(releasable(&world, BridgedAsset::Ether), Answer::Nothing);
    world.run_until(at("13h"));
    assert_eq!(stage(&world, "second"), Stage::Delivered);
    let l1 = world.l1().id();
    assert_eq!(world.token_balance(l1, RECIPIENT), Amount::ether(3));
}

#[test]
fn a_cap_refuses_deposits_and_a_pause_ends() {
    let mut world = world();
    set(&mut world, r#"{ "exposure_cap": { "cap": "1102 ether" } }"#);
    let deposit = |label: &str| {
        format!(
            r#"{{ "send_message": {{ "label": "{label}", "from": 900, "to": 901,
                "content": {{ "ether": {{ "amount": "2 ether" }} }} }} }}"#
        )
    };
    order(&mut world, &deposit("within"));
    order(&mut world, &deposit("beyond"));
    set(&mut world, r#"{ "pause": { "on": true } }"#);
    withdraw(&mut world, "up", 1, "ether", 1);
    world.run_until(at("20m"));
    assert_eq!((stage(&world, "within"), stage(&world, "beyond")), (Stage::Delivered, Stage::Failed));
    let why = world.book().labelled("beyond").unwrap().failure.clone().unwrap();
    assert!(why.contains("Guard_ExposureTooHigh"), "{why}");
    assert_eq!(stage(&world, "up"), Stage::Proven);
    set(&mut world, r#"{ "pause": { "on": false } }"#);
    world.run_until(at("25m"));
    assert_eq!(stage(&world, "up"), Stage::Delivered);
}

#[test]
fn controls_that_cannot_be_are_refused_and_change_nothing() {
    let mut world = world();
    let digest = world.digest();
    let refused = [
        (
            r#"{ "token_bucket": { "capacity": "5", "rate": "5" } }"#,
            "set_control.control.token_bucket: expected a rate",
        ),
        (
            r#"{ "token_bucket": { "capacity": "5", "rate": "0" } }"#,
            "set_control.control.token_bucket: expected a rate",
        ),
        (
            r#"{ "token_bucket": { "capacity": "0x100000000000000000000000000000000", "rate": "1" } }"#,
            "set_control.control.token_bucket: expected less than 2^128",
        ),
        (
            r#"{ "daily_limit": { "limit": "0x8000000000000000000000000000000000000000000000000000000000000000" } }"#,
            "set_control.control.daily_limit: expected a limit",
        ),
        (r#"{ "breaker": { "min_retained_bps": 0 } }"#, "set_control.control.breaker: expected 1 to 10000"),
        (
            r#"{ "breaker": { "min_retained_bps": 10001 } }"#,
            "set_control.control.breaker: expected 1 to 10000",
        ),
        (
            r#"{ "breaker": { "min_retained_bps": 5, "tick": "999ms" } }"#,
            "set_control.control.breaker: expected ticks",
        ),
        (
            r#""clear_breaker""#,
            "set_control.control: expected one that the guard on L1 takes, found that Guard_NotRateLimited",
        ),
        (r#""override_breaker""#, "set_control.control: expected one"),
        (r#"{ "wind_down": { "claimed": "0" } }"#, "set_control.control: expected one"),
    ];
    for (what, start) in refused {
        let command = serde_json::from_str(&control("ether", what)).unwrap();
        let error = world.dispatch(&command).unwrap_err().to_string();
        assert!(error.starts_with(start), "{what}: {error}");
        assert_eq!(world.digest(), digest, "{what}");
    }
    for (chain, start) in [(900, "chain: expected a rollup"), (7, "chain: expected one of")] {
        let json =
            format!(r#"{{ "set_control": {{ "chain": {chain}, "asset": "ether", "control": "off" }} }}"#);
        let error = world.dispatch(&serde_json::from_str(&json).unwrap()).unwrap_err().to_string();
        assert!(error.starts_with(start), "{error}");
    }
}
