//! Verification of Merkle-Patricia proofs from anybody.
//!
//! One walk from the root towards the key, on `alloy-trie`'s node codecs: each node must be the one that its
//! parent refers to, fill its bytes, stand where a trie over 32-byte keys can have it, and the proof must end
//! where the path does.
//!
//! `alloy-trie`'s own `verify_proof` is the oracle of the tests, but not called here. It follows what is embedded
//! in an extension even where the key leaves the extension's path, and panics once such nodes add up to more than
//! 64 nibbles: who chooses the root could stop the engine. It also accepts further nodes after such an extension.

use alloy_primitives::{B256, Bytes};
use alloy_rlp::Decodable;
use alloy_trie::{
    EMPTY_ROOT_HASH, Nibbles,
    nodes::{RlpNode, TrieNode},
};

/// The most nodes that a proof may have: one per nibble of a key, and the leaf.
pub const PROOF_NODES_MAX: u32 = 65;

/// The most bytes that a node may have. A full branch has 532, an account's leaf about 150.
pub const NODE_BYTES_MAX: u32 = 1024;

/// The nibbles of a 32-byte key.
const KEY_NIBBLES: usize = 64;

/// Why a proof was refused. Nodes are counted from the root, which is node 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Only the empty trie is proven by no nodes.
    #[error("proof has no nodes: expected the nodes of root {root}, which is not that of the empty trie")]
    Empty {
        /// The root to prove against.
        root: B256,
    },
    /// More nodes than any path has.
    #[error("proof has {found} nodes: expected at most {PROOF_NODES_MAX}")]
    TooManyNodes {
        /// The number of nodes.
        found: u64,
    },
    /// A node larger than any node of such a trie.
    #[error("proof node {node} has {found} bytes: expected at most {NODE_BYTES_MAX}")]
    NodeTooLarge {
        /// The node.
        node: u32,
        /// Its size in bytes.
        found: u64,
    },
    /// A node that is not the RLP of a branch, an extension or a leaf.
    #[error("proof node {node} is malformed: {reason}")]
    Malformed {
        /// The node.
        node: u32,
        /// What the decoder says.
        reason: alloy_rlp::Error,
    },
    /// A node that a trie over 32-byte keys cannot have at its place.
    #[error("proof node {node} cannot stand at depth {depth}: expected keys of 64 nibbles")]
    WrongDepth {
        /// The node.
        node: u32,
        /// The nibbles above it.
        depth: u32,
    },
    /// The last node points at another one.
    #[error("proof ends after {found} nodes: expected the node that the last one refers to")]
    Truncated {
        /// The number of nodes.
        found: u32,
    },
    /// The path ended, at a value or at its absence, and further nodes follow.
    #[error("proof has {found} nodes: expected {expected}, where the path of the key ends")]
    TrailingNodes {
        /// The number of nodes.
        found: u32,
        /// The number of nodes that the path has.
        expected: u32,
    },
    /// A node is not the one that its parent, or the root, names.
    #[error("proof node {node} has reference {found}: expected {expected}")]
    WrongNode {
        /// The node.
        node: u32,
        /// The reference (RLP) of the node in the proof.
        found: Bytes,
        /// The reference (RLP) that the parent holds.
        expected: Bytes,
    },
    /// The proof holds, but for another value; `None` is absence.
    #[error("proven value is {found:?}: expected {expected:?}")]
    WrongValue {
        /// The value proven.
        found: Option<Bytes>,
        /// The value expected.
        expected: Option<Bytes>,
    },
}

/// Checks that under `root` the hashed `key` has the RLP `expected` (`None`: is absent).
///
/// Total: any bytes are accepted or refused, in time bounded by the two maxima. Exactly one sequence of nodes is
/// accepted for a root, key and value.
pub fn verify(root: B256, key: &B256, expected: Option<&[u8]>, proof: &[Bytes]) -> Result<(), ProofError> {
    let found = walk(root, key, proof)?;
    if found.as_deref() == expected {
        return Ok(());
    }
    Err(ProofError::WrongValue {
        found: found.map(Bytes::from),
        expected: expected.map(Bytes::copy_from_slice),
    })
}

/// Where one node leads on the way to a key.
enum Step {
    /// To the node with this reference, so many nibbles below the root.
    Descend(RlpNode, usize),
    /// To the end of the key.
    Value(Vec<u8>),
    /// Off the path: the key is absent.
    Absent,
}

/// Follows `key` through the nodes of the proof and returns the value found, each node being the one referred to.
fn walk(root: B256, key: &B256, proof: &[Bytes]) -> Result<Option<Vec<u8>>, ProofError> {
    let count = u32::try_from(proof.len())
        .ok()
        .filter(|count| *count <= PROOF_NODES_MAX)
        .ok_or(ProofError::TooManyNodes { found: proof.len() as u64 })?;
    if count == 0 {
        return if root == EMPTY_ROOT_HASH { Ok(None) } else { Err(ProofError::Empty { root }) };
    }
    let key = Nibbles::unpack_array(key);
    let mut reference = RlpNode::word_rlp(&root);
    let mut depth = 0;
    for (node, bytes) in (0u32..).zip(proof) {
        if bytes.len() > NODE_BYTES_MAX as usize {
            return Err(ProofError::NodeTooLarge { node, found: bytes.len() as u64 });
        }
        check_reference(node, bytes, &reference)?;
        let end = match follow(node, bytes, &key, depth)? {
            Step::Descend(child, below) => {
                (reference, depth) = (child, below);
                continue;
            }
            Step::Value(value) => Some(value),
            Step::Absent => None,
        };
        return if node + 1 == count {
            Ok(end)
        } else {
            Err(ProofError::TrailingNodes { found: count, expected: node + 1 })
        };
    }
    Err(ProofError::Truncated { found: count })
}

fn check_reference(node: u32, bytes: &[u8], expected: &RlpNode) -> Result<(), ProofError> {
    let found = RlpNode::from_rlp(bytes);
    if found == *expected {
        return Ok(());
    }
    Err(ProofError::WrongNode {
        node,
        found: Bytes::copy_from_slice(&found),
        expected: Bytes::copy_from_slice(expected),
    })
}

/// Follows `key` from `depth` through one node and the nodes embedded in it.
///
/// Each turn of the loop either leaves or goes on with a strictly shorter piece of the same bytes.
fn follow(node: u32, bytes: &[u8], key: &Nibbles, mut depth: usize) -> Result<Step, ProofError> {
    let mut current = decode(node, bytes)?;
    loop {
        let child = match current {
            TrieNode::EmptyRoot => {
                return Err(ProofError::Malformed { node, reason: alloy_rlp::Error::UnexpectedString });
            }
            TrieNode::Leaf(leaf) => {
                if depth + leaf.key.len() != KEY_NIBBLES {
                    return Err(wrong_depth(node, depth));
                }
                return Ok(if key.slice(depth..) == leaf.key {
                    Step::Value(leaf.value)
                } else {
                    Step::Absent
                });
            }
            TrieNode::Extension(extension) => {
                let below = depth + extension.key.len();
                if extension.key.is_empty() || below >= KEY_NIBBLES {
                    return Err(wrong_depth(node, depth));
                }
                if key.slice(depth..below) != extension.key {
                    return Ok(Step::Absent);
                }
                depth = below;
                extension.child
            }
            TrieNode::Branch(branch) => {
                let nibble = key.get(depth).ok_or_else(|| wrong_depth(node, depth))?;
                let children = branch.as_ref();
                let Some((_, Some(child))) = children.children().find(|(at, _)| *at == nibble) else {
                    return Ok(Step::Absent);
                };
                depth += 1;
                child.clone()
            }
        };
        if child.is_hash() {
            return Ok(Step::Descend(child, depth));
        }
        current = decode(node, &child)?;
    }
}

/// Decodes a node that must fill its bytes.
fn decode(node: u32, mut bytes: &[u8]) -> Result<TrieNode, ProofError> {
    let decoded = TrieNode::decode(&mut bytes).map_err(|reason| ProofError::Malformed { node, reason })?;
    if bytes.is_empty() {
        Ok(decoded)
    } else {
        Err(ProofError::Malformed { node, reason: alloy_rlp::Error::UnexpectedLength })
    }
}

fn wrong_depth(node: u32, depth: usize) -> ProofError {
    // Every depth is at most the 64 nibbles of a key.
    ProofError::WrongDepth { node, depth: depth as u32 }
}
