//! A chain's state: one trie of accounts, and the code they refer to.
//!
//! A clone is O(1) and shares everything; applying changes copies the paths that changed. So every block of
//! a history can keep its own state, and root, proofs, forks and history are reads of the same structure.

use super::account::{Account, GenesisAccount};
use super::changes::{AccountChange, Changes};
use super::code::{Code, CodeStore};
use super::hashed::{hashed_address, hashed_slot};
use crate::merkle::Trie;
use alloy_primitives::{Address, B256, U256};
use std::collections::BTreeMap;

/// Accounts by hashed address, and code by hash.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub(super) accounts: Trie<Account>,
    pub(super) codes: CodeStore,
}

impl State {
    /// The state of a genesis block; code that `codes` has already is shared with it.
    pub fn from_genesis(accounts: &BTreeMap<Address, GenesisAccount>, codes: CodeStore) -> Self {
        let mut state = Self { accounts: Trie::new(), codes };
        for (address, genesis) in accounts {
            let code_hash = state.codes.insert(Code::new(genesis.code.clone()));
            let slots = genesis.storage.iter().filter(|(_, value)| !value.is_zero());
            let storage = slots.map(|(slot, value)| (hashed_slot(*slot), *value)).collect();
            let account = Account { nonce: genesis.nonce, balance: genesis.balance, code_hash, storage };
            state.accounts.insert(hashed_address(*address), account);
        }
        state
    }

    /// The state root: what a block header commits to.
    pub fn root(&self) -> B256 {
        self.accounts.root()
    }

    /// An account, if it exists.
    pub fn account(&self, address: Address) -> Option<&Account> {
        self.account_hashed(&hashed_address(address))
    }

    /// An account by its hashed address.
    pub fn account_hashed(&self, hashed: &B256) -> Option<&Account> {
        self.accounts.get(hashed)
    }

    /// Wei; zero if there is no account.
    pub fn balance(&self, address: Address) -> U256 {
        self.account(address).map_or(U256::ZERO, |account| account.balance)
    }

    /// The account's next nonce.
    pub fn nonce(&self, address: Address) -> u64 {
        self.account(address).map_or(0, |account| account.nonce)
    }

    /// The account's code, empty if it has none.
    pub fn code(&self, address: Address) -> Code {
        self.account(address).and_then(|account| self.codes.get(&account.code_hash)).unwrap_or_default()
    }

    /// A storage slot's value, zero where none was written.
    pub fn storage(&self, address: Address, slot: U256) -> U256 {
        let hashed = hashed_slot(slot);
        self.account(address).and_then(|account| account.storage.get(&hashed)).copied().unwrap_or_default()
    }

    /// All accounts by hashed address.
    pub const fn account_trie(&self) -> &Trie<Account> {
        &self.accounts
    }

    /// The code that accounts refer to, and maybe more.
    pub const fn codes(&self) -> &CodeStore {
        &self.codes
    }

    /// Shares code with another chain.
    pub fn share_code(&mut self, codes: &CodeStore) {
        self.codes.merge(codes);
    }

    /// All ether in existence on the chain. Visits every account.
    pub fn ether_supply(&self) -> U256 {
        self.accounts.iter().map(|(_, account)| account.balance).sum()
    }

    /// Applies what transactions changed.
    pub fn apply(&mut self, changes: &Changes) {
        for code in changes.code.values() {
            self.codes.insert(code.clone());
        }
        let updates: Vec<_> =
            changes.accounts.values().map(|change| (change.hashed(), self.changed_account(change))).collect();
        self.accounts.update(updates);
    }

    fn changed_account(&self, change: &AccountChange) -> Option<Account> {
        match change {
            AccountChange::Removed { .. } => None,
            AccountChange::Updated { hashed, nonce, balance, code_hash, storage_wiped, storage } => {
                let mut kept = match self.accounts.get(hashed) {
                    Some(account) if !storage_wiped => account.storage.clone(),
                    _ => Trie::new(),
                };
                let slots =
                    storage.values().map(|(slot, value)| (*slot, (!value.is_zero()).then_some(*value)));
                kept.update(slots);
                Some(Account { nonce: *nonce, balance: *balance, code_hash: *code_hash, storage: kept })
            }
        }
    }
}
