//! The shared sequencer on the chart: a causeway between its members, the ring of its nodes, and the legs of
//! bundles, which set out together and land or fall as one.

use super::spot::{Spot, tab_index};
use crate::{
    chart::{Causeway, Point, Px, Sheet},
    handle::use_handle,
    widgets::node_sign,
    words,
};
use causeway::{
    session::view::{BundleView, NodeView, SequencerView, Subject},
    types::{Span, Time},
};
use std::{f64::consts::TAU, rc::Rc};
use yew::prelude::*;

/// Bundles whose legs are shown at once.
const BUNDLES_MAX: usize = 6;
/// How long a bundle that has ended is still shown.
const AFTERGLOW: Span = Span::seconds(4);

#[derive(Properties, PartialEq)]
pub(super) struct CausewayViewProps {
    pub(super) sheet: Rc<Sheet>,
    pub(super) sequencer: Rc<SequencerView>,
}

/// The causeway, which lies below the islands.
#[component]
pub(super) fn CausewayView(props: &CausewayViewProps) -> Html {
    let causeway = use_causeway(&props.sheet, &props.sequencer);
    let Some(causeway) = &*causeway else { return html! {} };
    let path: String = causeway
        .stretches
        .iter()
        .map(|(from, to)| format!("M{} {}L{} {}", Px(from.x), Px(from.y), Px(to.x), Px(to.y)))
        .collect();
    let is_broken = !props.sequencer.troubles.is_empty();
    html! {
        <g class={classes!("causeway", is_broken.then_some("is-broken"), (causeway.ring < 16.0).then_some("is-small"))} aria-hidden="true">
            <path class="causeway-sides" d={path.clone()} />
            <path class="causeway-top" d={path} />
        </g>
    }
}

#[hook]
fn use_causeway(sheet: &Rc<Sheet>, sequencer: &SequencerView) -> Rc<Option<Causeway>> {
    let members: Vec<u64> = sequencer.members.iter().map(|id| id.get()).collect();
    use_memo((sheet.clone(), members), |(sheet, members)| Causeway::between(members, sheet))
}

#[derive(Properties, PartialEq)]
pub(super) struct RingProps {
    pub(super) sheet: Rc<Sheet>,
    pub(super) sequencer: Rc<SequencerView>,
    pub(super) now: Time,
    pub(super) here: Option<Spot>,
    pub(super) subject: Option<Subject>,
    pub(super) still: bool,
}

/// The ring and the legs, which lie above the islands.
#[component]
pub(super) fn Ring(props: &RingProps) -> Html {
    let handle = use_handle();
    let causeway = use_causeway(&props.sheet, &props.sequencer);
    let Some(causeway) = &*causeway else { return html! {} };
    let RingProps { sequencer, here, subject, .. } = props;
    let spot = Spot::Sequencer;
    let (ring, count) = (causeway.ring, sequencer.nodes.len().max(1));
    let is_large = ring >= 20.0;
    let size = (ring * TAU / count as f64 * 0.3).min(ring * 0.24).max(1.0);
    html! {
        <>
            <g
                id={spot.element_id()}
                class={classes!("ring", (*subject == Some(Subject::Sequencer)).then_some("is-selected"))}
                transform={format!("translate({} {})", Px(causeway.hub.x), Px(causeway.hub.y))}
                role="button"
                tabindex={tab_index(spot, *here)}
                aria-label={label(sequencer)}
                data-testid="chart-sequencer"
                onclick={handle.on(|handle| handle.inspect(Subject::Sequencer))}
            >
                <circle class="ring-ground" r={Px(ring + size + 2.0).to_string()} />
                <circle class="ring-line" r={Px(ring).to_string()} />
                { for sequencer.nodes.iter().enumerate().map(|(at, node)| node_at(node, at, count, ring, size)) }
                { if is_large { html! {
                    <>
                        <text class="ring-text is-small" text-anchor="middle" y="-6">{ "slot" }</text>
                        { " " }
                        <text class="ring-text" text-anchor="middle" y="7">{ sequencer.height }</text>
                        { " " }
                        <text class="ring-text is-small" text-anchor="middle" y="18">{ round_text(sequencer) }</text>
                    </>
                } } else { html! { <title>{ "the shared sequencer" }</title> } } }
            </g>
            { for shown(sequencer, props.now).map(|bundle| legs(bundle, causeway, props, &handle)) }
        </>
    }
}

fn node_at(node: &NodeView, at: usize, count: usize, ring: f64, size: f64) -> Html {
    let turn = TAU * at as f64 / count as f64;
    // Nodes that are cut off stand outside the ring.
    let out = if node.group > 0 { ring + size * 1.6 } else { ring };
    let (x, y) = (libm::sin(turn) * out, -libm::cos(turn) * out);
    html! { <g key={at} transform={format!("translate({} {})", Px(x), Px(y))}>{ node_sign(node, size) }</g> }
}

/// The round that is being decided in; nothing between slots.
fn round_text(sequencer: &SequencerView) -> String {
    let round = sequencer.nodes.iter().filter(|node| !node.is_crashed).map(|node| node.round).max();
    round.filter(|_| sequencer.is_deciding).map(|round| format!("round {round}")).unwrap_or_default()
}

/// As the ring is lettered, and more.
fn label(sequencer: &SequencerView) -> String {
    let down = sequencer.nodes.iter().filter(|node| node.is_crashed).count();
    let bad = sequencer.nodes.iter().filter(|node| node.behaviour != "honest").count();
    let leader = sequencer.nodes.iter().find(|node| node.is_leader && !node.is_crashed);
    format!(
        "The shared sequencer of {} rollups: {} nodes, {down} down, {bad} Byzantine; slot {} {}{}",
        sequencer.members.len(),
        sequencer.nodes.len(),
        sequencer.height,
        round_text(sequencer),
        leader.map(|node| format!(", node {} leads", node.node)).unwrap_or_default(),
    )
}

/// Bundles under way, and those that have just ended.
pub(super) fn shown(sequencer: &SequencerView, now: Time) -> impl Iterator<Item = &BundleView> {
    let fresh = move |bundle: &&BundleView| {
        let ended = bundle.states.last().map_or(Time::ZERO, |(_, at)| *at);
        !words::is_ended(&bundle.state) || now.since(ended) < AFTERGLOW
    };
    sequencer.bundles.iter().filter(fresh).take(BUNDLES_MAX)
}

/// The legs of a bundle: one mark for each rollup, all equally far on their ways.
fn legs(bundle: &BundleView, causeway: &Causeway, props: &RingProps, handle: &crate::handle::Handle) -> Html {
    let number = bundle.number;
    let spot = Spot::Bundle(number);
    let mut chains: Vec<u64> = bundle.legs.iter().map(|leg| leg.chain.get()).collect();
    chains.sort_unstable();
    chains.dedup();
    let ways: Vec<_> = chains.iter().filter_map(|id| causeway.way(*id)).collect();
    let part = match bundle.state.as_str() {
        _ if props.still && !words::is_ended(&bundle.state) => 0.5,
        // What falls goes back to where it came from.
        "aborted" | "rolled back" => 0.0,
        _ => f64::from(bundle.progress_permille) / 1000.0,
    };
    // Bundles under way at once keep beside each other.
    let aside = (number % 3) as f64 * 5.0 - 5.0;
    let class = classes!(
        "bundle",
        format!("is-{}", bundle.state.replace(' ', "-")),
        props.still.then_some("is-still"),
        (props.subject == Some(Subject::Bundle(number))).then_some("is-selected"),
    );
    html! {
        <g
            key={format!("bundle-{number}")}
            id={spot.element_id()}
            {class}
            role="button"
            tabindex={tab_index(spot, props.here)}
            aria-label={format!("Bundle {number}: {} legs on {} rollups, {}", bundle.legs.len(), chains.len(), bundle.state)}
            data-testid={format!("chart-bundle-{number}")}
            onclick={handle.on(move |handle| handle.inspect(Subject::Bundle(number)))}
        >
            { for ways.iter().zip(&chains).map(|(way, id)| {
                let Point { x, y } = way.at(way.length() * part);
                html! {
                    <g key={*id} class="leg-mark" style={format!("transform:translate({}px,{}px)", Px(x + aside), Px(y - aside))}>
                        <circle class="mark-target" r="12" />
                        <path class="leg-shape" d="M-6-4H6V4H-6z" />
                        { match bundle.state.as_str() {
                            "landed" => html! { <path class="leg-sign" d="M-3 0l2 2 4-4" /> },
                            "aborted" | "rolled back" => html! { <path class="leg-sign" d="M-3-2L3 2M3-2L-3 2" /> },
                            _ => html! { <path class="leg-sign" d="M-6 0H6" /> },
                        } }
                    </g>
                }
            }) }
        </g>
    }
}
