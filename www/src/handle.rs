//! What every panel may act with: the driver of the world and the state of the page.

use crate::{
    driver::Driver,
    ui::{Dialog, Notice, Ui, UiAction},
};
use causeway::session::view::Subject;
use std::rc::Rc;
use yew::{Callback, UseReducerDispatcher, hook, use_context};

/// The handle; given to panels as a context.
#[derive(Clone, PartialEq)]
pub struct Handle {
    /// Drives the world.
    pub driver: Rc<Driver>,
    /// Changes the page.
    pub ui: UseReducerDispatcher<Ui>,
}

impl Handle {
    /// Shows something in the inspector.
    pub fn inspect(&self, subject: Subject) {
        self.ui.dispatch(UiAction::Inspect(subject));
    }

    /// Opens a dialog.
    pub fn open(&self, dialog: Dialog) {
        self.ui.dispatch(UiAction::Open(dialog));
    }

    /// Says something.
    pub fn say(&self, text: impl Into<String>, is_failure: bool) {
        self.ui.dispatch(UiAction::Say(Some(Notice { text: text.into(), is_failure })));
    }

    /// A callback that does this with the handle, whatever the event.
    pub fn on<E: 'static>(&self, act: impl Fn(&Self) + 'static) -> Callback<E> {
        self.on_erased(Rc::new(act))
    }

    /// Compiled once for each event, not for each thing that is done.
    fn on_erased<E: 'static>(&self, act: Rc<dyn Fn(&Self)>) -> Callback<E> {
        let handle = self.clone();
        Callback::from(move |_| act(&handle))
    }
}

/// The handle of the page.
#[hook]
pub fn use_handle() -> Handle {
    use_context::<Handle>().expect("invariant: the app gives the handle to all that is in it")
}
