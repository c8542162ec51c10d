//! What page and worker say to each other, as postcard bytes in transferable buffers. One request is
//! outstanding at a time; a response carries the number of its request.

use crate::{
    command::{Answer, Command, Predicate, Query, SubmitBundle, Verdict},
    session::{
        analysis::{AnalysisStep, AnalysisView},
        capacity::{CapacityStep, CapacityView},
        lesson::{LessonGlance, LessonView, StepVerdict},
        rehearsal::{Rehearsal, Rehearsed},
        timeline::{Comparison, LinkPreview, Travel},
        view::{DryRun, LogLine, View, ViewRequest},
    },
    types::{ChainId, Time},
};
use alloy_primitives::{B256, Bytes};
use serde::{Deserialize, Serialize};

/// From the page to the worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Request {
    /// Starts a world; what ran before is dropped.
    Start(Source),
    /// Moves simulated time on by at most `millis`, within the worker's budget of wall time, and
    /// gives the view. With 0 it only looks.
    Frame {
        /// How far.
        millis: u64,
        /// What is visible.
        view: ViewRequest,
    },
    /// Moves through time and gives the view. A journey goes on with every frame.
    Travel(Travel, ViewRequest),
    /// Shows another branch beside this one, at this one's moment: repeat until it is ready.
    Compare(u32, ViewRequest),
    /// Measures how much chains carry, in worlds of their own: go on until it is ready.
    Capacity(CapacityStep),
    /// Analyses what the shown world's exposures come to: go on until it is ready.
    Analysis(AnalysisStep),
    /// Moves on to `until`, in slices of the worker's budget: repeat until `now` is there.
    Until {
        /// The moment to reach.
        until: Time,
        /// What is visible.
        view: ViewRequest,
    },
    /// Changes the world, then gives the view.
    Dispatch(Command, ViewRequest),
    /// Reads the world.
    Ask(Query),
    /// Evaluates a predicate.
    Check(Predicate),
    /// Ethereum JSON-RPC on one chain; method and JSON of the parameters.
    Rpc {
        /// The chain.
        chain: ChainId,
        /// Its method.
        method: String,
        /// JSON of `params`.
        params: String,
    },
    /// Gives portable bytes of the whole session.
    Snapshot,
    /// Gives the text of a link to this moment.
    Link,
    /// Says what a link holds, without running any of it.
    Preview(String),
    /// Says what a bundle would come to now.
    DryRun(SubmitBundle),
    /// Carries a trade out in two futures: its legs apart, and as a bundle.
    Rehearse(Rehearsal),
    /// Searches the log, as far as the worker's budget goes.
    Search(LogSearch),
    /// Asks, and is answered, in JSON.
    Json(JsonRequest),
    /// Gives the lessons at a glance.
    Lessons,
    /// Gives the texts of a lesson.
    Lesson(String),
    /// Says whether a step of a lesson is done, and which guesses hold now.
    Step {
        /// The lesson's name.
        lesson: String,
        /// Which step, from 0.
        step: u32,
    },
}

/// What is looked for in the log, from its newest line on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogSearch {
    /// The kind of line; none takes all.
    pub kind: Option<String>,
    /// The chain; none takes all.
    pub chain: Option<ChainId>,
    /// What the line says, whatever the case of its ASCII letters; empty takes all.
    pub text: String,
    /// Lines before this one only.
    pub before: Option<u64>,
}

impl LogSearch {
    /// Most lines of one answer.
    pub const LINES_MAX: usize = 100;
}

/// Lines of the log that match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// They, newest first.
    pub lines: Vec<LogLine>,
    /// Where to go on from; none where the log is searched through.
    pub before: Option<u64>,
}

/// What a caller asks that speaks JSON; the answer is [`Response::Json`] of a view.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum JsonRequest {
    /// Carries out a command.
    Dispatch(String),
    /// Moves through time.
    Travel(String),
    /// Moves on to a moment. Until it is there, the answer is a [`Response::View`].
    Until(Time),
    /// Only looks. Until a journey is at its end, the answer is a [`Response::View`].
    Look,
}

/// Where a world comes from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Source {
    /// The default world.
    Default {
        /// The seed; none takes the scenario's.
        seed: Option<u64>,
    },
    /// A scenario as JSON text.
    Scenario(String),
    /// What [`Request::Snapshot`] gave.
    Snapshot(Bytes),
    /// What [`Request::Link`] gave.
    Link(String),
    /// The world of a lesson, by its name.
    Lesson(String),
}

/// From the worker to the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Response {
    /// A view of the world.
    View(Box<View>),
    /// Two branches side by side.
    Comparison(Box<Comparison>),
    /// A measurement of what chains carry.
    Capacity(CapacityView),
    /// What exposures come to.
    Analysis(Box<AnalysisView>),
    /// The text of a link.
    Link(String),
    /// What a link holds.
    Preview(Box<LinkPreview>),
    /// The lessons.
    Lessons(Vec<LessonGlance>),
    /// The texts of a lesson.
    Lesson(Box<LessonView>),
    /// How a step of a lesson stands.
    Step(StepVerdict),
    /// The answer to a query.
    Answer(Answer),
    /// Whether a predicate holds.
    Verdict {
        /// True if it does.
        holds: bool,
        /// What would have made it true.
        expected: String,
        /// What there was.
        found: String,
    },
    /// What a bundle would come to.
    DryRun(Box<DryRun>),
    /// What became of a trade in both futures.
    Rehearsed(Box<Rehearsed>),
    /// What was found in the log.
    Found(Found),
    /// JSON of a view.
    Json(String),
    /// JSON of an RPC result.
    Rpc(String),
    /// JSON-RPC error.
    RpcError {
        /// EIP-1474 code.
        code: i64,
        /// What went wrong.
        message: String,
        /// JSON of the error's data, such as revert bytes.
        data: Option<String>,
    },
    /// Portable bytes of the world and the digest that goes with them.
    Snapshot {
        /// The bytes.
        bytes: Bytes,
        /// The digest.
        digest: B256,
    },
    /// The request was refused; the world is unchanged.
    Refused(String),
}

impl From<Verdict> for Response {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Holds => Self::Verdict { holds: true, expected: String::new(), found: String::new() },
            Verdict::Fails { expected, found } => Self::Verdict { holds: false, expected, found },
        }
    }
}
