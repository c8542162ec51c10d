//! The tools: what a visitor can do to the world.

use crate::{
    handle::use_handle,
    keys::open_wallet,
    ui::{Dialog, Region},
    widgets::{FoldButton, Icon, icon},
};
use yew::prelude::*;

/// How the rail is now.
#[derive(Properties, PartialEq)]
pub struct RailProps {
    /// Whether it is folded to its icons.
    pub folded: bool,
    /// Whether the first thing to do is to be marked.
    pub marks_first: bool,
}

/// The rail.
#[component]
pub fn Rail(props: &RailProps) -> Html {
    let handle = use_handle();
    let tool = |kind, text: &'static str, testid: &'static str, dialog: Dialog, first: bool| {
        html! {
            <button
                type="button"
                class={classes!("tool", first.then_some("is-first"))}
                data-testid={testid}
                aria-label={text}
                title={text}
                onclick={handle.on(move |handle| handle.open(dialog.clone()))}
            >
                { icon(kind) }
                <span class="tool-text">{ text }</span>
            </button>
        }
    };
    html! {
        <nav class={classes!("rail", props.folded.then_some("is-folded"))} aria-label="Tools">
            { tool(Icon::Send, "Send a message", "send-message", Dialog::Send(None, None), props.marks_first) }
            { tool(Icon::Bundle, "Send a bundle", "submit-bundle", Dialog::Bundle, false) }
            { tool(Icon::Spawn, "Spawn a rollup", "spawn-rollup", Dialog::Spawn, false) }
            { tool(Icon::Traffic, "Traffic", "traffic", Dialog::Traffic(None), false) }
            { tool(Icon::Capacity, "Capacity", "capacity", Dialog::Capacity, false) }
            { tool(Icon::Break, "Break something", "break", Dialog::Break(None), false) }
            <button
                type="button"
                class="tool"
                data-testid="wallet"
                aria-label="You: Alice. Your wallet"
                title="Your wallet: you are Alice"
                onclick={handle.on(open_wallet)}
            >
                { icon(Icon::Wallet) }
                <span class="tool-text">{ "You: Alice" }</span>
            </button>
            { tool(Icon::Lesson, "Lessons", "lessons", Dialog::Lessons, false) }
            <FoldButton region={Region::Rail} label="tools" folded={props.folded} />
        </nav>
    }
}
