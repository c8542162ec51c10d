//! Representations of L1 tokens on a rollup: where the factory puts them, and how one looks in a genesis state.

use super::{addresses, artifacts};
use crate::evm::GenesisAccount;
use alloy_primitives::{Address, Bytes, U256, address, keccak256};
use alloy_sol_types::SolValue;
use std::collections::BTreeMap;

/// The test token's representation, which every rollup has from genesis.
pub const TEST_TOKEN_ON_L2: Address = address!("5555eda801bd0474292c74590dc1696927bb9039");

/// What decides the address of a representation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MintableToken {
    /// The token on L1.
    pub remote_token: Address,
    /// The name, at most 31 bytes where it is to stand in a genesis state.
    pub name: String,
    /// The symbol, with the same bound.
    pub symbol: String,
    /// Digits after the point.
    pub decimals: u8,
}

impl MintableToken {
    /// The test token as rollups represent it.
    pub fn test_token() -> Self {
        Self {
            remote_token: addresses::TEST_TOKEN,
            name: "Test Token".into(),
            symbol: "TEST".into(),
            decimals: 18,
        }
    }

    /// Where the rollup's factory makes this representation: the same on every rollup.
    pub fn address(&self) -> Address {
        let Self { remote_token, name, symbol, decimals } = self;
        let decimals = U256::from(*decimals);
        let salt = keccak256((*remote_token, name.as_str(), symbol.as_str(), decimals).abi_encode_params());
        let arguments =
            (addresses::L2_STANDARD_BRIDGE, *remote_token, name.as_str(), symbol.as_str(), decimals)
                .abi_encode_params();
        let creation_code = artifacts::OPTIMISM_MINTABLE_ERC20.creation_code.unwrap_or_default();
        addresses::MINTABLE_ERC20_FACTORY.create2(salt, keccak256([creation_code, &arguments].concat()))
    }

    /// The account as the factory would have made it.
    pub(super) fn genesis_account(&self) -> GenesisAccount {
        let Self { remote_token, name, symbol, decimals } = self;
        let mut account = mintable_account(name, symbol, addresses::L2_STANDARD_BRIDGE, *decimals);
        account.storage.insert(U256::from(5), remote_token.into_word().into());
        account
    }
}

/// A token that only `bridge` mints and burns, and that represents none of another layer. Slots: balances 0,
/// supply 2, name 3, symbol 4, remote token 5, bridge and decimals 6.
pub(super) fn mintable_account(name: &str, symbol: &str, bridge: Address, decimals: u8) -> GenesisAccount {
    let bridge: U256 = bridge.into_word().into();
    let storage = BTreeMap::from([
        (U256::from(3), short_string(name)),
        (U256::from(4), short_string(symbol)),
        (U256::from(6), bridge | (U256::from(decimals) << 160)),
    ]);
    GenesisAccount {
        nonce: 1,
        balance: U256::ZERO,
        code: Bytes::from_static(artifacts::OPTIMISM_MINTABLE_ERC20.runtime_code),
        storage,
    }
}

/// How Solidity stores a string of at most 31 bytes: left aligned, twice its length in the last byte.
fn short_string(text: &str) -> U256 {
    assert!(text.len() <= 31, "invariant: a genesis token's name and symbol fit into a slot");
    let mut word = [0; 32];
    word[..text.len()].copy_from_slice(text.as_bytes());
    word[31] = (text.len() * 2) as u8;
    U256::from_be_bytes(word)
}
