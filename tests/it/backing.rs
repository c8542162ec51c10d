//! What bridges hold is what is claimed on their rollups and what is under way, to the last unit.

use crate::{conservation::SCENARIO, support::at};
use alloy_primitives::U256;
use causeway::{
    command::{Answer, BridgedAsset, Command, Fault, Query, QueryError},
    scenario::Scenario,
    session::{
        Session,
        protocol::{Request, Response},
        view::{Inspected, Subject, ViewRequest},
    },
    types::{Amount, ChainId, Span},
    world::{Backing, OrderError, World},
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn world() -> World {
    World::new(&Scenario::from_json(SCENARIO).unwrap()).unwrap()
}

fn of(world: &World, chain: u64) -> [Backing; 2] {
    world.backing(ChainId::new(chain)).unwrap()
}

/// Ether and tokens under way to or from each rollup.
fn under_way(world: &World) -> [Amount; 4] {
    let [first, second] = [of(world, 901), of(world, 902)];
    [&first[0], &first[1], &second[0], &second[1]].map(Backing::under_way)
}

#[test]
fn nothing_is_missing_at_any_moment_and_what_is_under_way_is_what_was_sent() {
    let mut world = world();
    let mut seen_under_way = false;
    for _ in 0..200 {
        world.run_until(world.now().plus(Span::seconds(20)));
        for chain in [901, 902] {
            for backing in of(&world, chain) {
                assert_eq!(backing.missing(), Amount::ZERO, "{backing:?}");
            }
        }
        // Two and three ether leave 902, four leave 901; each is held for its rollup until it is paid out on L1.
        let [_, _, from_902, _] = under_way(&world);
        assert!(from_902 <= Amount::ether(2 + 3 + 4 + 1));
        seen_under_way |= from_902 >= Amount::ether(5);
    }
    assert!(seen_under_way);
    assert_eq!(under_way(&world), [Amount::ZERO; 4], "all have arrived");
    let [ether, tokens] = of(&world, 902);
    // 100 for each of ten people and the shared sequencer, 2 and 3 left, 4 came.
    assert_eq!(ether.held, Amount::ether(1_100 - 2 - 3 + 4));
    assert_eq!((tokens.held, tokens.claimed), (Amount::ether(1), Amount::ether(1)));
    assert_eq!(tokens.claims.len(), 1);
    assert_eq!(of(&world, 901)[1].held, Amount::ether(4));
}

#[test]
fn what_rests_on_a_removed_rollup_stays_claimed() {
    let mut world = world();
    world.run_until(at("5m"));
    let before = of(&world, 902);
    world.dispatch(&Command::RemoveRollup { chain: ChainId::new(902) }).unwrap();
    world.run_until(at("1h"));
    let after = of(&world, 902);
    assert_eq!(after[0].claimed, before[0].claimed);
    assert!(after[0].held >= after[0].claimed);
}

#[test]
fn a_thief_takes_what_is_there_and_no_more() {
    let mut world = world();
    world.run_until(at("5m"));
    let chain = ChainId::new(901);
    let rob = |chain, amount| Command::Fault(Fault::RobPortal { chain, amount, thief: None });
    let [ether, _] = of(&world, 901);
    let most = Amount::new(ether.held.get() - Amount::ether(1).get() / U256::from(100));
    let digest = world.digest();
    for found in [Amount::ZERO, ether.held] {
        let refused = world.dispatch(&rob(chain, Some(found)));
        assert_eq!(refused, Err(OrderError::NotInPortal { most, found }));
    }
    let l1 = world.l1().id();
    assert_eq!(world.dispatch(&rob(l1, None)), Err(OrderError::NotARollup(l1)));
    assert_eq!(world.digest(), digest);

    world.dispatch(&rob(chain, None)).unwrap();
    world.run_until(at("6m"));
    let [robbed, _] = of(&world, 901);
    assert!(robbed.held < Amount::ether(1), "{}", robbed.held);
    assert_eq!(robbed.claimed, ether.claimed, "nobody on the rollup has noticed yet");
    assert_eq!(robbed.missing().get(), robbed.claimed.get() - robbed.held.get());
    assert_eq!(of(&world, 902)[0].missing(), Amount::ZERO);
}

#[test]
fn tokens_that_are_taken_or_minted_are_missing_to_the_last_unit() {
    let mut world = world();
    world.run_until(at("8m"));
    let chain = ChainId::new(902);
    let before = of(&world, 902);
    assert_eq!((before[1].held, before[1].missing()), (Amount::ether(5), Amount::ZERO));
    let units = |units: u64| Amount::new(U256::from(units));
    let rob = Fault::RobBridge { chain, amount: Some(units(7)), thief: None };
    let mint = Fault::MintUnbacked { chain, amount: units(11), thief: None };
    for fault in [rob, mint] {
        world.dispatch(&Command::Fault(fault)).unwrap();
    }
    world.run_until(at("9m 30s"));
    let after = of(&world, 902);
    assert_eq!(after[1].held.get(), before[1].held.get() - U256::from(7));
    assert_eq!(after[1].claimed.get(), before[1].claimed.get() + U256::from(11));
    assert_eq!(after[1].missing(), units(18));
    let thief = world.l1().id().actor_address("thief");
    assert_eq!(world.token_balance(world.l1().id(), thief), units(7));
    assert_eq!(world.token_balance(chain, thief), units(11));
    // The rest of it.
    world.dispatch(&Command::Fault(Fault::RobBridge { chain, amount: None, thief: None })).unwrap();
    world.run_until(at("9m 59s"));
    let [ether, tokens] = of(&world, 902);
    assert_eq!((tokens.held, tokens.missing()), (Amount::ZERO, tokens.claimed));
    assert_eq!(ether.missing(), Amount::ZERO);
    assert_eq!(of(&world, 901)[1].missing(), Amount::ZERO);
}

#[test]
fn queries_and_the_inspector_say_the_same_and_an_l1_owes_nobody() {
    let mut session = Session::new(&Scenario::from_json(SCENARIO).unwrap()).unwrap();
    session.run_until(at("2m"));
    let world = session.world().clone();
    let chain = ChainId::new(901);
    let [ether, _] = of(&world, 901);
    let ask = |query| world.ask(&query);
    let asset = BridgedAsset::Ether;
    assert_eq!(ask(Query::Escrowed { chain, asset }), Ok(Answer::amount(ether.held)));
    assert_eq!(ask(Query::Claimed { chain, asset }), Ok(Answer::amount(ether.claimed)));
    let l1 = world.l1().id();
    assert_eq!(world.backing(l1), None);
    assert_eq!(ask(Query::Claimed { chain: l1, asset }), Err(QueryError::NotARollup(l1)));

    let view = ViewRequest { inspect: Some(Subject::Chain(chain)), ..ViewRequest::default() };
    let Response::View(view) = session.handle(&Request::Frame { millis: 0, view }, &mut || true) else {
        panic!("no view")
    };
    let Some(Inspected::Chain(detail)) = view.inspected else { panic!("no chain") };
    let shown = &detail.backing[0];
    assert_eq!((shown.held, shown.missing), (ether.held, Amount::ZERO));
    let sum = shown.claims.iter().fold(Amount::ZERO.get(), |sum, claim| sum + claim.amount.get());
    assert_eq!(sum, ether.held.get());
    let of_accounts = shown.claims.iter().filter(|claim| claim.account.is_some());
    assert!(of_accounts.clone().is_sorted_by_key(|claim| std::cmp::Reverse(claim.amount)));
    assert_eq!(of_accounts.count(), 10, "ten people, beside the shared sequencer");
}
