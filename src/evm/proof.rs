//! Proofs of an account and its slots against a state root (EIP-1186).

use super::hashed::{hashed_address, hashed_slot};
use super::state::State;
use crate::merkle::Trie;
use alloy_primitives::{Address, B256, Bytes, KECCAK256_EMPTY, U256};

/// An account and the proof of it; absent accounts and slots are proven absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountProof {
    /// Whose.
    pub address: Address,
    /// Nonce, zero if there is no account.
    pub nonce: u64,
    /// Wei.
    pub balance: U256,
    /// Keccak of the code.
    pub code_hash: B256,
    /// Root of the account's storage.
    pub storage_root: B256,
    /// Nodes from the state root to the account.
    pub account_proof: Vec<Bytes>,
    /// The slots asked for, in that order.
    pub storage: Vec<StorageProof>,
}

/// A slot's value and the proof of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageProof {
    /// The slot.
    pub slot: U256,
    /// Its value, zero if it has no leaf.
    pub value: U256,
    /// Nodes from the storage root to the slot.
    pub proof: Vec<Bytes>,
}

impl State {
    /// Proves an account and some of its slots.
    pub fn proof(&self, address: Address, slots: &[U256]) -> AccountProof {
        let hashed = hashed_address(address);
        let account = self.account_hashed(&hashed);
        let empty = Trie::new();
        let storage = account.map_or(&empty, |account| &account.storage);
        AccountProof {
            address,
            nonce: account.map_or(0, |account| account.nonce),
            balance: account.map_or(U256::ZERO, |account| account.balance),
            code_hash: account.map_or(KECCAK256_EMPTY, |account| account.code_hash),
            storage_root: storage.root(),
            account_proof: self.account_trie().proof(&hashed),
            storage: slots.iter().map(|slot| prove_slot(storage, *slot)).collect(),
        }
    }
}

fn prove_slot(storage: &Trie<U256>, slot: U256) -> StorageProof {
    let hashed = hashed_slot(slot);
    let value = storage.get(&hashed).copied().unwrap_or_default();
    StorageProof { slot, value, proof: storage.proof(&hashed) }
}
