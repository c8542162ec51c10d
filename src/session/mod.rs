//! The only door for user interfaces: a world with its views and snapshots.

mod describe;
mod inspect;
pub mod protocol;
mod snapshot;
pub mod view;
mod waiting;
mod watch;

pub use snapshot::SnapshotError;

use crate::{
    command::{Command, Predicate, QueryError, Verdict},
    scenario::{Scenario, ScenarioError},
    types::Time,
    world::{Done, OrderError, World},
};

/// A running world as one user sees it.
#[derive(Clone, Debug)]
pub struct Session {
    world: World,
    automine: bool,
}

impl Session {
    /// The beginning of a scenario.
    pub fn new(scenario: &Scenario) -> Result<Self, ScenarioError> {
        Ok(Self::of(World::new(scenario)?))
    }

    /// Goes on with a world.
    pub const fn of(world: World) -> Self {
        Self { world, automine: true }
    }

    /// The world as it is now.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// Carries out a command now. On an error nothing changed.
    pub fn dispatch(&mut self, command: &Command) -> Result<Done, OrderError> {
        self.world.dispatch(command)
    }

    /// Moves simulated time on to `until`.
    pub fn run_until(&mut self, until: Time) {
        self.world.run_until(until);
    }

    /// Moves on event by event until `until`, as long as `go_on` says so. Tells whether it got there.
    pub fn run_while(&mut self, until: Time, go_on: &mut dyn FnMut() -> bool) -> bool {
        while self.world.step_until(until) {
            if !go_on() {
                return false;
            }
        }
        true
    }

    /// Goes to the next event, if there is one.
    pub fn step(&mut self) {
        if let Some(next) = self.world.next_event() {
            self.world.step_until(next);
        }
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
        predicate.evaluate(&mut |query| self.world.ask(query))
    }
}
