//! Proofs under roots that an enemy chose: hashes all fit, so nothing but the shape can refuse them.

use alloy_primitives::{B256, Bytes, keccak256};
use alloy_rlp::Encodable;
use alloy_trie::{
    Nibbles, TrieMask,
    nodes::{BranchNode, ExtensionNode, LeafNode, RlpNode, TrieNode},
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::super::{NODE_BYTES_MAX, PROOF_NODES_MAX, ProofError, verify};

const KEY: B256 = B256::repeat_byte(0x11);

fn bytes(node: TrieNode) -> Bytes {
    Bytes::from(alloy_rlp::encode(node))
}

fn ones(count: usize) -> Nibbles {
    Nibbles::from_nibbles(vec![1; count])
}

fn leaf(path: usize) -> Bytes {
    bytes(TrieNode::Leaf(LeafNode::new(ones(path), vec![0xaa; 40])))
}

fn extension(path: usize, child: &[u8]) -> Bytes {
    bytes(TrieNode::Extension(ExtensionNode::new(ones(path), RlpNode::from_rlp(child))))
}

fn branch(child: &[u8]) -> Bytes {
    let sibling = RlpNode::word_rlp(&B256::repeat_byte(9));
    bytes(TrieNode::Branch(BranchNode::new(vec![RlpNode::from_rlp(child), sibling], TrieMask::new(0b110))))
}

fn check(proof: &[Bytes]) -> Result<(), ProofError> {
    verify(keccak256(&proof[0]), &KEY, Some(&[0xaa; 40]), proof)
}

#[test]
fn well_formed_proof_is_accepted() {
    let last = leaf(61);
    let middle = branch(&last);
    let first = extension(2, &middle);
    assert_eq!(check(&[first, middle, last]), Ok(()));
}

#[test]
fn paths_longer_than_a_key_are_refused() {
    // Two extensions of 40 nibbles: the library's path would overflow.
    let last = leaf(1);
    let second = extension(40, &last);
    let first = extension(40, &second);
    assert_eq!(check(&[first, second, last]), Err(ProofError::WrongDepth { node: 1, depth: 40 }));
}

#[test]
fn nodes_embedded_off_the_path_are_not_followed() {
    // An extension of 30 nibbles that the key leaves at once, over an embedded leaf of 40: 70 nibbles, which the
    // library's path cannot hold. The key is absent, whatever lies below.
    let below = LeafNode::new(ones(40), vec![1]);
    let child = RlpNode::from_rlp(&alloy_rlp::encode(below));
    assert!(!child.is_hash());
    let path = Nibbles::from_nibbles([2; 30]);
    let root = bytes(TrieNode::Extension(ExtensionNode::new(path, child.clone())));
    assert_eq!(verify(keccak256(&root), &KEY, None, std::slice::from_ref(&root)), Ok(()));
    // On the path, the same leaf has no place.
    let root = bytes(TrieNode::Extension(ExtensionNode::new(ones(30), child)));
    assert_eq!(check(&[root]), Err(ProofError::WrongDepth { node: 0, depth: 30 }));
}

#[test]
fn keys_shorter_than_a_hash_are_refused() {
    assert_eq!(check(&[leaf(63)]), Err(ProofError::WrongDepth { node: 0, depth: 0 }));
    let last = leaf(64);
    assert_eq!(check(&[branch(&last), last]), Err(ProofError::WrongDepth { node: 1, depth: 1 }));
    let last = branch(&leaf(0));
    let first = extension(64, &last);
    assert_eq!(check(&[first, last]), Err(ProofError::WrongDepth { node: 0, depth: 0 }));
}

#[test]
fn extension_over_nothing_is_refused() {
    let last = leaf(64);
    assert_eq!(check(&[extension(0, &last), last]), Err(ProofError::WrongDepth { node: 0, depth: 0 }));
}

#[test]
fn sixty_four_branches_are_followed_and_no_more() {
    let mut nodes = vec![leaf(0)];
    for _ in 0..64 {
        nodes.insert(0, branch(&nodes[0]));
    }
    assert_eq!(nodes.len() as u32, PROOF_NODES_MAX);
    assert_eq!(check(&nodes), Ok(()));
    nodes.insert(0, branch(&nodes[0]));
    assert_eq!(check(&nodes), Err(ProofError::TooManyNodes { found: 66 }));
}

#[test]
fn branch_below_a_whole_key_is_refused() {
    let mut nodes = vec![branch(&leaf(0))];
    for _ in 0..64 {
        nodes.insert(0, branch(&nodes[0]));
    }
    assert_eq!(check(&nodes), Err(ProofError::WrongDepth { node: 64, depth: 64 }));
}

#[test]
fn nodes_after_a_diverging_extension_are_refused() {
    // The library alone accepts this: the key leaves the path in the first node, and a second node follows.
    let second = branch(&leaf(60));
    let path = Nibbles::from_nibbles([2, 2]);
    let first = bytes(TrieNode::Extension(ExtensionNode::new(path, RlpNode::from_rlp(&second))));
    let root = keccak256(&first);
    assert_eq!(verify(root, &KEY, None, std::slice::from_ref(&first)), Ok(()));
    assert_eq!(
        verify(root, &KEY, None, &[first, second]),
        Err(ProofError::TrailingNodes { found: 2, expected: 1 })
    );
}

#[test]
fn oversized_and_malformed_nodes_are_refused() {
    let large = Bytes::from(vec![0xff; NODE_BYTES_MAX as usize + 1]);
    assert_eq!(check(&[large]), Err(ProofError::NodeTooLarge { node: 0, found: 1025 }));
    // Shorter than a hash: a root can refer to none of these.
    for node in [&[][..], &[0x80], &[0xc0], &[0xf8], &[0xbf; 9]] {
        let refused = check(&[Bytes::copy_from_slice(node)]);
        assert!(matches!(refused, Err(ProofError::WrongNode { node: 0, .. })), "{node:?}: {refused:?}");
    }
    for node in [[0xff; 40], [0x00; 40], [0xbf; 40], [0xe7; 40]] {
        let refused = check(&[Bytes::copy_from_slice(&node)]);
        assert!(matches!(refused, Err(ProofError::Malformed { node: 0, .. })), "{node:?}: {refused:?}");
    }
    let mut trailing = leaf(64).to_vec();
    trailing.push(0x80);
    assert!(matches!(check(&[Bytes::from(trailing)]), Err(ProofError::Malformed { node: 0, .. })));
}

#[test]
fn empty_proof_needs_the_empty_root() {
    assert_eq!(verify(KEY, &KEY, None, &[]), Err(ProofError::Empty { root: KEY }));
}

#[test]
fn embedded_empty_node_is_refused() {
    // An extension whose child is the empty string, written inside it.
    let mut rlp = Vec::new();
    ExtensionNode::new(ones(62), RlpNode::from_raw(&[0x80]).expect("one byte fits")).encode(&mut rlp);
    assert!(matches!(check(&[Bytes::from(rlp)]), Err(ProofError::Malformed { node: 0, .. })));
}

/// Every node of up to two bytes, and every mutation of a sound root by one byte, under its own hash.
#[test]
fn no_bytes_bring_the_check_down() {
    for first in 0..=u8::MAX {
        for second in 0..=u8::MAX {
            let _ = check(&[Bytes::from(vec![first, second])]);
        }
    }
    let last = leaf(61);
    let middle = branch(&last);
    for sound in [extension(2, &middle), middle.clone(), last] {
        for place in 0..sound.len() {
            for byte in 0..=u8::MAX {
                let mut node = sound.to_vec();
                node[place] = byte;
                let _ = check(&[Bytes::from(node), middle.clone()]);
            }
        }
    }
}
