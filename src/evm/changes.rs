//! What leaves execution: every changed account and slot, sorted, with the hashes already taken.

use super::code::Code;
use alloy_primitives::{Address, B256, U256};
use std::collections::BTreeMap;

/// What one or more transactions changed, relative to the state they were executed on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Changed accounts.
    pub accounts: BTreeMap<Address, AccountChange>,
    /// Code that was deployed.
    pub code: BTreeMap<B256, Code>,
}

/// What became of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountChange {
    /// The account is gone (EIP-161 emptiness, or destroyed in the transaction that created it).
    Removed {
        /// Keccak of the address.
        hashed: B256,
    },
    /// The account has these fields now.
    Updated {
        /// Keccak of the address.
        hashed: B256,
        /// Its nonce.
        nonce: u64,
        /// Its balance.
        balance: U256,
        /// Its code's hash.
        code_hash: B256,
        /// Whether storage that it had before is dropped first (a contract created anew).
        storage_wiped: bool,
        /// Changed slots: keccak of the slot, and its value.
        storage: BTreeMap<U256, (B256, U256)>,
    },
}

impl AccountChange {
    /// Keccak of the account's address.
    pub const fn hashed(&self) -> B256 {
        match self {
            Self::Removed { hashed } | Self::Updated { hashed, .. } => *hashed,
        }
    }
}
