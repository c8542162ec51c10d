//! Keys and settings.

use crate::{
    handle::use_handle,
    keys::{self, CHART_KEYS, KEYS},
    ui::{Dialog as Other, UiAction},
    widgets::Dialog,
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct HelpProps {
    pub(super) keys: bool,
    pub(super) still: bool,
    pub(super) on_close: Callback<()>,
}

/// The sheet.
#[component]
pub(super) fn Help(props: &HelpProps) -> Html {
    let handle = use_handle();
    let HelpProps { keys, still, .. } = *props;
    html! {
        <Dialog title="Keys and settings" name="help" on_close={props.on_close.clone()}>
            <div class="dialog-body">
                <label class="check">
                    <input type="checkbox" checked={still} data-testid="still"
                        onchange={handle.on(move |handle| handle.ui.dispatch(UiAction::Still(!still)))} />
                    { "Marks on the chart stand still and show their numbers" }
                </label>
                <label class="check">
                    <input type="checkbox" checked={keys} data-testid="single-keys"
                        onchange={handle.on(move |handle| keys::switch(handle, !keys))} />
                    { "Single keys do what this list says" }
                </label>
                <dl class="keys">
                    { for KEYS.iter().map(|key| html! {
                        <div key={key.name}><dt><kbd>{ key.label }</kbd></dt><dd>{ key.text }</dd></div>
                    }) }
                    { for CHART_KEYS.iter().map(|(label, text)| html! {
                        <div key={*label}><dt><kbd>{ *label }</kbd></dt><dd>{ *text }</dd></div>
                    }) }
                </dl>
                <p class="quiet-text">
                    { "Tab goes from region to region; Escape closes what is open. Over the chart, Ctrl and the wheel or two fingers zoom, and a drag moves what is in sight; where the page itself does not scroll, the wheel alone and one finger do." }
                </p>
                <div class="buttons">
                    <button type="button" class="secondary" data-testid="glossary"
                        onclick={handle.on(|handle| handle.open(Other::Glossary))}>{ "Glossary" }</button>
                </div>
            </div>
        </Dialog>
    }
}
