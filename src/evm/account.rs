//! Accounts: the leaves of the state trie, each with the trie of its storage within.

use crate::merkle::{Leaf, Trie};
use alloy_primitives::{B256, Bytes, KECCAK256_EMPTY, U256};
use alloy_rlp::Encodable;
use alloy_trie::TrieAccount;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An account as the state trie holds it, its storage trie within.
#[derive(Clone, Debug)]
pub struct Account {
    /// Transactions sent, or contracts created by a contract (which starts at one).
    pub nonce: u64,
    /// Wei.
    pub balance: U256,
    /// Keccak of the code; of nothing for an account without code.
    pub code_hash: B256,
    /// Values by hashed slot; zero is never stored, since a slot without a leaf reads as zero.
    pub storage: Trie<U256>,
}

impl Account {
    /// The account as Ethereum encodes it.
    pub fn to_trie_account(&self) -> TrieAccount {
        TrieAccount::new(self.nonce, self.balance, self.storage.root(), self.code_hash)
    }
}

impl Default for Account {
    fn default() -> Self {
        Self { nonce: 0, balance: U256::ZERO, code_hash: KECCAK256_EMPTY, storage: Trie::new() }
    }
}

impl Leaf for Account {
    fn rlp(&self, out: &mut Vec<u8>) {
        self.to_trie_account().encode(out);
    }
}

/// An account of a genesis block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenesisAccount {
    /// The nonce it starts with.
    pub nonce: u64,
    /// Wei.
    pub balance: U256,
    /// Runtime code, empty for an account without code.
    pub code: Bytes,
    /// Storage by slot; zero values are left out of the trie.
    pub storage: BTreeMap<U256, U256>,
}
