//! A slot: who led it, who signed for it, its order, and the outcome that it decides.

use super::{
    InspectorProps,
    parts::{facts, heading, number, part},
};
use crate::{
    format,
    widgets::{Term, copyable, sequencer_link, slot_link, subject_link},
};
use causeway::session::view::SlotDetail;
use yew::prelude::*;

pub(super) fn slot(detail: &SlotDetail, props: &InspectorProps) -> Html {
    let glance = &detail.glance;
    let signers: Vec<String> = detail.signers.iter().map(u8::to_string).collect();
    let before = glance.height.checked_sub(1).filter(|height| *height > 0);
    html! {
        <>
            { heading("slot", html! { <>{ format!("Slot {}", format::grouped(glance.height)) }</> }) }
            { facts([
                ("decided by", sequencer_link("the shared sequencer")),
                ("when", number(format::clock(glance.decided_at))),
                ("took", number(glance.took.to_string())),
                ("round", number(glance.round.to_string())),
                ("leader", number(format!("node {}", glance.leader))),
                ("its bundles are executed", number(format::relative(detail.lands_at, props.now))),
            ]) }
            { part("Its order", html! {
                <>
                    <ol class="rows" data-testid="slot-order">
                        { for detail.order.iter().enumerate().map(|(at, (text, subject))| html! {
                            <li key={at}><span class="number quiet-text">{ at + 1 }</span>{ subject_link(subject.clone(), text) }</li>
                        }) }
                    </ol>
                    { if detail.order.is_empty() { html! { <p class="empty">{ "Nothing." }</p> } } else { html! {} } }
                </>
            }) }
            { detail.outcome.as_ref().map(|outcome| part("Its outcome", html! { <p>{ outcome }</p> })).unwrap_or_default() }
            <section class="part">
                <h4><Term word="commit certificate" place="slot" /></h4>
                <p>{ format!("Signed by nodes {}: more than two thirds of the weight.", signers.join(", ")) }</p>
                { copyable(detail.value.to_string()) }
            </section>
            { before.map(|height| html! { <p>{ "Before it: " }{ slot_link(height) }</p> }).unwrap_or_default() }
        </>
    }
}
