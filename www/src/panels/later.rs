//! What no first view needs: dialogs, lessons, the world as tables or a sequence, the inspector's pages. The code
//! that draws them is a file of its own, which the page fetches when its world runs or as soon as one of them is
//! to be drawn.

use super::{
    contagion::{Contagion, ContagionProps},
    dialogs::{self, DialogsProps},
    inspector::{self, InspectorProps},
    lesson::{Lesson, LessonProps},
    sequence::{Sequence, SequenceProps},
    table::{Table, TableProps},
};
use crate::{
    handle::{Handle, use_handle},
    ui::UiAction,
};
use std::cell::Cell;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Something that is drawn later.
#[derive(Clone, PartialEq)]
pub enum Late {
    /// The open dialog.
    Dialog(DialogsProps),
    /// The page of the inspector about what was picked.
    Inspected(InspectorProps),
    /// The lesson under way.
    Lesson(LessonProps),
    /// The world as a sequence.
    Sequence(SequenceProps),
    /// The world as tables.
    Table(TableProps),
    /// Who relies on whom.
    Contagion(ContagionProps),
}

/// Draws what is late.
type Painter = fn(&Late, &Handle) -> Html;

/// Without the feature `split`, which Trunk asks for (`index.html`), there is one file of code.
const AT_FIRST: Option<Painter> = if cfg!(feature = "split") { None } else { Some(paint) };

thread_local! {
    static PAINTER: Cell<Option<Painter>> = const { Cell::new(AT_FIRST) };
}

/// The file did not arrive; the browser's console says why.
struct Missing;

/// What only this function leads to is the file.
#[cfg(feature = "split")]
#[wasm_split_helpers::wasm_split(later, fallible)]
fn painter() -> Result<Painter, Missing> {
    Ok(paint)
}

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for Missing {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

#[cfg(not(feature = "split"))]
async fn painter() -> Result<Painter, Missing> {
    Ok(paint)
}

fn paint(late: &Late, handle: &Handle) -> Html {
    match late {
        Late::Dialog(props) => dialogs::dialog(props, handle),
        Late::Inspected(props) => inspector::page(props, handle),
        Late::Lesson(props) => html! { <Lesson ..props.clone() /> },
        Late::Sequence(props) => html! { <Sequence ..props.clone() /> },
        Late::Table(props) => html! { <Table ..props.clone() /> },
        Late::Contagion(props) => html! { <Contagion ..props.clone() /> },
    }
}

/// Fetches the file unless it is there; `done` hears whether it is.
pub fn fetch(done: impl FnOnce(bool) + 'static) {
    if PAINTER.get().is_some() {
        done(true);
        return;
    }
    spawn_local(async move {
        let painter = painter().await.ok();
        PAINTER.set(painter.or(PAINTER.get()));
        done(painter.is_some());
    });
}

/// What [`Later`] draws.
#[derive(Properties, PartialEq)]
pub struct LaterProps {
    /// It.
    pub late: Late,
}

/// Draws what is late, as soon as it can be.
#[component]
pub fn Later(props: &LaterProps) -> Html {
    let handle = use_handle();
    let arrived = use_state_eq(|| PAINTER.get().is_some());
    {
        let (handle, arrived) = (handle.clone(), arrived.setter());
        use_effect_with((), move |()| {
            fetch(move |is_there| {
                arrived.set(is_there);
                if !is_there {
                    handle
                        .say("A part of the page could not be loaded. Try again, or reload the page.", true);
                    // Opened again, it is fetched again.
                    handle.ui.dispatch(UiAction::Shut);
                }
            });
        });
    }
    match PAINTER.get() {
        Some(paint) if *arrived => paint(&props.late, &handle),
        _ => html! {},
    }
}
