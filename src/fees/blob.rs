//! The price of blobs: base fee, excess and schedule (EIP-4844, EIP-7691, EIP-7892, EIP-7918).

use std::num::{NonZeroU32, NonZeroU64, NonZeroU128};

use alloy_eips::{eip4844, eip7840};

/// Blob gas of one blob.
pub const GAS_PER_BLOB: u64 = eip4844::DATA_GAS_PER_BLOB;

/// The lowest blob base fee, in wei per blob gas.
pub const MIN_BLOB_BASE_FEE: u128 = eip4844::BLOB_TX_MIN_BLOB_GASPRICE;

/// Mainnet's schedules and the second from which each holds.
const MAINNET: [(u64, BlobSchedule); 4] = [
    (1_710_338_135, BlobSchedule::CANCUN),
    (1_746_612_311, BlobSchedule::PRAGUE),
    (1_765_290_071, BlobSchedule::BPO1),
    (1_767_747_671, BlobSchedule::BPO2),
];

/// The second at which Osaka, and EIP-7918 with it, went live on mainnet.
const OSAKA_S: u64 = 1_764_798_551;

/// How many blobs a block holds and how fast their price follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobSchedule {
    target: u32,
    max: NonZeroU32,
    update_fraction: NonZeroU64,
}

/// Why numbers are no schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlobScheduleError {
    /// A block that holds no blob.
    #[error("max is 0 blobs: expected at least 1")]
    NoBlobs,
    /// A target that no block reaches.
    #[error("target is {target} blobs: expected at most max, which is {max}")]
    TargetAboveMax {
        /// Blobs.
        target: u32,
        /// Blobs.
        max: u32,
    },
    /// A price that divides by zero.
    #[error("update_fraction is 0: expected at least 1")]
    NoUpdateFraction,
}

impl BlobSchedule {
    /// EIP-4844.
    pub const CANCUN: Self = Self::fixed(3, 6, 3_338_477);
    /// EIP-7691; Osaka keeps it.
    pub const PRAGUE: Self = Self::fixed(6, 9, 5_007_716);
    /// The first blob-parameter-only fork (EIP-7892).
    pub const BPO1: Self = Self::fixed(10, 15, 8_346_193);
    /// The second blob-parameter-only fork (EIP-7892).
    pub const BPO2: Self = Self::fixed(14, 21, 11_684_671);

    /// A schedule of a chain's own: target and maximum in blobs a block.
    pub const fn new(target: u32, max: u32, update_fraction: u64) -> Result<Self, BlobScheduleError> {
        let Some(most) = NonZeroU32::new(max) else { return Err(BlobScheduleError::NoBlobs) };
        let Some(update_fraction) = NonZeroU64::new(update_fraction) else {
            return Err(BlobScheduleError::NoUpdateFraction);
        };
        if target > max {
            return Err(BlobScheduleError::TargetAboveMax { target, max });
        }
        Ok(Self { target, max: most, update_fraction })
    }

    const fn fixed(target: u32, max: u32, update_fraction: u64) -> Self {
        match Self::new(target, max, update_fraction) {
            Ok(schedule) => schedule,
            Err(_) => panic!("the constants of this file are schedules"),
        }
    }

    /// Mainnet's schedule at a time in seconds since 1970. Before Cancun it is Cancun's: no blob existed.
    pub fn at(timestamp_s: u64) -> Self {
        let begun = MAINNET.iter().rev().find(|(since, _)| timestamp_s >= *since);
        begun.map_or(Self::CANCUN, |(_, schedule)| *schedule)
    }

    /// Blobs a block at which the price stands still.
    pub const fn target(&self) -> u32 {
        self.target
    }

    /// Blobs that a block holds at most.
    pub const fn max(&self) -> u32 {
        self.max.get()
    }

    /// The excess blob gas over which the price grows by a factor of e.
    pub const fn update_fraction(&self) -> u64 {
        self.update_fraction.get()
    }

    /// The blob base fee, in wei per blob gas, at an excess of blob gas.
    pub fn base_fee(&self, excess_blob_gas: u64) -> u128 {
        fake_exponential(
            MIN_BLOB_BASE_FEE,
            u128::from(excess_blob_gas),
            NonZeroU128::from(self.update_fraction),
        )
    }

    /// The excess blob gas of the block after `parent`, by the schedule and rule of that block.
    pub fn next_excess(&self, rule: ExcessRule, parent: ParentBlobs) -> u64 {
        self.next_excess_priced(rule, parent, || self.base_fee(parent.excess))
    }

    /// The same with the parent's price by this schedule, where it is known already.
    pub fn next_excess_priced(
        &self,
        rule: ExcessRule,
        parent: ParentBlobs,
        blob_base_fee: impl FnOnce() -> u128,
    ) -> u64 {
        let target = u64::from(self.target) * GAS_PER_BLOB;
        let sum = parent.excess.saturating_add(parent.used);
        if sum < target {
            return 0;
        }
        if rule == ExcessRule::Eip7918 && reserve_binds(parent.base_fee, blob_base_fee()) {
            let above_target = u128::from(self.max.get() - self.target);
            let scaled = u128::from(parent.used) * above_target / u128::from(self.max.get());
            // A share of `used`, which is a u64.
            return parent.excess.saturating_add(scaled as u64);
        }
        sum - target
    }
}

/// How the excess of blob gas carries on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExcessRule {
    /// It falls by the target with every block.
    Eip4844,
    /// It does not fall while a blob costs less than the execution gas that stands behind it.
    Eip7918,
}

impl ExcessRule {
    /// Mainnet's rule at a time in seconds since 1970.
    pub const fn at(timestamp_s: u64) -> Self {
        if timestamp_s < OSAKA_S { Self::Eip4844 } else { Self::Eip7918 }
    }
}

/// What the rule reads of the parent block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParentBlobs {
    /// In blob gas.
    pub excess: u64,
    /// In blob gas.
    pub used: u64,
    /// In wei per (execution) gas.
    pub base_fee: u64,
}

/// The reserve price of EIP-7918, in wei per blob gas, at a base fee in wei per gas: a sixteenth of it.
///
/// It is no floor at once: while the blob base fee is lower, the excess does not fall.
pub const fn reserve_price(base_fee: u64) -> u64 {
    base_fee / (GAS_PER_BLOB / eip7840::BLOB_BASE_COST)
}

/// Whether execution gas for a blob costs more than the blob.
fn reserve_binds(base_fee: u64, blob_base_fee: u128) -> bool {
    let execution = u128::from(eip7840::BLOB_BASE_COST) * u128::from(base_fee);
    execution > u128::from(GAS_PER_BLOB).saturating_mul(blob_base_fee)
}

/// `factor * e ** (numerator / denominator)`, by the Taylor expansion of EIP-4844 in integers.
///
/// Saturates at the largest `u128`; the loop ends before its 512-bit terms overflow.
pub fn fake_exponential(factor: u128, numerator: u128, denominator: NonZeroU128) -> u128 {
    let denominator = denominator.get();
    // The library computes with 256 bits and more, where prices as they occur need half of them.
    exponential_in_128_bits(factor, numerator, denominator)
        .unwrap_or_else(|| eip4844::fake_exponential(factor, numerator, denominator))
}

/// The series of EIP-4844; none where a step of it exceeds 128 bits.
fn exponential_in_128_bits(factor: u128, numerator: u128, denominator: u128) -> Option<u128> {
    let (mut sum, mut term, mut step) = (0u128, factor.checked_mul(denominator)?, 0u128);
    while term > 0 {
        sum = sum.checked_add(term)?;
        step += 1;
        term = term.checked_mul(numerator)? / denominator.checked_mul(step)?;
    }
    Some(sum / denominator)
}
