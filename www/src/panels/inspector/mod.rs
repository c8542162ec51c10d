//! The inspector: all about the thing that was picked. Whatever is named in it leads on.

mod account;
mod block;
mod bundle;
mod chain;
mod message;
mod overview;
mod parts;
mod sequencer;
mod slot;
mod transaction;

use crate::{
    driver::Mode,
    handle::{Handle, use_handle},
    panels::later::{Late, Later},
    scene::WorldInfo,
    ui::{Region, UiAction},
    widgets::{FoldButton, Icon, icon},
};
use causeway::{
    session::view::{ChainView, Inspected, MessageView, SequencerView, Subject},
    types::Time,
};
use std::rc::Rc;
use yew::prelude::*;

/// What the inspector knows.
#[derive(Clone, Properties, PartialEq)]
pub struct InspectorProps {
    /// What was picked.
    pub subject: Option<Subject>,
    /// All about it, once it has been fetched.
    pub inspected: Option<Rc<Inspected>>,
    /// Whether there is something to go back to.
    pub can_go_back: bool,
    /// The chains.
    pub chains: Rc<Vec<ChainView>>,
    /// Messages, those under way first.
    pub messages: Rc<Vec<MessageView>>,
    /// The shared sequencer, if there is one.
    pub sequencer: Option<Rc<SequencerView>>,
    /// The world.
    pub world: Rc<WorldInfo>,
    /// Now, in whole seconds of simulated time.
    pub now: Time,
    /// How time passes.
    pub mode: Mode,
    /// Whether it is folded away.
    pub folded: bool,
}

/// The inspector.
#[component]
pub fn Inspector(props: &InspectorProps) -> Html {
    let handle = use_handle();
    let shown = props.inspected.as_ref().filter(|found| is_about(found, props.subject.as_ref()));
    let body = match (shown, &props.subject) {
        (_, None) => overview::overview(props),
        (None, Some(_)) => {
            html! { <p class="empty">{ "There is no such thing in this world, or not yet." }</p> }
        }
        (Some(_), Some(_)) => html! { <Later late={Late::Inspected(props.clone())} /> },
    };
    let is_open = props.subject.is_some();
    html! {
        <aside
            class={classes!("inspector", props.folded.then_some("is-folded"), is_open.then_some("is-open"))}
            aria-label="Inspector"
            data-testid="inspector"
        >
            <div class="region-head">
                { if props.can_go_back { html! {
                    <button
                        type="button"
                        class="quiet"
                        aria-label="Back"
                        title="Back"
                        data-testid="inspector-back"
                        onclick={handle.on(|handle| handle.ui.dispatch(UiAction::Back))}
                    >
                        { icon(Icon::Back) }
                    </button>
                } } else { html! {} } }
                <h2>{ if is_open { "Inspector" } else { "This world" } }</h2>
                { if is_open { html! {
                    <button
                        type="button"
                        class="quiet close"
                        aria-label="Close"
                        title="Close"
                        data-testid="inspector-close"
                        onclick={handle.on(|handle| handle.ui.dispatch(UiAction::Close))}
                    >
                        { icon(Icon::Close) }
                    </button>
                } } else { html! {} } }
                <FoldButton region={Region::Inspector} label="inspector" folded={props.folded} />
            </div>
            { if props.folded { html! {} } else { html! { <div class="inspector-body" tabindex="0" role="region" aria-label="What was picked">{ body }</div> } } }
        </aside>
    }
}

/// The page about what was fetched.
pub(super) fn page(props: &InspectorProps, handle: &Handle) -> Html {
    match props.inspected.as_deref() {
        None => html! {},
        Some(Inspected::Chain(detail)) => chain::chain(detail, props, handle),
        Some(Inspected::Block(detail)) => block::block(detail, props),
        Some(Inspected::Transaction(detail)) => transaction::transaction(detail, props),
        Some(Inspected::Message(detail)) => message::message(detail, props, handle),
        Some(Inspected::Account(detail)) => account::account(detail, props),
        Some(Inspected::Sequencer(detail)) => sequencer::sequencer(detail, props, handle),
        Some(Inspected::Slot(detail)) => slot::slot(detail, props),
        Some(Inspected::Bundle(detail)) => bundle::bundle(detail, props),
    }
}

/// Whether what was fetched is what was picked, not what was picked before it.
fn is_about(found: &Inspected, subject: Option<&Subject>) -> bool {
    match (found, subject) {
        (Inspected::Chain(detail), Some(Subject::Chain(id))) => detail.glance.id == *id,
        (Inspected::Block(detail), Some(Subject::Block(id, number))) => {
            detail.chain == *id && detail.glance.number == *number
        }
        (Inspected::Transaction(detail), Some(Subject::Transaction(id, hash))) => {
            detail.chain == *id && detail.glance.hash == *hash
        }
        (Inspected::Message(detail), Some(Subject::Message(number))) => detail.number == *number,
        (Inspected::Account(detail), Some(Subject::Account(address))) => detail.address == *address,
        (Inspected::Sequencer(_), Some(Subject::Sequencer)) => true,
        (Inspected::Slot(detail), Some(Subject::Slot(height))) => detail.glance.height == *height,
        (Inspected::Bundle(detail), Some(Subject::Bundle(number))) => detail.number == *number,
        (
            Inspected::Chain(_)
            | Inspected::Block(_)
            | Inspected::Transaction(_)
            | Inspected::Message(_)
            | Inspected::Account(_)
            | Inspected::Sequencer(_)
            | Inspected::Slot(_)
            | Inspected::Bundle(_),
            _,
        ) => false,
    }
}
