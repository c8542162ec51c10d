//! What the chart shows, as tables: for screen readers, small screens and everybody who prefers it.

use crate::{
    format,
    scene::chain_name,
    widgets::{block_link, bundle_link, chain_link, message_link, sequencer_link},
    words,
};
use causeway::{
    session::view::{ChainView, MessageView, SequencerView},
    types::Time,
};
use std::rc::Rc;
use yew::prelude::*;

/// What the tables show.
#[derive(Clone, Properties, PartialEq)]
pub struct TableProps {
    /// The chains, L1 first.
    pub chains: Rc<Vec<ChainView>>,
    /// Messages, those under way first.
    pub messages: Rc<Vec<MessageView>>,
    /// The shared sequencer, if there is one.
    pub sequencer: Option<Rc<SequencerView>>,
    /// How many messages there are.
    pub message_count: u64,
    /// Simulated time in whole seconds.
    pub now: Time,
}

/// Both tables.
#[component]
pub fn Table(props: &TableProps) -> Html {
    html! {
        <div class="tables" data-testid="network-table">
            <table>
                <caption>{ "Chains" }</caption>
                <thead>
                    <tr>
                        { for ["Chain", "Kind", "State", "Newest", "Safe", "Finalized", "Pending", "Base fee"].map(|head| html! {
                            <th scope="col">{ head }</th>
                        }) }
                    </tr>
                </thead>
                <tbody>{ for props.chains.iter().map(chain_row) }</tbody>
            </table>
            { props.sequencer.as_ref().map(|sequencer| shared(sequencer, props)).unwrap_or_default() }
            <table>
                <caption>{ message_caption(props) }</caption>
                <thead>
                    <tr>
                        { for ["No.", "From", "To", "Carries", "Stage", "Waits for", "Until"].map(|head| html! {
                            <th scope="col">{ head }</th>
                        }) }
                    </tr>
                </thead>
                <tbody>{ for props.messages.iter().map(|message| message_row(message, &props.chains, props.now)) }</tbody>
            </table>
        </div>
    }
}

/// The shared sequencer's nodes, and its bundles.
fn shared(sequencer: &SequencerView, props: &TableProps) -> Html {
    let members: Vec<String> = sequencer.members.iter().map(|id| chain_name(&props.chains, *id)).collect();
    let head = |names: &[&'static str]| {
        html! { <thead><tr>{ for names.iter().map(|name| html! { <th scope="col">{ *name }</th> }) }</tr></thead> }
    };
    html! {
        <>
            <table data-testid="nodes-table">
                <caption>
                    { sequencer_link("The shared sequencer") }
                    { format!(" of {}: slot {}{}", members.join(", "), format::grouped(sequencer.height), if sequencer.is_deciding { ", deciding" } else { "" }) }
                </caption>
                { head(&["Node", "State", "Round", "Step", "Leads", "Prevote", "Precommit", "Behaves"]) }
                <tbody>{ for sequencer.nodes.iter().map(|node| html! {
                    <tr key={node.node}>
                        <th scope="row" class="number">{ node.node }</th>
                        <td class={node.is_crashed.then_some("is-failure")}>
                            { if node.is_crashed { "down" } else if node.group > 0 { "cut off" } else { "running" } }
                        </td>
                        <td class="number">{ node.round }</td>
                        <td>{ &node.step }</td>
                        <td>{ if node.is_leader { "yes" } else { "" } }</td>
                        <td>{ &node.prevote }</td>
                        <td>{ &node.precommit }</td>
                        <td>{ words::behaviour(&node.behaviour) }</td>
                    </tr>
                }) }</tbody>
            </table>
            <table>
                <caption>{ "Bundles, those under way first" }</caption>
                { head(&["Bundle", "Rollups", "Legs", "Promised", "State", "Why"]) }
                <tbody>{ for sequencer.bundles.iter().map(|bundle| {
                    let mut chains: Vec<String> = bundle.legs.iter().map(|leg| chain_name(&props.chains, leg.chain)).collect();
                    chains.sort();
                    chains.dedup();
                    html! {
                        <tr key={bundle.number}>
                            <th scope="row">{ bundle_link(bundle.number) }</th>
                            <td>{ chains.join(", ") }</td>
                            <td class="number">{ bundle.legs.len() }</td>
                            <td>{ &bundle.guarantee }</td>
                            <td class={bundle.failure.is_some().then_some("is-failure")}>{ &bundle.state }</td>
                            <td>{ bundle.failure.as_deref().unwrap_or_default() }</td>
                        </tr>
                    }
                }) }</tbody>
            </table>
        </>
    }
}

fn message_caption(props: &TableProps) -> String {
    let shown = props.messages.len() as u64;
    if shown < props.message_count {
        format!("Messages: {shown} of {}, those under way first", format::grouped(props.message_count))
    } else {
        "Messages".into()
    }
}

fn chain_row(chain: &ChainView) -> Html {
    let number = |number: u64| html! { <td class="number">{ format::grouped(number) }</td> };
    let is_l1 = chain.kind == "l1";
    html! {
        <tr key={chain.id.get()}>
            <th scope="row">{ chain_link(chain.id, &chain.name) }</th>
            <td>{ words::chain_kind(chain) }</td>
            <td>{ &chain.status }</td>
            <td class="number">{ block_link(chain.id, chain.head) }</td>
            { if is_l1 { html! { <td class="number">{ "–" }</td> } } else { number(chain.safe.get()) } }
            { number(chain.finalized.get()) }
            { number(chain.pending) }
            <td class="number">{ format::gas_price(chain.base_fee) }</td>
        </tr>
    }
}

fn message_row(message: &MessageView, chains: &[ChainView], now: Time) -> Html {
    let chain = |id| chain_link(id, &chain_name(chains, id));
    let until = message.waits.as_ref().and_then(|waits| waits.until);
    html! {
        <tr key={message.number}>
            <th scope="row" class="number">
                { message_link(message.number, &message.number.to_string()) }
            </th>
            <td>{ chain(message.from) }</td>
            <td>{ chain(message.to) }</td>
            <td>{ &message.content }</td>
            <td class={classes!(message.failure.is_some().then_some("is-failure"))}>{ message.stage.name() }</td>
            <td>{ message.waits.as_ref().map_or("", |waits| waits.what.as_str()) }</td>
            <td class="number">{ until.map(|until| format::relative(until, now)).unwrap_or_default() }</td>
        </tr>
    }
}
