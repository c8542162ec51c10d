//! The types that `html!` and `#[component]` name, such that they end in a [`Part`].

use crate::part::{Part, PartProps, part};
use std::{convert::Infallible, marker::PhantomData, rc::Rc};
use yew::{
    functional::{FunctionProvider, HookContext},
    html::{HtmlResult, IntoPropValue, Properties},
    virtual_dom::{Key, VComp, VNode},
};

/// A component as `html!` makes it.
pub struct VChild<C>(VNode, PhantomData<C>);

impl<C> VChild<C>
where
    C: BaseComponent + FunctionProvider<Properties = <C as BaseComponent>::Properties>,
{
    /// A component with its properties and its key.
    pub fn new(props: <C as BaseComponent>::Properties, key: Option<Key>) -> Self {
        Self(part(std::any::type_name::<C>(), PartProps::of::<C>(props), key), PhantomData)
    }
}

impl<C> From<VChild<C>> for VNode {
    fn from(child: VChild<C>) -> Self {
        child.0
    }
}

impl<C> IntoPropValue<VNode> for VChild<C> {
    fn into_prop_value(self) -> VNode {
        self.0
    }
}

/// What `#[component]` implements. Its methods are there for that macro: a part calls none of them.
pub trait BaseComponent: Sized + 'static {
    /// A component of functions is sent nothing.
    type Message;
    /// What it draws.
    type Properties: Properties;

    /// Never called.
    fn create(context: &Context<Self>) -> Self {
        match context.0 {}
    }

    /// Never called.
    fn update(&mut self, context: &Context<Self>, _: Self::Message) -> bool {
        match context.0 {}
    }

    /// Never called.
    fn changed(&mut self, context: &Context<Self>, _: &Self::Properties) -> bool {
        match context.0 {}
    }

    /// Never called.
    fn view(&self, context: &Context<Self>) -> HtmlResult {
        match context.0 {}
    }

    /// Never called.
    fn rendered(&mut self, context: &Context<Self>, _: bool) {
        match context.0 {}
    }

    /// Never called.
    fn destroy(&mut self, context: &Context<Self>) {
        match context.0 {}
    }

    /// Never called.
    fn prepare_state(&self) -> Option<String> {
        None
    }
}

/// What the methods of [`BaseComponent`] are given: there is none.
pub struct Context<C>(Infallible, PhantomData<C>);

impl<C: BaseComponent> Context<C> {
    /// The properties.
    pub fn props(&self) -> &C::Properties {
        match self.0 {}
    }
}

/// What the methods of [`BaseComponent`] act on: there is none.
pub struct FunctionComponent<C>(Infallible, PhantomData<C>);

impl<C: BaseComponent> FunctionComponent<C> {
    /// Never called.
    pub fn new(context: &Context<C>) -> Self {
        match context.0 {}
    }

    /// Never called.
    pub fn render(&self, _: &C::Properties) -> HtmlResult {
        match self.0 {}
    }

    /// Never called.
    pub fn rendered(&self) {
        match self.0 {}
    }

    /// Never called.
    pub fn destroy(&self) {
        match self.0 {}
    }

    /// Never called.
    pub fn prepare_state(&self) -> Option<String> {
        match self.0 {}
    }
}

/// [`yew::ContextProvider`], which is no component of functions, within a part.
pub struct ContextProvider<T>(PhantomData<T>);

impl<T: Clone + PartialEq + 'static> BaseComponent for ContextProvider<T> {
    type Message = ();
    type Properties = yew::context::ContextProviderProps<T>;
}

impl<T: Clone + PartialEq + 'static> FunctionProvider for ContextProvider<T> {
    type Properties = yew::context::ContextProviderProps<T>;

    fn run(_: &mut HookContext, props: &Self::Properties) -> HtmlResult {
        Ok(VComp::new::<yew::ContextProvider<T>>(Rc::new(props.clone()), None).into())
    }
}

/// [`yew::Renderer`] of a part.
pub struct Renderer<C> {
    root: web_sys::Element,
    props: PartProps,
    component: PhantomData<C>,
}

impl<C: FunctionProvider + 'static> Renderer<C> {
    /// Draws a component without properties of its own into an element.
    pub fn with_root(root: web_sys::Element) -> Self
    where
        C::Properties: Default,
    {
        Self::with_root_and_props(root, C::Properties::default())
    }

    /// Draws a component into an element.
    pub fn with_root_and_props(root: web_sys::Element, props: C::Properties) -> Self {
        Self { root, props: PartProps::of::<C>(props), component: PhantomData }
    }

    /// Begins to draw.
    pub fn render(self) {
        yew::Renderer::<Part>::with_root_and_props(self.root, self.props).render();
    }
}
