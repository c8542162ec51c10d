//! The L1's two fee markets. They step at every slot, missed ones too: with nothing but what
//! everybody else uses (`ambient_*`, a model) where no block is sealed.

use super::L1Config;
use crate::fees::{
    BaseFeeParams, BlobSchedule, ExcessRule, GAS_PER_BLOB, ParentBlobs, ParentGas, next_base_fee,
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
    /// The prices of the first slot.
    pub fn genesis(config: &L1Config) -> Self {
        let base_fee = u64::try_from(config.base_fee.get()).expect("checked to fit in 64 bits");
        Self { slot: 0, base_fee, excess_blob_gas: 0 }
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
        let target = config.gas_limit / 2;
        let ambient_gas = target / 100 * config.ambient_gas_percent;
        let gas = (gas_used + ambient_gas).min(config.gas_limit);
        let next = Self { slot: self.slot + 1, ..*self };
        // The schedule of the block whose excess is computed applies (EIP-7892).
        let schedule = next.schedule(config);
        let rule = ExcessRule::at(config.unix_seconds_of_slot(next.slot));
        let most = u64::from(schedule.max()) * GAS_PER_BLOB;
        let used = (blob_gas_used + config.ambient_blobs * GAS_PER_BLOB).min(most);
        let parent = ParentBlobs { excess: self.excess_blob_gas, used, base_fee: self.base_fee };
        let excess_blob_gas = schedule.next_excess(rule, parent);
        let parent = ParentGas { base_fee: self.base_fee, limit: config.gas_limit, used: gas };
        let base_fee = next_base_fee(parent, BaseFeeParams::ETHEREUM);
        Self { base_fee, excess_blob_gas, ..next }
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

fn clamped(fee: u128) -> u64 {
    u64::try_from(fee).unwrap_or(u64::MAX)
}
