//! The L1's two fee markets. They step at every slot, missed ones too: with nothing but what
//! everybody else uses (`ambient_*`, a model) where no block is sealed.

use super::L1Config;
use crate::fees::{
    BaseFeeParams, BlobSchedule, ExcessRule, GAS_PER_BLOB, ParentBlobs, ParentGas, next_base_fee,
    reserve_price,
};
use alloy_consensus::Header;
use serde::{Deserialize, Serialize};

/// Prices of one slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeMarket {
    /// The slot that these prices hold in.
    pub slot: u64,
    /// EIP-1559, wei per gas.
    pub base_fee: u64,
    /// EIP-4844, blob gas above the target so far.
    pub excess_blob_gas: u64,
}

impl FeeMarket {
    /// The prices of the first slot: the configured base fee, and the blob fee that others' demand leads
    /// to at that base fee.
    pub fn genesis(config: &L1Config) -> Self {
        let base_fee = reference_base_fee(config);
        let mut market = Self { slot: 0, base_fee, excess_blob_gas: 0 };
        for _ in 0..SETTLING_STEPS {
            let next = Self { slot: 0, base_fee, ..market.step(config, 0, 0) };
            if next == market {
                break;
            }
            market = next;
        }
        market
    }

    /// The blob schedule in force in this slot.
    pub fn schedule(&self, config: &L1Config) -> BlobSchedule {
        BlobSchedule::at(config.unix_seconds_of_slot(self.slot))
    }

    /// Wei per blob gas in this slot.
    pub fn blob_base_fee(&self, config: &L1Config) -> u64 {
        clamped(self.schedule(config).base_fee(self.excess_blob_gas))
    }

    /// The prices of the next slot, after one that used this much on top of what others use.
    #[must_use]
    pub fn step(&self, config: &L1Config, gas_used: u64, blob_gas_used: u64) -> Self {
        let gas = (gas_used + self.ambient_gas(config)).min(config.gas_limit);
        let next = Self { slot: self.slot + 1, ..*self };
        // The schedule of the block whose excess is computed applies (EIP-7892).
        let schedule = next.schedule(config);
        let rule = ExcessRule::at(config.unix_seconds_of_slot(next.slot));
        let most = u64::from(schedule.max()) * GAS_PER_BLOB;
        // The price is a long series: it is computed once unless the schedule changes between the slots.
        let (now, price) = (self.schedule(config), self.schedule(config).base_fee(self.excess_blob_gas));
        let used = (blob_gas_used + self.ambient_blobs(config, price) * GAS_PER_BLOB).min(most);
        let parent = ParentBlobs { excess: self.excess_blob_gas, used, base_fee: self.base_fee };
        let excess_blob_gas = schedule.next_excess_priced(rule, parent, || {
            if schedule == now { price } else { schedule.base_fee(parent.excess) }
        });
        let parent = ParentGas { base_fee: self.base_fee, limit: config.gas_limit, used: gas };
        let base_fee = next_base_fee(parent, BaseFeeParams::ETHEREUM);
        Self { base_fee, excess_blob_gas, ..next }
    }

    /// Gas that others use: their demand falls as the price rises over the one that the world began with,
    /// and rises as it falls, in inverse proportion.
    fn ambient_gas(&self, config: &L1Config) -> u64 {
        let usual = u128::from(config.gas_limit / 2) * u128::from(config.ambient_gas_percent) / 100;
        clamped(usual * u128::from(reference_base_fee(config)) / u128::from(self.base_fee.max(1)))
            .min(config.gas_limit)
    }

    /// Blobs that others post: their demand falls as the price rises by more than a sixteenth over the
    /// reserve price. Below that it stands still, and so does the market: one step of EIP-7918 moves the
    /// price by less.
    fn ambient_blobs(&self, config: &L1Config, price: u128) -> u64 {
        let reserve = u128::from(reserve_price(self.base_fee).max(1));
        let price = u128::from(clamped(price));
        if price <= reserve + reserve / 16 {
            return config.ambient_blobs;
        }
        clamped(u128::from(config.ambient_blobs) * reserve / price)
    }

    /// The prices of `slot`, all slots until there missed.
    #[must_use]
    pub fn skip_to(&self, config: &L1Config, slot: u64) -> Self {
        let mut market = *self;
        while market.slot < slot {
            let next = market.step(config, 0, 0);
            let is_steady = next.base_fee == market.base_fee
                && next.excess_blob_gas == market.excess_blob_gas
                && next.schedule(config) == BlobSchedule::at(config.unix_seconds_of_slot(slot));
            if is_steady {
                return Self { slot, ..next };
            }
            market = next;
        }
        market
    }
}

/// Wei per blob gas in an L1 block, from its header alone.
pub fn blob_base_fee(header: &Header) -> u64 {
    clamped(BlobSchedule::at(header.timestamp).base_fee(header.excess_blob_gas.unwrap_or_default()))
}

/// Enough for the blob fee to rise from one wei to a thousand gwei.
const SETTLING_STEPS: u32 = 2_000;

fn reference_base_fee(config: &L1Config) -> u64 {
    u64::try_from(config.base_fee.get()).expect("a checked base fee fits in 64 bits")
}

fn clamped(fee: u128) -> u64 {
    u64::try_from(fee).unwrap_or(u64::MAX)
}
