//! Who orders transactions where rollups share a sequencer: a BFT committee that agrees on one slot after the
//! other, and bundles over several rollups with three different promises.

mod bundle;
mod commitment;
pub mod committee;
mod config;
mod joint;
mod shared;
mod slot;
mod standing;

pub use bundle::{Bundle, BundleId, BundleRefusal, Guarantee, Leg, LegCargo};
pub use commitment::{Hold, HoldInput, HoldRefusal, Outcome, OutcomeRefusal, Tally, VoteRefusal};
pub use config::{SequencerConfig, SequencerConfigError, Visibility};
pub(crate) use joint::as_actor;
pub use joint::{Abort, Lanes, LegEnd, run_bundle};
pub use shared::SharedSequencer;
pub use slot::{Ordered, Slot, SlotContent};
pub use standing::{BundleRecord, BundleState, Candidate, Misconduct, Part, Place};
