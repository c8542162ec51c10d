//! Iteration in key order, and the difference of two tries.

use std::{cmp::Ordering, ptr};

use alloy_primitives::B256;
use alloy_trie::Nibbles;

use super::node::{Kind, Leaf, Node, Scratch};

/// The keys of a trie with their values, in key order.
pub struct Iter<'a, V> {
    walk: Walk<'a, V>,
}

impl<'a, V> Iter<'a, V> {
    pub(super) fn new(root: Option<&'a Node<V>>) -> Self {
        Self { walk: Walk::new(root) }
    }
}

impl<'a, V> Iterator for Iter<'a, V> {
    type Item = (B256, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Visit::Leaf(key, value) = self.walk.pop()? {
                return Some((key, value));
            }
        }
    }
}

/// The leaves that differ between two tries, in key order; made by [`Trie::diff`](super::Trie::diff).
pub struct Diff<'a, V> {
    newer: Walk<'a, V>,
    older: Walk<'a, V>,
    scratch: Scratch,
}

impl<'a, V: Leaf> Diff<'a, V> {
    pub(super) fn new(newer: Option<&'a Node<V>>, older: Option<&'a Node<V>>) -> Self {
        Self { newer: Walk::new(newer), older: Walk::new(older), scratch: Scratch::default() }
    }

    /// Whether two nodes that stand for the same path hold the same.
    fn same(&mut self, newer: &Node<V>, older: &Node<V>) -> bool {
        if ptr::eq(newer, older) {
            return true;
        }
        match (newer.kind(), older.kind()) {
            // The same key may be a leaf at two depths, with two references: compare the values alone.
            (Kind::Leaf { value: newer, .. }, Kind::Leaf { value: older, .. }) => {
                let (mut left, mut right) = (Vec::new(), Vec::new());
                newer.rlp(&mut left);
                older.rlp(&mut right);
                left == right
            }
            _ => newer.reference(&mut self.scratch) == older.reference(&mut self.scratch),
        }
    }

    /// Looks at the next place of both tries: skips it, opens it, or finds a change in it.
    fn step(&mut self, order: Ordering) -> Option<(B256, Option<&'a V>)> {
        match order {
            Ordering::Less => self.newer.pop()?.leaf().map(|(key, value)| (key, Some(value))),
            Ordering::Greater => self.older.pop()?.leaf().map(|(key, _)| (key, None)),
            Ordering::Equal => {
                let (newer, older) = (self.newer.top()?.node, self.older.top()?.node);
                if self.same(newer, older) {
                    self.newer.skip();
                    self.older.skip();
                    return None;
                }
                self.older.pop();
                self.newer.pop()?.leaf().map(|(key, value)| (key, Some(value)))
            }
        }
    }
}

impl<'a, V: Leaf> Iterator for Diff<'a, V> {
    type Item = (B256, Option<&'a V>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let order = match (self.newer.top(), self.older.top()) {
                (None, None) => return None,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                // A prefix orders before what it leads to, so the wider place is opened first.
                (Some(newer), Some(older)) => newer.path.cmp(&older.path),
            };
            if let Some(change) = self.step(order) {
                return Some(change);
            }
        }
    }
}

/// A leaf or branch and the whole path to it, its own extension or leaf path included.
struct Place<'a, V> {
    path: Nibbles,
    node: &'a Node<V>,
}

/// What was at a place.
enum Visit<'a, V> {
    Leaf(B256, &'a V),
    /// Something wider, whose children come next.
    Opened,
}

impl<'a, V> Visit<'a, V> {
    const fn leaf(self) -> Option<(B256, &'a V)> {
        match self {
            Self::Leaf(key, value) => Some((key, value)),
            Self::Opened => None,
        }
    }
}

/// What is left to visit, the first in key order on top.
struct Walk<'a, V> {
    places: Vec<Place<'a, V>>,
}

impl<'a, V> Walk<'a, V> {
    fn new(root: Option<&'a Node<V>>) -> Self {
        let mut walk = Self { places: Vec::new() };
        if let Some(root) = root {
            walk.push(Nibbles::new(), root);
        }
        walk
    }

    fn top(&self) -> Option<&Place<'a, V>> {
        self.places.last()
    }

    fn skip(&mut self) {
        self.places.pop();
    }

    /// Takes the next place off: a leaf is returned, a branch replaced by its children. `None` at the end.
    fn pop(&mut self) -> Option<Visit<'a, V>> {
        let Place { path, node } = self.places.pop()?;
        match node.kind() {
            Kind::Leaf { value, .. } => {
                let mut key = B256::ZERO;
                path.pack_to(&mut key[..]);
                return Some(Visit::Leaf(key, value));
            }
            Kind::Extension { child, .. } => self.push(path, child),
            Kind::Branch { children } => {
                for (nibble, child) in (0u8..16).zip(children).rev() {
                    if let Some(child) = child {
                        let mut path = path;
                        path.push(nibble);
                        self.push(path, child);
                    }
                }
            }
        }
        Some(Visit::Opened)
    }

    fn push(&mut self, mut path: Nibbles, node: &'a Node<V>) {
        path.extend(&node.path());
        match node.kind() {
            Kind::Extension { child, .. } => self.places.push(Place { path, node: child }),
            _ => self.places.push(Place { path, node }),
        }
    }
}
