//! Yew with few instances of its generics: one component, one state and one effect for all.
//!
//! Yew compiles the whole life cycle of a component (two to three kilobytes of wasm) anew for each component, and
//! its hooks anew for each type of a state and each effect. The page has dozens of them, so it takes this crate
//! under the name `yew`: what the macros of Yew write then names the few types below in place of Yew's, and
//! everything else is Yew's own. Components are written and used as ever.
//!
//! An instance of [`Part`] holds the properties of the component that it stands for, without their type, and
//! is drawn again when they differ. It is keyed by the component's name, so that it never becomes another
//! component with other hooks.

mod component;
mod element;
mod hooks;
mod part;

pub use component::{BaseComponent, Context, ContextProvider, FunctionComponent, Renderer, VChild};
pub use element::{ChildrenRenderer, VTag};
pub use hooks::{UseStateHandle, UseStateSetter, use_effect_with, use_state_eq};
pub use yew::*;

/// [`yew::prelude`] with the types of this crate.
pub mod prelude {
    pub use crate::{
        BaseComponent, Context, ContextProvider, UseStateHandle, UseStateSetter, use_effect_with,
        use_state_eq,
    };
    pub use yew::prelude::*;
}

/// [`yew::html`] with the types of this crate.
pub mod html {
    pub use crate::{BaseComponent, ChildrenRenderer, Context, element::NodeRef};
    pub use yew::html::*;
}

/// [`yew::functional`] with the types of this crate.
pub mod functional {
    pub use crate::{FunctionComponent, UseStateHandle, UseStateSetter, use_effect_with, use_state_eq};
    pub use yew::functional::*;
}

/// [`yew::virtual_dom`] with the types of this crate.
pub mod virtual_dom {
    pub use crate::{VChild, VTag};
    pub use yew::virtual_dom::*;
}
