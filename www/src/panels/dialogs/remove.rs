//! Asks before a rollup is removed: that can't be undone but by going back.

use super::forms::foot;
use crate::{handle::use_handle, scene::chain_name, ui::UiAction, widgets::Dialog};
use causeway::{command::Command, session::view::ChainView, types::ChainId};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct RemoveProps {
    pub(super) chains: Rc<Vec<ChainView>>,
    pub(super) chain: ChainId,
    pub(super) on_close: Callback<()>,
}

/// The dialog.
#[component]
pub(super) fn Remove(props: &RemoveProps) -> Html {
    let handle = use_handle();
    let complaint = use_state_eq(|| None::<String>);
    let chain = props.chain;
    let name = chain_name(&props.chains, chain);
    let onsubmit = {
        let complaint = complaint.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let (handle, complaint) = (handle.clone(), complaint.clone());
            let driver = handle.driver.clone();
            driver.dispatch(Command::RemoveRollup { chain }, move |outcome| match outcome {
                Ok(_) => handle.ui.dispatch(UiAction::Shut),
                Err(why) => complaint.set(Some(why)),
            });
        })
    };
    html! {
        <Dialog title={format!("Remove {name}?")} name="remove" on_close={props.on_close.clone()}>
            <form {onsubmit}>
                <div class="dialog-body">
                    <p>{ "It halts for ever. What it owes stays owed: balances and messages on it stay where they are and never arrive." }</p>
                </div>
                { foot(complaint.as_deref(), "Remove", false) }
            </form>
        </Dialog>
    }
}
