//! From rollup to rollup through L1 in the transaction that finalizes the first leg.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::*;
use crate::contracts::abi::*;
use crate::contracts::{RollupContracts, TEST_TOKEN_ON_L2, addresses};
use alloy_primitives::{Address, Bytes, TxKind, U256, keccak256};
use alloy_sol_types::{SolCall, SolValue};

fn hop_to_b() -> IHopRouter::Hop {
    IHopRouter::Hop {
        toChainId: U256::from(B),
        to: BOB,
        remoteToken: TEST_TOKEN_ON_L2,
        gasLimit: 200_000,
        refundTo: GUARDIAN,
        data: Bytes::new(),
    }
}

/// ALICE's tokens and ether are on A.
fn world_with_funds_on_a() -> World {
    let mut world = World::with_rollups();
    let bridge = RollupContracts::of(A).bridge;
    let l1 = &mut world.l1;
    l1.done(ALICE, addresses::TEST_TOKEN, 0, IToken::mintCall { to: ALICE, amount: U256::from(500) });
    l1.done(ALICE, addresses::TEST_TOKEN, 0, IToken::approveCall { spender: bridge, value: U256::MAX });
    let tokens = token_call(addresses::TEST_TOKEN, TEST_TOKEN_ON_L2, ALICE, 500, Bytes::new());
    let tokens = l1.done(ALICE, bridge, 0, tokens);
    let ether = IStandardBridge::bridgeETHToCall { to: ALICE, minGasLimit: 100_000, extraData: Bytes::new() };
    let ether = l1.done(ALICE, bridge, 1_000, ether);
    world.derive(&tokens.logs);
    world.derive(&ether.logs);
    world
}

fn token_call(
    local: Address,
    remote: Address,
    to: Address,
    amount: u64,
    extra: Bytes,
) -> IStandardBridge::bridgeERC20ToCall {
    IStandardBridge::bridgeERC20ToCall {
        localToken: local,
        remoteToken: remote,
        to,
        amount: U256::from(amount),
        minGasLimit: 900_000,
        extraData: extra,
    }
}

/// Sends tokens from A to the router with these instructions, and finalizes.
fn hop_tokens(world: &mut World, amount: u64, instructions: Bytes) -> crate::evm::Outcome {
    let call =
        token_call(TEST_TOKEN_ON_L2, addresses::TEST_TOKEN, addresses::HOP_ROUTER, amount, instructions);
    let source = world.rollup(A).done(ALICE, addresses::L2_STANDARD_BRIDGE, 0, call);
    world.carry(A, &source)
}

fn balance(chain: &Chain, token: Address, account: Address) -> u64 {
    chain.read(token, IToken::balanceOfCall { account }).to()
}

fn claimable(world: &World, token: Address, account: Address) -> u64 {
    world.l1.read(addresses::HOP_ROUTER, IHopRouter::claimableCall { token, account }).to()
}

#[test]
fn tokens_go_on_to_another_rollup_in_one_transaction() {
    let mut world = world_with_funds_on_a();
    let finalized = hop_tokens(&mut world, 200, hop_to_b().abi_encode().into());
    assert_eq!(event::<IHopRouter::Hopped>(&finalized.logs).amount, U256::from(200));
    let arrived = world.derive(&finalized.logs);
    assert!(arrived.len() == 1 && arrived[0].succeeded());
    assert_eq!(balance(world.rollup(B), TEST_TOKEN_ON_L2, BOB), 200);
    assert_eq!(balance(world.rollup(A), TEST_TOKEN_ON_L2, ALICE), 300);
    assert_eq!(balance(&world.l1, addresses::TEST_TOKEN, RollupContracts::of(A).bridge), 300);
    assert_eq!(balance(&world.l1, addresses::TEST_TOKEN, RollupContracts::of(B).bridge), 200);
    assert_eq!(balance(&world.l1, addresses::TEST_TOKEN, addresses::HOP_ROUTER), 0);
}

#[test]
fn ether_goes_on_with_a_call() {
    let mut world = world_with_funds_on_a();
    let call = IHopRouter::Hop {
        to: addresses::VALUE_STORE,
        data: IValueStore::setValueCall { value: U256::from(9) }.abi_encode().into(),
        ..hop_to_b()
    };
    let go = IStandardBridge::bridgeETHToCall {
        to: addresses::HOP_ROUTER,
        minGasLimit: 900_000,
        extraData: call.abi_encode().into(),
    };
    let source = world.rollup(A).done(ALICE, addresses::L2_STANDARD_BRIDGE, 70, go);
    let finalized = world.carry(A, &source);
    let arrived = world.derive(&finalized.logs);
    assert!(arrived.len() == 1 && arrived[0].succeeded());
    assert_eq!(world.rollup(B).read(addresses::VALUE_STORE, IValueStore::valueCall {}), U256::from(9));
    assert_eq!(world.rollup(B).state.balance(addresses::VALUE_STORE), U256::from(70));
    assert_eq!(world.l1.state.balance(RollupContracts::of(B).portal), U256::from(70));
}

#[test]
fn a_messenger_carries_ether_to_the_router_too() {
    let mut world = world_with_funds_on_a();
    let hop =
        IHopRouter::hopCall { token: addresses::ETHER, amount: U256::from(40), instructions: hop_to_b() };
    let send = ICrossDomainMessenger::sendMessageCall {
        target: addresses::HOP_ROUTER,
        message: hop.abi_encode().into(),
        minGasLimit: 500_000,
    };
    let before = world.rollup(B).state.balance(BOB);
    let source = world.rollup(A).done(ALICE, addresses::L2_CROSS_DOMAIN_MESSENGER, 40, send);
    let finalized = world.carry(A, &source);
    world.derive(&finalized.logs);
    assert_eq!(world.rollup(B).state.balance(BOB) - before, U256::from(40));
}

#[test]
fn what_cannot_go_on_waits_for_the_refund_address_alone() {
    let mut world = world_with_funds_on_a();
    let nowhere = IHopRouter::Hop { toChainId: U256::from(999), ..hop_to_b() };
    let finalized = hop_tokens(&mut world, 200, nowhere.abi_encode().into());
    assert_eq!(event::<IHopRouter::HopFailed>(&finalized.logs).refundTo, GUARDIAN);
    assert_eq!(claimable(&world, addresses::TEST_TOKEN, GUARDIAN), 200);
    let claim = IHopRouter::claimCall { token: addresses::TEST_TOKEN };
    world.l1.refused(BOB, addresses::HOP_ROUTER, 0, claim.clone(), "HopRouter_NothingToClaim");
    world.l1.done(GUARDIAN, addresses::HOP_ROUTER, 0, claim.clone());
    assert_eq!(balance(&world.l1, addresses::TEST_TOKEN, GUARDIAN), 200);
    world.l1.refused(GUARDIAN, addresses::HOP_ROUTER, 0, claim, "HopRouter_NothingToClaim");
}

#[test]
fn ether_that_cannot_go_on_is_claimed() {
    let mut world = world_with_funds_on_a();
    let too_little_gas = IHopRouter::Hop { gasLimit: 20_000, ..hop_to_b() };
    let hop =
        IHopRouter::hopCall { token: addresses::ETHER, amount: U256::from(40), instructions: too_little_gas };
    world.l1.refused(ALICE, addresses::HOP_ROUTER, 39, hop.clone(), "HopRouter_WrongValue");
    world.l1.done(ALICE, addresses::HOP_ROUTER, 40, hop);
    let before = world.l1.state.balance(GUARDIAN);
    world.l1.done(GUARDIAN, addresses::HOP_ROUTER, 0, IHopRouter::claimCall { token: addresses::ETHER });
    assert_eq!(world.l1.state.balance(GUARDIAN) - before, U256::from(40));
    assert_eq!(world.l1.state.balance(addresses::HOP_ROUTER), U256::ZERO);
}

#[test]
fn instructions_that_are_none_give_the_funds_to_the_sender() {
    let mut world = world_with_funds_on_a();
    for instructions in [Bytes::new(), Bytes::from_static(&[0xff; 70])] {
        hop_tokens(&mut world, 50, instructions);
    }
    let nobody = IHopRouter::Hop { refundTo: Address::ZERO, ..hop_to_b() };
    hop_tokens(&mut world, 50, nobody.abi_encode().into());
    assert_eq!(balance(&world.l1, addresses::TEST_TOKEN, ALICE), 150);
    assert_eq!(balance(&world.l1, addresses::TEST_TOKEN, addresses::HOP_ROUTER), 0);
}

#[test]
fn nobody_forwards_what_another_left() {
    let mut world = world_with_funds_on_a();
    let nowhere = IHopRouter::Hop { toChainId: U256::from(999), ..hop_to_b() };
    hop_tokens(&mut world, 200, nowhere.abi_encode().into());
    let take = IHopRouter::hopCall {
        token: addresses::TEST_TOKEN,
        amount: U256::from(200),
        instructions: hop_to_b(),
    };
    world.l1.refused(BOB, addresses::HOP_ROUTER, 0, take.clone(), "ERC20InsufficientAllowance");
    // `forward` has the arguments of `hop`, and is for the router alone.
    let arguments = &IHopRouter::hopCall { instructions: hop_to_b(), ..take }.abi_encode()[4..];
    let forward = [
        &keccak256("forward(address,uint256,(uint256,address,address,uint32,address,bytes))")[..4],
        arguments,
    ];
    let outcome = world.l1.send_raw(BOB, TxKind::Call(addresses::HOP_ROUTER), 0, forward.concat().into());
    assert_error(&outcome.output, "HopRouter_OnlySelf");
}
