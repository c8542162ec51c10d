//! Nodes, heights, rounds and values of a committee, each a type of its own.

use alloy_primitives::{B256, Bytes, keccak256};
use arc_malachitebft_core_types as malachite;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A sequencer node, numbered from 0 within its committee.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct NodeId(u8);

impl NodeId {
    /// Wraps a number.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// The bare number.
    pub const fn get(self) -> u8 {
        self.0
    }

    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl malachite::Address for NodeId {}

/// The number of a decision; the first is 1.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Height(u64);

impl Height {
    /// The first height that is decided.
    pub const FIRST: Self = Self(1);

    /// Wraps a number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The bare number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The height after this one.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Height {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl malachite::Height for Height {
    const ZERO: Self = Self(0);
    const INITIAL: Self = Self::FIRST;

    fn increment_by(&self, n: u64) -> Self {
        Self(self.0 + n)
    }

    fn decrement_by(&self, n: u64) -> Option<Self> {
        self.0.checked_sub(n).map(Self)
    }

    fn as_u64(&self) -> u64 {
        self.0
    }
}

/// An attempt at a height under one leader; the first is 0.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Round(u32);

impl Round {
    /// The first round of every height.
    pub const FIRST: Self = Self(0);

    /// Wraps a number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The bare number.
    pub const fn get(self) -> u32 {
        self.0
    }

    pub(super) const fn previous(self) -> Option<Self> {
        match self.0.checked_sub(1) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    pub(super) const fn driver(self) -> malachite::Round {
        malachite::Round::new(self.0)
    }

    /// The round of that number; Malachite's nil round is before the first.
    pub(super) fn from_driver(round: malachite::Round) -> Option<Self> {
        round.as_u32().map(Self)
    }
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What nodes vote for: keccak256 of the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ValueId(#[schemars(with = "String")] B256);

impl ValueId {
    /// The id of a payload.
    pub fn of(payload: &Bytes) -> Self {
        Self(keccak256(payload))
    }

    /// Wraps a hash.
    pub const fn new(hash: B256) -> Self {
        Self(hash)
    }

    /// The bare hash.
    pub const fn get(self) -> B256 {
        self.0
    }
}

impl fmt::Display for ValueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A set of nodes, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeSet([u64; 2]);

impl NodeSet {
    /// Most nodes that a set can tell apart.
    pub const NODES_MAX: u8 = 128;

    /// Adds a node, numbered below [`Self::NODES_MAX`].
    pub fn insert(&mut self, node: NodeId) {
        self.0[node.index() / 64] |= 1 << (node.get() % 64);
    }

    /// Whether the node is in it.
    pub fn contains(&self, node: NodeId) -> bool {
        self.0.get(node.index() / 64).is_some_and(|word| word >> (node.get() % 64) & 1 == 1)
    }

    /// The nodes in ascending order.
    pub fn iter(self) -> impl Iterator<Item = NodeId> {
        (0..Self::NODES_MAX).map(NodeId::new).filter(move |node| self.contains(*node))
    }
}

impl FromIterator<NodeId> for NodeSet {
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> Self {
        let mut set = Self::default();
        nodes.into_iter().for_each(|node| set.insert(node));
        set
    }
}
