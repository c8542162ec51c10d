//! Two futures side by side at one moment: both charts, the first difference, and the figures that differ.

use crate::{
    chart::{Coast, Outline, Px, Sheet, Size},
    format,
    handle::use_handle,
    panels::contagion::beside,
    widgets::Dialog,
};
use causeway::{
    session::{
        timeline::{Comparison, Timeline},
        view::{ChainView, ContagionView, Flow, LogLine},
    },
    types::ChainId,
};
use std::rc::Rc;
use yew::prelude::*;

/// Size of a chart in the comparison.
const SIZE: Size = Size { width: 440.0, height: 250.0 };

#[derive(Properties, PartialEq)]
pub(super) struct CompareProps {
    pub(super) with: u32,
    pub(super) timeline: Rc<Timeline>,
    pub(super) chains: Rc<Vec<ChainView>>,
    pub(super) flows: Rc<Vec<Flow>>,
    pub(super) contagion: Option<Rc<ContagionView>>,
    pub(super) on_close: Callback<()>,
}

/// The dialog.
#[component]
pub(super) fn Compare(props: &CompareProps) -> Html {
    let handle = use_handle();
    let with = use_state_eq(|| props.with);
    let found = use_state_eq(|| None::<Result<Comparison, String>>);
    {
        let found = found.setter();
        use_effect_with(*with, move |with| {
            handle.driver.compare(*with, move |outcome| found.set(Some(outcome)));
        });
    }
    let name = |id: u32| {
        props.timeline.branches.iter().find(|branch| branch.id == id).map(|branch| branch.name.clone())
    };
    let here = name(props.timeline.branch).unwrap_or_default();
    let there = name(*with).unwrap_or_default();
    let on_other = {
        let with = with.clone();
        Callback::from(move |event: Event| {
            if let Ok(id) = crate::widgets::value_of(&event).parse() {
                with.set(id);
            }
        })
    };
    html! {
        <Dialog title="Two futures side by side" name="compare" on_close={props.on_close.clone()}>
            <div class="dialog-body compare">
                <p class="compare-head">
                    <strong>{ &here }</strong>{ " beside " }
                    <select aria-label="The other future" data-testid="compare-with" onchange={on_other}>
                        { for props.timeline.branches.iter().filter(|branch| branch.id != props.timeline.branch).map(|branch| html! {
                            <option key={branch.id} value={branch.id.to_string()} selected={branch.id == *with}>{ &branch.name }</option>
                        }) }
                    </select>
                </p>
                { match &*found {
                    None => html! { <p>{ "Fetching the other future…" }</p> },
                    Some(Err(why)) => html! { <p class="complaint" role="alert">{ why }</p> },
                    Some(Ok(comparison)) => shown(props, comparison, &here, &there),
                } }
            </div>
        </Dialog>
    }
}

fn shown(props: &CompareProps, comparison: &Comparison, here: &str, there: &str) -> Html {
    let chart = |name: &str, chains: &[ChainView], flows: &[Flow], others: &[ChainView]| {
        html! {
            <figure>
                { mini(name, chains, flows, others) }
                <figcaption>{ name.to_owned() }</figcaption>
            </figure>
        }
    };
    let other = &comparison.other;
    html! {
        <>
            { if comparison.is_ready { html! {} } else { html! {
                <p role="status">{ format!("{there} is on its way to this moment: {}", format::clock(other.now)) }</p>
            } } }
            { match (&props.contagion, &other.contagion) {
                (Some(ours), Some(theirs)) if comparison.is_ready => beside(ours, theirs, here, there),
                _ => html! {},
            } }
            <div class="compare-charts">
                { chart(here, &props.chains, &props.flows, &other.chains) }
                { chart(there, &other.chains, &other.flows, &props.chains) }
            </div>
            { if comparison.is_ready { differences(comparison, here, there) } else { html! {} } }
        </>
    }
}

fn differences(comparison: &Comparison, here: &str, there: &str) -> Html {
    let Some(difference) = &comparison.difference else {
        return html! { <p data-testid="first-difference">{ "No difference: the same happened in both." }</p> };
    };
    let side = |name: &str, line: Option<&LogLine>| {
        let text = line.map_or("nothing more happened".into(), |line| line.text.clone());
        html! { <><dt>{ name.to_owned() }</dt><dd>{ text }</dd></> }
    };
    html! {
        <>
            <section data-testid="first-difference">
                <h3>{ format!("The first difference, at {}", format::clock(difference.at)) }</h3>
                <dl class="compare-first">
                    { side(here, difference.here.as_ref()) }
                    { side(there, difference.there.as_ref()) }
                </dl>
            </section>
            { if comparison.rows.is_empty() {
                html! { <p>{ "No balance and no count differs at this moment." }</p> }
            } else {
                table(comparison, here, there)
            } }
        </>
    }
}

fn table(comparison: &Comparison, here: &str, there: &str) -> Html {
    let chain = |id: Option<ChainId>| {
        id.map_or_else(|| "all chains".into(), |id| crate::scene::chain_name(&comparison.other.chains, id))
    };
    html! {
        <table class="compare-rows">
            <caption class="visually-hidden">{ "Figures that differ" }</caption>
            <thead>
                <tr><th scope="col">{ "Chain" }</th><th scope="col">{ "Figure" }</th><th scope="col">{ here.to_owned() }</th><th scope="col">{ there.to_owned() }</th></tr>
            </thead>
            <tbody>
                { for comparison.rows.iter().enumerate().map(|(index, row)| html! {
                    <tr key={index}>
                        <th scope="row">{ chain(row.chain) }</th>
                        <td>{ &row.name }</td>
                        <td class="number">{ &row.here }</td>
                        <td class="number">{ &row.there }</td>
                    </tr>
                }) }
            </tbody>
        </table>
    }
}

/// A small chart without motion; chains that are not as in the other future are marked.
fn mini(name: &str, chains: &[ChainView], flows: &[Flow], others: &[ChainView]) -> Html {
    let ids: Vec<u64> = chains.iter().skip(1).map(|chain| chain.id.get()).collect();
    let sheet = Sheet::lay_out(&ids, SIZE);
    let coast = Coast::of(SIZE.width, SIZE.height, sheet.coast_level);
    let differs = |chain: &ChainView| others.iter().find(|other| other.id == chain.id) != Some(chain);
    let under_way: u64 = flows.iter().map(|flow| flow.count).sum();
    let busy = |id: ChainId| flows.iter().any(|flow| flow.count > 0 && (flow.from == id || flow.to == id));
    html! {
        <svg
            class="chart compare-chart"
            viewBox={format!("0 0 {} {}", Px(SIZE.width), Px(SIZE.height))}
            role="img"
            aria-label={format!("{name}: {} rollups, {under_way} messages under way", ids.len())}
        >
            <path class="land" d={coast.land} />
            <path class="shore" d={coast.shore} />
            { for chains.iter().skip(1).filter_map(|chain| {
                let place = sheet.place(chain.id.get())?;
                let outline = Outline::of(place.id, place.radius);
                let class = classes!("island", format!("is-{}", chain.status), differs(chain).then_some("is-different"));
                Some(html! {
                    <g key={chain.id.get()}>
                        <g class={classes!("lane", busy(chain.id).then_some("is-busy"))}><path d={place.lane.path()} /></g>
                        <g {class} transform={format!("translate({} {})", Px(place.centre.x), Px(place.centre.y))}>
                            <path class="island-shore" d={outline.shore.clone()} />
                            { if sheet.label_height > 0.0 { html! {
                                <text class="island-name is-small" y={Px(place.radius * 0.9 + 11.0).to_string()} text-anchor="middle">
                                    { chain.name.chars().take(14).collect::<String>() }
                                </text>
                            } } else { html! {} } }
                            { if differs(chain) { html! { <text class="difference-mark" text-anchor="middle" y="5">{ "≠" }</text> } } else { html! {} } }
                        </g>
                    </g>
                })
            }) }
        </svg>
    }
}
