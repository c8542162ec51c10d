//! A rollup as an island: shore, heights, depths, its sign, its name and its newest block.

use super::spot::{Spot, tab_index};
use crate::{
    chart::{Fine, Label, Outline, Place, Px},
    format,
    handle::use_handle,
    widgets::kind_glyph,
    words,
};
use causeway::session::view::{ChainView, Subject};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct IslandProps {
    pub(super) chain: ChainView,
    pub(super) place: Place,
    pub(super) label: Label,
    /// How much larger than at first the chart is drawn; names and signs stay as they are.
    pub(super) magnification: f64,
    pub(super) selected: bool,
    pub(super) is_stop: bool,
}

/// An island.
#[component]
pub(super) fn Island(props: &IslandProps) -> Html {
    let handle = use_handle();
    let IslandProps { chain, place, selected, magnification, .. } = props;
    let id = chain.id;
    let outline = use_memo((place.id, place.radius.to_bits()), |(id, radius)| {
        Outline::of(*id, f64::from_bits(*radius))
    });
    let spot = Spot::Chain(id);
    let here = props.is_stop.then_some(spot);
    html! {
        <g
            id={spot.element_id()}
            class={classes!(
                "island",
                format!("is-{}", chain.kind),
                format!("is-{}", chain.status),
                selected.then_some("is-selected"),
            )}
            transform={format!("translate({} {})", Px(place.centre.x), Px(place.centre.y))}
            role="button"
            tabindex={tab_index(spot, here)}
            aria-label={format!("{} {}, {}", chain.name, below(chain), words::chain_kind(chain))}
            data-testid={format!("chart-chain-{id}")}
            onclick={handle.on(move |handle| handle.inspect(Subject::Chain(id)))}
        >
            { for outline.depths.iter().rev().map(|path| html! { <path class="depth" d={path.clone()} /> }) }
            <path class="island-shore" d={outline.shore.clone()} />
            { for outline.heights.iter().map(|path| html! { <path class="height" d={path.clone()} /> }) }
            { if place.radius * magnification >= 16.0 {
                html! { <g transform={format!("scale({})", Fine(1.0 / magnification))}>{ kind_glyph(&chain.kind) }</g> }
            } else {
                html! {}
            } }
            { label(props) }
        </g>
    }
}

fn label(props: &IslandProps) -> Html {
    let IslandProps { chain, place, label, magnification, .. } = props;
    // Serif letters are a little over half as wide as high.
    let (letters, is_large, y) = match label {
        Label::None => return html! { <title>{ &chain.name }</title> },
        Label::Small(width) => (width / 5.6, false, 11.0),
        Label::Large(width) => (width / 8.0, true, 21.0),
    };
    let transform = format!("translate(0 {}) scale({})", Px(place.radius * 0.9), Fine(1.0 / magnification));
    html! {
        <g {transform}>
            <text class={if is_large { "island-name" } else { "island-name is-small" }} y={Px(y).to_string()} text-anchor="middle">
                { shortened(&chain.name, (letters as usize).max(3)) }
            </text>
            { " " }
            { if is_large { html! {
                <text class="island-head" y={Px(y + 16.0).to_string()} text-anchor="middle">
                    { below(chain) }
                </text>
            } } else { html! { <title>{ &chain.name }</title> } } }
        </g>
    }
}

fn below(chain: &ChainView) -> String {
    match chain.status.as_str() {
        "running" => format!("block {}", format::grouped(chain.head.get())),
        status => format!("{status} · block {}", format::grouped(chain.head.get())),
    }
}

/// A name cut to so many letters.
fn shortened(name: &str, letters: usize) -> String {
    if name.chars().count() <= letters {
        return name.into();
    }
    name.chars().take(letters - 1).chain(['…']).collect()
}
