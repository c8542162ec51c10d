//! Random tries against `alloy-trie`'s `HashBuilder`, which builds root and proofs from sorted leaves.

use std::collections::BTreeMap;

use alloy_primitives::{B256, Bytes};
use alloy_trie::{
    HashBuilder, Nibbles,
    proof::{ProofRetainer, verify_proof},
};
use proptest::prelude::*;

use alloy_primitives::keccak256;
use alloy_trie::{
    TrieMask,
    nodes::{BranchNode, ExtensionNode, LeafNode, RlpNode, TrieNode},
};

use super::{
    super::{ProofError, Trie, verify},
    Raw,
};

type Model = BTreeMap<B256, Raw>;

/// Keys that often share long prefixes, so that extensions, deep branches and embedded nodes occur.
fn keys() -> impl Strategy<Value = B256> {
    prop_oneof![
        any::<[u8; 32]>().prop_map(B256::from),
        (any::<u8>(), any::<u16>()).prop_map(|(byte, tail)| {
            let mut key = B256::repeat_byte(byte & 1);
            key[30..].copy_from_slice(&(tail & 0x13f3).to_be_bytes());
            key
        }),
        (0usize..32, any::<u8>()).prop_map(|(place, byte)| {
            let mut key = B256::repeat_byte(0xab);
            key[place] = byte;
            key
        }),
    ]
}

/// Values like a storage word (a few bytes, embedded when deep) and like an account (some seventy bytes).
fn values() -> impl Strategy<Value = Raw> {
    prop_oneof![
        (1u8..0x80).prop_map(|byte| Raw(vec![byte])),
        prop::collection::vec(any::<u8>(), 1..33).prop_map(Raw),
        prop::collection::vec(any::<u8>(), 70..111).prop_map(Raw),
    ]
}

fn changes() -> impl Strategy<Value = Vec<(B256, Option<Raw>)>> {
    prop::collection::vec((keys(), prop::option::weighted(0.6, values())), 0..80)
}

fn apply(model: &mut Model, changes: &[(B256, Option<Raw>)]) {
    for (key, value) in changes {
        match value {
            Some(value) => drop(model.insert(*key, value.clone())),
            None => drop(model.remove(key)),
        }
    }
}

fn builder_root(model: &Model) -> B256 {
    let mut builder = HashBuilder::default();
    for (key, value) in model {
        builder.add_leaf(Nibbles::unpack(key), &value.0);
    }
    builder.root()
}

fn builder_proof(model: &Model, key: &B256) -> Vec<Bytes> {
    let path = Nibbles::unpack(key);
    let mut builder = HashBuilder::default().with_proof_retainer(ProofRetainer::from_iter([path]));
    for (key, value) in model {
        builder.add_leaf(Nibbles::unpack(key), &value.0);
    }
    builder.root();
    // The builder lists embedded nodes too; `eth_getProof` leaves them inside their parents.
    let nodes = builder.take_proof_nodes().into_nodes_sorted().into_iter().map(|(_, node)| node);
    nodes.enumerate().filter(|(place, node)| *place == 0 || node.len() >= 32).map(|(_, node)| node).collect()
}

fn leaves(trie: &Trie<Raw>) -> Vec<(B256, Raw)> {
    trie.iter().map(|(key, value)| (key, value.clone())).collect()
}

/// One level of a hostile proof, to be linked to the level below it by its true reference.
#[derive(Clone, Debug)]
enum Level {
    Extension(Vec<u8>),
    Branch(u8, u16),
    /// Bytes that no encoder made, in front of which the reference to the level below is not even placed.
    Noise(Vec<u8>),
}

fn levels() -> impl Strategy<Value = Vec<Level>> {
    let level = prop_oneof![
        3 => prop::collection::vec(0u8..2, 0..40).prop_map(Level::Extension),
        5 => (0u8..2, any::<u16>()).prop_map(|(nibble, mask)| Level::Branch(nibble, mask)),
        1 => prop::collection::vec(any::<u8>(), 0..64).prop_map(Level::Noise),
    ];
    prop::collection::vec(level, 0..70)
}

/// The proof's nodes from the root, and those of them that a parent would not embed.
fn link(levels: &[Level], leaf: &[u8]) -> (B256, Vec<Bytes>, Vec<Bytes>) {
    let leaf = TrieNode::Leaf(LeafNode::new(Nibbles::from_nibbles(leaf), vec![1]));
    let mut nodes = vec![Bytes::from(alloy_rlp::encode(leaf))];
    for level in levels.iter().rev() {
        let below = RlpNode::from_rlp(&nodes[nodes.len() - 1]);
        nodes.push(Bytes::from(match level {
            Level::Extension(path) => {
                alloy_rlp::encode(ExtensionNode::new(Nibbles::from_nibbles(path), below))
            }
            Level::Branch(nibble, mask) => {
                let mask = TrieMask::new(mask | 1 << nibble);
                // Every child is the level below, so that any key finds its way.
                alloy_rlp::encode(BranchNode::new(vec![below; mask.count_ones() as usize], mask))
            }
            Level::Noise(bytes) => bytes.clone(),
        }));
    }
    nodes.reverse();
    let hashed = nodes.iter().enumerate().filter(|(place, node)| *place == 0 || node.len() >= 32);
    let hashed = hashed.map(|(_, node)| node.clone()).collect();
    (keccak256(&nodes[0]), nodes, hashed)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn roots_leaves_and_lookups_follow_the_model(
        batches in prop::collection::vec(changes(), 1..4),
        other in keys(),
    ) {
        let (mut trie, mut model) = (Trie::new(), Model::new());
        for (turn, batch) in batches.iter().enumerate() {
            apply(&mut model, batch);
            // One change at a time and as one batch must be the same.
            if turn % 2 == 0 {
                trie.update(batch.iter().cloned());
            } else {
                for (key, value) in batch {
                    match value {
                        Some(value) => trie.insert(*key, value.clone()),
                        None => drop(trie.remove(key)),
                    }
                }
            }
            prop_assert_eq!(trie.root(), builder_root(&model));
            prop_assert_eq!(leaves(&trie), model.clone().into_iter().collect::<Vec<_>>());
        }
        for key in model.keys().chain([&other]) {
            prop_assert_eq!(trie.get(key), model.get(key));
        }
        // However it came about, the trie is the one built from its leaves alone.
        let rebuilt: Trie<Raw> = model.into_iter().collect();
        prop_assert_eq!(rebuilt.root(), trie.root());
    }

    #[test]
    fn removing_returns_what_was_there(batch in changes()) {
        let mut model = Model::new();
        apply(&mut model, &batch);
        let mut trie: Trie<Raw> = model.clone().into_iter().collect();
        for (key, _) in &batch {
            prop_assert_eq!(trie.remove(key), model.remove(key));
            prop_assert_eq!(trie.root(), builder_root(&model));
        }
        prop_assert!(trie.is_empty());
    }

    #[test]
    fn clones_keep_their_leaves(first in changes(), second in changes()) {
        let (mut trie, mut model) = (Trie::new(), Model::new());
        trie.update(first.iter().cloned());
        apply(&mut model, &first);
        let kept = trie.clone();
        trie.update(second);
        prop_assert_eq!(leaves(&kept), model.clone().into_iter().collect::<Vec<_>>());
        prop_assert_eq!(kept.root(), builder_root(&model));
    }

    #[test]
    fn difference_is_what_changed(
        first in changes(),
        second in changes(),
        related in any::<bool>(),
    ) {
        let mut older = Trie::new();
        older.update(first);
        let mut newer = if related { older.clone() } else { Trie::new() };
        newer.update(second);
        let (old, new): (Model, Model) = (leaves(&older).into_iter().collect(), leaves(&newer).into_iter().collect());
        let keys: std::collections::BTreeSet<B256> = old.keys().chain(new.keys()).copied().collect();
        let expected: Vec<_> =
            keys.into_iter().filter(|key| old.get(key) != new.get(key)).map(|key| (key, new.get(&key))).collect();
        prop_assert_eq!(newer.diff(&older).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn proofs_are_the_builders_and_are_accepted(batch in changes(), other in keys()) {
        let mut model = Model::new();
        apply(&mut model, &batch);
        let trie: Trie<Raw> = model.clone().into_iter().collect();
        let root = trie.root();
        for key in model.keys().chain([&other]) {
            let proof = trie.proof(key);
            let value = model.get(key).map(|value| value.0.clone());
            if value.is_some() {
                prop_assert_eq!(&proof, &builder_proof(&model, key));
            }
            prop_assert_eq!(verify_proof(root, Nibbles::unpack(key), value.clone(), &proof), Ok(()));
            prop_assert_eq!(verify(root, key, value.as_deref(), &proof), Ok(()));
            // The opposite claim is refused by the same proof.
            let opposite = if value.is_some() { None } else { Some(&[1][..]) };
            let refused = matches!(verify(root, key, opposite, &proof), Err(ProofError::WrongValue { .. }));
            prop_assert!(refused);
        }
    }

    #[test]
    fn spoilt_proofs_are_refused(
        batch in changes(),
        other in keys(),
        pick in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        flip in 1u8..,
    ) {
        let mut model = Model::new();
        apply(&mut model, &batch);
        prop_assume!(!model.is_empty());
        let trie: Trie<Raw> = model.clone().into_iter().collect();
        let root = trie.root();
        let present = *pick.get(&model.keys().collect::<Vec<_>>());
        for key in [present, &other] {
            let value = model.get(key).map(|value| value.0.as_slice());
            let proof = trie.proof(key);

            let mut changed: Vec<Vec<u8>> = proof.iter().map(|node| node.to_vec()).collect();
            let node = place.index(changed.len());
            let byte = place.index(changed[node].len());
            changed[node][byte] ^= flip;
            let changed: Vec<Bytes> = changed.into_iter().map(Bytes::from).collect();
            let refused = matches!(verify(root, key, value, &changed), Err(ProofError::WrongNode { .. }));
            prop_assert!(refused);

            prop_assert!(verify(root, key, value, &proof[..proof.len() - 1]).is_err());
            let mut longer = proof.clone();
            longer.push(proof[node].clone());
            let refused = matches!(verify(root, key, value, &longer), Err(ProofError::TrailingNodes { .. }));
            prop_assert!(refused);
        }
    }

    /// All references are true, so nothing but the shape of the nodes is between them and the decoder.
    #[test]
    fn linked_nonsense_is_answered(
        levels in levels(),
        leaf in prop::collection::vec(0u8..2, 0..65),
        key in prop::collection::vec(0u8..2, 64),
    ) {
        let mut packed = B256::ZERO;
        Nibbles::from_nibbles(key).pack_to(&mut packed[..]);
        let (root, all, hashed) = link(&levels, &leaf);
        for proof in [all, hashed] {
            for expected in [None, Some(&[1][..])] {
                let accepted = verify(root, &packed, expected, &proof).is_ok();
                // A value and its absence are never both proven.
                let other = if expected.is_some() { None } else { Some(&[1][..]) };
                prop_assert!(!(accepted && verify(root, &packed, other, &proof).is_ok()));
            }
        }
    }
}
