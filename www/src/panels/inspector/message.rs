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
    widgets::{Icon, Term, account_link, cargo_shape, chain_link, copyable, icon, transaction_link},
    words,
};
use causeway::{
    command::{Command, Forgery, ProveMessage},
    messaging::Stage,
    session::view::{MessageView, PassedStage},
};
use yew::prelude::*;

pub(super) fn message(detail: &MessageView, props: &InspectorProps, handle: &Handle) -> Html {
    let chain = |id| chain_link(id, &chain_name(&props.chains, id));
    let mut rows = vec![
        ("from", chain(detail.from)),
        ("to", chain(detail.to)),
        ("sender", account_link(detail.sender, &props.world)),
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
            { by_hand(detail, props, handle) }
            { facts(rows) }
            { part("Its way", stages(detail, props)) }
            { detail.id.map(|id| part("Hash", copyable(id.to_string()))).unwrap_or_default() }
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

/// What the visitor does in the relayer's stead.
fn by_hand(detail: &MessageView, props: &InspectorProps, handle: &Handle) -> Html {
    let leaves_rollup = props.chains.first().is_some_and(|l1| l1.id != detail.from);
    if detail.relayed || !leaves_rollup || detail.stage.is_last() {
        return html! {};
    }
    let number = detail.number;
    let button = |testid: &'static str, text: &'static str, class: &'static str, command: Command| {
        html! {
            <button type="button" {class} data-testid={testid} onclick={handle.on(move |handle| send_to_l1(handle, command.clone()))}>
                { text }
            </button>
        }
    };
    let prove = |forgery| Command::ProveMessage(ProveMessage { message: number, sender: None, forgery });
    let body = match detail.stage {
        Stage::Proposed => html! {
            <>
                <p>{ "A claim covers it. You may send its proof to the L1 as it is, or see what becomes of a lie:" }</p>
                <div class="buttons">
                    { button("prove", "Send the proof", "primary", prove(None)) }
                    { button("forge-amount", "…with one ether more", "secondary", prove(Some(Forgery::Amount))) }
                    { button("forge-proof", "…with one bit of the proof altered", "secondary", prove(Some(Forgery::ProofBit))) }
                    { button("forge-root", "…with one bit of the state root altered", "secondary", prove(Some(Forgery::StateRoot))) }
                </div>
            </>
        },
        Stage::Proven => html! {
            <>
                <p>{ "It is proven. Once it may be, have the L1 execute it; too early, the portal refuses." }</p>
                <div class="buttons">
                    { button("finalize", "Have it executed", "primary", Command::FinalizeMessage { message: number, sender: None }) }
                </div>
            </>
        },
        _ => {
            html! { <p class="quiet-text">{ "You kept the relayer out of it: once a claim on the L1 covers it, you can prove it here." }</p> }
        }
    };
    part("By hand", body)
}

fn send_to_l1(handle: &Handle, command: Command) {
    let teller = handle.clone();
    handle.driver.dispatch(command, move |outcome| match outcome {
        Ok(_) => {
            teller.say("Sent: it waits for the next block of the L1. The log says what becomes of it.", false)
        }
        Err(why) => teller.say(why, true),
    });
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
                    <span class="stage-name"><Term word={stage.name()} place="ahead" /></span>
                    <span class="stage-meaning">{ words::stage_meaning(*stage) }</span>
                </li>
            }) }
        </ol>
    }
}

fn passed_stage(passed: &PassedStage, is_here: bool, props: &InspectorProps) -> Html {
    let failed = passed.stage == Stage::Failed;
    html! {
        <li class={classes!("is-passed", is_here.then_some("is-here"), failed.then_some("is-failure"))} aria-current={is_here.then_some("step")}>
            <span class="stage-name"><Term word={passed.stage.name()} place="passed" /></span>
            <span class="stage-time number">{ format::clock(passed.at) }</span>
            <span class="stage-meaning">{ words::stage_meaning(passed.stage) }</span>
            <span class="stage-where">
                { "on " }{ chain_name(&props.chains, passed.chain) }
                { passed.transaction.map(|hash| html! { <>{ " in " }{ transaction_link(passed.chain, hash) }</> }).unwrap_or_default() }
            </span>
        </li>
    }
}
