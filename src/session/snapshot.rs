//! A session as portable bytes: a mark, a version, and the deflated postcard of the world. No trie nodes
//! are in it: states are leaves and what each block changed.

use super::Session;
use crate::world::World;

const MARK: [u8; 4] = *b"CSWY";
const VERSION: u8 = 1;
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
    /// They are damaged or too long.
    #[error("snapshot: expected at most {BYTES_MAX} bytes of deflated data: {0}")]
    Inflate(String),
    /// They are not a world.
    #[error("snapshot: expected a world: {0}")]
    World(String),
}

impl Session {
    /// The session as bytes.
    pub fn snapshot(&self) -> Vec<u8> {
        let world = postcard::to_stdvec(&(&self.world, self.automine)).expect("a world is plain data");
        let mut bytes = MARK.to_vec();
        bytes.push(VERSION);
        bytes.extend(miniz_oxide::deflate::compress_to_vec(&world, DEFLATE_LEVEL));
        bytes
    }

    /// The session that [`Session::snapshot`] gave these bytes of.
    pub fn restore(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let rest = bytes.strip_prefix(&MARK).ok_or(SnapshotError::Mark)?;
        let deflated = match rest.split_first() {
            Some((&VERSION, deflated)) => deflated,
            Some((&version, _)) => return Err(SnapshotError::Version(version)),
            None => return Err(SnapshotError::Mark),
        };
        let inflated = miniz_oxide::inflate::decompress_to_vec_with_limit(deflated, BYTES_MAX)
            .map_err(|error| SnapshotError::Inflate(format!("{:?}", error.status)))?;
        let (world, automine): (World, bool) =
            postcard::from_bytes(&inflated).map_err(|error| SnapshotError::World(error.to_string()))?;
        Ok(Self { world, automine })
    }
}
