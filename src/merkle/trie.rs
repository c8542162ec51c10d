//! The persistent trie: lookup, change, root.

use std::{fmt, sync::Arc};

use alloy_primitives::{B256, Bytes, keccak256};
use alloy_trie::{EMPTY_ROOT_HASH, Nibbles};

use super::{
    edit,
    node::{Kind, Leaf, Node, Scratch},
    walk::{Diff, Iter},
};

/// A Merkle-Patricia trie from hashed keys to values.
///
/// A clone costs one reference count, shares all nodes, and changes independently.
#[derive(Clone)]
pub struct Trie<V> {
    root: Option<Arc<Node<V>>>,
}

impl<V> Trie<V> {
    /// The empty trie.
    pub const fn new() -> Self {
        Self { root: None }
    }

    /// Whether the trie holds no key.
    pub const fn is_empty(&self) -> bool {
        self.root.is_none()
    }

    /// The value at `key`.
    pub fn get(&self, key: &B256) -> Option<&V> {
        let key = Nibbles::unpack_array(key);
        let mut depth = 0;
        let mut node = self.root.as_ref()?;
        loop {
            match node.kind() {
                Kind::Leaf { path, value } => return (*path == key.slice(depth..)).then_some(value),
                Kind::Extension { path, child } => {
                    if !key.slice(depth..).starts_with(path) {
                        return None;
                    }
                    depth += path.len();
                    node = child;
                }
                Kind::Branch { children } => {
                    node = children[usize::from(key.get_unchecked(depth))].as_ref()?;
                    depth += 1;
                }
            }
        }
    }

    /// All keys with their values, in key order.
    pub fn iter(&self) -> Iter<'_, V> {
        Iter::new(self.root.as_deref())
    }
}

impl<V: Clone> Trie<V> {
    /// Sets the value at `key`.
    pub fn insert(&mut self, key: B256, value: V) {
        let path = Nibbles::unpack_array(&key);
        match &mut self.root {
            Some(root) => edit::insert(root, path, value),
            None => self.root = Some(Node::leaf(path, value)),
        }
    }

    /// Removes `key` and returns the value that it had.
    pub fn remove(&mut self, key: &B256) -> Option<V> {
        self.get(key)?;
        edit::remove(&mut self.root, Nibbles::unpack_array(key))
    }

    /// Applies a batch of changes in key order; `None` removes. Where a key comes twice, its last change counts.
    pub fn update(&mut self, changes: impl IntoIterator<Item = (B256, Option<V>)>) {
        let mut changes: Vec<_> = changes.into_iter().collect();
        changes.sort_by_key(|(key, _)| *key);
        for (key, value) in changes {
            match value {
                Some(value) => self.insert(key, value),
                None => drop(self.remove(&key)),
            }
        }
    }
}

impl<V: Leaf> Trie<V> {
    /// The root hash. Hashes what changed since it was last asked for, and nothing else.
    pub fn root(&self) -> B256 {
        let Some(root) = &self.root else { return EMPTY_ROOT_HASH };
        let reference = root.reference(&mut Scratch::default());
        // A parent would embed a short node; the root is always hashed.
        reference.as_hash().unwrap_or_else(|| keccak256(reference))
    }

    /// The nodes from the root towards `key`, as `eth_getProof` gives them: they prove the value at `key`, or its
    /// absence. Embedded nodes are inside their parents. The empty trie needs no node.
    pub fn proof(&self, key: &B256) -> Vec<Bytes> {
        let mut rest = Nibbles::unpack_array(key);
        let mut scratch = Scratch::default();
        let mut nodes = Vec::new();
        let mut next = self.root.as_ref();
        while let Some(node) = next {
            if nodes.is_empty() || node.reference(&mut scratch).is_hash() {
                nodes.push(Bytes::copy_from_slice(node.rlp(&mut scratch)));
            }
            next = match node.kind() {
                Kind::Leaf { .. } => None,
                Kind::Extension { path, child } => rest.starts_with(path).then(|| {
                    rest = rest.slice(path.len()..);
                    child
                }),
                Kind::Branch { children } => {
                    let nibble = rest.get_unchecked(0);
                    rest = rest.slice(1..);
                    children[usize::from(nibble)].as_ref()
                }
            };
        }
        nodes
    }

    /// What changed since `older`, in key order: new values, and `None` where a key is gone.
    ///
    /// Parts that both tries share are skipped, so the cost follows the number of changes when one descends from
    /// the other. Two leaves are equal if their RLP is.
    pub fn diff<'a>(&'a self, older: &'a Self) -> Diff<'a, V> {
        Diff::new(self.root.as_deref(), older.root.as_deref())
    }
}

impl<V> Default for Trie<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V: Clone> FromIterator<(B256, V)> for Trie<V> {
    fn from_iter<I: IntoIterator<Item = (B256, V)>>(leaves: I) -> Self {
        let mut trie = Self::new();
        trie.update(leaves.into_iter().map(|(key, value)| (key, Some(value))));
        trie
    }
}

impl<V: Leaf> fmt::Debug for Trie<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Trie").field(&self.root()).finish()
    }
}
