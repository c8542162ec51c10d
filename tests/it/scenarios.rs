//! What the shipped scenarios of bridges, the shared sequencer and its market expect, holds.

use causeway::{
    command::Verdict,
    scenario::Scenario,
    types::{Span, Time},
    world::World,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Runs a scenario and evaluates each expectation at its time.
fn check(text: &str) {
    let scenario = Scenario::from_json(text).unwrap();
    assert!(!scenario.expectations.is_empty());
    let mut world = World::new(&scenario).unwrap();
    let mut expected: Vec<_> = scenario.expectations.iter().collect();
    let at = |at: Option<Span>| Time::ZERO.plus(at.unwrap_or(scenario.until));
    expected.sort_by_key(|expectation| at(expectation.at));
    for expectation in expected {
        world.run_until(at(expectation.at));
        let verdict = expectation.holds.evaluate(&mut |query| world.ask(query)).unwrap();
        assert_eq!(verdict, Verdict::Holds, "{}: {}", scenario.title, expectation.name);
    }
}

macro_rules! shipped {
    ($($name:ident $file:literal)*) => { $(
        #[test]
        fn $name() {
            check(include_str!(concat!("../../scenarios/", $file, ".json")));
        }
    )* };
}

shipped! {
    a_price_is_carried "pools"
    a_leader_crashes "sequencer-leader-crash"
    the_sequencer_falls_silent "sequencer-outage"
    a_node_signs_twice "sequencer-equivocation"
    leaders_leave_somebody_out "sequencer-censorship"
    the_committee_is_split "sequencer-partition"
    a_promise_is_broken "sequencer-broken-promise"
    a_member_stops_in_the_middle "sequencer-silent-member"
    a_member_goes_alone "sequencer-opt-out"
    a_portal_is_robbed "bridge-robbed"
    leaders_see_a_trade "market-sandwich-open"
    nobody_sees_a_trade "market-sandwich-encrypted"
    a_rollup_orders_itself "market-sandwich-separate"
}
