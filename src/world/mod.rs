//! A world: it owns every actor, and is the one place where what actors want becomes events.

mod agents;
mod backing;
mod bundles;
mod by_hand;
mod control;
mod event;
mod exposure;
mod forecast;
mod joint;
mod losses;
mod market;
mod network;
mod order;
mod query;
mod reckoning;
mod rollback;
mod route;
mod sequencer;
mod standing;
mod theft;
mod traffic;

pub use backing::Backing;
pub use event::Fact;
pub use exposure::{People, TEST_TOKEN_SYMBOL};
pub use losses::{Bearer, ETHER_PRICE, Flow, Losses, Party, Source, TOKEN_PRICE};
pub use network::{Exposed, Keeper, Purse, Vault};
pub(crate) use order::status_name;
pub use order::{Done, OrderError};
pub use reckoning::{Claim, Reckoning};

use crate::{
    agents::AgentError,
    command::FeedFault,
    l1::L1,
    messaging::Book,
    rollup::{L1Source, Rollup},
    scenario::{Scenario, ScenarioError},
    sequencing::{SharedSequencer, committee::Committee},
    settlement::Settler,
    sim::{Generator, Queue, Trace},
    types::{BlockNumber, ChainId, Time},
};
use agents::Agent;
use alloy_primitives::{Address, B256, Bytes};
use event::Event;
use imbl::OrdMap;
use joint::Ready;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};
use traffic::Traffic;

/// A rollup with the actors around it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Member {
    pub(crate) rollup: Rollup,
    pub(crate) settler: Settler,
    /// Draws of the link to L1.
    generator: Generator,
    seal_at: Option<Time>,
    batch_at: Option<Time>,
    wake_at: Option<Time>,
    /// Whether data that L1 has only the hash of is kept back.
    withheld: bool,
}

impl Member {
    /// The rollup.
    pub const fn rollup(&self) -> &Rollup {
        &self.rollup
    }

    /// Its proposer and relayer.
    pub const fn settler(&self) -> &Settler {
        &self.settler
    }
}

/// Data that a committee or an operator holds for a rollup.
type Held = OrdMap<B256, (ChainId, Bytes)>;

/// A simulated world. Cloning costs little and shares everything, so that a clone is a checkpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct World {
    title: String,
    summary: String,
    seed: u64,
    now: Time,
    l1: L1,
    members: OrdMap<ChainId, Arc<Member>>,
    book: Book,
    queue: Queue<Event>,
    trace: Trace<Fact>,
    held: Held,
    traffic: OrdMap<ChainId, Traffic>,
    people: People,
    agents: OrdMap<String, Agent>,
    /// Rollups whose bridge was ever to pay less than is asked for.
    wound_down: OrdMap<ChainId, ()>,
    /// What is amiss with the price feeds of rollups.
    feeds: BTreeMap<ChainId, FeedFault>,
    sequencer: Option<SharedSequencer>,
    committee: Option<Committee>,
    /// Draws of the links between the committee and the members.
    sequencer_generator: Generator,
    /// Blocks that members hold ready; they can be built again from what the sequencer remembers.
    #[serde(skip)]
    ready: OrdMap<ChainId, Arc<Ready>>,
    /// When the committee meets next.
    slot_at: Option<Time>,
    l1_seal_at: Option<Time>,
    /// How many events have happened.
    events: u64,
}

impl World {
    /// The world of a scenario at its beginning.
    pub fn new(scenario: &Scenario) -> Result<Self, ScenarioError> {
        scenario.check()?;
        let people = People::default();
        let companies = || scenario.agents.iter().filter(|agent| agent.is_company());
        if let Some(agent) = companies().find(|company| people.name(company.account).is_some()) {
            let (name, found) = (agent.name.clone(), agent.account);
            return Err(AgentError::Account { name, found }.into());
        }
        let companies: Vec<Address> = companies().map(|company| company.account).collect();
        let l1 = L1::new(scenario.l1.clone(), &exposure::l1_accounts(&scenario.l1, &people, &companies));
        let origin = serde_json::to_vec(&(&scenario.l1, scenario.seed)).expect("parameters are plain data");
        let mut world = Self {
            title: scenario.title.clone(),
            summary: scenario.summary.clone(),
            seed: scenario.seed,
            now: Time::ZERO,
            l1,
            members: OrdMap::new(),
            book: Book::default(),
            queue: Queue::default(),
            trace: Trace::new(&origin),
            held: OrdMap::new(),
            traffic: OrdMap::new(),
            people,
            agents: scenario.agents.iter().map(|config| Agent::new(config, scenario.seed)).collect(),
            wound_down: OrdMap::new(),
            feeds: BTreeMap::new(),
            sequencer: None,
            committee: None,
            sequencer_generator: Generator::new(scenario.seed, "sequencer/members"),
            ready: OrdMap::new(),
            slot_at: None,
            l1_seal_at: Some(Time::ZERO),
            events: 0,
        };
        world.queue.push(Time::ZERO, Event::L1Slot);
        world.hand_out_tokens();
        for config in &scenario.rollups {
            world.spawn(config.clone());
        }
        if let Some(config) = &scenario.sequencer {
            world.install_sequencer(config);
        }
        for agent in &scenario.agents {
            world.queue.push(Time::ZERO, Event::AgentBegins(agent.name.clone()));
        }
        for timed in &scenario.timeline {
            world.queue.push(Time::ZERO.plus(timed.at), Event::Order(Box::new(timed.command.clone())));
        }
        Ok(world)
    }

    /// Simulated time.
    pub const fn now(&self) -> Time {
        self.now
    }

    /// What it is called.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What one is looking at.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// Its seed.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The L1.
    pub const fn l1(&self) -> &L1 {
        &self.l1
    }

    /// The rollups by chain id, removed ones too.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values().map(AsRef::as_ref)
    }

    /// A rollup.
    pub fn member(&self, chain: ChainId) -> Option<&Member> {
        self.members.get(&chain).map(AsRef::as_ref)
    }

    /// All messages.
    pub const fn book(&self) -> &Book {
        &self.book
    }

    /// Everything that happened.
    pub const fn trace(&self) -> &Trace<Fact> {
        &self.trace
    }

    /// The digest over everything that happened.
    pub const fn digest(&self) -> B256 {
        self.trace.digest()
    }

    /// Named accounts.
    pub const fn people(&self) -> &People {
        &self.people
    }

    /// When the next event is due.
    pub fn next_event(&self) -> Option<Time> {
        self.queue.next_time()
    }

    /// Lets one event happen if it is due at or before `until`; else time goes on to `until`. Tells
    /// whether one happened.
    pub fn step_until(&mut self, until: Time) -> bool {
        match self.queue.pop_until(until) {
            Some((at, event)) => {
                self.now = at;
                self.events += 1;
                self.route(event);
                true
            }
            None => {
                self.now = self.now.max(until);
                false
            }
        }
    }

    /// How many events have happened. With the clock it names a moment exactly, since several events may
    /// share a millisecond.
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// Lets the clock go on to `at` without letting anything happen.
    pub(crate) fn wait_until(&mut self, at: Time) {
        self.now = self.now.max(at);
    }

    /// Lets everything happen that is due at or before `until`.
    pub fn run_until(&mut self, until: Time) {
        while self.step_until(until) {}
    }

    fn record(&mut self, fact: Fact) {
        self.trace.record(self.now, fact);
    }
}

/// What a rollup's node reads: L1, and the data that is held for it unless it is withheld.
struct Sources<'a> {
    l1: &'a L1,
    held: &'a Held,
    withheld: bool,
}

impl L1Source for Sources<'_> {
    fn block(&self, number: BlockNumber) -> Option<&Arc<crate::chain::SealedBlock>> {
        self.l1.chain().block(number)
    }

    fn blob(&self, versioned_hash: &B256) -> Option<&Bytes> {
        self.l1.blob(versioned_hash)
    }

    fn held_data(&self, hash: &B256) -> Option<&Bytes> {
        if self.withheld {
            return None;
        }
        self.held.get(hash).map(|(_, payload)| payload)
    }
}
