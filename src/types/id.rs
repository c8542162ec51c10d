//! Identifiers of chains, blocks and messages.

use alloy_primitives::{Address, B256, keccak256};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An EIP-155 chain id. The L1 of a world and each of its rollups have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ChainId(u64);

impl ChainId {
    /// The largest id that JavaScript holds exactly and that EIP-2294 leaves room for.
    pub const MAX: u64 = (1 << 53) - 1;

    /// Wraps a chain id.
    pub const fn new(id: u64) -> Self {
        Self(id)
    }

    /// The bare number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// An address that belongs to `role` of this chain and to nothing else: batcher, proposer, inbox.
    /// Nobody holds its key; simulated actors send as themselves.
    pub fn actor_address(self, role: &str) -> Address {
        let digest = keccak256(format!("causeway/{}/{role}", self.0));
        Address::from_slice(&digest[12..])
    }
}

impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The height of a block on its chain; genesis is 0.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct BlockNumber(u64);

impl BlockNumber {
    /// The first block of every chain.
    pub const GENESIS: Self = Self(0);

    /// Wraps a height.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The bare number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The block after this one.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The block before this one, none for genesis.
    pub const fn previous(self) -> Option<Self> {
        match self.0.checked_sub(1) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }
}

impl fmt::Display for BlockNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Names one message for its whole life: the withdrawal hash of a message that leaves a rollup,
/// the deposit's source hash of one that starts on L1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct MessageId(#[schemars(with = "String")] B256);

impl MessageId {
    /// Wraps the hash.
    pub const fn new(hash: B256) -> Self {
        Self(hash)
    }

    /// The bare hash.
    pub const fn get(self) -> B256 {
        self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
