//! What an analysis says, against what is known of worlds otherwise.

use super::{AnalysisOrder, AnalysisStep, AnalysisView, AttackFound, AttackView, Distribution, Price, nodes};
use crate::{
    command::{BridgedAsset, Command, Control, Fault, SetControl},
    risk::{Measure, StressTest},
    scenario::Scenario,
    session::Session,
    types::{Amount, ChainId, Span},
    world::World,
};
use alloy_primitives::U256;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The default world once its firms have lent.
fn session() -> Session {
    let mut session = Session::new(&Scenario::default_world()).unwrap();
    run_on(&mut session, Span::hours(4));
    session
}

fn run_on(session: &mut Session, span: Span) {
    let until = session.world().now().plus(span);
    session.run_until(until);
}

fn chains(world: &World) -> Vec<ChainId> {
    world.members().map(|member| member.rollup().id()).collect()
}

fn order() -> AnalysisOrder {
    AnalysisOrder { trials: 1_000, ..AnalysisOrder::default() }
}

/// All of it in one slice.
fn analysis(session: &mut Session, order: &AnalysisOrder) -> AnalysisView {
    session.analysis(&AnalysisStep::Begin(order.clone()), &mut || true).unwrap()
}

fn attack(session: &mut Session, order: &AnalysisOrder) -> AttackView {
    analysis(session, order).attack.unwrap()
}

/// What a rollup's bridge holds of an asset, in dollars.
fn held(session: &Session, chain: ChainId, asset: BridgedAsset) -> f64 {
    let [ether, tokens] = session.world().backing(chain).unwrap();
    let backing = if asset == BridgedAsset::Ether { ether } else { tokens };
    let thousandths = asset.worth(backing.held).get() / U256::from(10).pow(U256::from(15));
    u64::try_from(thousandths).unwrap() as f64 / 1_000.0
}

/// Faults of an attack in words, and its cost.
fn faults(view: &AttackView) -> (Vec<&str>, u64) {
    match &view.found {
        AttackFound::Attack { faults, cost, .. } => {
            (faults.iter().map(|fault| fault.text.as_str()).collect(), *cost)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn to_strike_a_bridge_costs_what_its_forecast_says() {
    let session = session();
    let world = session.world();
    let exposed = world.exposed().unwrap();
    let mut stress = StressTest::new(exposed.network.clone(), exposed.recovery).unwrap();
    assert!(stress.before().waves.is_empty(), "nobody is in default as it stands");
    let mut costs = 0;
    for chain in chains(world) {
        let struck = stress.strike(&nodes(&exposed, chain)).unwrap().loss;
        let forecast = world.forecast(chain).unwrap().total().get() / U256::from(10).pow(U256::from(18));
        let forecast = u64::try_from(forecast).unwrap() as f64;
        let found = struck.by(Measure::Total);
        // Sums of fractions are rounded.
        assert!((forecast - 1e-6..forecast + 1.0).contains(&found), "{chain}: {found} for {forecast}");
        costs += u32::from(struck.costs > 0.0);
    }
    assert!(costs > 0, "some failure makes somebody default");
}

#[test]
fn controls_keep_a_part_that_forgers_do_not_reach() {
    let session = session();
    let (chain, asset) = (ChainId::new(901), BridgedAsset::Token);
    let [ether, all] = BridgedAsset::ALL.map(|asset| held(&session, chain, asset));
    let parts = |control| {
        let order = SetControl { chain, asset, control };
        let exposed = session.world().exposed().unwrap().under(&order).unwrap();
        let parts = |asset| {
            let vault = exposed.vaults.iter().find(|vault| (vault.chain, vault.asset) == (chain, asset));
            let vault = vault.unwrap();
            let outside = |node: u32| exposed.network.sheets()[node as usize].outside_assets;
            [&vault.open, &vault.kept]
                .map(|nodes| super::whole(nodes.iter().map(|node| outside(*node)).sum()))
        };
        assert_eq!(parts(BridgedAsset::Ether), [super::whole(ether), 0], "another asset's");
        parts(asset)
    };
    let near = |control, open: f64| {
        let [found, kept] = parts(control);
        assert!(found.abs_diff(super::whole(open)) <= 1, "{control:?}: {found} of {open}");
        assert!(kept.abs_diff(super::whole(all - open)) <= 1, "{control:?}: {kept}");
    };
    near(Control::Off, all);
    near(Control::breaker(7_000), all * 0.3);
    near(Control::Pause { on: true }, 0.0);
    near(Control::TokenBucket { capacity: Amount::ether(75), rate: Amount::ether(1) }, 75.0);
    near(Control::DailyLimit { limit: Amount::ether(1_000_000_000) }, all);
    near(Control::ExposureCap { cap: Amount::ether(1) }, all);
}

#[test]
fn what_is_stolen_already_is_not_lost_again() {
    let mut session = session();
    let chain = ChainId::new(902);
    let before = analysis(&mut session, &order());
    let amount = Some(Amount::ether(500_000));
    session.dispatch(&Command::Fault(Fault::RobBridge { chain, amount, thief: None })).unwrap();
    run_on(&mut session, Span::minutes(2));
    let exposed = session.world().exposed().unwrap();
    let stress = StressTest::new(exposed.network.clone(), exposed.recovery).unwrap();
    let falls: Vec<u32> = stress.before().waves.concat();
    assert!(
        chains(session.world())
            .iter()
            .all(|chain| nodes(&exposed, *chain).iter().all(|node| !falls.contains(node)))
    );
    let after = analysis(&mut session, &order());
    let of = |view: &AnalysisView| view.ranking.iter().find(|r| r.chain == Some(chain)).unwrap().loss;
    assert!(of(&after) + 490_000 < of(&before), "{} after {}", of(&after), of(&before));
}

#[test]
fn rollups_and_debtors_are_ranked_by_what_others_lose() {
    let mut session = session();
    let view = analysis(&mut session, &order());
    let losses: Vec<u64> = view.ranking.iter().map(|ranked| ranked.loss).collect();
    assert!(losses.is_sorted_by(|a, b| a >= b), "{losses:?}");
    assert_eq!(view.ranking.iter().filter(|ranked| ranked.chain.is_some()).count(), 4);
    // Caria owes Doris half a million, and pays none of it if she fails.
    let caria = view.ranking.iter().find(|ranked| ranked.name == "Caria Trading").unwrap();
    assert!(caria.loss >= 500_000 && caria.chain.is_none(), "{caria:?}");
    assert!(caria.debt_rank > 0.0);
    // What Samos owes is lost, and not what is its own.
    let samos = view.ranking.iter().find(|ranked| ranked.name == "Samos Treasury").unwrap();
    assert_eq!(samos.loss, 100_000);
    assert!(view.agreement.is_some_and(|agreement| (0.9..1.0).contains(&agreement)), "{:?}", view.agreement);
}

#[test]
fn an_analysis_is_the_same_however_it_is_sliced_and_one_that_is_stopped_keeps_what_it_has() {
    let mut session = session();
    let digest = session.world().digest();
    let whole = analysis(&mut session, &order());
    assert!(whole.is_ready && whole.progress_permille == 1000);
    let mut view = session.analysis(&AnalysisStep::Begin(order()), &mut || false).unwrap();
    assert!(!view.ranking.is_empty() && view.attack.is_none() && view.trials.is_none());
    let mut steps = 0;
    while !view.is_ready {
        view = session.analysis(&AnalysisStep::GoOn, &mut || false).unwrap();
        steps += 1;
    }
    assert_eq!(view, whole);
    assert!(steps >= 5, "{steps} steps");
    view = session.analysis(&AnalysisStep::Begin(order()), &mut || false).unwrap();
    while view.trials.is_none() {
        view = session.analysis(&AnalysisStep::GoOn, &mut || false).unwrap();
    }
    let stopped = session.analysis(&AnalysisStep::Stop, &mut || true).unwrap();
    assert!(stopped.is_ready);
    assert_eq!(stopped.trials, view.trials);
    assert!(stopped.trials.as_ref().is_some_and(|trials| (1..1_000).contains(&trials.done)));
    assert_eq!(session.analysis(&AnalysisStep::GoOn, &mut || true), Ok(stopped));
    assert_eq!(session.world().digest(), digest);
}

#[test]
fn a_shared_sequencer_has_the_same_outages_and_a_far_heavier_tail() {
    let mut session = session();
    let trials = analysis(&mut session, &AnalysisOrder { trials: 20_000, ..order() }).trials.unwrap();
    let (together, apart) = (trials.together, trials.apart.unwrap());
    // Three members and one rollup that is none.
    assert!((trials.mean_outages - (3.0 * 0.0199 + 0.01)).abs() < 1e-12, "{}", trials.mean_outages);
    assert!(together.mean.abs_diff(apart.mean) < apart.mean / 10, "{} and {}", together.mean, apart.mean);
    assert!(together.quantiles[2] > apart.quantiles[2], "{:?} {:?}", together.quantiles, apart.quantiles);
    let tail = |found: &Distribution| found.bins[10..].iter().sum::<u32>();
    assert!(tail(&together) > 10 * tail(&apart).max(1), "{:?} {:?}", together.bins, apart.bins);
    let all = |found: &Distribution| found.bins.iter().sum::<u32>();
    assert_eq!((trials.done, all(&together), all(&apart)), (20_000, 20_000, 20_000));
    let certain = AnalysisOrder { rollup_fails: 1.0, sequencer_fails: 0.0, trials: 10, ..order() };
    let trials = analysis(&mut session, &certain).trials.unwrap();
    assert_eq!((trials.mean_outages, trials.together.mean), (4.0, trials.worst));
    assert_eq!(trials.together.bins[Distribution::BINS as usize - 1], 10);
}

#[test]
fn the_cheapest_attack_buys_what_costs_least_and_shows_where_its_price_is_from() {
    let mut session = session();
    let view = attack(&mut session, &order());
    assert_eq!((view.at_least.abs_diff(view.all / 2) <= 1, view.left_out), (true, 0));
    let AttackFound::Attack { faults: set, cost, loss, control, is_proven: true } = &view.found else {
        panic!("{view:?}")
    };
    // A third of what the nodes have bonded buys three rollups.
    assert_eq!((set.len(), set[0].price, *cost), (1, Price::Bonds, set[0].cost));
    assert!(*loss >= view.at_least);
    let control = control.as_ref().unwrap();
    assert!(matches!(*control.command, Command::SetOrdering { shared: false, .. }), "{control:?}");
    assert!(control.loss < view.at_least);

    let aegina = held(&session, ChainId::new(901), BridgedAsset::Ether) as u64;
    let forged = attack(&mut session, &AnalysisOrder { at_least: Some(aegina), ..order() });
    let (texts, cost) = faults(&forged);
    assert_eq!(texts, ["claim a forged state of Aegina that pays out its ether"]);
    // The bond is 0.08 ether.
    assert!((240..1_000).contains(&cost), "{cost}");

    let free = attack(&mut session, &AnalysisOrder { halt_cost: 0, ..order() });
    assert_eq!(faults(&free).1, 0);
    assert!(faults(&free).0.iter().all(|text| text.starts_with("stop ")));
}

#[test]
fn the_cheapest_control_stops_its_attack_once_it_is_set() {
    let mut session = session();
    // Only one of the two whose claims can be forged has as much ether as this.
    let ether = [901, 903].map(|chain| held(&session, ChainId::new(chain), BridgedAsset::Ether));
    let most = ether[0].max(ether[1]);
    let order = AnalysisOrder { at_least: Some(most as u64), ..order() };
    let before = attack(&mut session, &order);
    let AttackFound::Attack { control: Some(control), .. } = &before.found else { panic!("{before:?}") };
    assert!(control.loss < before.at_least, "{control:?}");
    // The breaker that lets half of it go holds back least.
    assert!(control.holds_back.abs_diff(super::whole(most / 2.0)) <= 1, "{control:?}");
    session.dispatch(&control.command).unwrap();
    run_on(&mut session, Span::minutes(1));
    let after = attack(&mut session, &order);
    assert_ne!(faults(&after).0, faults(&before).0);
    assert!(faults(&after).1 > faults(&before).1);
}

#[test]
fn keys_go_past_controls_and_no_single_one_is_enough_against_them() {
    let scenario = Scenario::from_json(include_str!("../../../scenarios/firms.json")).unwrap();
    let mut session = Session::new(&scenario).unwrap();
    run_on(&mut session, Span::hours(4));
    let view = analysis(&mut session, &order());
    // Nothing is shared, and no claim of these can be forged.
    assert_eq!(view.trials.unwrap().apart, None);
    let view = view.attack.unwrap();
    let AttackFound::Attack { faults, control, .. } = &view.found else { panic!("{view:?}") };
    assert!(faults.iter().all(|fault| fault.price == Price::Model));
    assert_eq!(*control, None);
    let all = AnalysisOrder { at_least: Some(view.all), ..order() };
    assert_ne!(attack(&mut session, &all).found, AttackFound::OutOfReach);
    let more = AnalysisOrder { at_least: Some(view.all + 1), ..order() };
    assert_eq!(attack(&mut session, &more).found, AttackFound::OutOfReach);
}

#[test]
fn pools_and_issuers_are_robbed_where_something_runs() {
    let scenario = Scenario::from_json(include_str!("../../../scenarios/pools.json")).unwrap();
    let mut session = Session::new(&scenario).unwrap();
    run_on(&mut session, Span::hours(1));
    // Each of the two pools and the issuer on each rollup has 20 000.
    let order = AnalysisOrder { theft_cost: 1, at_least: Some(70_000), ..order() };
    let view = attack(&mut session, &order);
    let (texts, cost) = faults(&view);
    let on = |name| texts.iter().filter(|text| text.contains(name)).count();
    assert_eq!((on("drain the pool"), on("an issuer's keys"), cost), (2, 2, 4), "{texts:?}");
    session.dispatch(&Command::RemoveRollup { chain: ChainId::new(902) }).unwrap();
    run_on(&mut session, Span::minutes(1));
    let (view, of_one) = (attack(&mut session, &order), AnalysisOrder { at_least: Some(35_000), ..order });
    assert!(faults(&view).1 >= of_one.keys_cost, "what stands still cannot be stolen: {view:?}");
    let view = attack(&mut session, &of_one);
    let (texts, cost) = faults(&view);
    assert!(cost == 2 && texts.iter().all(|text| text.contains("Aegina")), "{texts:?}");
}

#[test]
fn what_cannot_be_analysed_is_refused_in_words() {
    let mut early = Session::new(&Scenario::default_world()).unwrap();
    let begin = |session: &mut Session, order: AnalysisOrder| {
        session.analysis(&AnalysisStep::Begin(order), &mut || true).unwrap_err()
    };
    let none = begin(&mut early, order());
    assert_eq!(none, "Rollups that run: expected at least one that could fail, found none");
    let mut session = session();
    let wrong = [
        (AnalysisOrder { trials: 0, ..order() }, "Trials: expected 1 to 1000000, found 0"),
        (AnalysisOrder { trials: 1_000_001, ..order() }, "Trials: expected 1 to 1000000, found 1000001"),
        (
            AnalysisOrder { rollup_fails: 1.5, ..order() },
            "Probability that a rollup fails: expected 0 to 1, found 1.5",
        ),
        (
            AnalysisOrder { sequencer_fails: f64::NAN, ..order() },
            "Probability that the shared sequencer fails: expected 0 to 1, found NaN",
        ),
        (
            AnalysisOrder { at_least: Some(0), ..order() },
            "Loss of an attack: expected at least 1 dollar, found 0",
        ),
    ];
    for (order, why) in wrong {
        assert_eq!(begin(&mut session, order), why);
    }
    let nothing = session.analysis(&AnalysisStep::GoOn, &mut || true).unwrap();
    assert_eq!(nothing, AnalysisView { is_ready: true, ..AnalysisView::default() });
}

/// Many faults that cost and cause the same make more sets than are searched.
#[test]
fn where_the_search_is_given_up_an_attack_is_found_that_may_not_be_the_cheapest() {
    let rollup = |at: u64| format!(r#"{{ "chain_id": {}, "name": "Rollup {at}" }}"#, 1_001 + at);
    let rollups: Vec<String> = (0..30).map(rollup).collect();
    let json = format!(r#"{{ "rollups": [{}] }}"#, rollups.join(","));
    let mut session = Session::new(&Scenario::from_json(&json).unwrap()).unwrap();
    run_on(&mut session, Span::minutes(2));
    let view = attack(&mut session, &order());
    assert!(view.left_out > 0);
    let AttackFound::Attack { faults, loss, is_proven, .. } = &view.found else { panic!("{view:?}") };
    assert!(!is_proven && *loss >= view.at_least, "{view:?}");
    // All rollups hold the same, so that half of them are enough.
    assert_eq!(faults.len(), 12, "{faults:?}");
}
