//! The only door for user interfaces: a world with its views and snapshots.

pub mod analysis;
mod backing;
mod branch;
pub mod capacity;
mod compare;
mod contagion;
mod describe;
mod history;
mod inspect;
mod json;
pub mod lesson;
mod link;
pub mod protocol;
pub mod rehearsal;
mod search;
mod sequencer;
mod snapshot;
pub mod timeline;
pub mod view;
mod waiting;
mod wallet;
mod watch;

pub use branch::{Deed, Position};
pub use history::TravelError;
pub use link::LinkError;
pub use snapshot::SnapshotError;

use crate::{
    command::{Command, Predicate, QueryError, Verdict},
    scenario::{Scenario, ScenarioError},
    types::Time,
    world::World,
};
use alloy_primitives::B256;
use analysis::Analysis;
use branch::{Branch, Goal};
use capacity::Capacity;
use std::sync::Arc;
use timeline::Travel;

/// A running world as one user sees it, with its past and its other futures.
#[derive(Clone, Debug)]
pub struct Session {
    /// What the world began as.
    scenario: Arc<Scenario>,
    branches: Vec<Branch>,
    /// The id of the branch that is shown; it is one of `branches`.
    current: u32,
    next_branch: u32,
    /// What was undone, the last of it last.
    undone: Vec<Command>,
    /// The position and digest that a link promised.
    expected: Option<(Position, B256)>,
    automine: bool,
    /// The measurement of what chains carry, the last one that was asked for.
    capacity: Option<Capacity>,
    /// The analysis of exposures, the last one that was asked for.
    analysis: Option<Box<Analysis>>,
}

impl Session {
    /// The beginning of a scenario.
    pub fn new(scenario: &Scenario) -> Result<Self, ScenarioError> {
        Ok(Self {
            branches: vec![link::first_branch(World::new(scenario)?)],
            scenario: Arc::new(scenario.clone()),
            current: 0,
            next_branch: 1,
            undone: Vec::new(),
            expected: None,
            automine: true,
            capacity: None,
            analysis: None,
        })
    }

    /// The world as it is now.
    pub fn world(&self) -> &World {
        &self.branch().world
    }

    fn branch(&self) -> &Branch {
        let shown = self.branches.iter().find(|branch| branch.id == self.current);
        shown.expect("the shown branch is never dropped")
    }

    fn branch_mut(&mut self) -> &mut Branch {
        let shown = self.branches.iter_mut().find(|branch| branch.id == self.current);
        shown.expect("the shown branch is never dropped")
    }

    /// Moves simulated time on to `until`.
    pub fn run_until(&mut self, until: Time) {
        self.run_while(until, &mut || true);
    }

    /// Moves on event by event until `until`, as long as `go_on` says so. Tells whether it got there. A
    /// journey through time comes first; what the visitor did ahead of now is done again on the way.
    pub fn run_while(&mut self, until: Time, go_on: &mut dyn FnMut() -> bool) -> bool {
        self.go_on(go_on) && self.branch_mut().advance(Goal::Moment(until), go_on)
    }

    /// Goes to the next event, if there is one.
    pub fn step(&mut self) {
        // Nothing refuses a step.
        let _ = self.travel(&Travel::Into);
    }

    /// Whether a transaction that is sent over JSON-RPC moves time on to its inclusion.
    pub const fn automine(&self) -> bool {
        self.automine
    }

    /// Sets whether a transaction that is sent over JSON-RPC moves time on to its inclusion.
    pub const fn set_automine(&mut self, on: bool) {
        self.automine = on;
    }

    /// Evaluates a predicate now.
    pub fn check(&self, predicate: &Predicate) -> Result<Verdict, QueryError> {
        predicate.evaluate(&mut |query| self.world().ask(query))
    }
}
