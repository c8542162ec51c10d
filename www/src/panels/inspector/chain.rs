//! A chain: its heads, its fees, its parameters, its contracts, its newest blocks.

use super::{
    InspectorProps,
    parts::{facts, heading, number, part},
};
use crate::{
    format,
    handle::Handle,
    ui::Dialog,
    widgets::{Term, account_link, block_link, copyable, sequencer_link},
    words,
};
use causeway::{
    session::view::{BackingView, BlockGlance, ChainDetail, ChainView, ClaimView},
    types::Amount,
};
use yew::prelude::*;

pub(super) fn chain(detail: &ChainDetail, props: &InspectorProps, handle: &Handle) -> Html {
    let glance = &detail.glance;
    html! {
        <>
            { heading(words::chain_kind(glance), html! { <>{ &glance.name }</> }) }
            { facts(glance_rows(glance, props)) }
            { actions(glance, handle) }
            { part("Parameters", html! {
                <dl class="facts">
                    { for detail.parameters.iter().map(|parameter| html! {
                        <div>
                            <dt>
                                <Term word={parameter.name.clone()} place="parameter" />
                                { if parameter.is_model {
                                    html! { <span class="model" title="This stands for something that is not simulated">{ "model" }</span> }
                                } else { html! {} } }
                            </dt>
                            <dd class="number">{ &parameter.value }</dd>
                        </div>
                    }) }
                </dl>
            }) }
            { for detail.backing.iter().filter(|backing| !backing.claims.is_empty()).map(|backing| reliance(backing, props)) }
            { part("State root", copyable(detail.state_root.to_string())) }
            { part("Newest blocks", html! { <ul class="rows">{ for detail.recent.iter().map(|block| block_row(glance, block, props)) }</ul> }) }
            { part("Contracts", html! {
                <ul class="rows">
                    { for detail.contracts.iter().map(|contract| html! {
                        <li key={contract.name.clone()}>
                            <span>{ &contract.name }</span>
                            { account_link(contract.address, &props.world) }
                        </li>
                    }) }
                </ul>
            }) }
        </>
    }
}

/// What the bridge holds of an asset, and a bar for each who relies on it.
fn reliance(backing: &BackingView, props: &InspectorProps) -> Html {
    let BackingView { symbol, held, missing, .. } = backing;
    let shown = |amount: &Amount| format!("{} {symbol}", format::amount(amount.get(), 18));
    let gap = (*missing != Amount::ZERO)
        .then(|| html! { <p class="stranded">{ format!("{} of the claims have nothing behind them", shown(missing)) }</p> });
    let row = |claim: &ClaimView| {
        let tenths = claim.permille;
        html! {
            <li key={claim.name.clone()}>
                { claim.account.map_or_else(
                    || html! { <span class="quiet-text">{ &claim.name }</span> },
                    |account| account_link(account, &props.world),
                ) }
                <svg class={classes!("share", symbol.to_ascii_lowercase())} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect width={format!("{}.{}", tenths / 10, tenths % 10)} height="8" />
                </svg>
                <span class="number">{ shown(&claim.amount) }</span>
            </li>
        }
    };
    let body = html! {
        <>
            <p>
                { account_link(backing.escrow, &props.world) }
                <span class="quiet-text">{ format!(" on L1 holds {}", shown(held)) }</span>
            </p>
            { gap.unwrap_or_default() }
            <ul class="rows claims" data-testid={format!("claims-{symbol}")}>{ for backing.claims.iter().map(row) }</ul>
        </>
    };
    part(&format!("Who relies on its bridge for {symbol}"), body)
}

fn glance_rows(glance: &ChainView, props: &InspectorProps) -> Vec<(&'static str, Html)> {
    let link = |number| block_link(glance.id, number);
    let is_l1 = glance.kind == "l1";
    let mut rows = vec![
        ("chain id", number(glance.id.to_string())),
        ("state", html! { <>{ &glance.status }</> }),
        (
            "newest block",
            html! { <>{ link(glance.head) }<span class="quiet-text">{ format!(" {}", format::relative(glance.head_time, props.now)) }</span></> },
        ),
    ];
    if !is_l1 {
        rows.push(("safe", link(glance.safe)));
    }
    rows.push(("finalized", link(glance.finalized)));
    if let Some(proposed) = glance.proposed {
        rows.push(("claimed on L1 up to", link(proposed)));
    }
    rows.extend([
        ("block time", number(glance.block_time.to_string())),
        ("base fee", number(format::gas_price(glance.base_fee))),
        (
            "newest block full",
            number(format!("{}.{} %", glance.fullness_permille / 10, glance.fullness_permille % 10)),
        ),
        ("in the mempool", number(format::grouped(glance.pending))),
        ("transactions", number(format::grouped(glance.transactions))),
    ]);
    if let Some([wave, usdx]) = glance.pool {
        rows.extend([
            (
                "ordered by",
                if glance.is_member {
                    sequencer_link("the shared sequencer")
                } else {
                    html! { <>{ "its own sequencer" }</> }
                },
            ),
            (
                "pool",
                number(format!(
                    "{} WAVE, {} USDX",
                    format::cut(wave.get(), 18, 0),
                    format::cut(usdx.get(), 18, 0)
                )),
            ),
            ("price of a WAVE", number(format!("{} USDX", words::price([wave, usdx])))),
        ]);
    }
    if glance.holds {
        rows.push(("holds", html! { <>{ "a block ready, until the outcome of its bundles is decided" }</> }));
    }
    if glance.traffic > 0 {
        rows.push(("traffic", number(format!("{} transfers a second", glance.traffic))));
    }
    if let Some(fee) = glance.blob_base_fee {
        rows.push(("blob base fee", number(format::gas_price(fee))));
    }
    if let Some(locked) = glance.locked_ether {
        rows.push(("ether in its portal", number(format!("{} ETH", format::amount(locked.get(), 18)))));
    }
    rows
}

fn actions(glance: &ChainView, handle: &Handle) -> Html {
    let id = glance.id;
    let is_l1 = glance.kind == "l1";
    let button = |text: &'static str, testid: &'static str, dialog: Dialog| {
        html! {
            <button
                type="button"
                class="secondary"
                data-testid={testid}
                onclick={handle.on(move |handle| handle.open(dialog.clone()))}
            >
                { text }
            </button>
        }
    };
    let rollup = (!is_l1 && glance.status != "removed").then(|| {
        html! {
            <>
                { button("Break", "break-this", Dialog::Break(Some(id))) }
                { button("Remove", "remove-rollup", Dialog::Remove(id)) }
            </>
        }
    });
    html! {
        <div class="buttons">
            { button("Send from here", "send-from-here", Dialog::Send(Some(id), None)) }
            { button("Send to here", "send-to-here", Dialog::Send(None, Some(id))) }
            { rollup.unwrap_or_default() }
        </div>
    }
}

fn block_row(chain: &ChainView, block: &BlockGlance, props: &InspectorProps) -> Html {
    let count = match block.transactions {
        1 => "1 transaction".to_owned(),
        many => format!("{} transactions", format::grouped(many)),
    };
    html! {
        <li key={block.number.get()}>
            { block_link(chain.id, block.number) }
            <span class="quiet-text">{ count }</span>
            <span class={classes!("level", format!("is-{}", block.level))}>{ &block.level }</span>
            <span class="quiet-text number">{ format::relative(block.at, props.now) }</span>
        </li>
    }
}
