//! What one failure does to firms that owe each other: contracts pay, default and pass on, and the losses add up.

use crate::support::at;
use alloy_primitives::{Address, U256, address};
use causeway::{
    command::{Answer, Command, Fault, Query},
    scenario::Scenario,
    session::{Session, timeline::Travel},
    types::{Amount, ChainId},
    world::{Bearer, Losses, Party, Source, World},
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SCENARIO: &str = include_str!("../../scenarios/firms.json");
const CARIA: Address = address!("f1a0000000000000000000000000000000000001");
const DORIS: Address = address!("f1a0000000000000000000000000000000000002");

fn world() -> World {
    World::new(&Scenario::from_json(SCENARIO).unwrap()).unwrap()
}

fn sum(amounts: impl Iterator<Item = Amount>) -> U256 {
    amounts.fold(U256::ZERO, |sum, amount| sum + amount.get())
}

#[track_caller]
fn assert_adds_up(losses: &Losses) {
    let borne = sum(losses.bearers.iter().map(Bearer::borne));
    let gained = sum(losses.bearers.iter().map(Bearer::gained));
    assert_eq!(borne - gained, losses.total().get());
}

#[test]
fn firms_that_nothing_happens_to_pay_each_other_for_a_week() {
    let mut world = world();
    for day in 1..=7 {
        world.run_until(at(&format!("{day}d")));
        let losses = world.losses();
        assert_eq!(losses, Losses::default(), "day {day}");
    }
    let of = |account| sum(world.claims().iter().filter_map(|claim| match claim {
        causeway::world::Claim::OnDebtor { holder, amount, .. } if *holder == Party::Account(account) => Some(*amount),
        _ => None,
    }));
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
    println!("{losses:?}");
    assert!(losses.hops() >= 3, "{losses:?}");
    let caria = losses.of(Party::Account(CARIA)).unwrap();
    assert!(caria.is_fallen);
    let by_caria = losses.flows.iter().find(|flow| {
        matches!(flow.from, Source::Debtor(debtor, ..) if debtor == Party::Account(CARIA))
    });
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
