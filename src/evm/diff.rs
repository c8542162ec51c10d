//! States as portable values: all leaves, or the leaves that differ from an older state.
//!
//! Neither holds trie nodes; both are sorted by hashed key, so equal states give equal bytes.

use super::account::Account;
use super::code::Code;
use super::state::State;
use crate::merkle::Trie;
use crate::types::Gather as _;
use alloy_primitives::{B256, Bytes, KECCAK256_EMPTY, U256};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use thiserror::Error;

/// A whole state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateLeaves {
    /// Accounts by hashed address.
    pub accounts: Vec<(B256, AccountDiff)>,
    /// The code that they refer to, by hash.
    pub codes: Vec<Bytes>,
}

/// What differs between two states of a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateDiff {
    /// Accounts by hashed address; `None` where the account is gone.
    pub accounts: Vec<(B256, Option<AccountDiff>)>,
    /// Code that the older state's accounts did not bring, by hash.
    pub codes: Vec<Bytes>,
}

/// An account's fields, and the slots that differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDiff {
    /// Its nonce.
    pub nonce: u64,
    /// Its balance.
    pub balance: U256,
    /// Its code's hash.
    pub code_hash: B256,
    /// Values by hashed slot; `None` where the slot is zero again.
    pub storage: Vec<(B256, Option<U256>)>,
}

/// Why leaves do not make a state. Accounts are named by their hashed address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StateLeavesError {
    /// An account refers to code that is not there.
    #[error("account {account}: expected code of hash {code_hash}, found none")]
    CodeMissing {
        /// The account's hashed address.
        account: B256,
        /// The code it refers to.
        code_hash: B256,
    },
    /// Keys must rise, each once.
    #[error("key {found} after {before}: expected keys in rising order")]
    Unsorted {
        /// The key before.
        before: B256,
        /// The key that should be higher.
        found: B256,
    },
    /// A slot without value or of value zero has no leaf.
    #[error("account {account}, slot {slot}: expected a value that is not zero")]
    ZeroSlot {
        /// The account's hashed address.
        account: B256,
        /// The hashed slot.
        slot: B256,
    },
}

impl State {
    /// What changed since `older`; cheap where the two share most of their tries.
    pub fn diff(&self, older: &Self) -> StateDiff {
        let mut codes = BTreeSet::new();
        let mut accounts = Vec::new();
        for (hashed, account) in self.accounts.diff(&older.accounts) {
            let before = older.accounts.get(&hashed);
            if let Some(account) = account
                && before.is_none_or(|before| before.code_hash != account.code_hash)
            {
                codes.insert(account.code_hash);
            }
            accounts.push((hashed, account.map(|account| account_diff(account, before))));
        }
        StateDiff { accounts, codes: self.raw_codes(codes) }
    }

    /// Turns the older state of a diff into the newer one.
    pub fn apply_diff(&mut self, diff: &StateDiff) -> Result<(), StateLeavesError> {
        check_rising(diff.accounts.iter().map(|(hashed, _)| *hashed))?;
        let mut codes = self.codes.clone();
        for code in &diff.codes {
            codes.insert(Code::new(code.clone()));
        }
        let mut updates = Vec::with_capacity(diff.accounts.len());
        for (hashed, change) in &diff.accounts {
            let account = match change {
                None => None,
                Some(change) => {
                    check_rising(change.storage.iter().map(|(slot, _)| *slot))?;
                    if codes.get(&change.code_hash).is_none() {
                        let code_hash = change.code_hash;
                        return Err(StateLeavesError::CodeMissing { account: *hashed, code_hash });
                    }
                    if let Some((slot, _)) =
                        change.storage.iter().find(|(_, value)| *value == Some(U256::ZERO))
                    {
                        return Err(StateLeavesError::ZeroSlot { account: *hashed, slot: *slot });
                    }
                    Some(apply_account_diff(self.accounts.get(hashed), change))
                }
            };
            updates.push((*hashed, account));
        }
        self.codes = codes;
        self.accounts.update(updates);
        Ok(())
    }

    /// Every leaf.
    pub fn leaves(&self) -> StateLeaves {
        let accounts: Vec<_> =
            self.accounts.iter().map(|(hashed, account)| (hashed, account_diff(account, None))).collect();
        let codes = accounts.iter().map(|(_, account)| account.code_hash).gather();
        StateLeaves { accounts, codes: self.raw_codes(codes) }
    }

    fn raw_codes(&self, hashes: BTreeSet<B256>) -> Vec<Bytes> {
        let known = hashes.into_iter().filter(|hash| *hash != KECCAK256_EMPTY);
        known.filter_map(|hash| self.codes.get(&hash)).map(|code| code.bytes()).collect()
    }
}

impl TryFrom<StateLeaves> for State {
    type Error = StateLeavesError;

    fn try_from(leaves: StateLeaves) -> Result<Self, StateLeavesError> {
        for (account, leaf) in &leaves.accounts {
            if let Some((slot, _)) = leaf.storage.iter().find(|(_, value)| value.is_none()) {
                return Err(StateLeavesError::ZeroSlot { account: *account, slot: *slot });
            }
        }
        let accounts = leaves.accounts.into_iter().map(|(hashed, account)| (hashed, Some(account))).collect();
        let mut state = Self::default();
        state.apply_diff(&StateDiff { accounts, codes: leaves.codes })?;
        Ok(state)
    }
}

impl Serialize for State {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.leaves().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for State {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        StateLeaves::deserialize(deserializer)?.try_into().map_err(serde::de::Error::custom)
    }
}

fn account_diff(account: &Account, before: Option<&Account>) -> AccountDiff {
    let empty = Trie::new();
    let older = before.map_or(&empty, |before| &before.storage);
    AccountDiff {
        nonce: account.nonce,
        balance: account.balance,
        code_hash: account.code_hash,
        storage: account.storage.diff(older).map(|(slot, value)| (slot, value.copied())).collect(),
    }
}

fn apply_account_diff(before: Option<&Account>, change: &AccountDiff) -> Account {
    let mut storage = before.map_or_else(Trie::new, |before| before.storage.clone());
    storage.update(change.storage.iter().copied());
    Account { nonce: change.nonce, balance: change.balance, code_hash: change.code_hash, storage }
}

fn check_rising(keys: impl Iterator<Item = B256>) -> Result<(), StateLeavesError> {
    let mut before: Option<B256> = None;
    for found in keys {
        if let Some(before) = before
            && before >= found
        {
            return Err(StateLeavesError::Unsorted { before, found });
        }
        before = Some(found);
    }
    Ok(())
}
