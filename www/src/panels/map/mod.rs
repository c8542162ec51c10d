//! The chart: L1 as the coast, rollups as islands, messages under way as marks on their lanes. One
//! tab stop; arrow keys move over the sheet, Enter inspects. One may zoom in, at once and without a flight.

mod coast;
mod fleet;
mod gestures;
mod island;
mod marks;
mod shared;
mod spot;
mod view;

use crate::{
    chart::{Camera, Fine, Px, Sheet, Size},
    handle::{Handle, use_handle},
    scene::chain_name,
    widgets::use_size,
};
use causeway::{
    session::view::{ChainView, Flow, MessageView, SequencerView, Subject},
    types::{ChainId, Time},
};
use coast::CoastView;
use fleet::group;
use gestures::use_gestures;
use island::Island;
use marks::Marks;
use shared::{CausewayView, Ring};
use spot::{Spot, focus_spot};
use std::rc::Rc;
use view::{Looker, View, buttons, look_of, show_focused, use_selected_in_sight};
use yew::prelude::*;

/// What the chart shows.
#[derive(Properties, PartialEq)]
pub struct MapProps {
    /// The chains, L1 first.
    pub chains: Rc<Vec<ChainView>>,
    /// Messages under way per pair of chains.
    pub flows: Rc<Vec<Flow>>,
    /// Messages, those under way first.
    pub messages: Rc<Vec<MessageView>>,
    /// The shared sequencer, if there is one.
    pub sequencer: Option<Rc<SequencerView>>,
    /// Now, in whole seconds of simulated time.
    pub now: Time,
    /// What the inspector shows.
    pub subject: Option<Subject>,
    /// Whether marks stand still.
    pub still: bool,
}

/// The chart.
#[component]
pub fn Map(props: &MapProps) -> Html {
    let handle = use_handle();
    let (holder, chart) = (use_node_ref(), use_node_ref());
    let view = use_reducer_eq(|| View(Camera::WHOLE));
    let look = view.dispatcher();
    let size = use_size(&holder);
    let ids: Vec<u64> = props.chains.iter().skip(1).map(|chain| chain.id.get()).collect();
    let sheet = use_memo((ids, size.0, size.1), |(ids, width, height)| {
        Sheet::lay_out(ids, Size { width: f64::from(*width), height: f64::from(*height) })
    });
    let View(camera) = *view;
    use_gestures(&chart, &look, camera.magnification() > 1.0);
    let l1 = props.chains.first().map(|chain| chain.id.get());
    use_selected_in_sight(&props.subject, l1, &sheet, &look);
    let groups =
        use_memo((props.messages.clone(), props.flows.clone()), |(messages, flows)| group(messages, flows));
    let current = use_state_eq(|| 0usize);
    let spots = Rc::new(spots(props, &groups));
    let at = (*current).min(spots.len().saturating_sub(1));
    let onkeydown = on_key(&spots, at, &current, &handle, &look);
    let onfocusin = {
        let (spots, current, look) = (spots.clone(), current.clone(), look.clone());
        Callback::from(move |event: FocusEvent| {
            let element = event.target_dyn_into::<web_sys::Element>();
            let id = element.as_ref().map(web_sys::Element::id);
            if let Some(element) = &element {
                show_focused(element, &look);
            }
            if let Some(at) = spots.iter().position(|spot| Some(spot.element_id()) == id) {
                current.set(at);
            }
        })
    };
    let here = spots.get(at).copied();
    let (corner, Size { width, height }) = (camera.corner(sheet.size), camera.extent(sheet.size));
    let magnification = camera.magnification();
    let label = sheet.label(magnification);
    html! {
        <div class="chart-holder" ref={holder}>
            <svg
                ref={chart}
                class={classes!("chart", (magnification > 1.0).then_some("is-magnified"))}
                data-testid="network-map"
                viewBox={format!("{} {} {} {}", Fine(corner.x), Fine(corner.y), Fine(width), Fine(height))}
                role="group"
                aria-label="Chart of the L1, its rollups and the messages under way. Arrow keys move over it, Enter inspects, plus and minus zoom, 0 shows all."
                {onkeydown}
                {onfocusin}
            >
                <CoastView sheet={sheet.clone()} l1={props.chains.first().cloned()} middle={corner.x + width / 2.0} {magnification} here={here} subject={props.subject.clone()} />
                { lanes(&sheet, &props.chains, &props.flows, magnification) }
                { props.sequencer.as_ref().map(|sequencer| html! {
                    <CausewayView sheet={sheet.clone()} sequencer={sequencer.clone()} />
                }).unwrap_or_default() }
                { for props.chains.iter().skip(1).filter_map(|chain| {
                    let place = sheet.place(chain.id.get())?.clone();
                    let selected = props.subject == Some(Subject::Chain(chain.id));
                    Some(html! {
                        <Island
                            key={chain.id.get()}
                            chain={chain.clone()}
                            {place}
                            {label}
                            {magnification}
                            {selected}
                            is_stop={here == Some(Spot::Chain(chain.id))}
                        />
                    })
                }) }
                { props.sequencer.as_ref().map(|sequencer| html! {
                    <Ring
                        sheet={sheet.clone()}
                        sequencer={sequencer.clone()}
                        now={props.now}
                        {here}
                        subject={props.subject.clone()}
                        still={props.still}
                    />
                }).unwrap_or_default() }
                <Marks
                    sheet={sheet.clone()}
                    groups={groups.clone()}
                    names={Rc::new(names(&props.chains))}
                    {here}
                    subject={props.subject.clone()}
                    still={props.still}
                    {magnification}
                />
            </svg>
            { buttons(&look) }
        </div>
    }
}

/// Arrow keys move over the sheet, Enter inspects; some change what is in sight.
fn on_key(
    spots: &Rc<Vec<Spot>>,
    at: usize,
    current: &UseStateHandle<usize>,
    handle: &Handle,
    look: &Looker,
) -> Callback<KeyboardEvent> {
    let (spots, current, handle, look) = (spots.clone(), current.clone(), handle.clone(), look.clone());
    Callback::from(move |event: KeyboardEvent| {
        let chorded = event.ctrl_key() || event.meta_key() || event.alt_key();
        if let Some(change) = look_of(&event).filter(|_| !chorded) {
            event.prevent_default();
            return look.dispatch(change);
        }
        let last = spots.len().saturating_sub(1);
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => (at + 1).min(last),
            "ArrowLeft" | "ArrowUp" => at.saturating_sub(1),
            "Home" => 0,
            "End" => last,
            "Enter" | " " => {
                event.prevent_default();
                if let Some(spot) = spots.get(at) {
                    handle.inspect(spot.subject());
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        current.set(next);
        if let Some(spot) = spots.get(next) {
            focus_spot(*spot);
        }
    })
}

/// What can be reached by arrow keys, in that order.
fn spots(props: &MapProps, groups: &[fleet::Group]) -> Vec<Spot> {
    let chains = props.chains.iter().map(|chain| Spot::Chain(chain.id));
    let sequencer = props.sequencer.iter().filter(|sequencer| !sequencer.members.is_empty());
    let shared = sequencer.flat_map(|sequencer| {
        let bundles = shared::shown(sequencer, props.now).map(|bundle| Spot::Bundle(bundle.number));
        [Spot::Sequencer].into_iter().chain(bundles)
    });
    let marks = groups.iter().flat_map(|group| group.marks.iter().map(|mark| Spot::Message(mark.number)));
    chains.chain(shared).chain(marks).collect()
}

fn names(chains: &[ChainView]) -> Vec<(ChainId, String)> {
    chains.iter().map(|chain| (chain.id, chain_name(chains, chain.id))).collect()
}

/// A lane from each island to its harbour; those that messages take are inked.
fn lanes(sheet: &Sheet, chains: &[ChainView], flows: &[Flow], magnification: f64) -> Html {
    let radius = Fine(3.0 / magnification).to_string();
    let busy = |id: ChainId| flows.iter().any(|flow| flow.count > 0 && (flow.from == id || flow.to == id));
    chains
        .iter()
        .skip(1)
        .filter_map(|chain| {
            let place = sheet.place(chain.id.get())?;
            let class = classes!("lane", busy(chain.id).then_some("is-busy"));
            Some(html! {
                <g key={chain.id.get()} class={class}>
                    <path d={place.lane.path()} />
                    <circle
                        class="harbour"
                        cx={Px(place.harbour.x).to_string()}
                        cy={Px(place.harbour.y).to_string()}
                        r={radius.clone()}
                    />
                </g>
            })
        })
        .collect()
}
