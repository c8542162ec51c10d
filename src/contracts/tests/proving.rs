//! Proving and waiting: every reason why the portal refuses, and the moment from which it no longer does.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::*;
use crate::contracts::abi::*;
use crate::contracts::{RollupContracts, Withdrawal, addresses};
use alloy_primitives::{Bytes, U256};
use alloy_sol_types::SolCall;

fn withdraw(world: &mut World, chain_id: u64, value: u64) -> Withdrawal {
    let call = IL2ToL1MessagePasser::initiateWithdrawalCall {
        target: addresses::VALUE_STORE,
        gasLimit: U256::from(200_000),
        data: IValueStore::setValueCall { value: U256::from(value) }.abi_encode().into(),
    };
    let outcome = world.rollup(chain_id).done(BOB, addresses::L2_TO_L1_MESSAGE_PASSER, 0, call);
    outcome.logs.iter().find_map(Withdrawal::from_log).expect("a withdrawal")
}

/// What `checkWithdrawal`, which tools ask for the status, answers about ALICE's proof.
#[track_caller]
fn assert_status(world: &World, withdrawal: &Withdrawal, error: Option<&str>) {
    let call =
        IOptimismPortal::checkWithdrawalCall { withdrawalHash: withdrawal.hash(), proofSubmitter: ALICE };
    let outcome = world.l1.try_read(RollupContracts::of(A).portal, call);
    match error {
        Some(error) => assert_error(&outcome.output, error),
        None => assert!(outcome.succeeded()),
    }
}

#[test]
fn each_status_is_seen_on_the_way() {
    let mut world = World::with_rollups();
    let portal = RollupContracts::of(A).portal;
    let withdrawal = withdraw(&mut world, A, 1);
    assert_status(&world, &withdrawal, Some("OptimismPortal_Unproven"));
    let claim = world.claim(A);
    let prove = claim.prove_call(&withdrawal);
    world.l1.refused(ALICE, portal, 0, prove.clone(), "OptimismPortal_InvalidProofTimestamp");
    world.advance(1);
    let outcome = world.l1.done(ALICE, portal, 0, prove);
    let proven = event::<IOptimismPortal::WithdrawalProven>(&outcome.logs);
    assert_eq!(
        (proven.withdrawalHash, proven.from, proven.to),
        (withdrawal.hash(), BOB, addresses::VALUE_STORE)
    );
    assert_eq!(event::<IOptimismPortal::WithdrawalProvenExtension1>(&outcome.logs).proofSubmitter, ALICE);
    assert_status(&world, &withdrawal, Some("OptimismPortal_ProofNotOldEnough"));

    world.advance(MATURITY_S);
    assert_status(&world, &withdrawal, Some("OptimismPortal_ProofNotOldEnough"));
    world.advance(1);
    assert_status(&world, &withdrawal, Some("OptimismPortal_InvalidRootClaim"));
    world.l1.done(BOB, claim.game, 0, IDisputeGame::resolveCall {});
    world.advance(FINALITY_S);
    assert_status(&world, &withdrawal, Some("OptimismPortal_InvalidRootClaim"));
    world.advance(1);
    assert_status(&world, &withdrawal, None);
    world.l1.done(ALICE, portal, 0, finalize_call(&withdrawal));
    assert_status(&world, &withdrawal, Some("OptimismPortal_AlreadyFinalized"));
}

#[test]
fn proofs_are_kept_by_submitter() {
    let mut world = World::with_rollups();
    let portal = RollupContracts::of(A).portal;
    let withdrawal = withdraw(&mut world, A, 1);
    let hash = withdrawal.hash();
    let claim = world.claim(A);
    world.advance(1);
    for submitter in [ALICE, BOB, ALICE] {
        world.l1.done(submitter, portal, 0, claim.prove_call(&withdrawal));
    }
    let count = IOptimismPortal::numProofSubmittersCall { withdrawalHash: hash };
    assert_eq!(world.l1.read(portal, count), U256::from(2));
    let second = IOptimismPortal::proofSubmittersCall { withdrawalHash: hash, index: U256::from(1) };
    assert_eq!(world.l1.read(portal, second), BOB);
    let proven = IOptimismPortal::provenWithdrawalsCall { withdrawalHash: hash, submitter: BOB };
    let proven = world.l1.read(portal, proven);
    assert_eq!((proven.disputeGameProxy, proven.timestamp), (claim.game, world.l1.env.timestamp_s));
}

#[test]
fn a_proof_that_was_tampered_with_is_refused() {
    let mut world = World::with_rollups();
    for value in 0..20 {
        withdraw(&mut world, A, value);
    }
    let portal = RollupContracts::of(A).portal;
    let withdrawal = withdraw(&mut world, A, 99);
    let claim = world.claim(A);
    world.advance(1);
    let honest = claim.prove_call(&withdrawal);
    assert!(honest.withdrawalProof.len() > 1, "a proof of several nodes");
    let merkle = "OptimismPortal_InvalidMerkleProof";
    let output = "OptimismPortal_InvalidOutputRootProof";

    for node in 0..honest.withdrawalProof.len() {
        let mut tampered = honest.clone();
        let mut bytes = tampered.withdrawalProof[node].to_vec();
        *bytes.last_mut().unwrap() ^= 1;
        tampered.withdrawalProof[node] = bytes.into();
        world.l1.refused(ALICE, portal, 0, tampered, merkle);
        let mut short = honest.clone();
        short.withdrawalProof.remove(node);
        world.l1.refused(ALICE, portal, 0, short, merkle);
    }
    let mut other_value = honest.clone();
    other_value.withdrawal.data = Bytes::from_static(b"other");
    world.l1.refused(ALICE, portal, 0, other_value, merkle);
    let mut other_root = honest.clone();
    other_root.outputRootProof.messagePasserStorageRoot.0[31] ^= 1;
    world.l1.refused(ALICE, portal, 0, other_root, output);
    let mut other_state = honest.clone();
    other_state.outputRootProof.stateRoot.0[0] ^= 1;
    world.l1.refused(ALICE, portal, 0, other_state, output);
    world.l1.done(ALICE, portal, 0, honest);
}

#[test]
fn a_withdrawal_is_not_in_a_state_from_before_it() {
    let mut world = World::with_rollups();
    let earlier = world.claim(A);
    let withdrawal = withdraw(&mut world, A, 1);
    world.advance(1);
    let call = earlier.prove_call(&withdrawal);
    world.l1.refused(ALICE, RollupContracts::of(A).portal, 0, call, "OptimismPortal_InvalidMerkleProof");
}

#[test]
fn a_validity_proof_lets_a_message_through_within_one_block() {
    let mut world = World::with_rollups();
    let withdrawal = withdraw(&mut world, B, 5);
    let before = world.l1.env.timestamp_s;
    world.ready(B, &withdrawal);
    world.l1.done(ALICE, RollupContracts::of(B).portal, 0, finalize_call(&withdrawal));
    assert_eq!(world.l1.env.timestamp_s, before);
    assert_eq!(world.l1.read(addresses::VALUE_STORE, IValueStore::valueCall {}), U256::from(5));
}

#[test]
fn the_guardian_stops_a_false_claim() {
    let mut world = World::with_rollups();
    let contracts = RollupContracts::of(A);
    let withdrawal = withdraw(&mut world, A, 1);
    let claim = world.ready(A, &withdrawal);
    assert_status(&world, &withdrawal, None);
    let blacklist = IAnchorStateRegistry::blacklistDisputeGameCall { game: claim.game };
    let registry = contracts.anchor_state_registry;
    world.l1.refused(BOB, registry, 0, blacklist.clone(), "AnchorStateRegistry_Unauthorized");
    world.l1.done(GUARDIAN, registry, 0, blacklist);
    assert_status(&world, &withdrawal, Some("OptimismPortal_InvalidRootClaim"));
    let again = claim.prove_call(&withdrawal);
    world.l1.refused(ALICE, contracts.portal, 0, again, "OptimismPortal_ImproperDisputeGame");
    world.ready(A, &withdrawal);
    assert_status(&world, &withdrawal, None);
}

#[test]
fn a_pause_stops_proving_and_finalizing_but_not_depositing() {
    let mut world = World::with_rollups();
    let contracts = RollupContracts::of(A);
    let withdrawal = withdraw(&mut world, A, 1);
    let claim = world.ready(A, &withdrawal);
    world.l1.done(GUARDIAN, contracts.anchor_state_registry, 0, IAnchorStateRegistry::pauseCall {});
    let l1 = &mut world.l1;
    l1.refused(ALICE, contracts.portal, 0, finalize_call(&withdrawal), "OptimismPortal_CallPaused");
    l1.refused(BOB, contracts.portal, 0, claim.prove_call(&withdrawal), "OptimismPortal_CallPaused");
    l1.send_raw(ALICE, alloy_primitives::TxKind::Call(contracts.portal), 1, Bytes::new());
    l1.done(GUARDIAN, contracts.anchor_state_registry, 0, IAnchorStateRegistry::unpauseCall {});
    l1.done(ALICE, contracts.portal, 0, finalize_call(&withdrawal));
}

#[test]
fn a_change_of_the_respected_game_type_and_retirement_invalidate() {
    let mut world = World::with_rollups();
    let contracts = RollupContracts::of(A);
    let withdrawal = withdraw(&mut world, A, 1);
    world.ready(A, &withdrawal);
    let registry = contracts.anchor_state_registry;
    world.l1.done(GUARDIAN, registry, 0, IAnchorStateRegistry::updateRetirementTimestampCall {});
    assert_status(&world, &withdrawal, Some("OptimismPortal_InvalidRootClaim"));
    let other_type = IAnchorStateRegistry::setRespectedGameTypeCall { gameType: GameType::Validity as u32 };
    world.l1.done(GUARDIAN, registry, 0, other_type);
    world.advance(1);
    let claim = world.claim(A);
    world.advance(1);
    let prove = claim.prove_call(&withdrawal);
    world.l1.refused(ALICE, contracts.portal, 0, prove, "OptimismPortal_InvalidDisputeGame");
}
