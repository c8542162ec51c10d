//! What the tests share.

use alloy_primitives::U256;
use causeway::{
    scenario::Scenario,
    types::{Amount, Span, Time},
    world::{Bearer, Losses, World},
};

/// The shipped scenario of one optimistic and one ZK rollup.
pub(crate) fn shipped() -> Scenario {
    Scenario::from_json(include_str!("../../scenarios/optimistic-and-zk.json")).unwrap()
}

/// A moment, such as "1h 30m".
pub(crate) fn at(text: &str) -> Time {
    Time::ZERO.plus(text.parse::<Span>().unwrap())
}

/// The world of a scenario at a moment.
pub(crate) fn run(scenario: &Scenario, until: &str) -> World {
    let mut world = World::new(scenario).unwrap();
    world.run_until(at(until));
    world
}

/// What began is what is borne, less what somebody gained by not paying.
#[track_caller]
pub(crate) fn assert_adds_up(losses: &Losses) {
    let sum = |of: fn(&Bearer) -> Amount| {
        losses.bearers.iter().fold(U256::ZERO, |sum, bearer| sum + of(bearer).get())
    };
    assert_eq!(sum(Bearer::borne) - sum(Bearer::gained), losses.total().get());
}

/// Marsaglia's xorshift64: the tests' own draws.
pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    pub(crate) fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }
}
