//! A message: where it is, what it waits for, why and until when, and all stages of its way.

use super::{
    InspectorProps,
    parts::{facts, heading, part},
};
use crate::{
    driver::Mode,
    format,
    handle::Handle,
    scene::chain_name,
    widgets::{AccountLink, ChainLink, Copyable, Icon, TransactionLink, cargo_shape, icon},
    words,
};
use causeway::session::view::{MessageView, PassedStage};
use yew::prelude::*;

pub(super) fn message(detail: &MessageView, props: &InspectorProps, handle: &Handle) -> Html {
    let chain = |id| html! { <ChainLink {id} name={chain_name(&props.chains, id)} /> };
    let mut rows = vec![
        ("from", chain(detail.from)),
        ("to", chain(detail.to)),
        ("sender", html! { <AccountLink address={detail.sender} world={props.world.clone()} /> }),
    ];
    if let Some(label) = &detail.label {
        rows.push(("label", html! { <>{ label }</> }));
    }
    let name = html! {
        <>
            <svg class="cargo-sign" viewBox="-9 -9 18 18" width="20" height="20" aria-hidden="true">{ cargo_shape(detail.cargo) }</svg>
            { &detail.content }
        </>
    };
    html! {
        <>
            { heading(&format!("message {} · {}", detail.number, words::cargo(detail.cargo)), name) }
            { now_and_next(detail, props) }
            { jump(detail, props, handle) }
            { facts(rows) }
            { part("Its way", stages(detail, props)) }
            { detail.id.map(|id| part("Hash", html! { <Copyable text={id.to_string()} /> })).unwrap_or_default() }
        </>
    }
}

/// Where it is, what it waits for, why, until when.
fn now_and_next(detail: &MessageView, props: &InspectorProps) -> Html {
    if let Some(failure) = &detail.failure {
        return html! { <p class="state is-failure" data-testid="message-state">{ format!("Failed: {failure}") }</p> };
    }
    let Some(waits) = &detail.waits else {
        return html! { <p class="state" data-testid="message-state">{ words::stage_meaning(detail.stage) }</p> };
    };
    let until = waits.until.map(|until| {
        html! {
            <p class="until">
                <span class="number">{ format::relative(until, props.now) }</span>
                <span class="quiet-text number">{ format!(" · {}", format::clock(until)) }</span>
            </p>
        }
    });
    html! {
        <div class="state" data-testid="message-state">
            <p>{ "Waits for " }<strong>{ &waits.what }</strong></p>
            { until.unwrap_or_else(|| html! { <p class="until quiet-text">{ "until when cannot be told yet" }</p> }) }
            <p class="why">{ &waits.why }</p>
        </div>
    }
}

fn jump(detail: &MessageView, props: &InspectorProps, handle: &Handle) -> Html {
    if detail.stage.is_last() {
        return html! {};
    }
    let number = detail.number;
    match props.mode {
        Mode::Arriving { message, .. } if message == number => html! {
            <div class="jump">
                <progress max="1000" value={detail.progress_permille.to_string()} aria-label="How far the message is" />
                <button type="button" class="secondary" data-testid="jump-stop" onclick={handle.on(|handle| handle.driver.pause())}>
                    { "Stop" }
                </button>
            </div>
        },
        Mode::Paused | Mode::Playing | Mode::Arriving { .. } => html! {
            <button
                type="button"
                class="secondary with-icon"
                data-testid="jump-to-arrival"
                onclick={handle.on(move |handle| handle.driver.arrive(number))}
            >
                { icon(Icon::Forward) }
                { "Jump to its arrival" }
            </button>
        },
    }
}

fn stages(detail: &MessageView, props: &InspectorProps) -> Html {
    let last = detail.passed.len().saturating_sub(1);
    html! {
        <ol class="stages" data-testid="stages">
            { for detail.passed.iter().enumerate().map(|(index, passed)| {
                let is_here = index == last && !detail.stage.is_last();
                passed_stage(passed, is_here, props)
            }) }
            { for detail.ahead.iter().map(|stage| html! {
                <li class="is-ahead">
                    <span class="stage-name">{ stage.name() }</span>
                    <span class="stage-meaning">{ words::stage_meaning(*stage) }</span>
                </li>
            }) }
        </ol>
    }
}

fn passed_stage(passed: &PassedStage, is_here: bool, props: &InspectorProps) -> Html {
    let failed = passed.stage == causeway::messaging::Stage::Failed;
    html! {
        <li class={classes!("is-passed", is_here.then_some("is-here"), failed.then_some("is-failure"))} aria-current={is_here.then_some("step")}>
            <span class="stage-name">{ passed.stage.name() }</span>
            <span class="stage-time number">{ format::clock(passed.at) }</span>
            <span class="stage-meaning">{ words::stage_meaning(passed.stage) }</span>
            <span class="stage-where">
                { "on " }{ chain_name(&props.chains, passed.chain) }
                { passed.transaction.map(|hash| html! { <>{ " in " }<TransactionLink chain={passed.chain} {hash} /></> }).unwrap_or_default() }
            </span>
        </li>
    }
}
