//! Bundles in a world: three promises, what breaks them, and the way out.

use crate::support::at;
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolCall;
use causeway::{
    command::{Command, Fault, LegOrder, SequencerFault, SubmitBundle, Transact},
    contracts::{abi::IToken, addresses, approve, swap_exact_in, token_balance},
    scenario::Scenario,
    sequencing::{BundleId, BundleState, Guarantee, committee::NodeId},
    types::{Amount, ChainId, Span},
    world::{Done, World},
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

pub(crate) const A: ChainId = ChainId::new(901);
pub(crate) const B: ChainId = ChainId::new(902);

pub(crate) fn shared() -> World {
    let text = r#"{
        "rollups": [
            {"chain_id": 901, "name": "A", "block_time": "2s", "batch_cadence": "1m"},
            {"chain_id": 902, "name": "B", "block_time": "1s", "batch_cadence": "1m"}
        ],
        "sequencer": {"members": [901, 902]}
    }"#;
    let mut world = World::new(&Scenario::from_json(text).unwrap()).unwrap();
    world.run_until(at("1m"));
    world
}

pub(crate) fn alice(world: &World) -> Address {
    world.people().first()
}

pub(crate) fn call(world: &World, chain: ChainId, to: Address, data: Bytes) -> LegOrder {
    LegOrder::Actor(Transact {
        chain,
        from: alice(world),
        to: Some(to),
        value: Amount::default(),
        data,
        gas_limit: None,
    })
}

pub(crate) fn ether(amount: u64) -> U256 {
    Amount::ether(amount).get()
}

pub(crate) fn transfer(world: &World, chain: ChainId, amount: u64) -> LegOrder {
    let call_data = IToken::transferCall { to: Address::repeat_byte(9), value: ether(amount) };
    call(world, chain, addresses::WAVE, call_data.abi_encode().into())
}

pub(crate) fn submit(world: &mut World, guarantee: Guarantee, legs: Vec<LegOrder>) -> BundleId {
    let order = SubmitBundle { label: None, guarantee, deadline: Span::minutes(1), legs };
    match world.dispatch(&Command::SubmitBundle(order)).unwrap() {
        Done::Bundle(id) => id,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn state(world: &World, id: BundleId) -> BundleState {
    world.sequencer().unwrap().bundle(id).unwrap().state().clone()
}

pub(crate) fn wave(world: &World, chain: ChainId) -> U256 {
    token_balance(world.chain(chain).unwrap().state(), addresses::WAVE, Address::repeat_byte(9))
}

#[test]
fn two_legs_land_in_one_slot() {
    let mut world = shared();
    let legs = vec![transfer(&world, A, 3), transfer(&world, B, 4)];
    let id = submit(&mut world, Guarantee::Execution, legs);
    world.run_until(world.now().plus(Span::seconds(6)));
    assert!(matches!(state(&world, id), BundleState::Landed(..)), "{:?}", state(&world, id));
    assert_eq!((wave(&world, A), wave(&world, B)), (ether(3), ether(4)));
    let times: Vec<_> = [A, B].map(|chain| world.chain(chain).unwrap().head().sealed_at).into();
    assert_eq!(times[0], times[1], "both legs are in blocks of one moment");
}

#[test]
fn a_failing_leg_takes_the_other_with_it_or_not() {
    for (guarantee, moved) in [(Guarantee::Execution, 0), (Guarantee::Inclusion, 3)] {
        let mut world = shared();
        // Nobody has a million.
        let legs = vec![transfer(&world, A, 3), transfer(&world, B, 1_000_000)];
        let id = submit(&mut world, guarantee, legs);
        world.run_until(world.now().plus(Span::seconds(8)));
        assert!(state(&world, id).is_last(), "{:?}", state(&world, id));
        assert_eq!((wave(&world, A), wave(&world, B)), (ether(moved), U256::ZERO));
    }
}

#[test]
fn a_leader_that_crashes_costs_a_round_and_two_stop_the_members() {
    let mut world = shared();
    let crash = |nodes: &[u8], crashed| {
        let nodes = nodes.iter().copied().map(NodeId::new).collect();
        Command::Fault(Fault::Sequencer(SequencerFault::Crash { nodes, crashed }))
    };
    world.dispatch(&crash(&[0, 1], true)).unwrap();
    let legs = vec![transfer(&world, A, 3), transfer(&world, B, 4)];
    let order =
        SubmitBundle { label: None, guarantee: Guarantee::Execution, deadline: Span::minutes(10), legs };
    world.dispatch(&Command::SubmitBundle(order)).unwrap();
    let head = world.chain(A).unwrap().head().number();
    world.run_until(world.now().plus(Span::minutes(2)));
    assert_eq!(world.chain(A).unwrap().head().number(), head, "nothing is ordered");
    world.dispatch(&crash(&[1], false)).unwrap();
    world.run_until(world.now().plus(Span::minutes(1)));
    assert_eq!((wave(&world, A), wave(&world, B)), (ether(3), ether(4)));
}

#[test]
fn a_swap_on_two_rollups_in_one_slot() {
    let mut world = shared();
    let trade = |world: &World, chain, token, amount| {
        let data = swap_exact_in(token, ether(amount), U256::ZERO, alice(world), u64::MAX);
        [
            call(world, chain, token, approve(addresses::PAIR, U256::MAX)),
            call(world, chain, addresses::PAIR, data),
        ]
    };
    let legs = [trade(&world, A, addresses::USDX, 1_000), trade(&world, B, addresses::WAVE, 500)].concat();
    let id = submit(&mut world, Guarantee::Execution, legs);
    world.run_until(world.now().plus(Span::seconds(6)));
    assert!(matches!(state(&world, id), BundleState::Landed(..)), "{:?}", state(&world, id));
}

/// What an account has of WAVE.
pub(crate) fn wave_of(world: &World, chain: ChainId, account: Address) -> U256 {
    token_balance(world.chain(chain).unwrap().state(), addresses::WAVE, account)
}

/// Whether the shared sequencer has nothing left to do.
pub(crate) fn at_rest(world: &World) -> bool {
    let sequencer = world.sequencer().unwrap();
    !sequencer.has_work() && sequencer.tally().is_none() && sequencer.parts().is_empty()
}
