//! A transaction: who, whom, what it cost, what it said, whose message it carries.

use super::{
    InspectorProps,
    parts::{facts, heading, number, part},
};
use crate::{
    format,
    scene::chain_name,
    widgets::{account_link, block_link, chain_link, copyable, message_link},
};
use causeway::session::view::{LogView, TransactionDetail};
use yew::prelude::*;

pub(super) fn transaction(detail: &TransactionDetail, props: &InspectorProps) -> Html {
    let account = |address| account_link(address, &props.world);
    let glance = &detail.glance;
    let outcome = match (&detail.failure, glance.succeeded) {
        (Some(failure), _) => html! { <span class="is-failure">{ format!("reverted: {failure}") }</span> },
        (None, false) => html! { <span class="is-failure">{ "reverted" }</span> },
        (None, true) => html! { <>{ "succeeded" }</> },
    };
    let to = glance.to.map_or_else(|| html! { <>{ "creates a contract" }</> }, account);
    let rows = [
        ("chain", chain_link(detail.chain, &chain_name(&props.chains, detail.chain))),
        ("block", block_link(detail.chain, detail.block)),
        ("when", number(format::clock(detail.at))),
        ("outcome", outcome),
        ("from", account(glance.from)),
        ("to", to),
        ("ether sent", number(format!("{} ETH", format::amount(detail.value.get(), 18)))),
        ("nonce", number(detail.nonce.to_string())),
        ("type", number(detail.transaction_type.to_string())),
        (
            "gas used",
            number(format!("{} of {}", format::grouped(detail.gas_used), format::grouped(detail.gas_limit))),
        ),
        ("paid per gas", number(format::gas_price(detail.gas_price))),
    ];
    html! {
        <>
            { heading("transaction", html! { <>{ &glance.kind }</> }) }
            { copyable(glance.hash.to_string()) }
            { facts(rows) }
            { if detail.messages.is_empty() { html! {} } else { part("Messages", html! {
                <ul class="rows">
                    { for detail.messages.iter().map(|number| html! {
                        <li key={*number}>{ message_link(*number, &format!("Message {number}")) }</li>
                    }) }
                </ul>
            }) } }
            { part("Events", html! {
                <>
                    { for detail.logs.iter().map(|log| event(log, props)) }
                    { if detail.logs.is_empty() { html! { <p class="empty">{ "None." }</p> } } else { html! {} } }
                </>
            }) }
            { part("Calldata", html! {
                <>
                    <p class="quiet-text number">{ bytes(detail.data_len) }</p>
                    <pre class="data" tabindex="0">{ detail.data.to_string() }</pre>
                </>
            }) }
        </>
    }
}

fn bytes(count: u64) -> String {
    match count {
        0..=1024 => format!("{count} bytes"),
        _ => format!("{} bytes, of which 1024 are shown", format::grouped(count)),
    }
}

fn event(log: &LogView, props: &InspectorProps) -> Html {
    html! {
        <div class="event-box">
            <p>
                <strong>{ log.name.clone().unwrap_or_else(|| "unnamed event".into()) }</strong>
                { " of " }
                { account_link(log.address, &props.world) }
            </p>
            { for log.topics.iter().map(|topic| copyable(topic.to_string())) }
            { if log.data.is_empty() { html! {} } else { html! { <pre class="data" tabindex="0">{ log.data.to_string() }</pre> } } }
        </div>
    }
}
