//! The chart: L1 as the coast, rollups as islands, messages under way as marks on their lanes. One
//! tab stop; arrow keys move over the sheet, Enter inspects.

mod coast;
mod fleet;
mod island;
mod marks;
mod shared;
mod sheet_size;
mod spot;

use crate::{
    chart::{Px, Sheet, Size},
    handle::{Handle, use_handle},
    scene::chain_name,
};
use causeway::{
    session::view::{ChainView, Flow, MessageView, SequencerView, Subject},
    types::{ChainId, Time},
};
use coast::CoastView;
use fleet::group;
use island::Island;
use marks::Marks;
use shared::{CausewayView, Ring};
use sheet_size::use_size;
use spot::{Spot, focus_spot};
use std::rc::Rc;
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
    let holder = use_node_ref();
    let size = use_size(&holder);
    let ids: Vec<u64> = props.chains.iter().skip(1).map(|chain| chain.id.get()).collect();
    let sheet = use_memo((ids, size.0, size.1), |(ids, width, height)| {
        Sheet::lay_out(ids, Size { width: f64::from(*width), height: f64::from(*height) })
    });
    let groups =
        use_memo((props.messages.clone(), props.flows.clone()), |(messages, flows)| group(messages, flows));
    let current = use_state_eq(|| 0usize);
    let spots = Rc::new(spots(props, &groups));
    let at = (*current).min(spots.len().saturating_sub(1));
    let onkeydown = on_key(&spots, at, &current, &handle);
    let onfocusin = {
        let (spots, current) = (spots.clone(), current.clone());
        Callback::from(move |event: FocusEvent| {
            let id = event.target_dyn_into::<web_sys::Element>().map(|element| element.id());
            if let Some(at) = spots.iter().position(|spot| Some(spot.element_id()) == id) {
                current.set(at);
            }
        })
    };
    let here = spots.get(at).copied();
    let Size { width, height } = sheet.size;
    html! {
        <div class="chart-holder" ref={holder}>
            <svg
                class="chart"
                data-testid="network-map"
                viewBox={format!("0 0 {} {}", Px(width), Px(height))}
                role="group"
                aria-label="Chart of the L1, its rollups and the messages under way. Arrow keys move over it, Enter inspects."
                {onkeydown}
                {onfocusin}
            >
                <CoastView sheet={sheet.clone()} l1={props.chains.first().cloned()} here={here} subject={props.subject.clone()} />
                { lanes(&sheet, &props.chains, &props.flows) }
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
                            label_height={sheet.label_height}
                            label_width={sheet.label_width}
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
                />
            </svg>
        </div>
    }
}

/// Arrow keys move over the sheet, Enter inspects.
fn on_key(
    spots: &Rc<Vec<Spot>>,
    at: usize,
    current: &UseStateHandle<usize>,
    handle: &Handle,
) -> Callback<KeyboardEvent> {
    let (spots, current, handle) = (spots.clone(), current.clone(), handle.clone());
    Callback::from(move |event: KeyboardEvent| {
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
fn lanes(sheet: &Sheet, chains: &[ChainView], flows: &[Flow]) -> Html {
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
                        r="3"
                    />
                </g>
            })
        })
        .collect()
}
