//! The one component, and values without their type.

use std::{any::Any, rc::Rc};
use yew::{
    component,
    functional::{FunctionProvider, Hook, HookContext},
    html::{HtmlResult, Properties},
    virtual_dom::{Key, VComp, VList, VNode},
};

/// A value that can be compared without its type.
pub(crate) trait Value: Any {
    /// Whether the other is of the same type and equal.
    fn is_same(&self, other: &dyn Any) -> bool;
}

impl<T: PartialEq + 'static> Value for T {
    fn is_same(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<Self>() == Some(self)
    }
}

/// Properties of some component, with what draws it.
trait Draw: Value {
    fn draw(&self, context: &mut HookContext) -> HtmlResult;
}

struct Drawn<C: FunctionProvider>(C::Properties);

impl<C: FunctionProvider> PartialEq for Drawn<C> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<C: FunctionProvider + 'static> Draw for Drawn<C> {
    fn draw(&self, context: &mut HookContext) -> HtmlResult {
        C::run(context, &self.0)
    }
}

#[derive(Clone, Properties)]
pub(crate) struct PartProps {
    drawn: Rc<dyn Draw>,
}

impl PartProps {
    pub(crate) fn of<C: FunctionProvider + 'static>(props: C::Properties) -> Self {
        Self { drawn: Rc::new(Drawn::<C>(props)) }
    }
}

impl PartialEq for PartProps {
    fn eq(&self, other: &Self) -> bool {
        self.drawn.is_same(&*other.drawn)
    }
}

/// The one component.
#[component]
pub(crate) fn Part(props: &PartProps) -> HtmlResult {
    use_drawn(props)
}

/// The hooks of the component that a part stands for are those of the part.
fn use_drawn(props: &PartProps) -> impl Hook<Output = HtmlResult> {
    struct Drawing<'a>(&'a dyn Draw);

    impl Hook for Drawing<'_> {
        type Output = HtmlResult;

        fn run(self, context: &mut HookContext) -> HtmlResult {
            self.0.draw(context)
        }
    }

    Drawing(&*props.drawn)
}

/// A list around one keyed part: the list takes the key among what stands beside it, where there is one.
pub(crate) fn part(name: &str, props: PartProps, key: Option<Key>) -> VNode {
    let part = VComp::new::<Part>(Rc::new(props), Some(Key::from(name)));
    VList::with_children(vec![part.into()], key).into()
}
