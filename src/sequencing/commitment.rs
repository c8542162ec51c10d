//! How rollups that seal apart come to one decision on a slot's bundles: two-phase commit whose decision
//! is one of the committee's, so that no crash can lose it.
//!
//! Each rollup that a bundle touches builds its block with the bundle in it, holds it, and votes. Once it has
//! voted it seals nothing else until it learns the outcome ([`Hold`]). The committee commits a bundle only if
//! every rollup that it touches voted by the deadline ([`Tally`]); else it aborts it. A rollup that did not
//! vote by the deadline goes on without the bundle, which is safe since nobody commits without its vote.

use super::BundleId;
use crate::types::{ChainId, Gather as _, Time};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of the bundles of a slot that rollups hold blocks ready for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Outcome {
    /// Those that stand.
    pub committed: BTreeSet<BundleId>,
    /// Those that have no effect.
    pub aborted: BTreeSet<BundleId>,
}

/// The votes on a slot, as the committee knows them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Tally {
    deadline: Time,
    touches: BTreeMap<BundleId, BTreeSet<ChainId>>,
    voters: BTreeSet<ChainId>,
    votes: BTreeSet<ChainId>,
}

/// Why a vote does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VoteRefusal {
    /// It is late.
    #[error("vote of {chain}: expected it by {deadline}, found it at {found}")]
    Late {
        /// Whose.
        chain: ChainId,
        /// The last moment.
        deadline: Time,
        /// When it came.
        found: Time,
    },
    /// No bundle of the slot touches the rollup.
    #[error("vote of {chain}: expected one of a rollup that a bundle touches")]
    Stranger {
        /// Whose.
        chain: ChainId,
    },
}

/// Why an outcome is not to be accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutcomeRefusal {
    /// A bundle would stand though a rollup has not voted for it.
    #[error("outcome: expected the vote of {chain} for bundle {bundle}, found none")]
    VoteMissing {
        /// The bundle.
        bundle: BundleId,
        /// Whose vote.
        chain: ChainId,
    },
    /// A bundle would fall though all voted, or could still vote.
    #[error("outcome: expected bundle {0} to stand, or its deadline to have passed")]
    Hasty(BundleId),
    /// It does not say of each bundle what becomes of it, once.
    #[error("outcome: expected a word on each of {expected} bundles, found {found}")]
    Incomplete {
        /// How many bundles there are.
        expected: usize,
        /// How many are named.
        found: usize,
    },
}

impl Tally {
    /// A tally on bundles with the rollups that each touches.
    pub fn new(deadline: Time, touches: BTreeMap<BundleId, BTreeSet<ChainId>>) -> Self {
        let voters = touches.values().flatten().copied().gather();
        Self { deadline, touches, voters, votes: BTreeSet::new() }
    }

    /// Until when votes count.
    pub const fn deadline(&self) -> Time {
        self.deadline
    }

    /// The bundles that are decided on.
    pub fn bundles(&self) -> impl Iterator<Item = BundleId> + '_ {
        self.touches.keys().copied()
    }

    /// Rollups that must vote.
    pub const fn voters(&self) -> &BTreeSet<ChainId> {
        &self.voters
    }

    /// Rollups that have voted.
    pub const fn votes(&self) -> &BTreeSet<ChainId> {
        &self.votes
    }

    /// Counts a vote that came at `now`.
    pub fn vote(&mut self, chain: ChainId, now: Time) -> Result<(), VoteRefusal> {
        if now > self.deadline {
            return Err(VoteRefusal::Late { chain, deadline: self.deadline, found: now });
        }
        if !self.voters.contains(&chain) {
            return Err(VoteRefusal::Stranger { chain });
        }
        self.votes.insert(chain);
        Ok(())
    }

    /// Whether an outcome can be proposed: all have voted, or the deadline has passed.
    pub fn is_ready(&self, now: Time) -> bool {
        now > self.deadline || self.voters.is_subset(&self.votes)
    }

    /// The outcome that can be proposed, if one can.
    pub fn outcome(&self, now: Time) -> Option<Outcome> {
        if !self.is_ready(now) {
            return None;
        }
        let stands = |(_, touched): &(&BundleId, &BTreeSet<ChainId>)| touched.is_subset(&self.votes);
        let (committed, aborted): (Vec<_>, Vec<_>) = self.touches.iter().partition(stands);
        let ids = |bundles: Vec<(&BundleId, _)>| bundles.into_iter().map(|(id, _)| *id).gather();
        Some(Outcome { committed: ids(committed), aborted: ids(aborted) })
    }

    /// Whether an honest node votes for a proposed outcome.
    pub fn accepts(&self, outcome: &Outcome, now: Time) -> Result<(), OutcomeRefusal> {
        let named: BTreeSet<_> = outcome.committed.union(&outcome.aborted).copied().gather();
        let found = outcome.committed.len() + outcome.aborted.len();
        if found != named.len() || !named.iter().eq(self.touches.keys()) {
            return Err(OutcomeRefusal::Incomplete { expected: self.touches.len(), found });
        }
        for (bundle, touched) in &self.touches {
            let missing = touched.difference(&self.votes).next();
            match (outcome.committed.contains(bundle), missing) {
                (true, Some(chain)) => {
                    return Err(OutcomeRefusal::VoteMissing { bundle: *bundle, chain: *chain });
                }
                (false, _) if now <= self.deadline => return Err(OutcomeRefusal::Hasty(*bundle)),
                (true, None) | (false, _) => {}
            }
        }
        Ok(())
    }
}

/// Where a rollup stands with a slot's bundles.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Hold {
    /// It has not built its block yet.
    Waiting,
    /// It holds its block ready and has voted: it seals nothing else.
    Held,
    /// The deadline passed before it voted: it went on without the bundles.
    Passed,
    /// It sealed its block with the bundles that stand.
    Sealed {
        /// Those of its bundles that are in it.
        applied: BTreeSet<BundleId>,
    },
}

/// What happens to a rollup's part in a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldInput {
    /// Its block is built.
    Built,
    /// It learns of the outcome.
    Outcome(Outcome),
    /// Time has gone on.
    Tick,
}

/// Why something can't happen to a rollup's part in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HoldRefusal {
    /// It is too late to vote.
    #[error("hold: expected a block by {deadline}, found one at {found}")]
    Late {
        /// The last moment.
        deadline: Time,
        /// When it was built.
        found: Time,
    },
    /// It was built already, or the rollup went on without.
    #[error("hold: expected a rollup that waits for its block, found one that does not")]
    NotWaiting,
    /// A bundle stands that this rollup never voted for.
    #[error("hold: expected no bundle to stand without this rollup's vote, found {0}")]
    WithoutVote(BundleId),
}

impl Hold {
    /// What becomes of it at `now`, for a rollup that `own` bundles touch. Tells whether it votes.
    pub fn apply(
        &mut self,
        input: &HoldInput,
        own: &BTreeSet<BundleId>,
        deadline: Time,
        now: Time,
    ) -> Result<bool, HoldRefusal> {
        match (&*self, input) {
            (Self::Waiting, HoldInput::Built) if now > deadline => {
                Err(HoldRefusal::Late { deadline, found: now })
            }
            (Self::Waiting, HoldInput::Built) => {
                *self = Self::Held;
                Ok(true)
            }
            (Self::Held | Self::Passed | Self::Sealed { .. }, HoldInput::Built) => {
                Err(HoldRefusal::NotWaiting)
            }
            (Self::Waiting, HoldInput::Tick) => {
                if now > deadline {
                    *self = Self::Passed;
                }
                Ok(false)
            }
            // A vote may be lost: it is cast again until the outcome is known.
            (Self::Held, HoldInput::Tick) => Ok(true),
            (Self::Passed | Self::Sealed { .. }, HoldInput::Tick)
            | (Self::Sealed { .. }, HoldInput::Outcome(_)) => Ok(false),
            (Self::Held, HoldInput::Outcome(outcome)) => {
                *self = Self::Sealed { applied: outcome.committed.intersection(own).copied().gather() };
                Ok(false)
            }
            (Self::Waiting | Self::Passed, HoldInput::Outcome(outcome)) => {
                match outcome.committed.intersection(own).next() {
                    Some(bundle) => Err(HoldRefusal::WithoutVote(*bundle)),
                    None => {
                        *self = Self::Passed;
                        Ok(false)
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const A: ChainId = ChainId::new(901);
    const B: ChainId = ChainId::new(902);
    const C: ChainId = ChainId::new(903);
    const ONE: BundleId = BundleId::new(1);
    const TWO: BundleId = BundleId::new(2);
    const DEADLINE: Time = Time::new(1_000);

    fn tally() -> Tally {
        Tally::new(DEADLINE, BTreeMap::from([(ONE, BTreeSet::from([A, B])), (TWO, BTreeSet::from([B, C]))]))
    }

    fn outcome(committed: &[BundleId], aborted: &[BundleId]) -> Outcome {
        Outcome { committed: committed.iter().copied().collect(), aborted: aborted.iter().copied().collect() }
    }

    #[test]
    fn all_votes_commit_and_a_missing_one_aborts_what_it_touches() {
        let (mut all, early, late) = (tally(), Time::new(10), Time::new(1_001));
        assert_eq!(all.outcome(early), None);
        for chain in [A, B, C] {
            all.vote(chain, early).unwrap();
        }
        assert_eq!(all.outcome(early), Some(outcome(&[ONE, TWO], &[])));
        let mut some = tally();
        some.vote(A, early).unwrap();
        some.vote(B, DEADLINE).unwrap();
        assert_eq!(some.outcome(DEADLINE), None);
        assert_eq!(some.outcome(late), Some(outcome(&[ONE], &[TWO])));
    }

    #[test]
    fn late_and_foreign_votes_do_not_count() {
        let (mut tally, late) = (tally(), Time::new(1_001));
        assert_eq!(tally.vote(A, late), Err(VoteRefusal::Late { chain: A, deadline: DEADLINE, found: late }));
        let stranger = ChainId::new(1);
        assert_eq!(tally.vote(stranger, Time::ZERO), Err(VoteRefusal::Stranger { chain: stranger }));
        assert!(tally.votes().is_empty());
    }

    #[test]
    fn outcomes_without_ground_are_refused() {
        let (mut tally, early, late) = (tally(), Time::new(10), Time::new(1_001));
        tally.vote(A, early).unwrap();
        tally.vote(B, early).unwrap();
        let missing = OutcomeRefusal::VoteMissing { bundle: TWO, chain: C };
        assert_eq!(tally.accepts(&outcome(&[ONE, TWO], &[]), late), Err(missing));
        assert_eq!(tally.accepts(&outcome(&[ONE], &[TWO]), early), Err(OutcomeRefusal::Hasty(TWO)));
        for wrong in
            [outcome(&[ONE], &[]), outcome(&[ONE, TWO], &[TWO]), outcome(&[ONE], &[BundleId::new(9)])]
        {
            assert!(matches!(tally.accepts(&wrong, late), Err(OutcomeRefusal::Incomplete { .. })));
        }
        assert_eq!(tally.accepts(&outcome(&[ONE], &[TWO]), late), Ok(()));
    }

    #[test]
    fn a_rollup_that_voted_waits_and_one_that_did_not_goes_on() {
        let own = BTreeSet::from([ONE]);
        let step = |hold: &mut Hold, input, now| hold.apply(&input, &own, DEADLINE, Time::new(now));
        let mut hold = Hold::Waiting;
        assert_eq!(step(&mut hold, HoldInput::Built, 5), Ok(true));
        assert_eq!(step(&mut hold, HoldInput::Tick, 5_000), Ok(true), "it votes again, however late");
        assert_eq!(step(&mut hold, HoldInput::Outcome(outcome(&[ONE], &[TWO])), 6_000), Ok(false));
        assert_eq!(hold, Hold::Sealed { applied: own.clone() });
        let mut late = Hold::Waiting;
        assert!(matches!(step(&mut late, HoldInput::Built, 1_001), Err(HoldRefusal::Late { .. })));
        assert_eq!(step(&mut late, HoldInput::Tick, 1_001), Ok(false));
        assert_eq!(late, Hold::Passed);
        assert_eq!(step(&mut late, HoldInput::Built, 1_002), Err(HoldRefusal::NotWaiting));
        let stands = HoldInput::Outcome(outcome(&[ONE], &[]));
        assert_eq!(step(&mut late, stands, 1_002), Err(HoldRefusal::WithoutVote(ONE)));
    }
}
