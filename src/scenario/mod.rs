//! Scenarios: a world, a timeline of commands, and expectations, as one JSON file that people write and
//! edit by hand. Its JSON Schema is `scenarios/schema.json`.

mod lesson;

pub use lesson::{Guess, Lesson, LessonError, Prediction, Step};

use crate::{
    agents::{AgentConfig, AgentError},
    command::{Command, Predicate},
    l1::{L1Config, L1ConfigError},
    rollup::{RollupConfig, RollupConfigError},
    sequencing::{SequencerConfig, SequencerConfigError},
    types::{ChainId, Span, read_json},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// The JSON Schema that the file follows; not read.
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// What it is called, at most 80 characters. Default "A world".
    pub title: String,
    /// One sentence on what one is looking at, at most 400 characters.
    pub summary: String,
    /// Seed of all randomness. Default 1.
    pub seed: u64,
    /// The L1.
    pub l1: L1Config,
    /// Rollups that exist from the start, at most 64.
    pub rollups: Vec<RollupConfig>,
    /// A committee that orders several of the rollups. Default none.
    pub sequencer: Option<SequencerConfig>,
    /// Traders and firms, which act by themselves, at most 100. Default none.
    pub agents: Vec<AgentConfig>,
    /// Commands in the order of their time, at most 10 000.
    pub timeline: Vec<TimedCommand>,
    /// What must be true, at most 1 000.
    pub expectations: Vec<Expectation>,
    /// How long it runs without a page. Default 1h.
    pub until: Span,
}

/// A command with its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimedCommand {
    /// When, since the world began.
    pub at: Span,
    /// What.
    pub command: Command,
}

/// Something that must be true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// What it says, in words.
    pub name: String,
    /// When it must be true, since the world began; default at the end.
    #[serde(default)]
    pub at: Option<Span>,
    /// The statement.
    pub holds: Predicate,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            schema: None,
            title: "A world".into(),
            summary: String::new(),
            seed: 1,
            l1: L1Config::default(),
            rollups: Vec::new(),
            sequencer: None,
            agents: Vec::new(),
            timeline: Vec::new(),
            expectations: Vec::new(),
            until: Span::hours(1),
        }
    }
}

/// Why text is no scenario.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// It is too long.
    #[error("scenario: expected at most {most} bytes, found {found}")]
    TooLong {
        /// Most allowed.
        most: usize,
        /// What was given.
        found: usize,
    },
    /// It is not JSON of this form.
    #[error("scenario: {0}")]
    Json(String),
    /// A list or a text is too long.
    #[error("{field}: expected at most {most}, found {found}")]
    Count {
        /// Name of the field.
        field: &'static str,
        /// Most allowed.
        most: usize,
        /// What was given.
        found: usize,
    },
    /// Two chains have one id.
    #[error("rollups[{index}].chain_id: expected an id of its own, found {id} again")]
    DuplicateChain {
        /// Which rollup.
        index: usize,
        /// The id.
        id: ChainId,
    },
    /// The L1 is impossible.
    #[error(transparent)]
    L1(#[from] L1ConfigError),
    /// A rollup is impossible.
    #[error("rollups[{index}]: {error}")]
    Rollup {
        /// Which rollup.
        index: usize,
        /// Why.
        error: RollupConfigError,
    },
    /// The shared sequencer is impossible.
    #[error(transparent)]
    Sequencer(#[from] SequencerConfigError),
    /// A trader is impossible.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// Commands are not in the order of their time.
    #[error("timeline[{index}].at: expected at least {least}, found {found}")]
    Order {
        /// Which command.
        index: usize,
        /// The time of the one before.
        least: Span,
        /// What was given.
        found: Span,
    },
}

impl Scenario {
    /// Most bytes of a scenario's text.
    pub const BYTES_MAX: usize = 4 << 20;
    /// Most rollups of a world.
    pub const ROLLUPS_MAX: usize = 64;

    /// Reads and checks a scenario's text.
    pub fn from_json(text: &str) -> Result<Self, ScenarioError> {
        if text.len() > Self::BYTES_MAX {
            return Err(ScenarioError::TooLong { most: Self::BYTES_MAX, found: text.len() });
        }
        let scenario: Self = read_json(text).map_err(ScenarioError::Json)?;
        scenario.check()?;
        Ok(scenario)
    }

    /// Refuses what no world can be.
    pub fn check(&self) -> Result<(), ScenarioError> {
        let counts = [
            ("title", 80, self.title.chars().count()),
            ("summary", 400, self.summary.chars().count()),
            ("rollups", Self::ROLLUPS_MAX, self.rollups.len()),
            ("agents", AgentConfig::COUNT_MAX, self.agents.len()),
            ("timeline", 10_000, self.timeline.len()),
            ("expectations", 1_000, self.expectations.len()),
        ];
        for (field, most, found) in counts {
            if found > most {
                return Err(ScenarioError::Count { field, most, found });
            }
        }
        self.l1.check()?;
        let mut ids = vec![self.l1.chain_id];
        for (index, rollup) in self.rollups.iter().enumerate() {
            rollup.check().map_err(|error| ScenarioError::Rollup { index, error })?;
            if ids.contains(&rollup.chain_id) {
                return Err(ScenarioError::DuplicateChain { index, id: rollup.chain_id });
            }
            ids.push(rollup.chain_id);
        }
        if let Some(sequencer) = &self.sequencer {
            self.check_sequencer(sequencer)?;
        }
        let rollups: Vec<ChainId> = self.rollups.iter().map(|rollup| rollup.chain_id).collect();
        for (index, agent) in self.agents.iter().enumerate() {
            agent.check(&rollups)?;
            if self.agents[..index].iter().any(|other| other.name == agent.name) {
                return Err(AgentError::Name(agent.name.clone()).into());
            }
        }
        AgentConfig::check_companies(&self.agents)?;
        let mut least = Span::ZERO;
        for (index, timed) in self.timeline.iter().enumerate() {
            if timed.at < least {
                return Err(ScenarioError::Order { index, least, found: timed.at });
            }
            least = timed.at;
        }
        Ok(())
    }

    fn check_sequencer(&self, sequencer: &SequencerConfig) -> Result<(), SequencerConfigError> {
        sequencer.check()?;
        for (index, chain) in sequencer.members.iter().enumerate() {
            let rollup = self.rollups.iter().find(|rollup| rollup.chain_id == *chain);
            let rollup = rollup.filter(|_| !sequencer.members[..index].contains(chain));
            let rollup = rollup.ok_or(SequencerConfigError::Member(*chain))?;
            sequencer.check_member(*chain, rollup.block_time)?;
        }
        Ok(())
    }

    /// The world that a first visit shows.
    pub fn default_world() -> Self {
        Self::from_json(include_str!("../../scenarios/default.json"))
            .expect("a test reads every shipped scenario")
    }
}

/// The JSON Schema of a scenario file.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Scenario).to_value()
}
