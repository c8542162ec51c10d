//! No ether and no token comes from nowhere or goes nowhere: balances against what the logs say, exactly.

use crate::support::at;
use alloy_primitives::{Address, TxKind, U256};
use alloy_sol_types::{SolCall, SolEvent};
use causeway::{
    chain::{Body, Chain},
    contracts::{
        Deposit, HOLDER_USDX, HOLDER_WAVE, LENT_WAVE, POOL_USDX, POOL_WAVE, TEST_TOKEN_ON_L2, Withdrawal,
        abi::{IOptimismPortal, IStandardBridge, IToken},
        addresses::{L2_STANDARD_BRIDGE, L2_TO_L1_MESSAGE_PASSER, TEST_TOKEN, USDX, WAVE},
    },
    evm::{Fees, Origin, TxEnv},
    l1::blob_base_fee,
    messaging::Stage,
    rollup::Rollup,
    scenario::Scenario,
    world::World,
};
use std::collections::BTreeMap;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

pub(crate) const SCENARIO: &str = r#"{
  "rollups": [
    { "chain_id": 901, "batch_cadence": "1m", "proposal_interval": "5m",
      "settlement": { "optimistic": { "challenge_period": "20m", "game_clock": "10m", "air_gap": "10m" } } },
    { "chain_id": 902, "batch_cadence": "2m", "block_time": "1s",
      "settlement": { "zk": { "proving_delay": "10m", "prover_gas_per_second": 0, "execution_delay": "0s" } } }
  ],
  "timeline": [
    { "at": "13s", "command": { "send_message": { "from": 900, "to": 901, "content": { "ether": { "amount": "1 ether" } } } } },
    { "at": "20s", "command": { "send_message": { "from": 902, "to": 900, "content": { "ether": { "amount": "2 ether" } } } } },
    { "at": "20s", "command": { "send_message": { "from": 902, "to": 901, "content": { "ether": { "amount": "3 ether" } } } } },
    { "at": "25s", "command": { "send_message": { "from": 901, "to": 902, "content": { "ether": { "amount": "4 ether" } } } } },
    { "at": "30s", "command": { "send_message": { "from": 900, "to": 902, "content": { "token": { "amount": "5 ether" } } } } },
    { "at": "10m", "command": { "send_message": { "from": 902, "to": 901, "content": { "token": { "amount": "4 ether" } } } } }
  ]
}"#;

/// All ether of L1 that its fees burned: base fees and blob fees.
fn burned(l1: &Chain) -> U256 {
    let of_block = |block: &causeway::chain::SealedBlock| {
        let header = &block.header;
        let base = U256::from(header.gas_used) * U256::from(header.base_fee_per_gas.unwrap());
        base + U256::from(header.blob_gas_used.unwrap()) * U256::from(blob_base_fee(header))
    };
    l1.blocks().iter().map(|block| of_block(block)).sum()
}

fn assert_l1_ether(world: &World) {
    let l1 = world.l1().chain();
    let first = l1.blocks().front().unwrap().state.ether_supply();
    assert_eq!(l1.state().ether_supply() + burned(l1), first);
}

/// A portal's ether and its rollup's, each against the logs of both chains.
fn assert_bridged_ether(world: &World, rollup: &Rollup) {
    let (l1, l2) = (world.l1().chain(), rollup.chain());
    let portal = rollup.genesis().contracts().portal;
    let endowment = rollup.genesis().endowment();
    let sent: BTreeMap<_, _> = l2
        .blocks()
        .iter()
        .flat_map(|block| block.logs())
        .filter_map(|(_, _, log)| Withdrawal::from_log(log))
        .map(|withdrawal| (withdrawal.hash(), withdrawal.value))
        .collect();
    let (mut deposited, mut paid_out) = (U256::ZERO, U256::ZERO);
    for (_, _, log) in l1.blocks().iter().flat_map(|block| block.logs()) {
        if log.address != portal {
            continue;
        }
        if let Ok(deposit) = Deposit::from_log(log) {
            deposited += U256::from(deposit.mint);
        }
        if let Ok(event) = IOptimismPortal::WithdrawalFinalized::decode_log(log) {
            assert!(event.success);
            paid_out += sent[&event.withdrawalHash];
        }
    }
    assert_eq!(l1.state().balance(portal), endowment + deposited - paid_out);
    let transactions = l2.blocks().iter().flat_map(|block| &block.transactions);
    let minted: u128 = transactions
        .filter_map(|transaction| match transaction.body() {
            Body::Deposit(deposit) => Some(deposit.mint),
            Body::Ethereum(_) => None,
        })
        .sum();
    assert_eq!(l2.state().ether_supply(), endowment + U256::from(minted));
    let withdrawn: U256 = sent.values().sum();
    assert_eq!(l2.state().balance(L2_TO_L1_MESSAGE_PASSER), withdrawn);
}

fn read(world: &World, chain: &Chain, to: Address, data: Vec<u8>) -> U256 {
    let tx = TxEnv {
        from: Address::ZERO,
        origin: Origin::Impersonated,
        nonce: 0,
        gas_limit: 1_000_000,
        fees: Fees::NONE,
        to: TxKind::Call(to),
        value: U256::ZERO,
        data: data.into(),
        access_list: Default::default(),
        data_fee: U256::ZERO,
    };
    U256::from_be_slice(&chain.call(&tx, world.unix_seconds()).unwrap().output)
}

/// Tokens that a bridge's logs say were taken in and given out.
fn bridged(chain: &Chain, bridge: Address) -> (U256, U256) {
    let (mut taken, mut given) = (U256::ZERO, U256::ZERO);
    for (_, _, log) in chain.blocks().iter().flat_map(|block| block.logs()) {
        if log.address != bridge {
            continue;
        }
        if let Ok(event) = IStandardBridge::ERC20BridgeInitiated::decode_log(log) {
            taken += event.amount;
        }
        if let Ok(event) = IStandardBridge::ERC20BridgeFinalized::decode_log(log) {
            given += event.amount;
        }
    }
    (taken, given)
}

/// Tokens locked on L1 and minted on the rollup, and their difference: what is on its way.
fn assert_tokens(world: &World, rollup: &Rollup) -> U256 {
    let (l1, l2) = (world.l1().chain(), rollup.chain());
    let bridge = rollup.genesis().contracts().bridge;
    let deposits =
        IStandardBridge::depositsCall { localToken: TEST_TOKEN, remoteToken: TEST_TOKEN_ON_L2 }.abi_encode();
    let locked = read(world, l1, bridge, deposits);
    let supply = read(world, l2, TEST_TOKEN_ON_L2, IToken::totalSupplyCall {}.abi_encode());
    let (taken, released) = bridged(l1, bridge);
    let (burned, minted) = bridged(l2, L2_STANDARD_BRIDGE);
    assert_eq!(locked, taken - released);
    assert_eq!(world.token_balance(world.l1().id(), bridge).get(), locked);
    assert_eq!(supply, minted - burned);
    locked - supply
}

/// The market's tokens: only the mailbox bridge makes and burns them, as much on one rollup as on another.
fn assert_market_tokens(world: &World) {
    // People, and the shared sequencer.
    let accounts = world.people().iter().count() + 1;
    let begun = [
        (WAVE, POOL_WAVE + LENT_WAVE + HOLDER_WAVE * U256::from(accounts)),
        (USDX, POOL_USDX + HOLDER_USDX * U256::from(accounts)),
    ];
    for (token, supply) in begun {
        let call = || IToken::totalSupplyCall {}.abi_encode();
        let supplies = world.members().map(|member| read(world, member.rollup().chain(), token, call()));
        assert_eq!(supplies.sum::<U256>(), supply * U256::from(world.members().count()));
    }
}

#[test]
fn ether_and_tokens_are_conserved_at_every_moment() {
    let mut world = World::new(&Scenario::from_json(SCENARIO).unwrap()).unwrap();
    let mut on_their_way = U256::ZERO;
    for moment in ["30s", "50s", "5m", "10m 20s", "13m", "25m", "32m", "3h"] {
        world.run_until(at(moment));
        assert_l1_ether(&world);
        assert_market_tokens(&world);
        on_their_way = U256::ZERO;
        for member in world.members() {
            assert_bridged_ether(&world, member.rollup());
            on_their_way += assert_tokens(&world, member.rollup());
        }
    }
    let messages = world.book().messages();
    assert!(messages.iter().all(|message| message.stage() == Stage::Delivered));
    assert_eq!((messages.len(), on_their_way), (6, U256::ZERO));
}
