//! An account: what it holds on every chain, what is on its way to it, and what it cannot spend.

use super::{
    InspectorProps,
    parts::{facts, heading, number, part},
};
use crate::{
    format,
    scene::chain_name,
    widgets::{chain_link, copyable, message_link},
};
use causeway::{
    session::view::AccountDetail,
    world::{ETHER_PRICE, TOKEN_PRICE},
};
use yew::prelude::*;

pub(super) fn account(detail: &AccountDetail, props: &InspectorProps) -> Html {
    let token = &props.world.token;
    let name = detail.name.clone().unwrap_or_else(|| format::short_address(&detail.address));
    let is_you = props.world.people.first().is_some_and(|you| you.address == detail.address);
    let kind = if is_you { "wallet · you are" } else { "account" };
    html! {
        <>
            { heading(kind, html! { <>{ name }</> }) }
            { facts([
                ("in all", number(format!("{} ETH", format::amount(detail.ether.get(), 18)))),
                ("", number(format!("{} {}", format::amount(detail.token.get(), token.decimals), token.symbol))),
                ("worth", html! {
                    <>
                        <span class="number">{ format!("≈ ${}", format::grouped(detail.worth)) }</span>
                        <span class="model" title={format!("Reference prices, a model: ${ETHER_PRICE} an ETH, ${TOKEN_PRICE} a {}", token.symbol)}>{ "model" }</span>
                    </>
                }),
            ]) }
            { part("On each chain", holdings(detail, props)) }
            { part("On its way", coming(detail, props)) }
            { copyable(detail.address.to_string()) }
        </>
    }
}

fn holdings(detail: &AccountDetail, props: &InspectorProps) -> Html {
    let token = &props.world.token;
    html! {
        <div class="scroll-x" tabindex="0" role="region" aria-label="Holdings">
            <table class="holdings">
                <caption class="visually-hidden">{ "Holdings chain by chain" }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ "Chain" }</th>
                        <th scope="col" class="number">{ "ETH" }</th>
                        <th scope="col" class="number">{ &token.symbol }</th>
                        { for ["WAVE", "USDX"].map(|symbol| html! { <th scope="col" class="number">{ symbol }</th> }) }
                    </tr>
                </thead>
                <tbody>
                    { for detail.holdings.iter().map(|holding| html! {
                        <tr key={holding.chain.get()} class={holding.stranded.as_ref().map(|_| "is-stranded")}>
                            <th scope="row">
                                { chain_link(holding.chain, &chain_name(&props.chains, holding.chain)) }
                                { if holding.is_contract { html! { <span class="quiet-text">{ " contract" }</span> } } else { html! {} } }
                                { holding.stranded.as_ref().map(|why| html! { <span class="stranded">{ format!("stranded: {why}") }</span> }) }
                            </th>
                            <td class="number" title={format!("{} ETH", holding.ether)}>{ format::amount(holding.ether.get(), 18) }</td>
                            <td class="number">{ format::amount(holding.token.get(), token.decimals) }</td>
                            { for [0, 1].map(|at| html! {
                                <td class="number" data-testid={format!("holding-{}-{at}", holding.chain)}>
                                    { holding.market.map_or("–".into(), |market| format::amount(market[at].get(), 18)) }
                                </td>
                            }) }
                        </tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}

fn coming(detail: &AccountDetail, props: &InspectorProps) -> Html {
    if detail.coming.is_empty() {
        return html! { <p class="empty">{ "Nothing." }</p> };
    }
    html! {
        <ul class="message-list">
            { for detail.coming.iter().map(|coming| {
                let until = coming.until.map_or_else(
                    || "until when cannot be told yet".to_owned(),
                    |until| format::relative(until, props.now),
                );
                html! {
                    <li key={coming.message}>
                        <span />
                        <div>
                            { message_link(coming.message, &coming.content) }
                            <p class="quiet-text">
                                { format!("{} → {}, {}", chain_name(&props.chains, coming.from), chain_name(&props.chains, coming.to), coming.stage.name()) }
                            </p>
                            <p class="quiet-text">{ format!("waits for {}: {until}", coming.waits_for) }</p>
                        </div>
                    </li>
                }
            }) }
        </ul>
    }
}
