//! Contract code, analysed once and shared by hash.

use alloy_primitives::{B256, Bytes, KECCAK256_EMPTY};
use imbl::OrdMap;
use revm::state::Bytecode;

/// Contract code together with its jump analysis; a clone shares both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code(Bytecode);

impl Code {
    /// Analyses raw runtime code. Any bytes are code: what is not a valid EIP-7702 delegation is executed
    /// as it stands.
    pub fn new(raw: Bytes) -> Self {
        Self(Bytecode::new_raw_checked(raw.clone()).unwrap_or_else(|_| Bytecode::new_legacy(raw)))
    }

    /// The code as it was deployed.
    pub fn bytes(&self) -> Bytes {
        self.0.original_bytes()
    }

    /// Keccak of the code.
    pub fn hash(&self) -> B256 {
        self.0.hash_slow()
    }

    pub(super) fn from_revm(code: Bytecode) -> Self {
        Self(code)
    }

    pub(super) fn to_revm(&self) -> Bytecode {
        self.0.clone()
    }
}

/// Code by its hash. It only grows; a clone is O(1), so all chains of a world can hold the same.
#[derive(Clone, Debug, Default)]
pub struct CodeStore {
    by_hash: OrdMap<B256, Code>,
}

impl CodeStore {
    /// The code of that hash; the empty code is always known.
    pub fn get(&self, hash: &B256) -> Option<Code> {
        if *hash == KECCAK256_EMPTY {
            return Some(Code::default());
        }
        self.by_hash.get(hash).cloned()
    }

    /// Stores code and returns its hash.
    pub fn insert(&mut self, code: Code) -> B256 {
        let hash = code.hash();
        if hash != KECCAK256_EMPTY && !self.by_hash.contains_key(&hash) {
            self.by_hash.insert(hash, code);
        }
        hash
    }

    /// Takes over all code of another store, and its copies of what both have, so that both share memory.
    pub fn merge(&mut self, other: &Self) {
        if !self.by_hash.ptr_eq(&other.by_hash) {
            self.by_hash = other.by_hash.clone().union(std::mem::take(&mut self.by_hash));
        }
    }
}
