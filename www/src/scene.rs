//! A view cut in slices that keep their identity while nothing in them changes, so that a panel is
//! drawn again only when its own slice is another.

use causeway::{
    session::{
        timeline::Timeline,
        view::{
            ChainView, ContagionView, Flow, Inspected, LogLine, MessageView, Person, SequencerView,
            TokenView, View,
        },
    },
    types::{ChainId, Time},
};
use std::rc::Rc;

/// What stays the same as long as a world lives, or nearly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldInfo {
    /// Its title.
    pub title: String,
    /// One sentence on what one sees.
    pub summary: String,
    /// Its seed.
    pub seed: u64,
    /// Its people.
    pub people: Vec<Person>,
    /// Its token.
    pub token: TokenView,
}

/// A window of the event log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogWindow {
    /// Its lines, oldest first.
    pub lines: Vec<LogLine>,
    /// How many lines there are in all.
    pub count: u64,
}

/// A view in slices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// Simulated time.
    pub now: Time,
    /// Unix time in seconds.
    pub unix_seconds: u64,
    /// When the next event is due.
    pub next_event: Option<Time>,
    /// What hardly changes.
    pub world: Rc<WorldInfo>,
    /// The chains, L1 first.
    pub chains: Rc<Vec<ChainView>>,
    /// Messages under way per pair of chains.
    pub flows: Rc<Vec<Flow>>,
    /// Messages, those under way first.
    pub messages: Rc<Vec<MessageView>>,
    /// How many messages there are.
    pub message_count: u64,
    /// The log.
    pub log: Rc<LogWindow>,
    /// What the inspector shows.
    pub inspected: Option<Rc<Inspected>>,
    /// Where in time the page is.
    pub timeline: Rc<Timeline>,
    /// The shared sequencer, if there is one.
    pub sequencer: Option<Rc<SequencerView>>,
    /// Who relies on whom and who has lost what, while it is shown.
    pub contagion: Option<Rc<ContagionView>>,
}

impl Scene {
    /// Cuts a view, taking over from `before` what is the same.
    pub fn cut(view: View, before: Option<&Self>) -> Self {
        let world = WorldInfo {
            title: view.title,
            summary: view.summary,
            seed: view.seed,
            people: view.people,
            token: view.token,
        };
        let log = LogWindow { lines: view.log, count: view.log_count };
        let inspected_before = before.and_then(|scene| scene.inspected.as_ref());
        Self {
            now: view.now,
            unix_seconds: view.unix_seconds,
            next_event: view.next_event,
            world: keep(world, before.map(|scene| &scene.world)),
            chains: keep(view.chains, before.map(|scene| &scene.chains)),
            flows: keep(view.flows, before.map(|scene| &scene.flows)),
            messages: keep(view.messages, before.map(|scene| &scene.messages)),
            message_count: view.message_count,
            log: keep(log, before.map(|scene| &scene.log)),
            timeline: keep(view.timeline, before.map(|scene| &scene.timeline)),
            sequencer: view
                .sequencer
                .map(|sequencer| keep(*sequencer, before.and_then(|scene| scene.sequencer.as_ref()))),
            contagion: view
                .contagion
                .map(|contagion| keep(*contagion, before.and_then(|scene| scene.contagion.as_ref()))),
            inspected: view.inspected.map(|inspected| keep(inspected, inspected_before)),
        }
    }

    /// The L1.
    pub fn l1(&self) -> Option<&ChainView> {
        self.chains.first()
    }
}

/// `fresh`, or what was there before where that is equal.
fn keep<T: PartialEq>(fresh: T, before: Option<&Rc<T>>) -> Rc<T> {
    match before {
        Some(before) if **before == fresh => before.clone(),
        _ => Rc::new(fresh),
    }
}

/// The name of a chain, or its id where it has none.
pub fn chain_name(chains: &[ChainView], id: ChainId) -> String {
    chains
        .iter()
        .find(|chain| chain.id == id)
        .map_or_else(|| format!("chain {id}"), |chain| chain.name.clone())
}

/// The name of an account, if it has one.
pub fn person_name(people: &[Person], address: alloy_primitives::Address) -> Option<&str> {
    people.iter().find(|person| person.address == address).map(|person| person.name.as_str())
}
