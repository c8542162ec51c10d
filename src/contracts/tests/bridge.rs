//! Bridges: ether, tokens of L1 and tokens of a rollup, both ways; nothing is minted that was not locked.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::world::*;
use crate::contracts::abi::*;
use crate::contracts::{MintableToken, RollupContracts, TEST_TOKEN_ON_L2, addresses, artifacts};
use crate::evm::Outcome;
use alloy_primitives::{Address, Bytes, TxKind, U256};
use alloy_sol_types::{SolCall, SolValue};

const L1_TOKEN: Address = addresses::TEST_TOKEN;
const L2_BRIDGE: Address = addresses::L2_STANDARD_BRIDGE;

fn bridge_token(local: Address, remote: Address, amount: u64) -> IStandardBridge::bridgeERC20ToCall {
    IStandardBridge::bridgeERC20ToCall {
        localToken: local,
        remoteToken: remote,
        to: BOB,
        amount: U256::from(amount),
        minGasLimit: 200_000,
        extraData: Bytes::from_static(b"note"),
    }
}

fn balance(chain: &Chain, token: Address, account: Address) -> u64 {
    chain.read(token, IToken::balanceOfCall { account }).to()
}

/// ALICE has 1000 test tokens on L1 and lets A's bridge take them.
fn world_with_tokens() -> World {
    let mut world = World::with_rollups();
    world.l1.done(ALICE, L1_TOKEN, 0, IToken::mintCall { to: ALICE, amount: U256::from(1_000) });
    for chain_id in [A, B] {
        let approve = IToken::approveCall { spender: RollupContracts::of(chain_id).bridge, value: U256::MAX };
        world.l1.done(ALICE, L1_TOKEN, 0, approve);
    }
    world
}

#[test]
fn ether_goes_in_and_comes_back() {
    let mut world = World::with_rollups();
    let bridge = RollupContracts::of(A).bridge;
    let go = IStandardBridge::bridgeETHToCall { to: BOB, minGasLimit: 100_000, extraData: Bytes::new() };
    let before = world.rollup(A).state.balance(BOB);
    let outcome = world.l1.done(ALICE, bridge, 50, go);
    event::<IStandardBridge::ETHBridgeInitiated>(&outcome.logs);
    let arrived = world.derive(&outcome.logs).remove(0);
    assert_eq!(event::<IStandardBridge::ETHBridgeFinalized>(&arrived.logs).amount, U256::from(50));
    assert_eq!(world.rollup(A).state.balance(BOB) - before, U256::from(50));
    assert_eq!(world.l1.state.balance(RollupContracts::of(A).portal), U256::from(50));

    let back = IL2StandardBridge::withdrawToCall {
        l2Token: addresses::ETHER,
        to: GUARDIAN,
        amount: U256::from(20),
        minGasLimit: 100_000,
        extraData: Bytes::new(),
    };
    let before = world.l1.state.balance(GUARDIAN);
    world.rollup(A).refused(BOB, L2_BRIDGE, 19, back.clone(), "Bridge_WrongValue");
    let source = world.rollup(A).done(BOB, L2_BRIDGE, 20, back);
    world.carry(A, &source);
    assert_eq!(world.l1.state.balance(GUARDIAN) - before, U256::from(20));
    assert_eq!(world.l1.state.balance(RollupContracts::of(A).portal), U256::from(30));
}

#[test]
fn an_l1_token_is_locked_and_minted_burnt_and_released() {
    let mut world = world_with_tokens();
    let bridge = RollupContracts::of(A).bridge;
    let outcome = world.l1.done(ALICE, bridge, 0, bridge_token(L1_TOKEN, TEST_TOKEN_ON_L2, 600));
    let arrived = world.derive(&outcome.logs).remove(0);
    let finalized = event::<IStandardBridge::ERC20BridgeFinalized>(&arrived.logs);
    assert_eq!((finalized.localToken, finalized.remoteToken), (TEST_TOKEN_ON_L2, L1_TOKEN));
    assert_eq!((finalized.from, finalized.to, finalized.amount), (ALICE, BOB, U256::from(600)));
    assert_eq!(finalized.extraData, Bytes::from_static(b"note"));
    assert_eq!(balance(&world.l1, L1_TOKEN, bridge), 600);
    assert_eq!(balance(world.rollup(A), TEST_TOKEN_ON_L2, BOB), 600);

    let source = world.rollup(A).done(BOB, L2_BRIDGE, 0, bridge_token(TEST_TOKEN_ON_L2, L1_TOKEN, 250));
    assert_eq!(world.rollup(A).read(TEST_TOKEN_ON_L2, IToken::totalSupplyCall {}), U256::from(350));
    world.carry(A, &source);
    assert_eq!(balance(&world.l1, L1_TOKEN, BOB), 250);
    assert_eq!(balance(&world.l1, L1_TOKEN, bridge), 350);
    let deposits = IStandardBridge::depositsCall { localToken: L1_TOKEN, remoteToken: TEST_TOKEN_ON_L2 };
    assert_eq!(world.l1.read(bridge, deposits), U256::from(350));
}

#[test]
fn an_unfunded_mint_is_impossible() {
    let mut world = world_with_tokens();
    let mint = IToken::mintCall { to: BOB, amount: U256::from(1) };
    world.rollup(A).refused(BOB, TEST_TOKEN_ON_L2, 0, mint, "OnlyBridge");
    let burn = IToken::burnCall { from: BOB, amount: U256::from(0) };
    world.rollup(A).refused(BOB, TEST_TOKEN_ON_L2, 0, burn, "OnlyBridge");

    let forged = IStandardBridge::finalizeBridgeERC20Call {
        localToken: TEST_TOKEN_ON_L2,
        remoteToken: L1_TOKEN,
        from: BOB,
        to: BOB,
        amount: U256::from(1),
        extraData: Bytes::new(),
    };
    world.rollup(A).refused(BOB, L2_BRIDGE, 0, forged.clone(), "Bridge_OnlyOtherBridge");
    // Nor by a genuine message from somebody who is not the bridge.
    let send = ICrossDomainMessenger::sendMessageCall {
        target: L2_BRIDGE,
        message: forged.abi_encode().into(),
        minGasLimit: 200_000,
    };
    let outcome = world.l1.done(ALICE, RollupContracts::of(A).messenger, 0, send);
    let arrived = world.derive(&outcome.logs).remove(0);
    event::<ICrossDomainMessenger::FailedRelayedMessage>(&arrived.logs);
    let unfunded = bridge_token(L1_TOKEN, TEST_TOKEN_ON_L2, 1_001);
    world.l1.refused(ALICE, RollupContracts::of(A).bridge, 0, unfunded, "ERC20InsufficientBalance");
    assert_eq!(world.rollup(A).read(TEST_TOKEN_ON_L2, IToken::totalSupplyCall {}), U256::ZERO);
}

/// Both rollups' bridges hold 400 test tokens.
fn world_with_escrow() -> World {
    let mut world = world_with_tokens();
    for chain_id in [A, B] {
        let call = bridge_token(L1_TOKEN, TEST_TOKEN_ON_L2, 400);
        let outcome = world.l1.done(ALICE, RollupContracts::of(chain_id).bridge, 0, call);
        world.derive(&outcome.logs);
    }
    world
}

#[test]
fn a_token_that_poses_as_a_representation_releases_nothing() {
    let mut world = world_with_escrow();
    let MintableToken { name, symbol, .. } = MintableToken::test_token();
    let arguments = (BOB, L1_TOKEN, name.as_str(), symbol.as_str(), U256::from(18)).abi_encode_params();
    let code = [artifacts::OPTIMISM_MINTABLE_ERC20.creation_code.unwrap(), &arguments].concat();
    let fake = world.rollup(A).send_raw(BOB, TxKind::Create, 0, code.into()).created.unwrap();
    world.rollup(A).done(BOB, fake, 0, IToken::mintCall { to: BOB, amount: U256::from(400) });
    world.rollup(A).refused(BOB, L2_BRIDGE, 0, bridge_token(fake, L1_TOKEN, 400), "OnlyBridge");
    let wrong_pair = bridge_token(TEST_TOKEN_ON_L2, BOB, 1);
    world.rollup(A).refused(BOB, L2_BRIDGE, 0, wrong_pair, "Bridge_WrongRemoteToken");
}

/// What a rollup whose state was corrupted may have its bridge say.
fn claim_release(world: &mut World, remote: Address, amount: u64) -> Outcome {
    let release = IStandardBridge::finalizeBridgeERC20Call {
        localToken: L1_TOKEN,
        remoteToken: remote,
        from: BOB,
        to: BOB,
        amount: U256::from(amount),
        extraData: Bytes::new(),
    };
    let send = ICrossDomainMessenger::sendMessageCall {
        target: RollupContracts::of(A).bridge,
        message: release.abi_encode().into(),
        minGasLimit: 200_000,
    };
    let source = world.rollup(A).done(L2_BRIDGE, addresses::L2_CROSS_DOMAIN_MESSENGER, 0, send);
    world.carry(A, &source)
}

#[test]
fn a_corrupt_rollup_takes_no_more_than_its_own_escrow() {
    let mut world = world_with_escrow();
    for (remote, amount) in [(TEST_TOKEN_ON_L2, 401), (BOB, 1)] {
        let outcome = claim_release(&mut world, remote, amount);
        event::<ICrossDomainMessenger::FailedRelayedMessage>(&outcome.logs);
    }
    assert_eq!(balance(&world.l1, L1_TOKEN, BOB), 0);
    let outcome = claim_release(&mut world, TEST_TOKEN_ON_L2, 400);
    event::<ICrossDomainMessenger::RelayedMessage>(&outcome.logs);
    assert_eq!(balance(&world.l1, L1_TOKEN, BOB), 400);
    assert_eq!(balance(&world.l1, L1_TOKEN, RollupContracts::of(B).bridge), 400);
}

#[test]
fn a_deposit_for_a_token_that_does_not_exist_waits_and_can_be_replayed() {
    let mut world = world_with_tokens();
    let later = MintableToken { symbol: "LATER".into(), ..MintableToken::test_token() };
    let call = bridge_token(L1_TOKEN, later.address(), 10);
    let outcome = world.l1.done(ALICE, RollupContracts::of(A).bridge, 0, call);
    let sent = event::<ICrossDomainMessenger::SentMessage>(&outcome.logs);
    let arrived = world.derive(&outcome.logs).remove(0);
    event::<ICrossDomainMessenger::FailedRelayedMessage>(&arrived.logs);
    let create = IOptimismMintableERC20Factory::createOptimismMintableERC20Call {
        remoteToken: L1_TOKEN,
        name: later.name.clone(),
        symbol: later.symbol.clone(),
    };
    let made = world.rollup(A).done(BOB, addresses::MINTABLE_ERC20_FACTORY, 0, create);
    let created = event::<IOptimismMintableERC20Factory::OptimismMintableERC20Created>(&made.logs);
    assert_eq!(created.localToken, later.address());
    let replay = ICrossDomainMessenger::relayMessageCall {
        nonce: sent.messageNonce,
        sender: sent.sender,
        target: sent.target,
        value: U256::ZERO,
        minGasLimit: sent.gasLimit,
        message: sent.message,
    };
    world.rollup(A).done(PROPOSER, addresses::L2_CROSS_DOMAIN_MESSENGER, 0, replay);
    assert_eq!(balance(world.rollup(A), later.address(), BOB), 10);
}

#[test]
fn the_genesis_representation_is_the_factorys_own() {
    let mut world = World::with_rollups();
    assert_eq!(MintableToken::test_token().address(), TEST_TOKEN_ON_L2);
    let rollup = world.rollup(A);
    assert_eq!(rollup.read(TEST_TOKEN_ON_L2, IToken::nameCall {}), "Test Token");
    assert_eq!(rollup.read(TEST_TOKEN_ON_L2, IToken::symbolCall {}), "TEST");
    assert_eq!(rollup.read(TEST_TOKEN_ON_L2, IToken::decimalsCall {}), 18);
    assert_eq!(rollup.read(TEST_TOKEN_ON_L2, IToken::remoteTokenCall {}), L1_TOKEN);
    assert_eq!(rollup.read(TEST_TOKEN_ON_L2, IToken::bridgeCall {}), L2_BRIDGE);
    let deployments = IOptimismMintableERC20Factory::deploymentsCall { localToken: TEST_TOKEN_ON_L2 };
    assert_eq!(rollup.read(addresses::MINTABLE_ERC20_FACTORY, deployments), L1_TOKEN);
    // Made by a transaction, it has the same code and the same storage as in genesis.
    let twin = MintableToken { symbol: "TWIN".into(), ..MintableToken::test_token() };
    let create = IOptimismMintableERC20Factory::createOptimismMintableERC20Call {
        remoteToken: twin.remote_token,
        name: twin.name.clone(),
        symbol: twin.symbol.clone(),
    };
    rollup.done(BOB, addresses::MINTABLE_ERC20_FACTORY, 0, create);
    assert_eq!(rollup.state.code(twin.address()), rollup.state.code(TEST_TOKEN_ON_L2));
    for slot in [3, 5, 6] {
        let at = |address| rollup.state.storage(address, U256::from(slot));
        assert_eq!(at(twin.address()), at(TEST_TOKEN_ON_L2), "slot {slot}");
    }
}

#[test]
fn a_contract_must_name_the_recipient() {
    let mut world = World::with_rollups();
    let bridge_eth = IStandardBridge::bridgeETHCall { minGasLimit: 100_000, extraData: Bytes::new() };
    let calls = vec![IMulticall3::Call3 {
        target: RollupContracts::of(A).bridge,
        allowFailure: true,
        callData: bridge_eth.abi_encode().into(),
    }];
    let outcome = world.l1.done(ALICE, addresses::MULTICALL3, 0, IMulticall3::aggregate3Call { calls });
    let results = IMulticall3::aggregate3Call::abi_decode_returns(&outcome.output).unwrap();
    assert!(!results[0].success);
    assert_error(&results[0].returnData, "Bridge_OnlyAccounts");
}

#[test]
fn the_faucet_has_a_limit() {
    let mut world = World::new();
    let amount = U256::from(1_000_000 * ETHER);
    world.l1.done(BOB, L1_TOKEN, 0, IToken::mintCall { to: BOB, amount });
    let more = IToken::mintCall { to: BOB, amount: amount + U256::from(1) };
    world.l1.refused(BOB, L1_TOKEN, 0, more, "MintLimitExceeded");
    assert_eq!(world.l1.read(L1_TOKEN, IToken::symbolCall {}), "TEST");
}
