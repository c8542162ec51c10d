//! Roots and shapes with known values, and what a clone must not share.

use alloy_primitives::{B256, Bytes, U256, b256, keccak256};
use alloy_rlp::Encodable;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{
    super::{EMPTY_ROOT_HASH, Leaf, Trie, ordered_root, verify},
    Raw,
};

fn key(last: u8) -> B256 {
    B256::with_last_byte(last)
}

fn slot(number: u64) -> B256 {
    keccak256(U256::from(number).to_be_bytes::<32>())
}

#[test]
fn empty_trie_has_the_known_root_and_an_empty_proof() {
    let trie = Trie::<U256>::new();
    let known = b256!("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
    assert_eq!(trie.root(), known);
    assert_eq!(EMPTY_ROOT_HASH, known);
    assert_eq!(ordered_root::<u8>(&[], |_, _| ()), known);
    assert!(trie.is_empty());
    assert_eq!(trie.proof(&key(1)), Vec::<Bytes>::new());
    assert_eq!(verify(known, &key(1), None, &[]), Ok(()));
}

/// The RLP of the one leaf is written out by hand.
#[test]
fn single_leaf_is_hashed_as_the_yellow_paper_writes_it() {
    let mut trie = Trie::new();
    trie.insert(key(7), U256::from(5));
    // list( string(0x20 ++ key), 5 )
    let mut rlp = vec![0xe3, 0xa1, 0x20];
    rlp.extend_from_slice(key(7).as_slice());
    rlp.push(5);
    assert_eq!(trie.root(), keccak256(&rlp));
    assert_eq!(trie.proof(&key(7)), vec![Bytes::from(rlp)]);
}

#[test]
fn short_nodes_are_embedded_and_proofs_leave_them_out() {
    // Two keys that differ in the last nibble: the branch holds two leaves of three bytes each.
    let trie: Trie<U256> = [(key(1), U256::from(1)), (key(2), U256::from(2))].into_iter().collect();
    let mut branch = vec![0xd5, 0x80, 0xc2, 0x20, 0x01, 0xc2, 0x20, 0x02];
    branch.extend_from_slice(&[0x80; 14]);
    assert_eq!(branch.len(), 22);
    // An extension of 63 nibbles over the embedded branch.
    let mut root = vec![0xf7, 0xa0, 0x10];
    root.extend_from_slice(&[0; 31]);
    root.extend_from_slice(&branch);
    assert_eq!(trie.proof(&key(1)), vec![Bytes::from(root.clone())]);
    assert_eq!(trie.root(), keccak256(&root));
    assert_eq!(verify(trie.root(), &key(2), Some(&[2]), &trie.proof(&key(2))), Ok(()));
    assert_eq!(verify(trie.root(), &key(3), None, &trie.proof(&key(3))), Ok(()));
}

#[test]
fn removing_all_leads_back_to_the_empty_root() {
    let mut trie = Trie::new();
    let empty = trie.root();
    for number in 0..40 {
        trie.insert(slot(number), U256::from(number + 1));
    }
    let full = trie.root();
    trie.insert(slot(40), U256::from(9));
    assert_ne!(trie.root(), full);
    assert_eq!(trie.remove(&slot(40)), Some(U256::from(9)));
    assert_eq!(trie.root(), full);
    assert_eq!(trie.remove(&slot(40)), None);
    for number in 0..40 {
        assert_eq!(trie.remove(&slot(number)), Some(U256::from(number + 1)));
    }
    assert!(trie.is_empty());
    assert_eq!(trie.root(), empty);
}

#[test]
fn clones_change_independently() {
    let mut trie: Trie<U256> = (0..100).map(|number| (slot(number), U256::from(number))).collect();
    let before = trie.clone();
    let root = before.root();
    trie.insert(slot(3), U256::from(1000));
    trie.remove(&slot(4));
    trie.insert(slot(500), U256::from(500));
    assert_eq!(before.get(&slot(3)), Some(&U256::from(3)));
    assert_eq!(before.get(&slot(4)), Some(&U256::from(4)));
    assert_eq!(before.get(&slot(500)), None);
    assert_eq!(before.root(), root);
    assert_ne!(trie.root(), root);
    let fresh: Trie<U256> = before.iter().map(|(key, value)| (key, *value)).collect();
    assert_eq!(fresh.root(), root);
}

#[test]
fn last_change_of_a_key_in_a_batch_counts() {
    let mut trie = Trie::new();
    trie.update([
        (slot(1), Some(U256::from(1))),
        (slot(0), Some(U256::from(7))),
        (slot(1), None),
        (slot(0), Some(U256::from(8))),
    ]);
    assert_eq!(trie.get(&slot(1)), None);
    assert_eq!(trie.get(&slot(0)), Some(&U256::from(8)));
}

/// A value that holds a trie of its own, as an account holds its storage.
#[derive(Clone)]
struct Account {
    storage: Trie<U256>,
}

impl Leaf for Account {
    fn rlp(&self, out: &mut Vec<u8>) {
        self.storage.root().encode(out);
    }
}

#[test]
fn nested_trie_changes_the_outer_root() {
    let mut storage = Trie::new();
    storage.insert(slot(0), U256::from(1));
    let mut trie = Trie::new();
    trie.insert(slot(1), Account { storage: storage.clone() });
    trie.insert(slot(2), Account { storage: Trie::new() });
    let before = trie.clone();
    let root = trie.root();
    storage.insert(slot(0), U256::from(2));
    trie.insert(slot(1), Account { storage });
    assert_ne!(trie.root(), root);
    assert_eq!(before.root(), root);
    let changed: Vec<B256> = trie.diff(&before).map(|(key, _)| key).collect();
    assert_eq!(changed, vec![slot(1)]);
}

#[test]
fn rewriting_an_equal_value_is_no_change() {
    let older: Trie<Raw> = (0..50).map(|number| (slot(number), Raw(vec![7; 40]))).collect();
    let mut newer = older.clone();
    newer.insert(slot(5), Raw(vec![7; 40]));
    assert_eq!(newer.diff(&older).count(), 0);
    assert_eq!(newer.root(), older.root());
}

#[test]
fn tries_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Trie<U256>>();
}
