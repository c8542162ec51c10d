//! The elements that `html!` makes, by short calls: Yew's own are written out at each place.

use std::{mem::forget, rc::Rc};
use yew::virtual_dom::{
    AttrValue, AttributeOrProperty, Attributes, Key, Listener, VList, VNode, VTag as Tag,
    listeners::Listeners,
};

/// What `html!` gives for `ref`: none where the element has none.
pub type NodeRef = Option<yew::NodeRef>;

/// [`yew::virtual_dom::VTag`] as `html!` names it.
pub struct VTag;

impl VTag {
    /// An element that is no field of a form. Only the call that fits what it has is left of this.
    #[doc(hidden)]
    #[inline(always)]
    pub fn __new_other(
        tag: AttrValue,
        node: NodeRef,
        key: Option<Key>,
        attributes: Attributes,
        listeners: Listeners,
        children: VNode,
    ) -> VNode {
        let AttrValue::Static(name) = tag else {
            return any(tag, node, key, attributes, listeners, children);
        };
        // Copies of what is static were taken: with nothing left to drop, all that follows is one call.
        forget(tag);
        match attributes {
            Attributes::Dynamic { keys, values } => {
                let listeners = match listeners {
                    Listeners::Pending(listeners) => Some(listeners),
                    Listeners::None => None,
                };
                varying(name, node, key, keys, values, listeners, children)
            }
            Attributes::Static(fixed_ones) if matches!(listeners, Listeners::None) => {
                forget((attributes, listeners));
                fixed(name, node, key, fixed_ones, children)
            }
            attributes => any(AttrValue::Static(name), node, key, attributes, listeners, children),
        }
    }

    /// An `input`.
    #[doc(hidden)]
    #[inline(never)]
    pub fn __new_input(
        value: Option<AttrValue>,
        checked: Option<bool>,
        node: NodeRef,
        key: Option<Key>,
        attributes: Attributes,
        listeners: Listeners,
    ) -> VNode {
        Tag::__new_input(value, checked, node.unwrap_or_default(), key, attributes, listeners).into()
    }

    /// A `textarea`.
    #[doc(hidden)]
    #[inline(never)]
    pub fn __new_textarea(
        value: Option<AttrValue>,
        first: Option<AttrValue>,
        node: NodeRef,
        key: Option<Key>,
        attributes: Attributes,
        listeners: Listeners,
    ) -> VNode {
        Tag::__new_textarea(value, first, node.unwrap_or_default(), key, attributes, listeners).into()
    }
}

/// An element whose attributes are always the same.
#[inline(never)]
fn fixed(
    tag: &'static str,
    node: NodeRef,
    key: Option<Key>,
    attributes: &'static [(&'static str, AttributeOrProperty)],
    children: VNode,
) -> VNode {
    any(AttrValue::Static(tag), node, key, Attributes::Static(attributes), Listeners::None, children)
}

/// Listeners of an element that is not in the document yet.
type Pending = Box<[Option<Rc<dyn Listener>>]>;

/// An element with other attributes, and with listeners where it has them.
#[inline(never)]
fn varying(
    tag: &'static str,
    node: NodeRef,
    key: Option<Key>,
    keys: &'static [&'static str],
    values: Box<[Option<AttributeOrProperty>]>,
    listeners: Option<Pending>,
    children: VNode,
) -> VNode {
    let listeners = listeners.map_or(Listeners::None, Listeners::Pending);
    any(AttrValue::Static(tag), node, key, Attributes::Dynamic { keys, values }, listeners, children)
}

#[inline(never)]
fn any(
    tag: AttrValue,
    node: NodeRef,
    key: Option<Key>,
    attributes: Attributes,
    listeners: Listeners,
    children: VNode,
) -> VNode {
    Tag::__new_other(tag, node.unwrap_or_default(), key, attributes, listeners, children).into()
}

/// [`yew::html::ChildrenRenderer`] as `html!` names it: for several children.
pub struct ChildrenRenderer;

impl ChildrenRenderer {
    /// The children as one node.
    #[expect(clippy::new_ret_no_self, reason = "the macro names it so, and wants a node")]
    #[inline(never)]
    pub fn new(children: Vec<VNode>) -> VNode {
        VList::with_children(children, None).into()
    }
}
