//! What one failure does to firms that owe each other: contracts pay, default and pass on, and the losses add up.

use crate::support::{assert_adds_up, at};
use alloy_primitives::{Address, U256, address};
use causeway::{
    agents::{AgentKind, Firm, Provision},
    command::{
        Answer, BridgedAsset, Command, Control, Fault, MessageContent, Query, SendMessage, SetControl,
        Transact,
    },
    contracts::{TEST_TOKEN_ON_L2, Terms, addresses::OBLIGATIONS, approve, owe},
    scenario::Scenario,
    session::{Session, TravelError, timeline::Travel, view::ViewRequest},
    types::{Amount, ChainId, Span},
    world::{Claim, Losses, OrderError, Party, Source, World},
};
use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SCENARIO: &str = include_str!("../../scenarios/firms.json");
const CARIA: Address = address!("f1a0000000000000000000000000000000000001");
const DORIS: Address = address!("f1a0000000000000000000000000000000000002");

fn account(number: u64) -> Address {
    Address::left_padding_from(&(0xf1a0_0000 + number).to_be_bytes())
}

fn world() -> World {
    World::new(&Scenario::from_json(SCENARIO).unwrap()).unwrap()
}

fn sum(amounts: impl Iterator<Item = Amount>) -> U256 {
    amounts.fold(U256::ZERO, |sum, amount| sum + amount.get())
}

#[test]
fn firms_that_nothing_happens_to_pay_each_other_for_a_week() {
    let mut world = world();
    for day in 1..=7 {
        world.run_until(at(&format!("{day}d")));
        let losses = world.losses();
        assert_eq!(losses, Losses::default(), "day {day}");
    }
    let of = |account| {
        sum(world.claims().iter().filter_map(|claim| match claim {
            Claim::OnDebtor { holder, amount, .. } if *holder == Party::Account(account) => Some(*amount),
            _ => None,
        }))
    };
    assert!(of(DORIS) > U256::ZERO, "she lends again and again");
}

#[test]
fn a_rollup_that_stands_still_pulls_down_who_counted_on_it() {
    let mut world = world();
    world.run_until(at("4h"));
    let chain = ChainId::new(902);
    world.dispatch(&Command::Fault(Fault::HaltSequencer { chain, halted: true })).unwrap();
    let at_once = world.losses();
    assert!(at_once.bearers.iter().all(|bearer| bearer.hop == 1));
    assert_adds_up(&at_once);
    world.run_until(at("3d"));
    let losses = world.losses();
    assert_adds_up(&losses);
    assert!(losses.hops() >= 3, "{losses:?}");
    let caria = losses.of(Party::Account(CARIA)).unwrap();
    assert!(caria.is_fallen);
    let by_caria = losses
        .flows
        .iter()
        .find(|flow| matches!(flow.from, Source::Debtor(debtor, ..) if debtor == Party::Account(CARIA)));
    assert_eq!(by_caria.unwrap().to, Party::Account(DORIS));
    assert_eq!(world.ask(&Query::LossHops), Ok(Answer::Number(losses.hops().into())));
    assert_eq!(world.ask(&Query::TotalLoss), Ok(Answer::amount(losses.total())));
}

#[test]
fn without_the_first_failure_there_is_no_loss_and_a_session_undoes_it() {
    let mut session = Session::new(&Scenario::from_json(SCENARIO).unwrap()).unwrap();
    session.run_until(at("4h"));
    let chain = ChainId::new(902);
    session.dispatch(&Command::Fault(Fault::HaltSequencer { chain, halted: true })).unwrap();
    session.run_until(at("1d"));
    assert_ne!(session.world().losses(), Losses::default());
    session.travel(&Travel::Undo).unwrap();
    session.run_until(at("1d"));
    assert_eq!(session.world().losses(), Losses::default());
}

fn forge() -> Command {
    let (chain, asset) = (ChainId::new(902), BridgedAsset::Token);
    Command::Fault(Fault::ForgeRoot { chain, asset, amount: None, thief: None })
}

#[test]
fn a_forged_claim_takes_all_tokens_and_three_debtors_fall_one_after_another() {
    let mut world = world();
    world.run_until(at("4h"));
    world.dispatch(&forge()).unwrap();
    world.run_until(at("5h"));
    let backing = &world.backing(ChainId::new(902)).unwrap()[1];
    assert_eq!(backing.held, Amount::ZERO);
    let stolen = world.losses().total();
    assert!(stolen >= Amount::ether(600_000), "{stolen}");
    world.run_until(at("2d"));
    let losses = world.losses();
    assert_adds_up(&losses);
    assert_eq!(losses.hops(), 4, "{losses:?}");
    assert_eq!(world.ask(&Query::DefaultCount), Ok(Answer::Number(3)));
    // What defaults cost is lost beside what was stolen.
    let costs = losses.flows.iter().filter(|flow| matches!(flow.from, Source::Cost(..)));
    let costs = sum(costs.map(|flow| flow.worth()));
    assert!(costs > U256::ZERO);
    assert_eq!(losses.total().get(), stolen.get() + costs);
}

#[test]
fn with_a_breaker_first_the_same_forgery_takes_nothing_but_holds_up_payments_too() {
    let mut session = Session::new(&Scenario::from_json(SCENARIO).unwrap()).unwrap();
    session.run_until(at("4h"));
    let breaker: Command = serde_json::from_str(
        r#"{ "set_control": { "chain": 902, "asset": "token", "control": { "breaker": { "min_retained_bps": 7000 } } } }"#,
    )
    .unwrap();
    let instead = Travel::Instead(Box::new(breaker));
    assert_eq!(session.travel(&instead), Err(TravelError::NothingBroken));
    session.dispatch(&forge()).unwrap();
    session.run_until(at("1d"));
    let without = session.world().losses();
    session.travel(&instead).unwrap();
    session.run_until(at("1d"));
    let with = session.world().losses();
    let stolen = |losses: &Losses| {
        let of_bridge = losses.flows.iter().filter(|flow| matches!(flow.from, Source::Bridge(_)));
        sum(of_bridge.map(|flow| flow.worth()))
    };
    assert_eq!((stolen(&with), stolen(&without) > U256::ZERO), (U256::ZERO, true));
    // A breaker that has tripped lets nobody out: who owes elsewhere can't pay, and defaults have their cost.
    assert_ne!(with.total(), Amount::ZERO);
    assert!(with.total().get() < without.total().get() / U256::from(5), "{with:?}");
    assert!(with.bearers.iter().any(|bearer| bearer.gained() != Amount::ZERO));
    let view = ViewRequest { contagion: true, ..ViewRequest::default() };
    let comparison = session.compare(0, &view, &mut || true).unwrap();
    assert!(comparison.is_ready);
    assert_eq!(comparison.other.contagion.unwrap().total, without.total());
    assert_eq!(session.view(&view).contagion.unwrap().total, with.total());
}

#[test]
fn what_is_put_off_happens_at_its_time_and_can_be_put_off_once() {
    let mut world = world();
    world.run_until(at("1h"));
    let chain = ChainId::new(902);
    let halt = Command::Fault(Fault::HaltSequencer { chain, halted: true });
    let later = |command: Command, after| Command::Later { after, command: Box::new(command) };
    let digest = world.digest();
    let twice = later(later(halt.clone(), Span::hours(1)), Span::hours(1));
    assert_eq!(world.dispatch(&twice), Err(OrderError::LaterStill));
    let (most, found) = (Command::LATER_MAX, Command::LATER_MAX.plus(Span::millis(1)));
    assert_eq!(world.dispatch(&later(halt.clone(), found)), Err(OrderError::TooLate { most, found }));
    assert_eq!(world.digest(), digest);
    world.dispatch(&later(halt, Span::hours(1))).unwrap();
    world.run_until(at("1h 59m"));
    assert_eq!(world.losses(), Losses::default());
    world.run_until(at("2h"));
    assert_ne!(world.losses(), Losses::default());
}

#[test]
fn a_forecast_names_who_would_fall_before_anything_does() {
    let mut world = world();
    world.run_until(at("4h"));
    let forecast = world.forecast(ChainId::new(902)).unwrap();
    let fallen = |losses: &Losses| -> Vec<Party> {
        losses.bearers.iter().filter(|bearer| bearer.is_fallen).map(|bearer| bearer.party).collect()
    };
    assert_eq!(forecast.hops(), 4, "{forecast:?}");
    world.dispatch(&forge()).unwrap();
    world.run_until(at("2d"));
    assert_eq!(fallen(&forecast), fallen(&world.losses()));
}

/// Case C04's shape: a bridge that owes 25 to each of four, each of which has 8 of its own and owes 20. The bridge is
/// robbed and wound down; what it pays is paid out of its escrow on L1. The four bring what it pays to where they owe.
fn recovered(percent: u64) -> usize {
    let firm = |number: u64, reserve: u64, home: u64, watch: &str| {
        let reserve = format!("{reserve} ether");
        let firm = json!({ "home": home, "reserve": reserve, "watch": watch, "runs": false });
        json!({ "name": format!("Firm {number}"), "account": account(number), "kind": { "firm": firm } })
    };
    let zk = json!({ "zk": { "proving_delay": "10s", "prover_gas_per_second": 0, "execution_delay": "0s" } });
    let rollup = |id: u64| json!({ "chain_id": id, "settlement": zk, "batch_cadence": "30s" });
    // The four act by the test's orders alone; the fifth collects.
    let four = (1..=4).map(|number| firm(number, 33_000, 901, "365d"));
    let text = json!({
        "rollups": [rollup(901), rollup(902)],
        "agents": four.chain([firm(5, 1, 902, "1m")]).collect::<Vec<_>>(),
    });
    let mut world = World::new(&Scenario::from_json(&text.to_string()).unwrap()).unwrap();
    let (bridge, other) = (ChainId::new(901), ChainId::new(902));
    world.run_until(at("10m"));
    let due_s = world.unix_seconds() + 5 * 3_600;
    let bring = |number: u64, amount: u64| {
        Command::SendMessage(SendMessage {
            label: None,
            from: bridge,
            to: other,
            sender: Some(account(number)),
            relay: true,
            content: MessageContent::Token { amount: Amount::ether(amount), recipient: None },
        })
    };
    for number in 1..=4 {
        let from = account(number);
        world.dispatch(&bring(number, 8_000)).unwrap();
        let terms =
            Terms { token: TEST_TOKEN_ON_L2, amount: Amount::ether(20_000).get(), due_s, cost_bps: 0 };
        for (to, data) in
            [(TEST_TOKEN_ON_L2, approve(OBLIGATIONS, U256::MAX)), (OBLIGATIONS, owe(account(5), terms))]
        {
            let call = Transact {
                chain: other,
                from,
                to: Some(to),
                value: Amount::ZERO,
                data,
                gas_limit: Some(500_000),
            };
            world.dispatch(&Command::Transact(call)).unwrap();
        }
    }
    world.run_until(at("1h"));
    let held = |world: &World| world.backing(bridge).unwrap()[1].held;
    assert_eq!(held(&world), Amount::ether(100_000));
    let amount = Some(Amount::ether((100 - percent) * 1_000));
    world.dispatch(&Command::Fault(Fault::RobBridge { chain: bridge, amount, thief: None })).unwrap();
    world.run_until(at("1h 5m"));
    assert_eq!(held(&world), Amount::ether(percent * 1_000));
    let control = Control::WindDown { claimed: None };
    let order = SetControl { chain: bridge, asset: BridgedAsset::Token, control };
    world.dispatch(&Command::SetControl(order)).unwrap();
    world.run_until(at("1h 6m"));
    for number in 1..=4 {
        world.dispatch(&bring(number, 25_000)).unwrap();
    }
    world.run_until(at("8h"));
    let losses = world.losses();
    assert_adds_up(&losses);
    let stolen = losses.flows.iter().filter(|flow| flow.from == Source::Bridge(bridge));
    assert_eq!(sum(stolen.map(|flow| flow.worth())), Amount::ether((100 - percent) * 1_000).get());
    losses.bearers.iter().filter(|bearer| bearer.is_fallen).count()
}

/// Claim 13 of C04 and C05: four firms stand as long as the bridge recovers 48 of 100.
#[test]
fn firms_fall_where_a_robbed_bridge_pays_less_than_48_of_100() {
    assert_eq!([60, 48].map(recovered), [0, 0]);
    assert_eq!([47, 40].map(recovered), [4, 4]);
}

#[test]
fn firms_that_none_can_be_are_refused() {
    let refused = |change: &dyn Fn(&mut Scenario)| {
        let mut scenario = Scenario::from_json(SCENARIO).unwrap();
        change(&mut scenario);
        World::new(&scenario).unwrap_err().to_string()
    };
    fn firm(scenario: &mut Scenario, number: usize) -> &mut Firm {
        match &mut scenario.agents[number].kind {
            AgentKind::Firm(firm) => firm,
            other => panic!("expected a firm, found {other:?}"),
        }
    }
    let loan = |scenario: &Scenario| match &scenario.agents[1].kind {
        AgentKind::Firm(firm) => firm.loans[0].clone(),
        other => panic!("expected a firm, found {other:?}"),
    };
    let provision = |chain, whole| Provision { chain: ChainId::new(chain), amount: Amount::ether(whole) };
    let alice = address!("f39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    for (change, what) in [
        (
            &(|s: &mut Scenario| s.agents[0].account = s.agents[1].account) as &dyn Fn(&mut Scenario),
            "account",
        ),
        (&|s| s.agents[4].account = alice, "agents[Thasos Savings].account"),
        (&|s| firm(s, 0).home = ChainId::new(999), "at least 1 rollups of this world"),
        (&|s| firm(s, 0).reserve = Amount::ether(1_000_001), "reserve: expected at most 1000000 TEST"),
        (&|s| firm(s, 0).watch = Span::millis(999), "watch: expected at least 1s"),
        (&|s| firm(s, 1).loans[0].term = Span::seconds(59), "loans.term: expected at least 1m"),
        (&|s| firm(s, 1).loans[0].amount = Amount::ZERO, "loans[0]"),
        (&|s| firm(s, 1).loans[0].cost_bps = 10_001, "loans[0]"),
        (&|s| firm(s, 1).loans[0].to = alice, "loans[0]"),
        (&|s| firm(s, 1).loans[0].to = DORIS, "loans[0]"),
        (&|s| firm(s, 1).loans = vec![loan(s), loan(s)], "loans[1]"),
        (&|s| firm(s, 1).loans = vec![loan(s); 33], "loans: expected at most 32, found 33"),
        (&|s| firm(s, 0).provides = vec![provision(902, 0)], "provides[0]"),
        (&|s| firm(s, 0).provides = vec![provision(999, 1)], "provides[0]"),
        (&|s| firm(s, 0).provides = vec![provision(902, 20_001)], "20000 TEST"),
        (&|s| firm(s, 0).provides = vec![provision(902, 1), provision(902, 1)], "provides[1]"),
    ] {
        let found = refused(change);
        assert!(found.contains(what), "{found}");
    }
}

/// What a page is told of is bounded, and what it is not told of is counted.
#[test]
fn a_page_is_told_of_the_largest_positions_and_of_all_totals() {
    let rollup = |id: u64| {
        let zk = json!({ "proving_delay": "10s", "prover_gas_per_second": 0, "execution_delay": "0s" });
        json!({ "chain_id": id, "settlement": { "zk": zk } })
    };
    let firm = |number: u64| {
        let kind =
            json!({ "firm": { "home": 901 + number % 6, "reserve": format!("{} ether", 1 + number) } });
        json!({ "name": format!("Firm {number}"), "account": account(number), "kind": kind })
    };
    let text = json!({
        "rollups": (901..907).map(rollup).collect::<Vec<_>>(),
        "agents": (0..60).map(firm).collect::<Vec<_>>(),
    });
    let mut session = Session::new(&Scenario::from_json(&text.to_string()).unwrap()).unwrap();
    session.run_until(at("10m"));
    let view = |session: &Session| {
        *session.view(&ViewRequest { contagion: true, ..ViewRequest::default() }).contagion.unwrap()
    };
    let (before, claims) = (view(&session), session.world().claims());
    assert_eq!(before.reliances.len(), 300);
    assert_eq!(before.smaller_reliances, claims.len() as u64 - 300);
    let least = before.reliances.iter().map(|reliance| reliance.worth).min().unwrap();
    let larger = claims.iter().filter(|claim| claim.worth() > least).count();
    assert!(larger < 300, "none of more worth is left out: {larger}");
    assert!(before.forecasts.iter().all(|forecast| forecast.borne.len() == 20));
    for chain in (901..907).map(ChainId::new) {
        session.dispatch(&Command::Fault(Fault::HaltSequencer { chain, halted: true })).unwrap();
    }
    let after = view(&session);
    let losses = session.world().losses();
    assert_eq!((after.losses.len(), after.smaller_losses), (300, losses.flows.len() as u64 - 300));
    assert_eq!(sum(after.bridges.iter().map(|bridge| bridge.begun)), losses.total().get());
    assert_eq!(after.total, losses.total());
}
