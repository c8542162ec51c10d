//! The shared sequencer: its nodes and what each has voted, its members, what is wrong with it, its newest
//! slots and its bundles.

use super::{
    InspectorProps,
    bundle::bundle_rows,
    parts::{facts, heading, number, part},
};
use crate::{
    format,
    handle::Handle,
    scene::chain_name,
    ui::Dialog,
    widgets::{Term, chain_link, node_sign, slot_link},
    words,
};
use causeway::{
    command::{Command, Fault, SequencerFault},
    sequencing::committee::{Behaviour, NodeId},
    session::view::{ChainView, NodeView, SequencerDetail, SequencerView},
};
use yew::prelude::*;

/// Nodes that have buttons of their own in the list.
const NODES_MAX: usize = 16;

pub(super) fn sequencer(detail: &SequencerDetail, props: &InspectorProps, handle: &Handle) -> Html {
    let Some(view) = &props.sequencer else { return html! {} };
    let open = |text: &'static str, testid: &'static str, dialog: Dialog| {
        html! { <button type="button" class="secondary" data-testid={testid} onclick={handle.on(move |handle| handle.open(dialog.clone()))}>{ text }</button> }
    };
    html! {
        <>
            { heading("shared sequencer", html! { <>{ state(view) }</> }) }
            { for view.troubles.iter().map(|trouble| html! { <p class="state is-failure" key={trouble.clone()}>{ trouble }</p> }) }
            <div class="buttons">
                { open("Send a bundle", "bundle-here", Dialog::Bundle) }
                { open("A trade both ways", "rehearse-here", Dialog::Rehearse) }
                { open("Break it", "break-sequencer", Dialog::Break(None)) }
            </div>
            { part("Nodes", nodes(view, handle)) }
            { part("Rollups", members(view, props, handle)) }
            { part("Newest slots", slots(view, props)) }
            { part("Bundles", bundle_rows(&view.bundles, props)) }
            { part("Parameters", html! {
                <dl class="facts">
                    { for detail.parameters.iter().map(|parameter| html! {
                        <div>
                            <dt>
                                { &parameter.name }
                                { if parameter.is_model { html! { <span class="model" title="This stands for something that is not simulated">{ "model" }</span> } } else { html! {} } }
                            </dt>
                            <dd>{ &parameter.value }</dd>
                        </div>
                    }) }
                </dl>
            }) }
        </>
    }
}

fn state(view: &SequencerView) -> String {
    let round = view.nodes.iter().filter(|node| !node.is_crashed).map(|node| node.round).max().unwrap_or(0);
    match view.is_deciding {
        true => format!("deciding slot {}, round {round}", format::grouped(view.height)),
        false if view.height == 0 => "has decided nothing yet".into(),
        false => format!("slot {} is decided", format::grouped(view.height)),
    }
}

fn nodes(view: &SequencerView, handle: &Handle) -> Html {
    let rest = view.nodes.len().saturating_sub(NODES_MAX);
    html! {
        <>
            { facts([
                ("nodes", number(view.nodes.len().to_string())),
                ("weight that may fail", number(format!("{} of {}", view.tolerated, view.weight))),
            ]) }
            <ul class="nodes">{ for view.nodes.iter().take(NODES_MAX).map(|node| node_row(node, handle)) }</ul>
            { if rest > 0 { html! { <p class="quiet-text">{ format!("and {rest} more, on the chart's ring") }</p> } } else { html! {} } }
        </>
    }
}

fn node_row(node: &NodeView, handle: &Handle) -> Html {
    let id = NodeId::new(node.node);
    let act = |text: &'static str, testid: &str, fault: SequencerFault| {
        let handle = handle.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            let teller = handle.clone();
            handle.driver.dispatch(Command::Fault(Fault::Sequencer(fault.clone())), move |outcome| {
                if let Err(why) = outcome {
                    teller.say(why, true);
                }
            });
        });
        html! { <button type="button" class="link" data-testid={format!("{testid}-{}", node.node)} aria-label={format!("{text} node {}", node.node)} {onclick}>{ text }</button> }
    };
    let crash = SequencerFault::Crash { nodes: vec![id], crashed: !node.is_crashed };
    let is_honest = node.behaviour == "honest";
    let behaviour = if is_honest { Behaviour::Equivocate } else { Behaviour::Honest };
    let behave = SequencerFault::Behave { nodes: vec![id], behaviour };
    let doing = match (node.is_crashed, node.step.as_str()) {
        (true, _) => "is down".to_owned(),
        (_, "idle" | "decided") => node.step.clone(),
        (_, step) => format!("{step}, round {}", node.round),
    };
    html! {
        <li key={node.node} class={classes!(node.is_crashed.then_some("is-failure"))} data-testid={format!("node-{}", node.node)}>
            <svg class="cargo-sign" viewBox="-12 -19 26 31" width="22" height="26" aria-hidden="true">{ node_sign(node, 7.0) }</svg>
            <div>
                <p>
                    { format!("Node {}: {doing}", node.node) }
                    { if node.is_leader { html! { <>{ ", " }<Term word="leader" place={format!("node-{}", node.node)} /></> } } else { html! {} } }
                    { if is_honest { html! {} } else { html! { <strong>{ format!(", {}", words::behaviour(&node.behaviour)) }</strong> } } }
                </p>
                <p class="quiet-text">
                    { format!("prevote {}, precommit {} · weight {} · bond {} ETH", vote(&node.prevote), vote(&node.precommit), node.weight, format::amount(node.bond.get(), 18)) }
                    { if node.group > 0 { format!(" · cut off in group {}", node.group) } else { String::new() } }
                </p>
                <p>
                    { act(if node.is_crashed { "Recover" } else { "Crash" }, "crash-node", crash) }
                    { " · " }
                    { act(if is_honest { "Let it equivocate" } else { "Make it honest" }, "misbehave-node", behave) }
                </p>
            </div>
        </li>
    }
}

fn vote(name: &str) -> &str {
    if name == "unseen" { "–" } else { name }
}

fn members(view: &SequencerView, props: &InspectorProps, handle: &Handle) -> Html {
    let row = |chain: &ChainView| {
        let (id, shared) = (chain.id, !view.members.contains(&chain.id));
        let text = if shared { "Join" } else { "Leave" };
        let handle = handle.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            let teller = handle.clone();
            handle.driver.dispatch(Command::SetOrdering { chain: id, shared }, move |outcome| {
                if let Err(why) = outcome {
                    teller.say(why, true);
                }
            });
        });
        html! {
            <li key={id.get()}>
                { chain_link(id, &chain_name(&props.chains, id)) }
                <span class="quiet-text">{ if shared { "orders itself" } else if chain.holds { "member, holds a block" } else { "member" } }</span>
                <button type="button" class="link" data-testid={format!("ordering-{id}")} aria-label={format!("{text}: {}", chain.name)} {onclick}>{ text }</button>
            </li>
        }
    };
    let rollups = props.chains.iter().skip(1).filter(|chain| chain.status != "removed");
    html! { <ul class="rows">{ for rollups.map(row) }</ul> }
}

fn slots(view: &SequencerView, props: &InspectorProps) -> Html {
    if view.slots.is_empty() {
        return html! { <p class="empty">{ "None yet: a slot in which nothing waits is not decided." }</p> };
    }
    html! {
        <ul class="rows" data-testid="slots">
            { for view.slots.iter().map(|slot| html! {
                <li key={slot.height}>
                    { slot_link(slot.height) }
                    <span class="quiet-text">{ format!("round {}, node {} led, {}", slot.round, slot.leader, slot.took) }</span>
                    <span class="quiet-text number">{ format!("{} ordered, {}", slot.items, format::relative(slot.decided_at, props.now)) }</span>
                </li>
            }) }
        </ul>
    }
}
