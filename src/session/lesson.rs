//! Lessons as a page shows them: their texts, and how a step stands in the world as it is.

use super::Session;
use crate::{
    command::Verdict,
    scenario::{Lesson, Step},
};
use serde::{Deserialize, Serialize};

/// A lesson in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonGlance {
    /// Its name.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// What one learns.
    pub summary: String,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// How many steps it has.
    pub steps: u32,
}

/// The texts of a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonView {
    /// At a glance.
    pub glance: LessonGlance,
    /// Its steps.
    pub steps: Vec<StepView>,
    /// What to try afterwards.
    pub ending: String,
}

/// The texts of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepView {
    /// What to do, in a few words.
    pub title: String,
    /// What to do and what to look at.
    pub text: String,
    /// How exactly.
    pub hint: String,
    /// The `data-testid` of what to use.
    pub target: String,
    /// What to guess, if anything.
    pub question: Option<String>,
    /// What may be guessed.
    pub options: Vec<String>,
    /// What was to be seen.
    pub after: String,
}

/// How a step stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepVerdict {
    /// Whether it is done.
    pub is_done: bool,
    /// For each option of its prediction whether it holds now.
    pub holds: Vec<bool>,
}

impl From<&Lesson> for LessonGlance {
    fn from(lesson: &Lesson) -> Self {
        Self {
            name: lesson.name.clone(),
            title: lesson.title.clone(),
            summary: lesson.summary.clone(),
            minutes: lesson.minutes,
            steps: u32::try_from(lesson.steps.len()).unwrap_or(u32::MAX),
        }
    }
}

impl From<&Step> for StepView {
    fn from(step: &Step) -> Self {
        let options = step.prediction.iter().flat_map(|prediction| &prediction.options);
        Self {
            title: step.title.clone(),
            text: step.text.clone(),
            hint: step.hint.clone(),
            target: step.target.clone(),
            question: step.prediction.as_ref().map(|prediction| prediction.question.clone()),
            options: options.map(|guess| guess.text.clone()).collect(),
            after: step.after.clone(),
        }
    }
}

/// The shipped lessons at a glance.
pub(super) fn glances() -> Vec<LessonGlance> {
    Lesson::shipped().iter().map(LessonGlance::from).collect()
}

/// The texts of a lesson.
pub(super) fn view(name: &str) -> Result<LessonView, String> {
    let lesson = Lesson::named(name).map_err(|error| error.to_string())?;
    let steps = lesson.steps.iter().map(StepView::from).collect();
    Ok(LessonView { glance: LessonGlance::from(lesson), steps, ending: lesson.ending.clone() })
}

impl Session {
    /// How a step of a lesson stands now.
    pub(super) fn step_verdict(&self, name: &str, number: u32) -> Result<StepVerdict, String> {
        let lesson = Lesson::named(name).map_err(|error| error.to_string())?;
        let count = lesson.steps.len();
        let step = usize::try_from(number).ok().and_then(|number| lesson.steps.get(number));
        let step = step.ok_or_else(|| format!("step: expected one below {count}, found {number}"))?;
        let holds = |predicate| match self.check(predicate) {
            Ok(verdict) => Ok(verdict == Verdict::Holds),
            Err(error) => Err(error.to_string()),
        };
        let options = step.prediction.iter().flat_map(|prediction| &prediction.options);
        Ok(StepVerdict {
            is_done: holds(&step.until)?,
            holds: options.map(|guess| holds(&guess.holds)).collect::<Result<_, _>>()?,
        })
    }
}
