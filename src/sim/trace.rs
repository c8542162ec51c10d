//! The trace: everything that happened, in order, and one digest over it. Two runs are the same run
//! exactly if their digests are equal.

use crate::types::Time;
use alloy_primitives::{B256, Keccak256};
use imbl::Vector;
use serde::{Deserialize, Serialize};

/// A list of facts with the digest over all of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trace<F: Clone> {
    digest: B256,
    facts: Vector<(Time, F)>,
}

impl<F: Clone + Serialize> Trace<F> {
    /// An empty trace of a world that is described by `origin` (scenario and seed).
    pub fn new(origin: &[u8]) -> Self {
        Self { digest: alloy_primitives::keccak256(origin), facts: Vector::new() }
    }

    /// Adds a fact and folds it into the digest: `keccak256(digest ‖ time ‖ postcard(fact))`.
    pub fn record(&mut self, at: Time, fact: F) {
        let bytes = postcard::to_stdvec(&fact).expect("facts are plain data");
        let mut hasher = Keccak256::new();
        hasher.update(self.digest);
        hasher.update(at.millis().to_be_bytes());
        hasher.update(&bytes);
        self.digest = hasher.finalize();
        self.facts.push_back((at, fact));
    }

    /// The digest over all facts so far.
    pub const fn digest(&self) -> B256 {
        self.digest
    }

    /// All facts, oldest first.
    pub const fn facts(&self) -> &Vector<(Time, F)> {
        &self.facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn digest_depends_on_time_order_and_content() {
        let digest = |facts: &[(u64, &str)]| {
            let mut trace = Trace::new(b"origin");
            for (at, fact) in facts {
                trace.record(Time::new(*at), String::from(*fact));
            }
            trace.digest()
        };
        let base = digest(&[(1, "a"), (2, "b")]);
        assert_eq!(base, digest(&[(1, "a"), (2, "b")]));
        for other in [&[(2, "a"), (2, "b")], &[(2, "b"), (1, "a")], &[(1, "a"), (2, "c")]] {
            assert_ne!(base, digest(other));
        }
    }
}
