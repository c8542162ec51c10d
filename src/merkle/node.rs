//! A trie node: its three kinds, its RLP, and the reference by which its parent names it.

use std::sync::{Arc, OnceLock};

use alloy_primitives::U256;
use alloy_rlp::Encodable;
use alloy_trie::{
    Nibbles, TrieMask,
    nodes::{BranchNodeRef, ExtensionNodeRef, LeafNodeRef, RlpNode},
};

/// A value stored at a leaf: gives its RLP. An account's storage trie hangs inside the value.
pub trait Leaf: Clone {
    /// Appends the RLP of the value. The same value must always give the same bytes.
    fn rlp(&self, out: &mut Vec<u8>);
}

/// A storage slot's word. Zero is never stored: who writes zero removes the key.
impl Leaf for U256 {
    fn rlp(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }
}

/// The sixteen slots of a branch.
pub(super) type Children<V> = [Option<Arc<Node<V>>>; 16];

/// A node, and its reference once somebody asked for it.
///
/// A node that is reachable from two tries never changes; [`Node::edit`] copies it first.
#[derive(Clone)]
pub(super) struct Node<V> {
    kind: Kind<V>,
    reference: OnceLock<RlpNode>,
}

#[derive(Clone)]
pub(super) enum Kind<V> {
    /// The rest of the key, and the value.
    Leaf { path: Nibbles, value: V },
    /// A path that all keys below share. Never empty, and the child is always a branch.
    Extension { path: Nibbles, child: Arc<Node<V>> },
    /// At least two children.
    Branch { children: Children<V> },
}

/// Buffers reused over all nodes of one hashing pass.
#[derive(Default)]
pub(super) struct Scratch {
    value: Vec<u8>,
    node: Vec<u8>,
}

impl<V> Node<V> {
    fn new(kind: Kind<V>) -> Arc<Self> {
        Arc::new(Self { kind, reference: OnceLock::new() })
    }

    pub(super) fn leaf(path: Nibbles, value: V) -> Arc<Self> {
        Self::new(Kind::Leaf { path, value })
    }

    /// An extension, or the child itself where there is nothing to extend over.
    pub(super) fn extension(path: Nibbles, child: Arc<Self>) -> Arc<Self> {
        if path.is_empty() { child } else { Self::new(Kind::Extension { path, child }) }
    }

    pub(super) fn branch(children: Children<V>) -> Arc<Self> {
        Self::new(Kind::Branch { children })
    }

    pub(super) const fn kind(&self) -> &Kind<V> {
        &self.kind
    }

    pub(super) fn into_kind(self) -> Kind<V> {
        self.kind
    }

    /// The nibbles that this node itself stands for.
    pub(super) fn path(&self) -> Nibbles {
        match &self.kind {
            Kind::Leaf { path, .. } | Kind::Extension { path, .. } => *path,
            Kind::Branch { .. } => Nibbles::new(),
        }
    }

    pub(super) const fn is_branch(&self) -> bool {
        matches!(self.kind, Kind::Branch { .. })
    }
}

impl<V: Clone> Node<V> {
    /// The node's contents for changing: copied first if another trie shares them, and its reference forgotten.
    pub(super) fn edit(this: &mut Arc<Self>) -> &mut Kind<V> {
        let node = Arc::make_mut(this);
        node.reference.take();
        &mut node.kind
    }
}

impl<V: Leaf> Node<V> {
    /// What a parent writes for this node: its hash, or its whole RLP if that is shorter than 32 bytes.
    ///
    /// Computed once; nodes that did not change since are not visited again.
    pub(super) fn reference(&self, scratch: &mut Scratch) -> &RlpNode {
        self.reference.get_or_init(|| {
            self.refer_children(scratch);
            self.encode(scratch);
            RlpNode::from_rlp(&scratch.node)
        })
    }

    /// The node's RLP, as a proof carries it.
    pub(super) fn rlp<'a>(&self, scratch: &'a mut Scratch) -> &'a [u8] {
        self.refer_children(scratch);
        self.encode(scratch);
        &scratch.node
    }

    /// Makes every child know its reference, so that [`Self::encode`] needs the buffers for this node alone.
    fn refer_children(&self, scratch: &mut Scratch) {
        match &self.kind {
            Kind::Leaf { .. } => {}
            Kind::Extension { child, .. } => {
                child.reference(scratch);
            }
            Kind::Branch { children } => {
                for child in children.iter().flatten() {
                    child.reference(scratch);
                }
            }
        }
    }

    /// Writes the node's RLP into `scratch.node`; its children already know their references.
    fn encode(&self, scratch: &mut Scratch) {
        let out = &mut scratch.node;
        out.clear();
        match &self.kind {
            Kind::Leaf { path, value } => {
                scratch.value.clear();
                value.rlp(&mut scratch.value);
                LeafNodeRef::new(path, &scratch.value).encode(out);
            }
            Kind::Extension { path, child } => ExtensionNodeRef::new(path, child.known()).encode(out),
            Kind::Branch { children } => {
                let mut references: [RlpNode; 16] = Default::default();
                let mut mask = TrieMask::default();
                let mut count = 0;
                for (nibble, child) in (0u8..).zip(children) {
                    if let Some(child) = child {
                        references[count] = child.known().clone();
                        count += 1;
                        mask.set_bit(nibble);
                    }
                }
                BranchNodeRef::new(&references[..count], mask).encode(out);
            }
        }
    }

    fn known(&self) -> &RlpNode {
        self.reference.get().expect("children are referred to before their parent is encoded")
    }
}
