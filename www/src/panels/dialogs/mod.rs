//! Dialogs: each gathers one command, has the engine check it, and says by field what is wrong.

mod break_form;
mod break_sequencer;
mod bundle;
mod bundle_legs;
mod capacity;
mod capacity_plot;
mod compare;
mod fork;
pub(super) mod forms;
mod glossary;
mod help;
mod lessons;
mod new_world;
mod open_link;
mod rehearse;
mod remove;
mod send;
mod share;
mod spawn;
mod spawn_fields;
mod traffic;

use crate::{
    handle::Handle,
    scene::WorldInfo,
    ui::{Dialog, UiAction},
};
use causeway::session::{
    timeline::Timeline,
    view::{ChainView, ContagionView, Flow, SequencerView},
};
use std::rc::Rc;
use yew::prelude::*;

/// What dialogs know.
#[derive(Clone, Properties, PartialEq)]
pub struct DialogsProps {
    /// The one that is open.
    pub dialog: Dialog,
    /// The chains.
    pub chains: Rc<Vec<ChainView>>,
    /// The world.
    pub world: Rc<WorldInfo>,
    /// Messages under way per pair of chains.
    pub flows: Rc<Vec<Flow>>,
    /// The shared sequencer, if there is one.
    pub sequencer: Option<Rc<SequencerView>>,
    /// Where in time the page is.
    pub timeline: Rc<Timeline>,
    /// Who relies on whom and who has lost what, while it is shown.
    pub contagion: Option<Rc<ContagionView>>,
    /// Whether single keys do something.
    pub keys: bool,
    /// Whether marks stand still.
    pub still: bool,
}

/// The dialog that is open.
pub(super) fn dialog(props: &DialogsProps, handle: &Handle) -> Html {
    let (shown, ui) = (props.dialog.clone(), handle.ui.clone());
    let on_close = Callback::from(move |()| ui.dispatch(UiAction::WasShut(Some(shown.clone()))));
    let (chains, world) = (props.chains.clone(), props.world.clone());
    match props.dialog.clone() {
        Dialog::Spawn => html! { <spawn::Spawn {chains} {on_close} /> },
        Dialog::Send(from, to) => html! { <send::Send {chains} {world} {from} {to} {on_close} /> },
        Dialog::Break(chain) => {
            // What would cost most comes first where that is what one looks at.
            let worst = props.contagion.as_ref().and_then(|view| view.forecasts.first());
            let chain = chain.or(worst.map(|forecast| forecast.chain));
            html! { <break_form::Break {chains} {world} sequencer={props.sequencer.clone()} {chain} {on_close} /> }
        }
        Dialog::Bundle => html! { <bundle::Bundle {chains} {world} {on_close} /> },
        Dialog::Rehearse => html! { <rehearse::Rehearse {chains} {on_close} /> },
        Dialog::Remove(chain) => html! { <remove::Remove {chains} {chain} {on_close} /> },
        Dialog::Share => html! { <share::Share {on_close} /> },
        Dialog::OpenLink(link) => html! { <open_link::OpenLink {link} {on_close} /> },
        Dialog::Fork => html! { <fork::Fork timeline={props.timeline.clone()} {on_close} /> },
        Dialog::Compare(with) => html! {
            <compare::Compare {with} timeline={props.timeline.clone()} {chains} flows={props.flows.clone()} contagion={props.contagion.clone()} {on_close} />
        },
        Dialog::Lessons => html! { <lessons::Lessons {on_close} /> },
        Dialog::Traffic(chain) => html! { <traffic::Traffic {chains} {chain} {on_close} /> },
        Dialog::Capacity => html! { <capacity::Capacity {chains} {on_close} /> },
        Dialog::Glossary => html! { <glossary::Glossary {on_close} /> },
        Dialog::Help => html! { <help::Help keys={props.keys} still={props.still} {on_close} /> },
        Dialog::NewWorld => html! { <new_world::NewWorld {on_close} /> },
    }
}
