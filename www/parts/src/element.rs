//! The elements that `html!` makes, by calls: Yew's own are written out at each place.

use yew::{
    NodeRef,
    virtual_dom::{AttrValue, Attributes, Key, VNode, VTag as Tag, listeners::Listeners},
};

/// [`yew::virtual_dom::VTag`] as `html!` names it.
pub struct VTag;

impl VTag {
    /// An element that is no field of a form.
    #[doc(hidden)]
    #[inline(never)]
    pub fn __new_other(
        tag: AttrValue,
        node: NodeRef,
        key: Option<Key>,
        attributes: Attributes,
        listeners: Listeners,
        children: VNode,
    ) -> VNode {
        Tag::__new_other(tag, node, key, attributes, listeners, children).into()
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
        Tag::__new_input(value, checked, node, key, attributes, listeners).into()
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
        Tag::__new_textarea(value, first, node, key, attributes, listeners).into()
    }
}
