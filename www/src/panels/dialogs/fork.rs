//! Opens another future at this moment, under a name.

use super::forms::foot;
use crate::{
    handle::use_handle,
    ui::UiAction,
    widgets::{Dialog, Field},
};
use causeway::session::timeline::{Timeline, Travel};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct ForkProps {
    pub(super) timeline: Rc<Timeline>,
    pub(super) on_close: Callback<()>,
}

/// The dialog.
#[component]
pub(super) fn Fork(props: &ForkProps) -> Html {
    let handle = use_handle();
    let count = props.timeline.branches.len();
    let name = use_state_eq(|| format!("What if {count}"));
    let complaint = use_state_eq(|| None::<String>);
    let on_input = {
        let name = name.clone();
        Callback::from(move |text: String| name.set(text))
    };
    let onsubmit = {
        let (name, complaint) = (name.clone(), complaint.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let (ui, complaint) = (handle.ui.clone(), complaint.clone());
            handle.driver.travel_then(Travel::Fork((*name).clone()), move |outcome| match outcome {
                Ok(()) => ui.dispatch(UiAction::Shut),
                Err(why) => complaint.set(Some(why)),
            });
        })
    };
    html! {
        <Dialog title="Another future" name="fork" on_close={props.on_close.clone()}>
            <form {onsubmit} novalidate=true>
                <div class="dialog-body">
                    <p class="quiet-text">
                        { "From this moment on there are two futures. You go on in the new one; the other stays as it is, and both can be compared." }
                    </p>
                    <Field name="fork-name" label="Its name" value={(*name).clone()} {on_input} />
                </div>
                { foot(complaint.as_deref(), "Fork here", false) }
            </form>
        </Dialog>
    }
}
