//! Links: a scenario, the visitor's deeds and a position, as text that fits behind `#w=` in an address.
//! Whoever opens one computes the same world again. The text is base64url of a version byte, four bytes of
//! Keccak over the rest, and deflated postcard.

use super::{
    Session,
    branch::{Branch, Deed, Goal, Position},
    timeline::LinkPreview,
};
use crate::{
    scenario::{Scenario, ScenarioError},
    types::Time,
    world::World,
};
use alloy_primitives::{B256, keccak256};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const VERSION: u8 = 6;
/// Bytes of the checksum.
const CHECK: usize = 4;
/// Inflated, a link of the greatest length stays below this unless it is made to fill the memory.
const CONTENT_MAX: usize = 2 << 20;
const DEFLATE_LEVEL: u8 = 9;

/// Why a text is no link, or a world has none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The world's history is too long for a link.
    #[error("link: expected at most {most} characters, found {found}; save the world as a file instead")]
    TooLong {
        /// Most characters.
        most: usize,
        /// What it would need, or has.
        found: usize,
    },
    /// It is not base64url, or is cut off.
    #[error("link: expected the text that \"share\" gave, found something else or a part of it")]
    Text,
    /// It is of another version.
    #[error("link version: expected {VERSION}, found {0}; open it with the version of the page that made it")]
    Version(u8),
    /// It was altered or cut off.
    #[error("link: expected checksum {expected}, found {found}: it was altered or cut off on its way")]
    Checksum {
        /// What the link says.
        expected: String,
        /// What its content has.
        found: String,
    },
    /// Its content is not what a link holds.
    #[error("link: {0}")]
    Content(String),
    /// Its scenario is impossible.
    #[error("link: {0}")]
    Scenario(#[from] ScenarioError),
}

/// What a link holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shared {
    /// JSON of the scenario; none is the default world.
    scenario: Option<String>,
    seed: u64,
    deeds: Vec<Deed>,
    position: Position,
    /// The world's digest there.
    pub(super) digest: B256,
}

impl Session {
    /// Most characters of a link's text.
    pub const LINK_CHARACTERS_MAX: usize = 32 << 10;
    /// Most deeds of a link, as of a scenario's timeline.
    const LINK_DEEDS_MAX: usize = 10_000;
    /// Most events before a link's moment.
    const LINK_EVENTS_MAX: u64 = 100_000_000;

    /// The text that leads to this very moment.
    pub fn link(&self) -> Result<String, LinkError> {
        let branch = self.branch();
        let default = Scenario { seed: self.scenario.seed, ..Scenario::default_world() };
        let scenario = (default != *self.scenario)
            .then(|| serde_json::to_string(&*self.scenario).map_err(|e| LinkError::Content(e.to_string())))
            .transpose()?;
        let done = branch.deeds.iter().zip(0..branch.done).map(|(deed, _)| deed.as_ref().clone());
        let shared = Shared {
            scenario,
            seed: self.scenario.seed,
            deeds: done.collect(),
            position: branch.position(),
            digest: self.world().digest(),
        };
        let text = encode(&shared)?;
        if text.len() > Self::LINK_CHARACTERS_MAX {
            return Err(LinkError::TooLong { most: Self::LINK_CHARACTERS_MAX, found: text.len() });
        }
        Ok(text)
    }

    /// What a link holds; nothing of it is run.
    pub fn preview(text: &str) -> Result<LinkPreview, LinkError> {
        let shared = Shared::read(text)?;
        let scenario = shared.scenario()?;
        Ok(LinkPreview {
            title: scenario.title.clone(),
            summary: scenario.summary.clone(),
            rollups: scenario.rollups.len() as u64,
            deeds: shared.deeds.len() as u64,
            at: shared.position.at,
            seed: shared.seed,
        })
    }

    /// The beginning of a link's world, with its maker's deeds ahead, on its way to the link's moment.
    pub fn open_link(text: &str) -> Result<Self, LinkError> {
        let shared = Shared::read(text)?;
        let mut session = Self::new(&shared.scenario()?)?;
        session.expected = Some((shared.position, shared.digest));
        let branch = session.branch_mut();
        branch.foresee(shared.deeds.into_iter().map(Arc::new).collect(), shared.position);
        branch.set_out(Goal::Position(shared.position));
        Ok(session)
    }

    /// Whether the world is where a link led, and is another than its maker saw.
    pub(super) fn differs_from_link(&self) -> bool {
        self.expected.is_some_and(|(position, digest)| {
            self.branch().position() == position && self.world().digest() != digest
        })
    }
}

impl Shared {
    pub(super) fn read(text: &str) -> Result<Self, LinkError> {
        let text = text.trim();
        if text.len() > Session::LINK_CHARACTERS_MAX {
            let most = Session::LINK_CHARACTERS_MAX;
            return Err(LinkError::TooLong { most, found: text.len() });
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| LinkError::Text)?;
        let (&version, rest) = bytes.split_first().ok_or(LinkError::Text)?;
        if version != VERSION {
            return Err(LinkError::Version(version));
        }
        let (expected, deflated) = rest.split_at_checked(CHECK).ok_or(LinkError::Text)?;
        let found = &keccak256(deflated)[..CHECK];
        if expected != found {
            let hex = alloy_primitives::hex::encode;
            return Err(LinkError::Checksum { expected: hex(expected), found: hex(found) });
        }
        let content = miniz_oxide::inflate::decompress_to_vec_with_limit(deflated, CONTENT_MAX)
            .map_err(|error| LinkError::Content(format!("{:?}", error.status)))?;
        let shared: Self =
            postcard::from_bytes(&content).map_err(|error| LinkError::Content(error.to_string()))?;
        shared.check()?;
        Ok(shared)
    }

    /// Refuses what no session would have written.
    fn check(&self) -> Result<(), LinkError> {
        let refuse = |what: String| Err(LinkError::Content(what));
        if self.deeds.len() > Session::LINK_DEEDS_MAX {
            return refuse(format!(
                "deeds: expected at most {}, found {}",
                Session::LINK_DEEDS_MAX,
                self.deeds.len()
            ));
        }
        if self.position.at > Session::TIME_MAX || self.position.events > Session::LINK_EVENTS_MAX {
            return refuse(format!(
                "position: expected at most {} and {} events, found {} and {}",
                Session::TIME_MAX,
                Session::LINK_EVENTS_MAX,
                self.position.at,
                self.position.events
            ));
        }
        let mut before = (0, Time::ZERO);
        for (index, deed) in self.deeds.iter().enumerate() {
            let here = (deed.events, deed.at);
            let end = (self.position.events, self.position.at);
            if here.0 < before.0 || here.1 < before.1 || here.0 > end.0 || here.1 > end.1 {
                return refuse(format!("deeds[{index}]: expected them in the order of their time"));
            }
            before = here;
        }
        if self.position.deeds != self.deeds.len() as u64 {
            return refuse("position: expected it after all deeds".into());
        }
        Ok(())
    }

    fn scenario(&self) -> Result<Scenario, LinkError> {
        let scenario = match &self.scenario {
            Some(text) => Scenario::from_json(text)?,
            None => Scenario::default_world(),
        };
        Ok(Scenario { seed: self.seed, ..scenario })
    }
}

fn encode(shared: &Shared) -> Result<String, LinkError> {
    let content = postcard::to_stdvec(shared).map_err(|error| LinkError::Content(error.to_string()))?;
    let deflated = miniz_oxide::deflate::compress_to_vec(&content, DEFLATE_LEVEL);
    let mut bytes = vec![VERSION];
    bytes.extend_from_slice(&keccak256(&deflated)[..CHECK]);
    bytes.extend(deflated);
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The branch that a session begins with.
pub(super) fn first_branch(world: World) -> Branch {
    Branch::new(0, "Main".into(), world)
}
