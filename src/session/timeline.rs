//! What a page shows of time: how far it goes, what the visitor did, other futures, and how two differ.

use super::view::{LogLine, View};
use crate::{
    command::Command,
    types::{ChainId, Time},
};
use serde::{Deserialize, Serialize};

/// Where in time the page is, and what it can do about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Events since the world began.
    pub events: u64,
    /// Lines of the log of this branch as far as it was seen: the scale of the scrubber.
    pub lines: u64,
    /// Lines of the log up to now.
    pub line: u64,
    /// Some lines with their moments, evenly spread.
    pub ticks: Vec<(u64, Time)>,
    /// The farthest moment that was seen on this branch.
    pub horizon: Time,
    /// The branch that is shown.
    pub branch: u32,
    /// All branches, oldest first.
    pub branches: Vec<BranchView>,
    /// What the visitor did on this branch, the last of it, oldest first.
    pub deeds: Vec<DeedView>,
    /// What undoing would take back, in words.
    pub undo: Option<String>,
    /// What redoing would do again, in words.
    pub redo: Option<String>,
    /// Where the world is on its way to.
    pub journey: Option<Journey>,
    /// A link's world differs from what the one saw who made it.
    pub differs_from_link: bool,
}

/// A branch at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchView {
    /// Its number.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// The branch that it left, and when.
    pub parent: Option<(u32, Time)>,
    /// Where it stands.
    pub now: Time,
    /// The farthest moment that was seen.
    pub horizon: Time,
    /// How much the visitor did on it.
    pub deeds: u64,
}

/// Something that the visitor did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeedView {
    /// When.
    pub at: Time,
    /// Lines that the log had before it.
    pub line: u64,
    /// What, in one sentence.
    pub text: String,
    /// Whether it lies ahead of what is shown.
    pub is_ahead: bool,
}

/// A way through time that takes longer than a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journey {
    /// Where it leads.
    pub to: Time,
    /// How far it has come, in thousandths.
    pub permille: u32,
}

/// A way to move through time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Travel {
    /// To a moment, in the past or ahead.
    To(Time),
    /// To when the log of this branch has so many lines, or all that it had.
    ToLine(u64),
    /// On by one event of the engine, whether it leaves a mark or not.
    Into,
    /// On past the next moment in which something happened.
    Over,
    /// Back to the moment before in which something happened.
    Back,
    /// To before the last deed, which is not done any more.
    Undo,
    /// Does again what was undone last.
    Redo,
    /// Opens another future here, with a name, and goes on in it.
    Fork(String),
    /// Goes on in another branch.
    Switch(u32),
    /// Drops a branch that is not shown.
    Forget(u32),
    /// Opens another future that leaves this one just before the first thing that was broken, does this there, breaks
    /// everything again when it was broken here, and goes on to now.
    Instead(Box<Command>),
    /// Gives up a journey and stays where it has come.
    Stop,
}

/// Two branches side by side, at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The other branch.
    pub with: u32,
    /// Whether the other branch has reached the moment of the shown one; until then ask again.
    pub is_ready: bool,
    /// The other branch as a page shows it.
    pub other: Box<View>,
    /// The first thing that is not the same in both.
    pub difference: Option<Difference>,
    /// Figures of both that differ: heads, balances, messages.
    pub rows: Vec<ComparedRow>,
}

/// The first thing that is not the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// When.
    pub at: Time,
    /// What happened in the branch that is shown.
    pub here: Option<LogLine>,
    /// What happened in the other.
    pub there: Option<LogLine>,
}

/// A figure in two branches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedRow {
    /// The chain that it belongs to.
    pub chain: Option<ChainId>,
    /// What it is.
    pub name: String,
    /// In the branch that is shown.
    pub here: String,
    /// In the other.
    pub there: String,
}

/// What a link holds, before anything of it is run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkPreview {
    /// The world's title.
    pub title: String,
    /// One sentence on it.
    pub summary: String,
    /// Rollups that it begins with.
    pub rollups: u64,
    /// How much its maker did.
    pub deeds: u64,
    /// The moment that it leads to.
    pub at: Time,
    /// The seed.
    pub seed: u64,
}
