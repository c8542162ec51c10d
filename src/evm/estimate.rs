//! Calls without effect, and how much gas a transaction needs.

use super::env::BlockEnv;
use super::execute::BlockExecutor;
use super::outcome::{Halt, Outcome, Status};
use super::overlay::Overlay;
use super::refusal::Refusal;
use super::state::State;
use super::transaction::TxEnv;
use alloy_primitives::{Bytes, U256};
use thiserror::Error;

/// Why no amount of gas makes a transaction succeed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EstimateError {
    /// It could not be included.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It reverts.
    #[error("execution reverted")]
    Reverted {
        /// What the contract said, ABI-encoded.
        output: Bytes,
    },
    /// It breaks a rule of the machine, be it by using more gas than a block has.
    #[error("execution halted with a gas limit of {gas_limit}: {reason}")]
    Halted {
        /// The rule.
        reason: Halt,
        /// The highest gas limit that was tried.
        gas_limit: u64,
    },
}

/// Executes a call as `eth_call` does: neither nonce, balance nor fees are checked or charged, nothing is
/// kept, and the gas limit is at most the block's.
pub fn call(state: &State, env: &BlockEnv, tx: &TxEnv) -> Result<Outcome, Refusal> {
    let mut tx = tx.clone();
    tx.gas_limit = tx.gas_limit.min(env.gas_limit);
    BlockExecutor::new(Overlay::new(state.clone()), env.clone()).simulate(&tx)
}

/// The lowest gas limit, to within 1/64, that lets a transaction succeed.
///
/// Searched, not computed: gas that is given back at the end must be there first, and what a contract passes
/// on is a share of what it has.
pub fn estimate_gas(state: &State, env: &BlockEnv, tx: &TxEnv) -> Result<u64, EstimateError> {
    let have = state.balance(tx.from);
    if tx.value > have {
        return Err(Refusal::InsufficientFunds { need: tx.value, have }.into());
    }
    let mut executor = BlockExecutor::new(Overlay::new(state.clone()), env.clone());
    let mut tx = tx.clone();
    let mut enough = tx.gas_limit.min(env.gas_limit).min(affordable(&tx, have));
    tx.gas_limit = enough;
    let outcome = executor.simulate(&tx)?;
    match outcome.status {
        Status::Succeeded => {}
        Status::Reverted => return Err(EstimateError::Reverted { output: outcome.output }),
        Status::Halted(reason) => return Err(EstimateError::Halted { reason, gas_limit: enough }),
    }
    let mut too_little = outcome.gas_used.saturating_sub(1);
    // What the whole transaction used before refunds often suffices, which spares most of the search.
    let guess = outcome.gas_used.saturating_add(outcome.gas_refunded);
    if guess < enough {
        if succeeds(&mut executor, &mut tx, guess) {
            enough = guess;
        } else {
            too_little = guess;
        }
    }
    while enough - too_little > 1 && enough - too_little > too_little / 64 {
        let middle = too_little + (enough - too_little) / 2;
        if succeeds(&mut executor, &mut tx, middle) {
            enough = middle;
        } else {
            too_little = middle;
        }
    }
    Ok(enough)
}

/// The most gas that the sender's balance pays for at the transaction's highest price.
fn affordable(tx: &TxEnv, have: U256) -> u64 {
    match tx.fees.cap() {
        0 => u64::MAX,
        price => ((have - tx.value) / U256::from(price)).saturating_to(),
    }
}

fn succeeds(executor: &mut BlockExecutor, tx: &mut TxEnv, gas_limit: u64) -> bool {
    tx.gas_limit = gas_limit;
    executor.simulate(tx).is_ok_and(|outcome| outcome.succeeded())
}
