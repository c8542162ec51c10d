//! The inspector before anything is picked: the world, its messages, its people.

use super::{
    InspectorProps,
    parts::{facts, number, section},
};
use crate::{
    format,
    scene::chain_name,
    widgets::{account_link, cargo_shape, message_link, sequencer_link},
};
use causeway::session::view::MessageView;
use yew::prelude::*;

/// Messages in the list.
const MESSAGES_MAX: usize = 12;

pub(super) fn overview(props: &InspectorProps) -> Html {
    let messages = props.messages.iter().take(MESSAGES_MAX);
    let rollups = props.chains.len().saturating_sub(1);
    html! {
        <>
            { facts([
                ("rollups", number(rollups.to_string())),
                ("seed", number(props.world.seed.to_string())),
            ]) }
            { props.sequencer.as_ref().map(|sequencer| html! {
                <p>{ sequencer_link("The shared sequencer") }{ format!(" orders {} of them.", sequencer.members.len()) }</p>
            }).unwrap_or_default() }
            { section("Messages", html! {
                <>
                    <ul class="message-list">
                        { for messages.map(|message| message_item(message, props)) }
                    </ul>
                    { if props.messages.is_empty() { html! { <p class="empty">{ "None yet." }</p> } } else { html! {} } }
                </>
            }) }
            { section("People", html! {
                <ul class="people">
                    { for props.world.people.iter().map(|person| html! {
                        <li key={person.address.to_string()}>
                            { account_link(person.address, &props.world) }
                        </li>
                    }) }
                </ul>
            }) }
        </>
    }
}

fn message_item(message: &MessageView, props: &InspectorProps) -> Html {
    let name = |id| chain_name(&props.chains, id);
    let until = message.waits.as_ref().and_then(|waits| waits.until);
    let state = match until {
        Some(until) if !message.stage.is_last() => {
            format!("{}, next {}", message.stage.name(), format::relative(until, props.now))
        }
        _ => message.stage.name().to_owned(),
    };
    html! {
        <li key={message.number} class={classes!(message.stage.is_last().then_some("is-ended"), message.failure.is_some().then_some("is-failure"))}>
            <svg class="cargo-sign" viewBox="-9 -9 18 18" width="18" height="18" aria-hidden="true">{ cargo_shape(message.cargo) }</svg>
            <div>
                { message_link(message.number, &message.content) }
                <p class="quiet-text">{ format!("{} → {}", name(message.from), name(message.to)) }</p>
                <p class="quiet-text number">{ state }</p>
            </div>
        </li>
    }
}
