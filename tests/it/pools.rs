//! Pools of test tokens: a price that falls where the bridge is robbed, and on the rollup that nothing happened to; an
//! issuer that holds a price as long as it can; and news that come from a price feed.

use crate::support::{assert_adds_up, at};
use alloy_primitives::{Address, U256, address};
use causeway::{
    command::{Command, Fault, FeedFault, MarketToken},
    contracts::{
        TEST_TOKEN_ON_L2,
        addresses::{self, USDX},
        token_balance,
    },
    scenario::Scenario,
    types::{Amount, ChainId},
    world::{Bearer, Losses, OrderError, Party, Source, World},
};
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SOUND: ChainId = ChainId::new(901);
const ROBBED: ChainId = ChainId::new(902);
const MAKER: Address = address!("f1a0000000000000000000000000000000000011");
const ISSUER: Address = address!("f1a0000000000000000000000000000000000012");
const REPORTER: Address = address!("f1a0000000000000000000000000000000000013");
const RUNNER: Address = address!("f1a0000000000000000000000000000000000005");
const FOLLOWER: Address = address!("f1a0000000000000000000000000000000000014");
const CARRIER: Address = address!("976EA74026E726554dB657fA54763abd0C3a0aa9");

/// The shipped world without these agents and without anything that happens to it, after an hour.
fn world(without: &[Address]) -> World {
    changed(without, &|_| {})
}

/// The same with its agents changed.
fn changed(without: &[Address], change: &dyn Fn(&mut Value)) -> World {
    let mut json: Value = serde_json::from_str(include_str!("../../scenarios/pools.json")).unwrap();
    let is_left = |agent: &Value| {
        let account: Address = agent["account"].as_str().unwrap().parse().unwrap();
        !without.contains(&account)
    };
    json["agents"].as_array_mut().unwrap().retain(is_left);
    json["agents"].as_array_mut().unwrap().iter_mut().for_each(change);
    for list in ["timeline", "expectations"] {
        json[list] = Value::Array(vec![]);
    }
    let mut world = World::new(&Scenario::from_json(&json.to_string()).unwrap()).unwrap();
    world.run_until(at("1h"));
    world
}

fn fault(world: &mut World, fault: Fault) {
    world.dispatch(&Command::Fault(fault)).unwrap();
}

fn rob(world: &mut World) {
    let amount = Some(Amount::ether(200_000));
    fault(world, Fault::RobBridge { chain: ROBBED, amount, thief: None });
}

fn price(world: &World, chain: ChainId) -> u32 {
    world.token_price_bps(chain).unwrap()
}

fn has(world: &World, chain: ChainId, token: Address, account: Address) -> U256 {
    token_balance(world.chain(chain).unwrap().state(), token, account)
}

fn whole(amount: u64) -> U256 {
    Amount::ether(amount).get()
}

#[test]
fn pools_are_provided_at_par_and_stay_there_while_nothing_happens() {
    let mut world = world(&[]);
    for chain in [SOUND, ROBBED] {
        assert_eq!(price(&world, chain), 10_000);
        assert_eq!(world.reported_price_bps(chain, REPORTER), Some(10_000));
        let [_, tokens] = world.backing(chain).unwrap();
        let provided = tokens.claims[&MAKER].get();
        assert!(whole(20_000) - provided <= U256::from(2_000), "what it provides is its own: {provided}");
    }
    world.run_until(at("1d"));
    assert_eq!((price(&world, SOUND), price(&world, ROBBED)), (10_000, 10_000));
    assert_eq!(world.losses(), Losses::default());
}

#[test]
fn a_price_falls_where_the_bridge_is_robbed_and_is_carried_to_where_nothing_happened() {
    let mut alone = world(&[ISSUER, CARRIER]);
    let mut carried = world(&[ISSUER]);
    for world in [&mut alone, &mut carried] {
        rob(world);
        world.run_until(at("2h"));
        assert_adds_up(&world.losses());
    }
    assert!(price(&alone, ROBBED) < 5_000, "{}", price(&alone, ROBBED));
    assert_eq!(price(&alone, SOUND), 10_000, "nobody carries it");
    assert!(price(&carried, SOUND) < 8_000, "{}", price(&carried, SOUND));
    // The seller's loss is the provider's now.
    let before = has(&world(&[ISSUER, CARRIER]), ROBBED, USDX, RUNNER);
    assert!(has(&alone, ROBBED, USDX, RUNNER) > before);
    let borne = |world: &World, party| world.losses().of(Party::Account(party)).map(Bearer::borne);
    let provider = borne(&alone, MAKER).unwrap();
    let share = |claimed: u64| Amount::new(whole(claimed) * U256::from(200) / U256::from(230));
    assert!(provider > share(20_000), "more than its own tokens lacked: {provider}");
    assert!(borne(&carried, CARRIER).is_some(), "who bought what nothing stands behind");
    assert!(borne(&alone, CARRIER).is_none());
}

#[test]
fn an_issuer_that_takes_all_gives_its_dollars_and_has_the_bad_tokens_then() {
    let takes = |agent: &mut Value| {
        if let Some(issuer) = agent["kind"].get_mut("issuer") {
            issuer["takes_unbacked"] = true.into();
        }
    };
    let (mut cautious, mut held) = (world(&[CARRIER]), changed(&[CARRIER], &takes));
    let has_of = |world: &World| [TEST_TOKEN_ON_L2, USDX].map(|token| has(world, ROBBED, token, ISSUER));
    let before = has_of(&held);
    for world in [&mut cautious, &mut held] {
        rob(world);
        world.run_until(at("2h"));
        assert_adds_up(&world.losses());
    }
    assert!(price(&cautious, ROBBED) < 5_000, "{}", price(&cautious, ROBBED));
    let after = has_of(&held);
    assert!(after[1] < whole(10), "it gave all that it had: {after:?}");
    assert!(price(&held, ROBBED) > price(&cautious, ROBBED), "{}", price(&held, ROBBED));
    assert!(after[0] > before[0] + whole(10_000) && after[1] < before[1], "{before:?} {after:?}");
    assert!(after[0] + after[1] > before[0] + before[1], "at par it gained");
    assert_eq!(has_of(&cautious), before);
    let borne = |world: &World| world.losses().of(Party::Account(ISSUER)).unwrap().borne();
    assert!(borne(&held) > borne(&cautious));
    assert!(held.losses().flows.iter().all(|flow| flow.from == Source::Bridge(ROBBED)));
}

#[test]
fn what_is_stolen_of_an_issuer_is_lost_by_it_and_its_dollars_fall_in_every_pool() {
    let mut world = world(&[]);
    let before = has(&world, ROBBED, USDX, RUNNER);
    for chain in [SOUND, ROBBED] {
        fault(&mut world, Fault::ImpairIssuer { chain, amount: None, thief: None });
    }
    world.run_until(at("1h 1m"));
    let losses = world.losses();
    assert_eq!(losses.total(), Amount::ether(40_000));
    let issuer = losses.of(Party::Account(ISSUER)).unwrap();
    assert_eq!(issuer.borne(), Amount::ether(40_000));
    // What was stolen, and over ten ether on L1 and rollups.
    assert!(issuer.had > Amount::ether(40_000 + 30_000), "{}", issuer.had);
    let sources: Vec<Source> = losses.flows.iter().map(|flow| flow.from).collect();
    assert_eq!(sources, [Source::Reserve(SOUND), Source::Reserve(ROBBED)]);
    world.run_until(at("3h"));
    let left = world.losses().total();
    assert!(left <= Amount::ether(40_000) && left > Amount::ether(35_000), "{left}");
    assert!(has(&world, ROBBED, USDX, RUNNER) < before, "who holds dollars sells");
    for chain in [SOUND, ROBBED] {
        assert!(
            price(&world, chain) > 10_100,
            "a token costs more dollars on {chain}: {}",
            price(&world, chain)
        );
    }
}

#[test]
fn an_issuer_can_be_robbed_where_nobody_trades() {
    let mut world = world(&[MAKER]);
    assert_eq!(world.token_price_bps(ROBBED), None);
    fault(&mut world, Fault::ImpairIssuer { chain: ROBBED, amount: None, thief: None });
    world.run_until(at("1h 1m"));
    assert_eq!(world.losses().total(), Amount::ether(20_000));
}

#[test]
fn a_theft_from_an_issuer_is_refused_where_there_is_none_or_nothing_is_left() {
    let mut world = world(&[ISSUER]);
    let impair = |amount| Command::Fault(Fault::ImpairIssuer { chain: ROBBED, amount, thief: None });
    let digest = world.digest();
    assert_eq!(world.dispatch(&impair(None)).unwrap_err(), OrderError::NoIssuer(ROBBED));
    assert_eq!(world.digest(), digest);
    let mut world = self::world(&[]);
    let too_much = Some(Amount::new(whole(20_000) + U256::from(1)));
    for amount in [too_much, Some(Amount::ZERO)] {
        let refused = world.dispatch(&impair(amount)).unwrap_err();
        assert!(matches!(refused, OrderError::Loot { .. }), "{refused}");
    }
}

fn drain(amount: Option<Amount>) -> Command {
    Command::Fault(Fault::DrainPool { chain: ROBBED, token: MarketToken::Test, amount, thief: None })
}

#[test]
fn what_is_stolen_of_a_pool_is_lost_by_who_provides_it() {
    let mut world = world(&[CARRIER, ISSUER]);
    let supply = |world: &World| world.backing(ROBBED).unwrap()[1].claimed;
    let (before, claimed) = (has(&world, ROBBED, TEST_TOKEN_ON_L2, addresses::TOKEN_PAIR), supply(&world));
    world.dispatch(&drain(Some(Amount::ether(15_000)))).unwrap();
    world.run_until(at("1h 10m"));
    assert_eq!(has(&world, ROBBED, TEST_TOKEN_ON_L2, addresses::TOKEN_PAIR), before - whole(15_000));
    assert_eq!(supply(&world), claimed, "a thief has it");
    let losses = world.losses();
    assert_adds_up(&losses);
    let [flow] = losses.flows.as_slice() else { panic!("{losses:?}") };
    assert_eq!((flow.from, flow.to), (Source::Pool(ROBBED), Party::Account(MAKER)));
    // The locked liquidity has its share of less than a thousand units.
    assert!(whole(15_000) - flow.amount.get() < U256::from(1_000), "{}", flow.amount);
    let maker = losses.of(flow.to).unwrap();
    assert!(maker.hop == 1 && maker.had > Amount::ether(39_000), "{maker:?}");
    world.dispatch(&drain(None)).unwrap();
    world.run_until(at("1h 20m"));
    let all = world.losses().total().get();
    assert!(before - all < U256::from(2_000), "{all} of {before}");
}

#[test]
fn more_than_a_pool_has_cannot_be_stolen_of_it() {
    let mut robbed = world(&[]);
    let digest = robbed.digest();
    for amount in [Some(Amount::ether(20_001)), Some(Amount::ZERO)] {
        let refused = robbed.dispatch(&drain(amount)).unwrap_err();
        assert!(matches!(refused, OrderError::Loot { .. }), "{refused}");
    }
    assert_eq!(robbed.digest(), digest);
    let refused = world(&[MAKER]).dispatch(&drain(None)).unwrap_err();
    assert!(matches!(refused, OrderError::NoLoot { .. }), "{refused}");
}

#[test]
fn a_feed_that_nobody_fills_cannot_fail() {
    let mut world = world(&[REPORTER]);
    let digest = world.digest();
    let stuck = Command::Fault(Fault::SetFeed { chain: ROBBED, fault: Some(FeedFault::Stuck) });
    assert_eq!(world.dispatch(&stuck).unwrap_err(), OrderError::NoReporter(ROBBED));
    assert_eq!(world.digest(), digest);
}

#[test]
fn who_follows_a_feed_does_not_hear_what_a_stuck_one_does_not_tell() {
    let sold = |is_stuck: bool| {
        let mut world = world(&[ISSUER, CARRIER]);
        if is_stuck {
            fault(&mut world, Fault::SetFeed { chain: ROBBED, fault: Some(FeedFault::Stuck) });
        }
        rob(&mut world);
        world.run_until(at("2h"));
        assert!(price(&world, ROBBED) < 5_000);
        let reported = world.reported_price_bps(ROBBED, REPORTER).unwrap();
        assert_eq!(reported == 10_000, is_stuck, "{reported}");
        has(&world, ROBBED, TEST_TOKEN_ON_L2, FOLLOWER) < whole(30_000)
    };
    assert!(sold(false));
    assert!(!sold(true));
}

#[test]
fn a_wrong_feed_makes_its_followers_run_from_what_lacks_nothing_until_it_is_mended() {
    let mut world = world(&[ISSUER]);
    fault(&mut world, Fault::SetFeed { chain: ROBBED, fault: Some(FeedFault::Wrong { price_bps: 4_000 }) });
    world.run_until(at("1h 10m"));
    assert_eq!(world.reported_price_bps(ROBBED, REPORTER), Some(4_000));
    assert_eq!(has(&world, ROBBED, TEST_TOKEN_ON_L2, FOLLOWER), U256::ZERO);
    assert!(price(&world, ROBBED) < 9_000, "it sold: {}", price(&world, ROBBED));
    let [_, tokens] = world.backing(ROBBED).unwrap();
    assert_eq!(tokens.missing(), Amount::ZERO);
    assert_eq!(world.losses(), Losses::default());
    fault(&mut world, Fault::SetFeed { chain: ROBBED, fault: None });
    world.run_until(at("1h 20m"));
    assert_eq!(world.reported_price_bps(ROBBED, REPORTER), Some(price(&world, ROBBED)));
}

#[test]
fn companies_that_none_can_be_are_refused() {
    let refused = |number: usize, change: &dyn Fn(&mut Value)| {
        let mut json: Value = serde_json::from_str(include_str!("../../scenarios/pools.json")).unwrap();
        change(&mut json["agents"][number]);
        Scenario::from_json(&json.to_string()).and_then(|read| World::new(&read)).unwrap_err().to_string()
    };
    let alice = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
    let too_many = || Value::from("1000001 ether");
    for (number, change, what) in [
        (
            1,
            &(|a: &mut Value| a["account"] = alice.into()) as &dyn Fn(&mut Value),
            "agents[Khios Dollar].account",
        ),
        (
            1,
            &|a| a["account"] = json!("0xf1a0000000000000000000000000000000000013"),
            "agents[Argos Prices].account",
        ),
        (1, &|a| a["kind"]["issuer"]["reserve"] = too_many(), "reserve: expected at most 1000000 TEST"),
        (1, &|a| a["kind"]["issuer"]["chains"] = json!([]), "at least 1 rollups"),
        (2, &|a| a["kind"]["arbitrageur"]["stock"] = too_many(), "stock: expected at most 1000000 TEST"),
        (3, &|a| a["account"] = alice.into(), "agents[Argos Prices].account"),
        (3, &|a| a["kind"]["reporter"]["interval"] = json!("999ms"), "interval: expected at least 1s"),
        (
            3,
            &|a| a["kind"]["reporter"]["deviation_bps"] = json!(10_001),
            "deviation_bps: expected at most 10000",
        ),
        (3, &|a| a["kind"]["reporter"]["chains"] = json!([901, 901]), "each once"),
        (3, &|a| a["kind"]["reporter"]["chains"] = json!([999]), "at least 1 rollups of this world"),
    ] {
        let found = refused(number, change);
        assert!(found.contains(what), "{found}");
    }
}
