//! The state trie of every simulated chain and the proofs drawn from it.
//!
//! Ethereum's secure Merkle-Patricia trie (Yellow Paper, appendix D): keys are 32-byte hashes, so every key
//! has 64 nibbles and no branch holds a value. A [`Trie`] is persistent: clones share their nodes, a change
//! copies the path from the root to the leaf and nothing else, and each node remembers its own reference (its
//! hash, or its RLP if shorter than 32 bytes), so that a root costs hashing of changed paths only. Root,
//! proofs, history and forks are thereby views of one structure.
//!
//! The wire format of nodes is `alloy-trie`'s; its `HashBuilder` and `verify_proof` are the oracles of the tests.
//!
//! - `node`: a node, its encoding and its remembered reference
//! - `edit`: insertion and removal below a node
//! - `trie`: the public trie
//! - `walk`: iteration in key order, and the difference of two tries
//! - `proof`: proofs, and their verification
//! - `ordered`: roots of lists (transactions, receipts)

mod edit;
mod node;
mod ordered;
mod proof;
mod trie;
mod walk;

pub use node::Leaf;
pub use ordered::ordered_root;
pub use proof::{NODE_BYTES_MAX, PROOF_NODES_MAX, ProofError, verify};
pub use trie::Trie;
pub use walk::{Diff, Iter};

pub use alloy_trie::EMPTY_ROOT_HASH;

#[cfg(test)]
mod tests;
