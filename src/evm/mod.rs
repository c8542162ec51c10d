//! The one room that names revm: what a transaction does to a chain's state.
//!
//! Everything outside speaks this room's own types. Execution is pure: it reads a [`State`] through an
//! [`Overlay`], and what it changed leaves as [`Changes`], sorted, to be applied to the state as a whole.

mod account;
mod changes;
mod code;
mod convert;
mod diff;
mod env;
mod estimate;
mod execute;
mod handler;
mod hashed;
mod outcome;
mod overlay;
mod precompile;
mod proof;
mod refusal;
mod state;
mod transaction;

pub use account::{Account, GenesisAccount};
pub use changes::{AccountChange, Changes};
pub use code::{Code, CodeStore};
pub use diff::{AccountDiff, StateDiff, StateLeaves, StateLeavesError};
pub use env::{BlobFee, BlockEnv, Precompiles, Spec};
pub use estimate::{EstimateError, call, estimate_gas};
pub use execute::{BlockExecutor, execute};
pub use outcome::{FeesPaid, Halt, Outcome, Status};
pub use overlay::Overlay;
pub use precompile::{MPT_VERIFY, mpt_verify_gas};
pub use proof::{AccountProof, StorageProof};
pub use refusal::Refusal;
pub use state::State;
pub use transaction::{
    Fees, Impersonation, Origin, SenderError, TxEnv, impersonation_signature, sender_of, tx_of, tx_of_deposit,
};

#[cfg(test)]
mod tests;
