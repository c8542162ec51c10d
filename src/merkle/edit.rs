//! Insertion and removal below a node, keeping the trie in its one canonical shape.

use std::{mem, sync::Arc};

use alloy_trie::Nibbles;

use super::node::{Children, Kind, Node};

/// Puts `value` at the end of `rest`, the part of the key below `node`.
pub(super) fn insert<V: Clone>(node: &mut Arc<Node<V>>, rest: Nibbles, value: V) {
    let path = node.path();
    let shared = path.common_prefix_length(&rest);
    if shared < path.len() {
        return split(node, path, shared, rest, value);
    }
    let rest = rest.slice(shared..);
    match Node::edit(node) {
        Kind::Leaf { value: old, .. } => *old = value,
        Kind::Extension { child, .. } => insert(child, rest, value),
        Kind::Branch { children } => {
            let (slot, rest) = descend(children, &rest);
            match slot {
                Some(child) => insert(child, rest, value),
                empty => *empty = Some(Node::leaf(rest, value)),
            }
        }
    }
}

/// Takes the value at the end of `rest` out of the subtree in `slot`, which is emptied with its last leaf.
///
/// The way down is copied and forgets its references even if the key turns out to be absent: look it up first.
pub(super) fn remove<V: Clone>(slot: &mut Option<Arc<Node<V>>>, rest: Nibbles) -> Option<V> {
    let node = slot.as_mut()?;
    let path = node.path();
    if !rest.starts_with(&path) {
        return None;
    }
    let rest = rest.slice(path.len()..);
    match node.kind() {
        Kind::Leaf { .. } => slot.take().and_then(into_value),
        Kind::Branch { .. } => remove_from_branch(node, &rest),
        Kind::Extension { .. } => {
            let Kind::Extension { child, .. } = Node::edit(node) else { return None };
            let removed = remove_from_branch(child, &rest);
            collapse(node);
            removed
        }
    }
}

fn remove_from_branch<V: Clone>(branch: &mut Arc<Node<V>>, rest: &Nibbles) -> Option<V> {
    let Kind::Branch { children } = Node::edit(branch) else { return None };
    let (slot, rest) = descend(children, rest);
    let removed = remove(slot, rest);
    collapse(branch);
    removed
}

/// The slot of a branch that `rest` leads into, and what of `rest` remains below it.
fn descend<'a, V>(children: &'a mut Children<V>, rest: &Nibbles) -> (&'a mut Option<Arc<Node<V>>>, Nibbles) {
    (&mut children[usize::from(rest.get_unchecked(0))], rest.slice(1..))
}

/// Replaces a leaf or an extension, whose path leaves `rest` after `shared` nibbles, by a branch at that place.
fn split<V: Clone>(node: &mut Arc<Node<V>>, path: Nibbles, shared: usize, rest: Nibbles, value: V) {
    let mut children = Children::default();
    children[usize::from(rest.get_unchecked(shared))] = Some(Node::leaf(rest.slice(shared + 1..), value));
    let mut old = mem::replace(node, Node::branch(children));
    shorten(&mut old, path.slice(shared + 1..));
    if let Kind::Branch { children } = Node::edit(node) {
        children[usize::from(path.get_unchecked(shared))] = Some(old);
    }
    prepend(node, path.slice(..shared));
}

/// Gives a leaf or an extension a shorter path; an extension over nothing is its child.
fn shorten<V: Clone>(node: &mut Arc<Node<V>>, new_path: Nibbles) {
    match node.kind() {
        Kind::Extension { child, .. } if new_path.is_empty() => *node = Arc::clone(child),
        _ => {
            if let Kind::Leaf { path, .. } | Kind::Extension { path, .. } = Node::edit(node) {
                *path = new_path;
            }
        }
    }
}

/// Gives a subtree a longer path.
fn prepend<V: Clone>(node: &mut Arc<Node<V>>, prefix: Nibbles) {
    if prefix.is_empty() {
        return;
    }
    if node.is_branch() {
        *node = Node::extension(prefix, Arc::clone(node));
    } else if let Kind::Leaf { path, .. } | Kind::Extension { path, .. } = Node::edit(node) {
        *path = prefix.join(path);
    }
}

/// Restores the canonical shape above a removal: no branch with a single child, no extension over a non-branch.
fn collapse<V: Clone>(node: &mut Arc<Node<V>>) {
    let (prefix, only) = match node.kind() {
        Kind::Extension { path, child } if !child.is_branch() => (*path, Arc::clone(child)),
        Kind::Branch { children } => match only_child(children) {
            Some((nibble, child)) => (Nibbles::from_nibbles([nibble]), Arc::clone(child)),
            None => return,
        },
        _ => return,
    };
    *node = only;
    prepend(node, prefix);
}

fn only_child<V>(children: &Children<V>) -> Option<(u8, &Arc<Node<V>>)> {
    let mut present = (0u8..).zip(children).filter_map(|(nibble, child)| Some((nibble, child.as_ref()?)));
    match (present.next(), present.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

fn into_value<V: Clone>(node: Arc<Node<V>>) -> Option<V> {
    match Arc::unwrap_or_clone(node).into_kind() {
        Kind::Leaf { value, .. } => Some(value),
        _ => None,
    }
}
