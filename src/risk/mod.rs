//! What falls when one falls: pure functions over balance sheets, which know nothing of a world.
//!
//! Amounts are in one unit of account that the caller chooses; nodes are numbered from 0. Everything is `f64` by IEEE's
//! basic operations and the `libm` crate, in a fixed order, so that it is the same everywhere. What is not a number,
//! negative or out of place is refused by name, and what is cyclic, disconnected or without equity is computed. A fixed
//! point that is not found is an error, not a number.
//!
//! - `claims`: who owes whom how much, sparse
//! - `engine`: the one fixed point that most models are
//! - `clearing`: what everybody pays when not all can pay (Eisenberg–Noe, Rogers–Veraart)
//! - `holdings`: what organisations are worth that own shares of each other (Elliott–Golub–Jackson)
//! - `exposures`: equity that bears losses, and caps on what it is exposed to
//! - `debt_rank`, `cascade`: distress that spreads before default, and by default alone
//! - `fire_sale`: losses through prices (Cifuentes–Ferrucci–Shin, Greenwood–Landier–Thesmar)
//! - `topology`: shapes of networks that absorb small shocks or large ones (Acemoglu–Ozdaglar–Tahbaz-Salehi)
//! - `backing`: who bears the loss of a bridge, and who is paid in a run
//! - `outages`: how many rollups are down at once
//! - `stress`: what it costs, and whom, when nodes lose what they have outside
//! - `ranking`: the nodes by what their failure costs others, by clearing and by DebtRank
//! - `monte_carlo`: how that cost is distributed if nodes fail at random, alone or together
//! - `attack`: the cheapest faults that cost so much, and the cheapest control that prevents it

mod attack;
mod backing;
mod cascade;
mod claims;
mod clearing;
mod debt_rank;
mod engine;
mod exposures;
mod fire_sale;
mod holdings;
mod monte_carlo;
mod outages;
mod ranking;
mod stress;
mod topology;

pub use attack::{Attack, AttackSearch, Control, FAULTS_MAX, cheapest_attack, cheapest_control};
pub use backing::{LossAllocation, allocate_loss, first_come, pro_rata};
pub use cascade::Cascade;
pub use claims::{Claims, Debt};
pub use clearing::{
    Clearing, FromBelow, Network, Recovery, Sheet, eisenberg_noe, limit_from_below, rogers_veraart,
};
pub use debt_rank::Distress;
pub use exposures::Exposures;
pub use fire_sale::{Deleveraging, FireSale, Holder, Portfolios, deleveraging, fire_sale};
pub use holdings::{Holdings, Valued, dependency};
pub use monte_carlo::{BINS_MAX, CommonCause, Failures, TRIALS_MAX, Trials};
pub use outages::{CommonMode, common_mode, independent_outages, tail};
pub use ranking::{Ranking, average_ranks, spearman};
pub use stress::{Loss, Measure, StressTest, Stressed};
pub use topology::{Shape, default_count, shock_thresholds};

/// Shortfalls below this share of what is due are rounding, not default.
const NEGLIGIBLE: f64 = 1e-12;

/// Why a model gives no answer.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum RiskError {
    /// The model says nothing about so few.
    #[error("expected at least {expected}, found {found}")]
    TooFew {
        /// The fewest that mean something.
        expected: u32,
        /// How many there are.
        found: u32,
    },
    /// More nodes than have a number.
    #[error("expected at most 2^32 - 1 nodes and debts, found more")]
    TooMany,
    /// Cliques of different sizes.
    #[error("expected a number of cliques that divides {nodes} nodes, found {found}")]
    Uneven {
        /// How many there are to divide.
        nodes: u32,
        /// How many cliques.
        found: u32,
    },
    /// A node that is not there.
    #[error("expected a node below {nodes}, found {found}")]
    OutOfRange {
        /// How many there are.
        nodes: u32,
        /// The node named.
        found: u32,
    },
    /// A node that owes itself.
    #[error("expected a debt to another node, found node {node} owing itself")]
    SelfOwing {
        /// The node.
        node: u32,
    },
    /// An amount that is infinite or not a number, or amounts whose sum is.
    #[error("expected finite amounts with a finite sum, found {found}")]
    NotFinite {
        /// The amount or the sum.
        found: f64,
    },
    /// An amount below zero.
    #[error("expected an amount of at least 0, found {found}")]
    Negative {
        /// The amount.
        found: f64,
    },
    /// A share, probability or ratio that is none.
    #[error("expected at most {limit}, found {found}")]
    TooLarge {
        /// The most that it may be.
        limit: f64,
        /// The value.
        found: f64,
    },
    /// A divisor that is zero.
    #[error("expected an amount above 0, found 0")]
    Zero,
    /// A list with a value too many or too few.
    #[error("expected {expected} values, found {found}")]
    Length {
        /// One for each node, bank or asset.
        expected: u32,
        /// How many there are.
        found: u32,
    },
    /// Values that have no order to compare.
    #[error("expected values that differ, found all equal")]
    AllEqual,
    /// More faults than are searched for the cheapest.
    #[error("expected at most {limit} candidate faults, found {found}")]
    TooManyFaults {
        /// The most that are searched.
        limit: u32,
        /// How many there are.
        found: u32,
    },
    /// More trials than are kept.
    #[error("expected at most {limit} trials, found {found}")]
    TooManyTrials {
        /// The most that are kept.
        limit: u32,
        /// How many there would be.
        found: u64,
    },
    /// More bins than are counted.
    #[error("expected at most {limit} bins, found {found}")]
    TooManyBins {
        /// The most that are counted.
        limit: u32,
        /// How many there would be.
        found: u32,
    },
    /// A search that was given up.
    #[error("expected an answer after at most {evaluations} evaluations of the loss, found none")]
    Unsearched {
        /// How many were allowed.
        evaluations: u32,
    },
    /// A fixed point that was not reached.
    #[error(
        "expected a fixed point, found none after {iterations} iterations: the last changed it by {residual}"
    )]
    NotConverged {
        /// How often it was improved.
        iterations: u32,
        /// The largest change of the last time.
        residual: f64,
    },
}

/// Whether all are finite and not negative, and there are as many as expected.
fn check_amounts(expected: usize, amounts: &[f64]) -> Result<(), RiskError> {
    if amounts.len() != expected {
        return Err(RiskError::Length { expected: count(expected)?, found: count(amounts.len())? });
    }
    for amount in amounts {
        check_amount(*amount)?;
    }
    check_finite(amounts.iter().sum())
}

fn check_amount(found: f64) -> Result<(), RiskError> {
    check_finite(found)?;
    if found < 0.0 { Err(RiskError::Negative { found }) } else { Ok(()) }
}

/// Whether it is a share of a whole or a probability.
fn check_share(found: f64) -> Result<(), RiskError> {
    check_amount(found)?;
    if found > 1.0 { Err(RiskError::TooLarge { limit: 1.0, found }) } else { Ok(()) }
}

const fn check_finite(found: f64) -> Result<(), RiskError> {
    if found.is_finite() { Ok(()) } else { Err(RiskError::NotFinite { found }) }
}

fn count(length: usize) -> Result<u32, RiskError> {
    u32::try_from(length).map_err(|_| RiskError::TooMany)
}

#[cfg(test)]
mod tests;
