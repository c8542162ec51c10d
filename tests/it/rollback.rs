//! Atomic settlement: L1 rejects what one rollup claimed, and who is tied to it rolls back with it, by L1's bytes
//! alone.

use crate::bundles::{A, B, ether, state, submit, transfer, wave};
use alloy_primitives::{Address, U256};
use causeway::{
    command::{Command, Fault},
    l1,
    rollup::Rebuild,
    scenario::Scenario,
    sequencing::{BundleId, BundleState, Guarantee},
    types::{BlockNumber, ChainId, Span},
    world::World,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const C: ChainId = ChainId::new(903);
const D: ChainId = ChainId::new(904);
const ALL: [ChainId; 4] = [A, B, C, D];

fn four() -> World {
    let rollup = |chain| {
        format!(r#"{{"chain_id": {chain}, "name": "{chain}", "block_time": "1s", "batch_cadence": "30s"}}"#)
    };
    let rollups = ALL.map(rollup).join(",");
    let text = format!(r#"{{ "rollups": [{rollups}], "sequencer": {{"members": [901, 902, 903, 904]}} }}"#);
    let mut world = World::new(&Scenario::from_json(&text).unwrap()).unwrap();
    run(&mut world, Span::minutes(1));
    world
}

fn run(world: &mut World, span: Span) {
    world.run_until(world.now().plus(span));
}

fn on(world: &mut World, guarantee: Guarantee, chains: [ChainId; 2]) -> BundleId {
    let legs = chains.map(|chain| transfer(world, chain, 1)).to_vec();
    let id = submit(world, guarantee, legs);
    run(world, Span::seconds(10));
    assert!(matches!(state(world, id), BundleState::Landed(..)), "{:?}", state(world, id));
    id
}

fn reject(world: &mut World, chain: ChainId) {
    world.dispatch(&Command::Fault(Fault::RejectSettlement { chain })).unwrap();
    run(world, Span::seconds(40));
}

fn moved(world: &World) -> [U256; 4] {
    ALL.map(|chain| wave(world, chain))
}

/// Whoever derives from L1's bytes comes to the same safe heads.
fn assert_rebuilt(world: &World) {
    let imported = l1::import(&l1::export(world.l1())).unwrap();
    for chain in ALL {
        let rollup = world.member(chain).unwrap().rollup();
        let mut rebuild = Rebuild::new(&imported, chain).unwrap();
        for step in rebuild.by_ref() {
            assert_eq!(step.unwrap().ignored, Vec::<String>::new());
        }
        let safe = rollup.chain().block(rollup.safe_head()).unwrap();
        assert_eq!(rebuild.rebuilt().head().hash, safe.hash, "{chain}");
    }
}

#[test]
fn whoever_a_settlement_bundle_ties_rolls_back_together_and_nobody_else() {
    let mut world = four();
    let first = on(&mut world, Guarantee::Settlement, [A, B]);
    let second = on(&mut world, Guarantee::Settlement, [B, C]);
    let execution = on(&mut world, Guarantee::Execution, [A, D]);
    run(&mut world, Span::minutes(2));
    assert!(world.member(A).unwrap().rollup().safe_head() > BlockNumber::GENESIS, "they are safe, not final");
    assert_eq!(moved(&world), [ether(2), ether(2), ether(1), ether(1)]);
    reject(&mut world, A);
    // C is tied to A by B; what A owes to D under mere execution is gone by halves.
    assert_eq!(moved(&world), [U256::ZERO, U256::ZERO, U256::ZERO, ether(1)]);
    for id in [first, second] {
        assert!(matches!(state(&world, id), BundleState::RolledBack(_)), "{:?}", state(&world, id));
    }
    assert!(matches!(state(&world, execution), BundleState::Landed(..)));
    on(&mut world, Guarantee::Settlement, [A, C]);
    run(&mut world, Span::minutes(3));
    assert_eq!(wave(&world, C), ether(1));
    assert_rebuilt(&world);
}

#[test]
fn what_is_final_stays() {
    let mut world = four();
    on(&mut world, Guarantee::Settlement, [A, B]);
    run(&mut world, Span::minutes(30));
    on(&mut world, Guarantee::Settlement, [A, C]);
    run(&mut world, Span::minutes(1));
    reject(&mut world, C);
    assert_eq!(moved(&world), [ether(1), ether(1), U256::ZERO, U256::ZERO]);
    run(&mut world, Span::minutes(3));
    assert_rebuilt(&world);
}

#[test]
fn deposits_in_undone_blocks_are_executed_again() {
    let mut world = four();
    let json = r#"{ "send_message": { "label": "forced", "from": 900, "to": 901,
        "content": { "ether": { "amount": "1 ether",
            "recipient": "0x0000000000000000000000000000000000000bee" } } } }"#;
    world.dispatch(&serde_json::from_str(json).unwrap()).unwrap();
    run(&mut world, Span::minutes(2));
    let recipient = Address::from_word(U256::from(0xbee).into());
    let has = |world: &World| world.chain(A).unwrap().state().balance(recipient);
    assert_eq!(has(&world), ether(1));
    reject(&mut world, A);
    run(&mut world, Span::minutes(3));
    assert_eq!(has(&world), ether(1));
    assert!(world.book().labelled("forced").unwrap().stage().is_last());
    assert_rebuilt(&world);
}

#[test]
fn a_reorg_that_takes_the_rejection_back_is_followed() {
    // The deepest takes the rollups' deployment back as well.
    for depth in 1..=3 {
        let mut world = four();
        on(&mut world, Guarantee::Settlement, [A, B]);
        run(&mut world, Span::minutes(2));
        reject(&mut world, A);
        world.dispatch(&Command::Fault(Fault::L1Reorg { depth })).unwrap();
        run(&mut world, Span::minutes(10));
        assert_rebuilt(&world);
        on(&mut world, Guarantee::Settlement, [C, D]);
    }
}
