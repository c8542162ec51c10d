//! A session as portable bytes: a mark, a version, eight bytes of Keccak over the rest, and the deflated
//! postcard of the world. No trie nodes are in it: states are leaves and what each block changed.

use super::{
    Session,
    branch::{Branch, Deed, Goal, Position},
    link,
};
use crate::{command::Command, scenario::Scenario, world::World};
use alloy_primitives::{hex, keccak256};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const VERSION: u8 = 8;
/// Bytes of the checksum.
const CHECK: usize = 8;
/// Larger worlds than this are not restored: a hostile file must not fill the memory.
const BYTES_MAX: usize = 512 << 20;
/// Level 1 of 10: a snapshot is taken while the world runs.
const DEFLATE_LEVEL: u8 = 1;

/// Why bytes are no snapshot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// They do not begin with the mark.
    #[error("snapshot: expected a file that begins with \"CSWY\"")]
    Mark,
    /// They are of another version.
    #[error("snapshot version: expected {VERSION}, found {0}")]
    Version(u8),
    /// They were altered or cut off.
    #[error("snapshot: expected checksum {expected}, found {found}: it was altered or cut off")]
    Checksum {
        /// What the file says.
        expected: String,
        /// What its content has.
        found: String,
    },
    /// They are damaged or too long.
    #[error("snapshot: expected at most {BYTES_MAX} bytes of deflated data: {0}")]
    Inflate(String),
    /// They are not a world.
    #[error("snapshot: expected a world: {0}")]
    World(String),
}

/// What is kept of a session. Of the branches that are not shown only their history is: their worlds are
/// computed again when they are.
#[derive(Serialize, Deserialize)]
struct Portable {
    /// JSON: postcard cannot leave fields out.
    scenario: String,
    branches: Vec<PortableBranch>,
    current: u32,
    next_branch: u32,
    undone: Vec<Command>,
    automine: bool,
}

#[derive(Serialize, Deserialize)]
struct PortableBranch {
    id: u32,
    name: String,
    parent: Option<(u32, Position)>,
    deeds: Vec<Deed>,
    position: Position,
    horizon: Position,
    world: Option<World>,
}

impl Session {
    /// What a snapshot begins with.
    pub const SNAPSHOT_MARK: &str = "CSWY";

    /// The session as bytes.
    pub fn snapshot(&self) -> Vec<u8> {
        let branches = self.branches.iter().map(|branch| PortableBranch {
            id: branch.id,
            name: branch.name.clone(),
            parent: branch.parent,
            deeds: branch.deeds.iter().map(|deed| deed.as_ref().clone()).collect(),
            // The shown one is kept where it has come, be it on a journey.
            position: if branch.id == self.current { branch.position() } else { branch.destination() },
            horizon: branch.horizon,
            world: (branch.id == self.current).then(|| branch.world.clone()),
        });
        let portable = Portable {
            scenario: serde_json::to_string(&*self.scenario).expect("a scenario is plain data"),
            branches: branches.collect(),
            current: self.current,
            next_branch: self.next_branch,
            undone: self.undone.clone(),
            automine: self.automine,
        };
        let plain = postcard::to_stdvec(&portable).expect("a session is plain data");
        let mut bytes = Self::SNAPSHOT_MARK.as_bytes().to_vec();
        bytes.push(VERSION);
        let deflated = miniz_oxide::deflate::compress_to_vec(&plain, DEFLATE_LEVEL);
        bytes.extend(&keccak256(&deflated)[..CHECK]);
        bytes.extend(deflated);
        bytes
    }

    /// The session that [`Session::snapshot`] gave these bytes of.
    pub fn restore(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let rest = bytes.strip_prefix(Self::SNAPSHOT_MARK.as_bytes()).ok_or(SnapshotError::Mark)?;
        let rest = match rest.split_first() {
            Some((&VERSION, rest)) => rest,
            Some((&version, _)) => return Err(SnapshotError::Version(version)),
            None => return Err(SnapshotError::Mark),
        };
        let (check, deflated) = rest.split_at(CHECK.min(rest.len()));
        let found = keccak256(deflated);
        if check != &found[..CHECK] {
            let [expected, found] = [check, &found[..CHECK]].map(hex::encode);
            return Err(SnapshotError::Checksum { expected, found });
        }
        let inflated = miniz_oxide::inflate::decompress_to_vec_with_limit(deflated, BYTES_MAX)
            .map_err(|error| SnapshotError::Inflate(format!("{:?}", error.status)))?;
        let portable: Portable =
            postcard::from_bytes(&inflated).map_err(|error| SnapshotError::World(error.to_string()))?;
        portable.open()
    }
}

impl Portable {
    fn open(self) -> Result<Session, SnapshotError> {
        let refuse = |what: &str| SnapshotError::World(what.into());
        let scenario = Scenario::from_json(&self.scenario).map_err(|error| refuse(&error.to_string()))?;
        let beginning = World::new(&scenario).map_err(|error| refuse(&error.to_string()))?;
        if self.branches.len() > Session::BRANCHES_MAX {
            return Err(refuse("too many branches"));
        }
        let ids: Vec<u32> = self.branches.iter().map(|branch| branch.id).collect();
        let distinct =
            ids.iter().enumerate().all(|(at, id)| *id < self.next_branch && !ids[..at].contains(id));
        if !distinct || !ids.contains(&self.current) {
            return Err(refuse("expected branches with ids of their own, one of them shown"));
        }
        let open = |kept: PortableBranch| kept.open(&beginning);
        let branches = self.branches.into_iter().map(open).collect::<Result<_, _>>()?;
        Ok(Session {
            scenario: Arc::new(scenario),
            branches,
            current: self.current,
            next_branch: self.next_branch,
            undone: self.undone,
            expected: None,
            automine: self.automine,
            capacity: None,
            analysis: None,
        })
    }
}

impl PortableBranch {
    fn open(self, beginning: &World) -> Result<Branch, SnapshotError> {
        if self.position.deeds > self.deeds.len() as u64 || self.name.chars().count() > Session::NAME_MAX {
            return Err(SnapshotError::World("expected a branch with its deeds and a short name".into()));
        }
        let mut branch = link::first_branch(beginning.clone());
        (branch.id, branch.name, branch.parent) = (self.id, self.name, self.parent);
        branch.foresee(self.deeds.into_iter().map(Arc::new).collect(), self.horizon);
        match self.world {
            Some(world) if world.events() == self.position.events => branch.land(world, self.position.deeds),
            Some(_) => return Err(SnapshotError::World("expected a world at its position".into())),
            None => branch.set_out(Goal::Position(self.position)),
        }
        Ok(branch)
    }
}
