//! The bundle protocol, model-checked: every order in which two rollups and four nodes can crash, lose and delay
//! what they tell each other, with the production's own [`Tally`] and [`Hold`] at each of them.
//!
//! The committee is a model: each node counts the votes that reach it; one that runs may propose what its own tally
//! gives; what at least three running nodes accept is decided, once. That a committee decides at most one value is
//! shown elsewhere, with Malachite's driver.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use causeway::{
    sequencing::{BundleId, Hold, HoldInput, Outcome, Tally},
    types::{ChainId, Time},
};
use stateright::{Checker, Model, Property};
use std::collections::{BTreeMap, BTreeSet};

const CHAINS: [ChainId; 2] = [ChainId::new(901), ChainId::new(902)];
const ONE: BundleId = BundleId::new(1);
const TWO: BundleId = BundleId::new(2);
const DEADLINE: Time = Time::new(1);
/// The last moment: everything heals, and what was lost is sent again.
const HEALED: Time = Time::new(2);
const QUORUM: usize = 3;

/// What is planted in the model to see that it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mistake {
    None,
    /// A rollup votes after the deadline though it has gone on, and nodes count late votes.
    LateVote,
    /// A rollup that has voted goes on without the bundles when the deadline passes.
    Impatient,
}

struct Protocol {
    mistake: Mistake,
    /// The rollups that each bundle touches.
    touches: BTreeMap<BundleId, BTreeSet<ChainId>>,
    nodes: usize,
    /// How often each rollup may crash, and nodes in all.
    crashes: usize,
    node_crashes: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Rollup {
    hold: Hold,
    is_down: bool,
    crashes: usize,
    /// Whether its vote is on its way to the nodes.
    votes: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Node {
    /// The votes that reached it.
    tally: Tally,
    is_down: bool,
    crashes: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    now: Time,
    rollups: [Rollup; 2],
    /// In order, since nodes are alike.
    nodes: Vec<Node>,
    decided: Option<Outcome>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Action {
    Build(usize),
    Tick(usize),
    CrashRollup(usize),
    RestartRollup(usize),
    /// A rollup's vote reaches a node. One that never does is lost.
    Vote {
        rollup: usize,
        node: usize,
    },
    CrashNode(usize),
    RestartNode(usize),
    Decide(usize),
    /// The outcome reaches a rollup.
    Learn(usize),
    Time,
}

impl Protocol {
    fn new(mistake: Mistake) -> Self {
        let both = BTreeSet::from(CHAINS);
        Self {
            mistake,
            touches: BTreeMap::from([(ONE, both.clone()), (TWO, both)]),
            nodes: 4,
            crashes: 1,
            node_crashes: 2,
        }
    }

    fn own(&self, rollup: usize) -> BTreeSet<BundleId> {
        let is_own = |(_, chains): &(&BundleId, &BTreeSet<ChainId>)| chains.contains(&CHAINS[rollup]);
        self.touches.iter().filter(is_own).map(|(id, _)| *id).collect()
    }

    fn apply(&self, state: &mut State, rollup: usize, input: &HoldInput) -> Option<()> {
        let now = state.now;
        let own = self.own(rollup);
        let it = &mut state.rollups[rollup];
        it.votes |= it.hold.apply(input, &own, DEADLINE, now).ok()?;
        Some(())
    }
}

impl Model for Protocol {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let rollup = Rollup { hold: Hold::Waiting, is_down: false, crashes: 0, votes: false };
        let node = Node { tally: Tally::new(DEADLINE, self.touches.clone()), is_down: false, crashes: 0 };
        vec![State {
            now: Time::ZERO,
            rollups: [rollup.clone(), rollup],
            nodes: vec![node; self.nodes],
            decided: None,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let is_healed = state.now == HEALED;
        for (rollup, it) in state.rollups.iter().enumerate() {
            if it.is_down {
                actions.push(Action::RestartRollup(rollup));
                continue;
            }
            actions.extend([Action::Build(rollup), Action::Tick(rollup)]);
            if it.crashes < self.crashes && !is_healed {
                actions.push(Action::CrashRollup(rollup));
            }
            if state.decided.is_some() {
                actions.push(Action::Learn(rollup));
            }
        }
        // Once it has decided, the committee takes no part any more.
        let deciding = if state.decided.is_none() { &state.nodes[..] } else { &[] };
        let crashes = state.nodes.iter().map(|node| node.crashes).sum::<usize>();
        for (node, it) in deciding.iter().enumerate() {
            // Nodes are alike: of several in one state the first acts.
            if node > 0 && *it == state.nodes[node - 1] {
                continue;
            }
            if it.is_down {
                actions.push(Action::RestartNode(node));
                continue;
            }
            let votes = (0..2).filter(|rollup| state.rollups[*rollup].votes);
            actions.extend(votes.map(|rollup| Action::Vote { rollup, node }));
            if crashes < self.node_crashes && !is_healed {
                actions.push(Action::CrashNode(node));
            }
            actions.push(Action::Decide(node));
        }
        if !is_healed {
            actions.push(Action::Time);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Build(rollup) => self.apply(&mut state, rollup, &HoldInput::Built)?,
            Action::Tick(rollup) => {
                self.apply(&mut state, rollup, &HoldInput::Tick)?;
                let it = &mut state.rollups[rollup];
                match self.mistake {
                    Mistake::LateVote if it.hold == Hold::Passed => it.votes = true,
                    Mistake::Impatient if it.hold == Hold::Held && state.now > DEADLINE => {
                        it.hold = Hold::Passed;
                    }
                    Mistake::None | Mistake::LateVote | Mistake::Impatient => {}
                }
            }
            Action::CrashRollup(rollup) => {
                // What it holds is stored; what it was about to say is not.
                let it = &mut state.rollups[rollup];
                (it.is_down, it.votes, it.crashes) = (true, false, it.crashes + 1);
            }
            Action::RestartRollup(rollup) => state.rollups[rollup].is_down = false,
            Action::Vote { rollup, node } => {
                let now = if self.mistake == Mistake::LateVote { DEADLINE } else { state.now };
                state.nodes[node].tally.vote(CHAINS[rollup], now).ok()?;
            }
            Action::CrashNode(node) => {
                let it = &mut state.nodes[node];
                (it.is_down, it.crashes) = (true, it.crashes + 1);
            }
            Action::RestartNode(node) => state.nodes[node].is_down = false,
            Action::Decide(node) => {
                let outcome = state.nodes[node].tally.outcome(state.now)?;
                let accepts = |it: &&Node| !it.is_down && it.tally.accepts(&outcome, state.now).is_ok();
                if state.nodes.iter().filter(accepts).count() < QUORUM {
                    return None;
                }
                state.decided = Some(outcome);
            }
            Action::Learn(rollup) => {
                let outcome = state.decided.clone()?;
                self.apply(&mut state, rollup, &HoldInput::Outcome(outcome))?;
            }
            Action::Time => state.now = Time::new(state.now.millis() + 1),
        }
        state.nodes.sort();
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(
                "no bundle stands on one rollup and not on the other",
                |model, state: &State| {
                    model.touches.iter().all(|(bundle, chains)| {
                        let touched =
                            CHAINS.iter().zip(&state.rollups).filter(|(chain, _)| chains.contains(chain));
                        let ends: Vec<bool> = touched
                            .filter_map(|(_, rollup)| match &rollup.hold {
                                Hold::Waiting | Hold::Held => None,
                                Hold::Passed => Some(false),
                                Hold::Sealed { applied } => Some(applied.contains(bundle)),
                            })
                            .collect();
                        ends.windows(2).all(|pair| pair[0] == pair[1])
                    })
                },
            ),
            Property::always("what was decided can be applied", |model, state: &State| {
                let Some(outcome) = &state.decided else { return true };
                (0..2).all(|rollup| {
                    let mut hold = state.rollups[rollup].hold.clone();
                    let input = HoldInput::Outcome(outcome.clone());
                    hold.apply(&input, &model.own(rollup), DEADLINE, state.now).is_ok()
                })
            }),
            // Healed states have an end, since nothing crashes any more: there everything is applied.
            Property::eventually("all that was committed is applied", |model, state: &State| {
                let Some(outcome) = &state.decided else { return false };
                (0..2).all(|rollup| match &state.rollups[rollup].hold {
                    Hold::Waiting | Hold::Held => false,
                    Hold::Passed => outcome.committed.is_disjoint(&model.own(rollup)),
                    Hold::Sealed { applied } => {
                        applied
                            == &model
                                .own(rollup)
                                .intersection(&outcome.committed)
                                .copied()
                                .collect::<BTreeSet<_>>()
                    }
                })
            }),
            Property::sometimes("both bundles stand", |_, state: &State| {
                state.decided.as_ref().is_some_and(|outcome| outcome.committed.len() == 2)
            }),
            Property::sometimes("both bundles fall", |_, state: &State| {
                state.decided.as_ref().is_some_and(|outcome| outcome.aborted.len() == 2)
            }),
        ]
    }
}

#[test]
fn bundles_stand_or_fall_together() {
    let checker = Protocol::new(Mistake::None).checker().spawn_bfs().join();
    println!("{} states", checker.unique_state_count());
    checker.assert_properties();
    assert!(checker.unique_state_count() > 10_000);
}

#[test]
fn a_bundle_of_one_rollup_does_not_wait_for_the_other() {
    let mut model = Protocol { node_crashes: 0, ..Protocol::new(Mistake::None) };
    model.touches.insert(TWO, BTreeSet::from([CHAINS[1]]));
    let checker = model.checker().spawn_bfs().join();
    println!("{} states", checker.unique_state_count());
    checker.assert_no_discovery("no bundle stands on one rollup and not on the other");
    checker.assert_no_discovery("what was decided can be applied");
    checker.assert_no_discovery("all that was committed is applied");
}

#[test]
fn planted_mistakes_are_found() {
    for mistake in [Mistake::LateVote, Mistake::Impatient] {
        let checker = Protocol { node_crashes: 0, ..Protocol::new(mistake) }.checker().spawn_bfs().join();
        let found = checker.discovery("no bundle stands on one rollup and not on the other");
        let found = found.or_else(|| checker.discovery("what was decided can be applied"));
        assert!(found.is_some(), "{mistake:?} goes unnoticed");
    }
}
