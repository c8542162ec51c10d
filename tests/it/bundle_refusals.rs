//! Bundles and certificates that are refused by name, before they cost anyone anything.

use crate::bundles::{A, B, call, shared, transfer};
use crate::support::shipped;
use alloy_primitives::{B256, Bytes, U256, hex};
use alloy_sol_types::SolCall;
use causeway::{
    command::{Command, LegOrder, SubmitBundle},
    contracts::{abi::IMailboxBridge, addresses},
    sequencing::{BundleRefusal, Guarantee, committee::CertificateError, committee::NodeId},
    types::{ChainId, Span},
    world::{OrderError, World},
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A legacy transaction for chain 901 that pays Bob, signed with a key that is no secret.
const FOR_A: &str = "f86c8084773594008275309470997970c51812dc3a010c7d01b50e0d17dc79c887038d7ea4c680008082072ea03ccbc1211cc5ca44028cc95f86260c07ba6017d6eb1103f1a30a36c460230cf1a0791fc9f8fd1c86dfbbd0fb4e9759e2b071086bf1d994da1ab37b2808644da2a3";

fn refused(world: &mut World, deadline: Span, legs: Vec<LegOrder>) -> OrderError {
    let (digest, events) = (world.digest(), world.events());
    let order = SubmitBundle { label: None, guarantee: Guarantee::Execution, deadline, legs };
    let error = world.dispatch(&Command::SubmitBundle(order)).unwrap_err();
    assert_eq!((world.digest(), world.events()), (digest, events));
    assert_eq!(world.sequencer().map_or(0, |sequencer| sequencer.bundles().len()), 0);
    error
}

fn signed(chain: ChainId) -> LegOrder {
    LegOrder::Signed { chain, raw: hex::decode(FOR_A).unwrap().into() }
}

fn claim(world: &World, chain: ChainId, source: ChainId, session: u8) -> LegOrder {
    let claim = IMailboxBridge::claimCall { source: U256::from(source.get()), session: U256::from(session) };
    call(world, chain, addresses::MAILBOX_BRIDGE, Bytes::from(claim.abi_encode()))
}

#[test]
fn what_no_slot_can_hold_is_refused_by_name() {
    let mut world = shared();
    let minute = Span::minutes(1);
    let one = transfer(&world, A, 1);
    for found in [0, 33, 10_000] {
        let error = refused(&mut world, minute, vec![one.clone(); found]);
        assert_eq!(error, BundleRefusal::Count { most: 32, found }.into());
    }
    for chain in [ChainId::new(7), world.l1().id()] {
        let legs = vec![one.clone(), transfer(&world, chain, 1)];
        let error = refused(&mut world, minute, legs);
        let expected = BundleRefusal::NotAMember { leg: 1, members: vec![A, B], found: chain };
        assert_eq!(error, expected.into());
        let raw = LegOrder::Signed { chain, raw: Bytes::new() };
        assert!(matches!(
            refused(&mut world, minute, vec![raw]),
            OrderError::Bundle(BundleRefusal::NotAMember { leg: 0, .. })
        ));
    }
    let error = refused(&mut world, Span::ZERO, vec![one.clone()]);
    let now = world.now();
    assert_eq!(error, BundleRefusal::Deadline { now, found: now }.into());
    let error = refused(&mut world, minute, vec![signed(A), one.clone(), signed(A)]);
    assert!(
        matches!(error, OrderError::Bundle(BundleRefusal::DuplicateNonce { leg: 2, chain: A, .. })),
        "{error}"
    );
    let error = refused(&mut world, minute, vec![one, signed(B)]);
    assert!(matches!(error, OrderError::Bundle(BundleRefusal::Leg { leg: 1, .. })), "{error}");
    assert!(error.to_string().contains("901") && error.to_string().contains("902"), "{error}");
    let cycle = vec![claim(&world, A, B, 1), claim(&world, B, A, 2)];
    let error = refused(&mut world, minute, cycle);
    assert!(matches!(error, OrderError::Bundle(BundleRefusal::CyclicWait { .. })), "{error}");
}

#[test]
fn without_a_shared_sequencer_there_are_no_bundles() {
    let mut world = World::new(&shipped()).unwrap();
    world.run_until(crate::support::at("1m"));
    let one = transfer(&world, A, 1);
    assert_eq!(refused(&mut world, Span::minutes(1), vec![one]), OrderError::NoSequencer);
}

#[test]
fn certificates_with_few_double_or_foreign_votes_prove_nothing() {
    let mut world = shared();
    let legs = vec![transfer(&world, A, 3), transfer(&world, B, 4)];
    crate::bundles::submit(&mut world, Guarantee::Inclusion, legs);
    world.run_until(world.now().plus(Span::seconds(6)));
    let validators = world.committee().unwrap().validators();
    let slot = world.sequencer().unwrap().slots().last().unwrap();
    let verify = |certificate| validators.verify(slot.height, slot.value, certificate);
    let good = &slot.certificate;
    assert_eq!(verify(good), Ok(()));
    let mut few = good.clone();
    few.signatures.truncate(2);
    assert_eq!(verify(&few), Err(CertificateError::TooFew { expected: 3, found: 2 }));
    let mut double = good.clone();
    double.signatures[1] = double.signatures[0];
    let twice = double.signatures[0].0;
    assert_eq!(verify(&double), Err(CertificateError::DoubleVote(twice)));
    let mut foreign = good.clone();
    foreign.signatures[0].0 = NodeId::new(9);
    let stranger = CertificateError::ForeignValidator { node: NodeId::new(9), members: 4 };
    assert_eq!(verify(&foreign), Err(stranger));
    let mut swapped = good.clone();
    let (first, second) = (swapped.signatures[0].1, swapped.signatures[1].1);
    (swapped.signatures[0].1, swapped.signatures[1].1) = (second, first);
    assert!(matches!(verify(&swapped), Err(CertificateError::BadSignature(_))));
    let other = causeway::sequencing::committee::ValueId::of(&Bytes::from_static(b"another slot"));
    assert!(matches!(validators.verify(slot.height, other, good), Err(CertificateError::Value { .. })));
    assert_ne!(B256::ZERO, slot.value.get());
}
