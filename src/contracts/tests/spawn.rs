//! Spawning: one transaction makes a rollup's contracts where they were predicted, once.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::*;
use crate::contracts::abi::*;
use crate::contracts::{RollupContracts, addresses};
use alloy_primitives::{Bytes, U256, uint};

#[test]
fn predicted_addresses_are_the_ones_deployed() {
    let mut world = World::new();
    let outcome = world.spawn(World::optimistic(A));
    let deployed = event::<IRollupDeployer::RollupDeployed>(&outcome.logs);
    assert_eq!(deployed.chainId, U256::from(A));
    let expected = RollupContracts::of(A);
    let as_rust = |c: &IRollupDeployer::Contracts| RollupContracts {
        portal: c.portal,
        dispute_game_factory: c.disputeGameFactory,
        anchor_state_registry: c.anchorStateRegistry,
        messenger: c.messenger,
        bridge: c.bridge,
    };
    assert_eq!(as_rust(&deployed.contracts), expected);
    let predict = IRollupDeployer::predictCall { chainId: U256::from(A) };
    assert_eq!(as_rust(&world.l1.read(addresses::ROLLUP_DEPLOYER, predict)), expected);
    assert_ne!(RollupContracts::of(B), expected);
}

#[test]
fn spawning_is_cheap_and_logs_the_configuration() {
    let mut world = World::new();
    let outcome = world.spawn(World::optimistic(A));
    assert!(outcome.gas_used < 2_000_000, "{} gas", outcome.gas_used);
    let registered = event::<IRollupRegistry::RollupRegistered>(&outcome.logs);
    assert_eq!((registered.chainId, registered.config), (U256::from(A), Bytes::from_static(b"{}")));
}

#[test]
fn the_parts_know_each_other() {
    let world = World::with_rollups();
    let RollupContracts { portal, dispute_game_factory, anchor_state_registry, messenger, bridge } =
        RollupContracts::of(A);
    let l1 = &world.l1;
    assert_eq!(l1.read(portal, IOptimismPortal::anchorStateRegistryCall {}), anchor_state_registry);
    assert_eq!(l1.read(portal, IOptimismPortal::disputeGameFactoryCall {}), dispute_game_factory);
    assert_eq!(l1.read(portal, IOptimismPortal::proofMaturityDelaySecondsCall {}), U256::from(MATURITY_S));
    assert_eq!(
        l1.read(portal, IOptimismPortal::disputeGameFinalityDelaySecondsCall {}),
        U256::from(FINALITY_S)
    );
    assert_eq!(l1.read(portal, IOptimismPortal::l2SenderCall {}), addresses::DEFAULT_L2_SENDER);
    assert_eq!(l1.read(dispute_game_factory, IDisputeGameFactory::ownerCall {}), GUARDIAN);
    let bond = IDisputeGameFactory::initBondsCall { gameType: GameType::Optimistic as u32 };
    assert_eq!(l1.read(dispute_game_factory, bond), U256::from(BOND));
    assert_eq!(
        l1.read(messenger, ICrossDomainMessenger::otherMessengerCall {}),
        addresses::L2_CROSS_DOMAIN_MESSENGER
    );
    assert_eq!(l1.read(bridge, IStandardBridge::otherBridgeCall {}), addresses::L2_STANDARD_BRIDGE);
    let version = l1.read(portal, IOptimismPortal::versionCall {});
    assert!(version.starts_with("5."), "tools take the game path from version 3 on: {version}");
    let zk = l1.read(RollupContracts::of(B).portal, IOptimismPortal::respectedGameTypeCall {});
    assert_eq!(zk, GameType::Validity as u32);
}

#[test]
fn a_chain_id_is_taken_once_and_not_the_l1s() {
    let mut world = World::new();
    world.spawn(World::optimistic(A));
    let deploy = |chain_id| IRollupDeployer::deployCall { params: World::zk(chain_id), config: Bytes::new() };
    for taken in [A, 0, 1] {
        world.l1.refused(ALICE, addresses::ROLLUP_DEPLOYER, 0, deploy(taken), "ChainIdUnavailable");
    }
    let unknown = IRollupDeployer::deployCall {
        params: IRollupDeployer::RollupParams { gameType: 1, ..World::zk(B) },
        config: Bytes::new(),
    };
    world.l1.refused(ALICE, addresses::ROLLUP_DEPLOYER, 0, unknown, "UnknownGameType");
}

alloy_sol_types::sol! {
    interface IInitialize {
        function initialize(address registry, uint256 delay) external;
    }
}

#[test]
fn nobody_sets_a_clone_or_an_implementation_up_again() {
    let mut world = World::with_rollups();
    for portal in [RollupContracts::of(A).portal, addresses::PORTAL_IMPLEMENTATION] {
        let call = IInitialize::initializeCall { registry: ALICE, delay: uint!(0_U256) };
        world.l1.refused(ALICE, portal, 0, call, "InvalidInitialization");
    }
}
