//! A bundle: what was promised, what became of each leg and when, and why it fell if it did.

use super::{
    InspectorProps,
    parts::{facts, heading, number, part},
};
use crate::{
    format,
    scene::chain_name,
    widgets::{Term, account_link, bundle_link, chain_link, slot_link},
    words,
};
use causeway::session::view::{BundleView, LegView};
use yew::prelude::*;

pub(super) fn bundle(detail: &BundleView, props: &InspectorProps) -> Html {
    let is_last = words::is_ended(&detail.state);
    let reverted = detail.legs.iter().filter(|leg| leg.succeeded == Some(false)).count();
    let meaning = match (&detail.failure, reverted) {
        (Some(failure), _) => format!("No leg has any effect: {failure}."),
        (None, 0) => words::bundle_meaning(&detail.state).into(),
        (None, reverted) => {
            format!("It is in blocks, and {reverted} of its {} legs reverted.", detail.legs.len())
        }
    };
    let is_failure = detail.failure.is_some() || reverted > 0;
    let mut rows = vec![
        ("promised", html! { <Term word={format!("atomic {}", detail.guarantee)} place="bundle" /> }),
        ("given up", number(format::relative(detail.deadline, props.now))),
    ];
    if let Some(slot) = detail.slot {
        rows.push(("ordered in", slot_link(slot)));
    }
    if let Some(label) = &detail.label {
        rows.push(("label", html! { <>{ label }</> }));
    }
    html! {
        <>
            { heading("bundle", html! { <>{ format!("Bundle {}: {}", detail.number, detail.state) }</> }) }
            <p class={classes!("state", is_failure.then_some("is-failure"))} data-testid="bundle-state">{ meaning }</p>
            { facts(rows) }
            { part("Legs, in order", html! {
                <ol class="rows" data-testid="bundle-legs">
                    { for detail.legs.iter().enumerate().map(|(at, leg)| leg_row(at, leg, props)) }
                </ol>
            }) }
            { part("Its way", html! {
                <ol class="stages">
                    { for detail.states.iter().enumerate().map(|(at, (state, when))| {
                        let is_here = at + 1 == detail.states.len() && !is_last;
                        html! {
                            <li key={at} class={classes!("is-passed", is_here.then_some("is-here"), (state == "aborted").then_some("is-failure"))}>
                                <span class="stage-name">{ state }</span>
                                <span class="stage-time number">{ format::clock(*when) }</span>
                                <span class="stage-meaning">{ words::bundle_meaning(state) }</span>
                            </li>
                        }
                    }) }
                </ol>
            }) }
        </>
    }
}

fn leg_row(at: usize, leg: &LegView, props: &InspectorProps) -> Html {
    let end = match (leg.succeeded, &leg.failure) {
        (Some(true), _) => "✓ succeeded".to_owned(),
        (Some(false), Some(why)) => format!("✗ reverted: {why}"),
        (Some(false), None) => "✗ reverted".into(),
        (None, _) => String::new(),
    };
    html! {
        <li key={at} class={classes!((leg.succeeded == Some(false)).then_some("is-failure"))}>
            <span>
                { chain_link(leg.chain, &chain_name(&props.chains, leg.chain)) }
                { ": " }{ account_link(leg.from, &props.world) }{ format!(" {}", leg.content) }
            </span>
            <span class="quiet-text">{ end }</span>
        </li>
    }
}

/// Bundles as rows of a list.
pub(super) fn bundle_rows(bundles: &[BundleView], props: &InspectorProps) -> Html {
    if bundles.is_empty() {
        return html! { <p class="empty">{ "None yet." }</p> };
    }
    html! {
        <ul class="rows" data-testid="bundles">
            { for bundles.iter().map(|bundle| {
                let chains: Vec<String> = bundle.legs.iter().map(|leg| chain_name(&props.chains, leg.chain)).fold(Vec::new(), |mut all, name| {
                    if !all.contains(&name) {
                        all.push(name);
                    }
                    all
                });
                html! {
                    <li key={bundle.number} class={classes!(bundle.failure.is_some().then_some("is-failure"))}>
                        { bundle_link(bundle.number) }
                        <span class="quiet-text">{ format!("{}, {}", chains.join(" and "), bundle.guarantee) }</span>
                        <span class="quiet-text">{ &bundle.state }</span>
                    </li>
                }
            }) }
        </ul>
    }
}
