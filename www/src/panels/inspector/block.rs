//! A block: its roots, its gas, its transactions.

use super::{
    InspectorProps,
    parts::{facts, heading, number, part},
};
use crate::{
    format,
    scene::chain_name,
    widgets::{account_link, block_link, chain_link, copyable, transaction_link},
};
use causeway::session::view::{BlockDetail, TransactionGlance};
use yew::prelude::*;

pub(super) fn block(detail: &BlockDetail, props: &InspectorProps) -> Html {
    let height = detail.glance.number;
    let parent = height.previous().map(|parent| block_link(detail.chain, parent));
    let l1 = props.chains.first().map(|chain| chain.id);
    let origin = detail.l1_origin.zip(l1).map(|(number, chain)| block_link(chain, number));
    let mut rows = vec![
        ("chain", chain_link(detail.chain, &chain_name(&props.chains, detail.chain))),
        (
            "sealed",
            number(format!(
                "{}, {}",
                format::clock(detail.glance.at),
                format::relative(detail.glance.at, props.now)
            )),
        ),
        (
            "level",
            html! { <span class={classes!("level", format!("is-{}", detail.glance.level))}>{ &detail.glance.level }</span> },
        ),
        (
            "gas used",
            number(format!("{} of {}", format::grouped(detail.gas_used), format::grouped(detail.gas_limit))),
        ),
        ("base fee", number(format::gas_price(detail.base_fee))),
    ];
    rows.extend(origin.map(|link| ("L1 origin", link)));
    rows.extend(parent.map(|link| ("parent", link)));
    let root = |name: &'static str, value: alloy_primitives::B256| (name, copyable(value.to_string()));
    html! {
        <>
            { heading("block", html! { <span class="number">{ format::grouped(height.get()) }</span> }) }
            { facts(rows) }
            { part("Transactions", html! {
                <>
                    <ul class="rows">{ for detail.transactions.iter().map(|transaction| transaction_row(transaction, detail, props)) }</ul>
                    { if detail.transactions.is_empty() { html! { <p class="empty">{ "None." }</p> } } else { html! {} } }
                </>
            }) }
            { part("Hashes", facts([
                root("block", detail.hash),
                root("parent", detail.parent),
                root("state", detail.state_root),
                root("receipts", detail.receipts_root),
                root("transactions", detail.transactions_root),
            ])) }
        </>
    }
}

fn transaction_row(transaction: &TransactionGlance, detail: &BlockDetail, props: &InspectorProps) -> Html {
    let outcome = if transaction.succeeded { "" } else { "reverted" };
    html! {
        <li key={transaction.hash.to_string()}>
            { transaction_link(detail.chain, transaction.hash) }
            <span>{ &transaction.kind }</span>
            { account_link(transaction.from, &props.world) }
            <span class="is-failure">{ outcome }</span>
        </li>
    }
}
