//! The bonds of the shared sequencer's nodes.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::*;
use crate::contracts::abi::ISequencerBonds;
use crate::contracts::addresses::{SEQUENCER_BONDS, SHARED_SEQUENCER, VALUE_STORE};
use alloy_primitives::{Address, U256};

const NODE: Address = Address::repeat_byte(0x0d);

fn slash(amount: u128, beneficiary: Address) -> ISequencerBonds::slashCall {
    ISequencerBonds::slashCall {
        node: NODE,
        amount: U256::from(amount),
        beneficiary,
        reason: "signed two blocks of one height".into(),
    }
}

#[test]
fn a_bond_is_slashed_and_the_rest_given_back() {
    let mut world = World::new();
    let l1 = &mut world.l1;
    assert_eq!(l1.read(SEQUENCER_BONDS, ISequencerBonds::authorityCall {}), SHARED_SEQUENCER);
    l1.done(ALICE, SEQUENCER_BONDS, 10, ISequencerBonds::bondCall { node: NODE });
    let bonded = l1.done(BOB, SEQUENCER_BONDS, 5, ISequencerBonds::bondCall { node: NODE });
    let logged = event::<ISequencerBonds::Bonded>(&bonded.logs);
    assert_eq!((logged.node, logged.from, logged.bond), (NODE, BOB, U256::from(15)));
    let beneficiary = Address::repeat_byte(0xbe);
    let outcome = l1.done(SHARED_SEQUENCER, SEQUENCER_BONDS, 0, slash(6, beneficiary));
    let logged = event::<ISequencerBonds::Slashed>(&outcome.logs);
    assert_eq!((logged.node, logged.amount, logged.bond), (NODE, U256::from(6), U256::from(9)));
    assert_eq!(logged.reason, "signed two blocks of one height");
    assert_eq!(l1.state.balance(beneficiary), U256::from(6));
    let rest = ISequencerBonds::giveBackCall { node: NODE, amount: U256::from(9) };
    l1.done(SHARED_SEQUENCER, SEQUENCER_BONDS, 0, rest);
    assert_eq!(l1.state.balance(NODE), U256::from(9));
    assert_eq!(l1.read(SEQUENCER_BONDS, ISequencerBonds::bondsCall { node: NODE }), U256::ZERO);
    assert_eq!(l1.state.balance(SEQUENCER_BONDS), U256::ZERO);
}

#[test]
fn bonds_are_refused_by_name() {
    let mut world = World::new();
    let l1 = &mut world.l1;
    l1.refused(ALICE, SEQUENCER_BONDS, 0, ISequencerBonds::bondCall { node: NODE }, "Bonds_NoAmount");
    l1.done(ALICE, SEQUENCER_BONDS, 10, ISequencerBonds::bondCall { node: NODE });
    l1.refused(ALICE, SEQUENCER_BONDS, 0, slash(1, ALICE), "Bonds_NotAuthority");
    l1.refused(SHARED_SEQUENCER, SEQUENCER_BONDS, 0, slash(11, ALICE), "Bonds_TooSmall");
    l1.refused(SHARED_SEQUENCER, SEQUENCER_BONDS, 0, slash(0, ALICE), "Bonds_NoAmount");
    // The value store takes no ether without a call.
    l1.refused(SHARED_SEQUENCER, SEQUENCER_BONDS, 0, slash(1, VALUE_STORE), "Bonds_TransferFailed");
    let back = ISequencerBonds::giveBackCall { node: NODE, amount: U256::from(1) };
    l1.refused(ALICE, SEQUENCER_BONDS, 0, back, "Bonds_NotAuthority");
    assert_eq!(l1.read(SEQUENCER_BONDS, ISequencerBonds::bondsCall { node: NODE }), U256::from(10));
}
