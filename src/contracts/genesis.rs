//! The contracts that L1 and rollups have from genesis, as account by address.
//!
//! Only code and configuration: whoever makes a genesis block adds the accounts with balances. Storage is set in three
//! cases. The L1 implementations are locked (the slot by which OpenZeppelin's `Initializable` counts is at its
//! maximum), as their constructors would have done. A rollup's messenger and bridge know their L1 counterparts. A
//! rollup's market begins with liquidity and its tokens with holders (`market.rs`).

use super::artifacts::{self, Artifact};
use super::{MintableToken, RollupContracts, addresses, market};
use crate::evm::GenesisAccount;
use alloy_primitives::{Address, Bytes, U256, keccak256, uint};
use alloy_sol_types::SolValue;
use std::collections::BTreeMap;

/// OpenZeppelin's ERC-7201 slot of `Initializable`.
const INITIALIZABLE_SLOT: U256 =
    uint!(0xf0c57e16840df040f15088dc2f81fe391c3923bec73e23a9662efc9c229c6a00_U256);
/// The slot of `l1CrossDomainMessenger` in `L2CrossDomainMessenger`.
const OTHER_MESSENGER_SLOT: U256 = uint!(3_U256);
/// The slot of `l1Bridge` in `L2StandardBridge`.
const OTHER_BRIDGE_SLOT: U256 = uint!(1_U256);

/// The contracts of the simulated L1.
pub fn l1_genesis() -> BTreeMap<Address, GenesisAccount> {
    let mut accounts = BTreeMap::from([
        (addresses::ROLLUP_DEPLOYER, stateless(artifacts::ROLLUP_DEPLOYER)),
        (addresses::ROLLUP_REGISTRY, stateless(artifacts::ROLLUP_REGISTRY)),
        (addresses::HOP_ROUTER, stateless(artifacts::HOP_ROUTER)),
        (addresses::SEQUENCER_BONDS, stateless(artifacts::SEQUENCER_BONDS)),
        (addresses::BRIDGE_GUARD, stateless(artifacts::BRIDGE_GUARD)),
        (addresses::TEST_TOKEN, stateless(artifacts::TEST_TOKEN)),
        // Games need no lock: a game is its clone's code, and the implementation claims nothing.
        (addresses::OPTIMISTIC_GAME_IMPLEMENTATION, stateless(artifacts::OPTIMISTIC_GAME)),
        (addresses::VALIDITY_GAME_IMPLEMENTATION, stateless(artifacts::VALIDITY_GAME)),
        (addresses::PORTAL_IMPLEMENTATION, locked(artifacts::OPTIMISM_PORTAL)),
        (addresses::FACTORY_IMPLEMENTATION, locked(artifacts::DISPUTE_GAME_FACTORY)),
        (addresses::ANCHOR_IMPLEMENTATION, locked(artifacts::ANCHOR_STATE_REGISTRY)),
        (addresses::MESSENGER_IMPLEMENTATION, locked(artifacts::L1_CROSS_DOMAIN_MESSENGER)),
        (addresses::BRIDGE_IMPLEMENTATION, locked(artifacts::L1_STANDARD_BRIDGE)),
    ]);
    accounts.extend(on_every_chain());
    accounts
}

/// The contracts of the rollup with this chain id, where each of `holders` has tokens of its market.
pub fn l2_genesis(chain_id: u64, holders: &[Address]) -> BTreeMap<Address, GenesisAccount> {
    let on_l1 = RollupContracts::of(chain_id);
    let test_token = MintableToken::test_token();
    let mut factory = stateless(artifacts::OPTIMISM_MINTABLE_ERC20_FACTORY);
    // `deployments` is at slot 0: the factory knows the token as one of its own.
    let deployment = keccak256((test_token.address(), U256::ZERO).abi_encode());
    factory.storage.insert(deployment.into(), word(test_token.remote_token));
    let mut messenger = stateless(artifacts::L2_CROSS_DOMAIN_MESSENGER);
    messenger.storage.insert(OTHER_MESSENGER_SLOT, word(on_l1.messenger));
    let mut bridge = stateless(artifacts::L2_STANDARD_BRIDGE);
    bridge.storage.insert(OTHER_BRIDGE_SLOT, word(on_l1.bridge));
    let mut accounts = BTreeMap::from([
        (addresses::L2_TO_L1_MESSAGE_PASSER, stateless(artifacts::L2_TO_L1_MESSAGE_PASSER)),
        (addresses::L1_BLOCK, stateless(artifacts::L1_BLOCK)),
        (addresses::L2_CROSS_DOMAIN_MESSENGER, messenger),
        (addresses::L2_STANDARD_BRIDGE, bridge),
        (addresses::MINTABLE_ERC20_FACTORY, factory),
        (test_token.address(), test_token.genesis_account()),
    ]);
    accounts.extend(on_every_chain());
    accounts.extend(market::accounts(holders));
    accounts
}

fn on_every_chain() -> [(Address, GenesisAccount); 2] {
    [
        (addresses::MULTICALL3, stateless(artifacts::MULTICALL3)),
        (addresses::VALUE_STORE, stateless(artifacts::VALUE_STORE)),
    ]
}

pub(super) fn stateless(artifact: Artifact) -> GenesisAccount {
    GenesisAccount {
        nonce: 1,
        balance: U256::ZERO,
        code: Bytes::from_static(artifact.runtime_code),
        storage: BTreeMap::new(),
    }
}

fn locked(artifact: Artifact) -> GenesisAccount {
    let mut account = stateless(artifact);
    account.storage.insert(INITIALIZABLE_SLOT, U256::from(u64::MAX));
    account
}

pub(super) fn word(address: Address) -> U256 {
    address.into_word().into()
}
