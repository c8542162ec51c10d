//! An account: what it holds on every chain.

use super::{InspectorProps, parts::heading};
use crate::{
    format,
    scene::chain_name,
    widgets::{ChainLink, Copyable},
};
use causeway::session::view::AccountDetail;
use yew::prelude::*;

pub(super) fn account(detail: &AccountDetail, props: &InspectorProps) -> Html {
    let token = &props.world.token;
    let name = detail.name.clone().unwrap_or_else(|| format::short_address(&detail.address));
    html! {
        <>
            { heading("account", html! { <>{ name }</> }) }
            <Copyable text={detail.address.to_string()} />
            <div class="scroll-x" tabindex="0" role="region" aria-label="Holdings">
                <table class="holdings">
                    <caption class="visually-hidden">{ "Holdings chain by chain" }</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ "Chain" }</th>
                            <th scope="col" class="number">{ "ETH" }</th>
                            <th scope="col" class="number">{ &token.symbol }</th>
                            <th scope="col" class="number">{ "Nonce" }</th>
                        </tr>
                    </thead>
                    <tbody>
                        { for detail.holdings.iter().map(|holding| html! {
                            <tr key={holding.chain.get()}>
                                <th scope="row">
                                    <ChainLink id={holding.chain} name={chain_name(&props.chains, holding.chain)} />
                                    { if holding.is_contract { html! { <span class="quiet-text">{ " contract" }</span> } } else { html! {} } }
                                </th>
                                <td class="number" title={format!("{} ETH", holding.ether)}>{ format::amount(holding.ether.get(), 18) }</td>
                                <td class="number">{ format::amount(holding.token.get(), token.decimals) }</td>
                                <td class="number">{ holding.nonce }</td>
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </>
    }
}
