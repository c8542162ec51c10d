//! Lessons: a world, and steps that each end when the world is in a state that a predicate describes.
//! The files are in `www/lessons/`.

use super::{Scenario, ScenarioError};
use crate::{command::Predicate, types::read_json};
use serde::Deserialize;
use std::sync::OnceLock;

/// A lesson.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// What links and files call it: small letters and hyphens.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// What one learns, in one sentence.
    pub summary: String,
    /// How long it takes a reader, about.
    pub minutes: u32,
    /// The world that it takes place in.
    pub scenario: Scenario,
    /// What there is to do, in order.
    pub steps: Vec<Step>,
    /// What to try in the same world afterwards.
    pub ending: String,
}

/// A step of a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What to do, in a few words.
    pub title: String,
    /// What to do and what to look at.
    pub text: String,
    /// How exactly, for whoever asks.
    pub hint: String,
    /// The `data-testid` of what to use, which the page marks.
    pub target: String,
    /// What to guess before it is seen.
    #[serde(default)]
    pub prediction: Option<Prediction>,
    /// When it is done.
    pub until: Predicate,
    /// What was to be seen.
    pub after: String,
}

/// A guess that the world decides once the step is done.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// What is asked.
    pub question: String,
    /// What may be answered.
    pub options: Vec<Guess>,
}

/// An answer to a prediction.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guess {
    /// In words.
    pub text: String,
    /// Whether the world proves it right.
    pub holds: Predicate,
}

/// Why text is no lesson.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LessonError {
    /// It is not JSON of this form.
    #[error("lesson: {0}")]
    Json(String),
    /// Its world is impossible.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// There is no lesson of that name.
    #[error("lesson: expected one of {known:?}, found {found:?}")]
    Unknown {
        /// What there is.
        known: Vec<String>,
        /// What was asked for.
        found: String,
    },
}

const TEXTS: [&str; 12] = [
    include_str!("../../www/lessons/capacity.json"),
    include_str!("../../www/lessons/silos.json"),
    include_str!("../../www/lessons/week-and-hour.json"),
    include_str!("../../www/lessons/state-proof.json"),
    include_str!("../../www/lessons/one-slot.json"),
    include_str!("../../www/lessons/included-not-executed.json"),
    include_str!("../../www/lessons/who-saw-it-first.json"),
    include_str!("../../www/lessons/silent-sequencer.json"),
    include_str!("../../www/lessons/place-your-bet.json"),
    include_str!("../../www/lessons/run-on-the-bridge.json"),
    include_str!("../../www/lessons/containing-it.json"),
    include_str!("../../www/lessons/ten-rollups.json"),
];

impl Lesson {
    /// Reads and checks a lesson's text.
    pub fn from_json(text: &str) -> Result<Self, LessonError> {
        let lesson: Self = read_json(text).map_err(LessonError::Json)?;
        lesson.scenario.check()?;
        Ok(lesson)
    }

    /// The shipped lessons, in the order in which they build on each other.
    pub fn shipped() -> &'static [Self] {
        static SHIPPED: OnceLock<Vec<Lesson>> = OnceLock::new();
        let read = |text: &&str| Self::from_json(text).expect("a test reads every shipped lesson");
        SHIPPED.get_or_init(|| TEXTS.iter().map(read).collect())
    }

    /// A shipped lesson.
    pub fn named(name: &str) -> Result<&'static Self, LessonError> {
        let shipped = Self::shipped();
        shipped.iter().find(|lesson| lesson.name == name).ok_or_else(|| LessonError::Unknown {
            known: shipped.iter().map(|lesson| lesson.name.clone()).collect(),
            found: name.chars().take(80).collect(),
        })
    }
}
