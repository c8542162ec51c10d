//! Drawn worlds of firms that owe each other, half of them with pools of what they have, each with a failure: tokens are conserved to the unit, losses add up, and
//! without the failure there are none.

use crate::support::{Draws, assert_adds_up, at};
use alloy_primitives::{Address, U256};
use causeway::{
    command::{BridgedAsset, Command, Control, Fault, MarketToken, SetControl},
    contracts::{
        RollupContracts, TEST_TOKEN_ON_L2,
        addresses::{COURT, HOP_ROUTER, TEST_TOKEN, TOKEN_PAIR},
        token_balance, token_supply,
    },
    scenario::Scenario,
    types::{Amount, ChainId},
    world::{Losses, Party, Source, World},
};
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// How many worlds are drawn.
const WORLDS: u64 = if cfg!(target_arch = "wasm32") { 10 } else { 500 };

fn account(number: u64) -> Address {
    Address::left_padding_from(&(0xf1a0_0000 + number).to_be_bytes())
}

fn firm(number: u64, draws: &mut Draws, rollups: u64) -> Value {
    let whole = |amount: u64| format!("{amount} ether");
    // A firm lends to those before it only, at most half of what it has to each of two.
    let reserve = 100_000 + draws.below(900_000);
    let mut loans = Vec::new();
    for to in 0..number {
        if draws.below(2) == 0 && loans.len() < 2 {
            loans.push(json!({
                "to": account(to),
                "amount": whole(1 + draws.below(reserve / 2)),
                "term": format!("{}m", 20 + draws.below(20)),
                "cost_bps": draws.below(3_000),
            }));
        }
    }
    json!({
        "name": format!("Firm {number}"),
        "account": account(number),
        "kind": { "firm": {
            "home": 901 + draws.below(rollups),
            "reserve": whole(reserve),
            "loans": loans,
            "lead": "8m",
            "watch": "1m",
            "runs": draws.below(2) == 0,
        } },
    })
}

/// Who has thefts go to it.
const THIEF: Address = Address::repeat_byte(9);

/// Who provides pools of test tokens, carries prices between them, reports them, and issues dollars.
fn market(draws: &mut Draws, rollups: u64) -> Vec<Value> {
    let chains: Vec<u64> = (901..901 + rollups).collect();
    let whole = |amount: u64| format!("{amount} ether");
    let provides: Vec<Value> = chains
        .iter()
        .map(|chain| json!({ "chain": chain, "amount": whole(1 + draws.below(20_000)) }))
        .collect();
    let company = |number: u64, kind: Value| json!({ "name": format!("Company {number}"), "account": account(number), "kind": kind });
    let maker = json!({ "firm": {
        "home": 901, "reserve": "0", "watch": "1m", "runs": draws.below(2) == 0, "provides": provides,
    } });
    let issuer = json!({ "issuer": {
        "chains": chains, "reserve": whole(1 + draws.below(50_000)), "takes_unbacked": draws.below(2) == 0,
    } });
    let carrier = json!({ "arbitrageur": {
        "chains": chains, "way": "apart", "pools": "test", "stock": whole(draws.below(20_000)),
    } });
    let people = json!({ "name": "Carrier", "account": "0x976EA74026E726554dB657fA54763abd0C3a0aa9", "kind": carrier });
    let reporter = json!({ "reporter": { "chains": chains, "interval": "10s" } });
    vec![company(20, maker), company(21, issuer), people, company(22, reporter)]
}

fn scenario(seed: u64) -> (Scenario, Command) {
    let mut draws = Draws(0x9e37_79b9_7f4a_7c15 ^ (seed + 1));
    for _ in 0..8 {
        draws.below(2);
    }
    let rollups = 2 + draws.below(2);
    let rollup = |number| {
        json!({
            "chain_id": 901 + number,
            "settlement": { "zk": { "proving_delay": "10s", "prover_gas_per_second": 0, "execution_delay": "0s" } },
            "batch_cadence": "30s",
        })
    };
    let firms = 2 + draws.below(4);
    let mut agents: Vec<Value> = (0..firms).map(|number| firm(number, &mut draws, rollups)).collect();
    let has_market = draws.below(2) == 0;
    if has_market {
        agents.extend(market(&mut draws, rollups));
    }
    let text = json!({
        "seed": seed,
        "rollups": (0..rollups).map(rollup).collect::<Vec<_>>(),
        "agents": agents,
    });
    let chain = ChainId::new(901 + draws.below(rollups));
    let thief = Some(THIEF);
    let failure = match draws.below(if has_market { 6 } else { 3 }) {
        5 => Command::Fault(Fault::DrainPool { chain, token: MarketToken::Test, amount: None, thief }),
        4 => Command::Fault(Fault::ImpairIssuer { chain, amount: None, thief }),
        3 => Command::Fault(Fault::MintUnbacked {
            chain,
            amount: Amount::ether(1 + draws.below(100_000)),
            thief,
        }),
        0 => Command::RemoveRollup { chain },
        1 => Command::Fault(Fault::HaltSequencer { chain, halted: true }),
        _ => Command::Fault(Fault::RobPortal {
            chain,
            amount: Some(Amount::ether(draws.below(900) + 1)),
            thief: None,
        }),
    };
    (Scenario::from_json(&text.to_string()).unwrap(), failure)
}

fn sum(amounts: impl Iterator<Item = U256>) -> U256 {
    amounts.fold(U256::ZERO, |sum, amount| sum + amount)
}

/// On every chain those who may have test tokens have all there are.
fn assert_conserved(world: &World, seed: u64) {
    let l1 = world.l1().chain().state();
    let known: Vec<Address> =
        world.people().iter().chain(world.companies()).map(|(_, account)| account).collect();
    let bridges = world.members().map(|member| RollupContracts::of(member.rollup().id().get()).bridge);
    let holders = known.iter().copied().chain(bridges).chain([HOP_ROUTER]);
    let on_l1 = sum(holders.map(|holder| token_balance(l1, TEST_TOKEN, holder)));
    assert_eq!(on_l1, token_supply(l1, TEST_TOKEN), "seed {seed}: L1");
    for member in world.members() {
        let state = member.rollup().chain().state();
        let holders = known.iter().copied().chain([COURT, TOKEN_PAIR, THIEF]);
        let there = sum(holders.map(|holder| token_balance(state, TEST_TOKEN_ON_L2, holder)));
        assert_eq!(there, token_supply(state, TEST_TOKEN_ON_L2), "seed {seed}: {}", member.rollup().id());
    }
}

/// Losses add up, and only who has defaulted passed something on.
fn assert_sound(losses: &Losses, seed: u64) {
    println!("seed {seed}");
    assert_adds_up(losses);
    for flow in &losses.flows {
        if let Source::Debtor(debtor, ..) = flow.from {
            assert!(losses.of(debtor).is_none_or(|debtor| debtor.is_fallen), "seed {seed}");
        }
    }
}

#[test]
fn in_drawn_worlds_tokens_are_conserved_and_losses_add_up() {
    let (mut defaults, mut far) = (0, 0);
    for seed in 0..WORLDS {
        let (scenario, failure) = scenario(seed);
        let mut world = World::new(&scenario).unwrap();
        world.run_until(at("25m"));
        assert_eq!(world.losses(), Losses::default(), "seed {seed}");
        let mut spared = world.clone();
        world.dispatch(&failure).unwrap();
        for moment in ["30m", "1h", "2h"] {
            world.run_until(at(moment));
            assert_conserved(&world, seed);
            assert_sound(&world.losses(), seed);
        }
        if seed % 10 == 0 {
            spared.run_until(at("2h"));
            assert_eq!(spared.losses(), Losses::default(), "seed {seed}");
        }
        let losses = world.losses();
        assert_ne!(losses.total(), Amount::ZERO, "seed {seed}: {failure:?}");
        defaults += losses.bearers.iter().filter(|bearer| bearer.is_fallen).count();
        far = far.max(losses.hops());
    }
    println!("{WORLDS} worlds: {defaults} defaults, at most {far} hops");
    assert!(defaults as u64 > WORLDS / 20 && far >= 2, "the draws test too little");
}

#[test]
fn one_token_more_moves_the_result() {
    // A world in which somebody defaults.
    let find = |seed: &u64| {
        let (scenario, failure) = scenario(*seed);
        let mut world = World::new(&scenario).unwrap();
        world.run_until(at("25m"));
        world.dispatch(&failure).unwrap();
        world.run_until(at("2h"));
        world.losses().hops() >= 2
    };
    let seed = (0..50).find(find).expect("a world with a default");
    let (mut scenario, failure) = scenario(seed);
    let run = |scenario: &Scenario| {
        let mut world = World::new(scenario).unwrap();
        world.run_until(at("25m"));
        world.dispatch(&failure).unwrap();
        world.run_until(at("2h"));
        world.losses()
    };
    let before = run(&scenario);
    let is_firm = |account: Address| scenario.agents.iter().any(|agent| agent.account == account);
    let hit = before.bearers.iter().find_map(|bearer| match bearer.party {
        Party::Account(account) if bearer.hop == 1 && is_firm(account) => Some(account),
        _ => None,
    });
    let hit = hit.expect("a firm that relied on what failed");
    let agent = scenario.agents.iter_mut().find(|agent| agent.account == hit);
    let more = |firm: &mut causeway::agents::Firm| {
        firm.reserve = Amount::new(firm.reserve.get() + Amount::ether(1).get());
    };
    match agent.map(|agent| &mut agent.kind) {
        Some(causeway::agents::AgentKind::Firm(firm)) => more(firm),
        other => panic!("expected a firm, found {other:?}"),
    }
    assert_ne!(run(&scenario), before);
}

/// What a forged claim takes of a drawn world's first rollup, with a control set a minute before or without.
fn stolen(scenario: &Scenario, control: Option<Control>) -> U256 {
    let chain = ChainId::new(901);
    let asset = BridgedAsset::Token;
    let mut world = World::new(scenario).unwrap();
    world.run_until(at("24m"));
    if let Some(control) = control {
        world.dispatch(&Command::SetControl(SetControl { chain, asset, control })).unwrap();
    }
    world.run_until(at("25m"));
    let thief = world.l1().id().actor_address("thief");
    // Nothing is there to steal, or no state to claim: then nothing is stolen.
    let _ = world.dispatch(&Command::Fault(Fault::ForgeRoot { chain, asset, amount: None, thief: None }));
    world.run_until(at("40m"));
    token_balance(world.l1().chain().state(), TEST_TOKEN, thief)
}

/// What a limit says of what may leave bounds what a thief gets, and is never worse than no limit.
#[test]
fn no_limit_lets_a_forger_have_more_than_it_says_or_than_without_it() {
    let (limit, rate) = (Amount::ether(50_000), Amount::ether(1));
    let mut robbed = 0;
    for seed in 0..(WORLDS / 10).max(4) {
        let scenario = scenario(seed).0;
        let without = stolen(&scenario, None);
        robbed += u64::from(!without.is_zero());
        let breaker = Control::breaker(7_000);
        // Sixteen minutes at a token a second, beside the bucket.
        let bucket = limit.get() + rate.get() * U256::from(960);
        for (control, bound) in [
            (breaker, without * U256::from(3) / U256::from(10)),
            (Control::TokenBucket { capacity: limit, rate }, bucket),
            (Control::DailyLimit { limit }, limit.get() + limit.get() * U256::from(960) / U256::from(86_400)),
            (Control::Pause { on: true }, U256::ZERO),
        ] {
            let with = stolen(&scenario, Some(control));
            assert!(
                with <= without.min(bound),
                "seed {seed}, {control:?}: {with} of {without}, at most {bound}"
            );
        }
    }
    assert!(robbed > WORLDS / 40, "only {robbed} worlds had something to steal");
}
