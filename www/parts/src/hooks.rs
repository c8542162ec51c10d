//! Yew's hooks for states and effects, each compiled once for all types.

use crate::part::Value;
use std::{any::Any, marker::PhantomData, ops::Deref, rc::Rc};
use yew::functional::{Hook, HookContext, TearDown};

/// A value without its type.
struct Erased(Rc<dyn Value>);

impl Erased {
    fn of<T: PartialEq + 'static>(value: T) -> Self {
        Self(Rc::new(value))
    }

    fn get<T: 'static>(&self) -> &T {
        let value: &dyn Any = &*self.0;
        value.downcast_ref().expect("invariant: a hook holds values of one type")
    }
}

impl PartialEq for Erased {
    fn eq(&self, other: &Self) -> bool {
        self.0.is_same(&*other.0)
    }
}

/// A hook as a closure.
struct Run<F>(F);

impl<T, F: FnOnce(&mut HookContext) -> T> Hook for Run<F> {
    type Output = T;

    fn run(self, context: &mut HookContext) -> T {
        (self.0)(context)
    }
}

/// [`yew::use_state_eq`].
pub fn use_state_eq<T, F>(first: F) -> impl Hook<Output = UseStateHandle<T>>
where
    T: PartialEq + 'static,
    F: FnOnce() -> T,
{
    Run(move |context: &mut HookContext| {
        let mut first = Some(first);
        let mut first = || Erased::of(first.take().expect("invariant: a state begins once")());
        UseStateHandle { inner: state(&mut first, context), value: PhantomData }
    })
}

fn state(first: &mut dyn FnMut() -> Erased, context: &mut HookContext) -> yew::UseStateHandle<Erased> {
    yew::use_state_eq(first).run(context)
}

/// [`yew::UseStateHandle`].
pub struct UseStateHandle<T> {
    inner: yew::UseStateHandle<Erased>,
    value: PhantomData<T>,
}

impl<T: PartialEq + 'static> UseStateHandle<T> {
    /// Replaces the value.
    pub fn set(&self, value: T) {
        self.inner.set(Erased::of(value));
    }

    /// What replaces the value, without the value.
    pub fn setter(&self) -> UseStateSetter<T> {
        UseStateSetter { inner: self.inner.setter(), value: PhantomData }
    }
}

impl<T: 'static> Deref for UseStateHandle<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.inner.get()
    }
}

impl<T> Clone for UseStateHandle<T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), value: PhantomData }
    }
}

impl<T> PartialEq for UseStateHandle<T> {
    fn eq(&self, other: &Self) -> bool {
        self.inner == other.inner
    }
}

/// [`yew::UseStateSetter`].
pub struct UseStateSetter<T> {
    inner: yew::UseStateSetter<Erased>,
    value: PhantomData<T>,
}

impl<T: PartialEq + 'static> UseStateSetter<T> {
    /// Replaces the value.
    pub fn set(&self, value: T) {
        self.inner.set(Erased::of(value));
    }
}

impl<T> Clone for UseStateSetter<T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), value: PhantomData }
    }
}

impl<T> PartialEq for UseStateSetter<T> {
    fn eq(&self, other: &Self) -> bool {
        self.inner == other.inner
    }
}

/// What an effect does, and what undoes it.
type Effect = Box<dyn FnOnce(&Erased) -> Box<dyn FnOnce()>>;

/// [`yew::use_effect_with`].
pub fn use_effect_with<T, F, D>(deps: T, effect: F) -> impl Hook<Output = ()>
where
    T: PartialEq + 'static,
    F: FnOnce(&T) -> D + 'static,
    D: TearDown,
{
    Run(move |context: &mut HookContext| {
        let erased = Box::new(move |deps: &Erased| {
            let done = effect(deps.get());
            Box::new(move || done.tear_down()) as Box<dyn FnOnce()>
        });
        run_effect(Erased::of(deps), erased, context);
    })
}

fn run_effect(deps: Erased, effect: Effect, context: &mut HookContext) {
    yew::use_effect_with(deps, effect).run(context);
}
