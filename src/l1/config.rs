//! The parameters of the L1.

use crate::types::{Amount, ChainId, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The L1 of a world. Every field has a default: Ethereum's main network as of Fusaka's second
/// blob-parameter fork.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct L1Config {
    /// EIP-155 chain id. Default 900.
    pub chain_id: ChainId,
    /// Unix time of the genesis block, in seconds; decides which blob schedule is in force. Default
    /// 1767830400 (2026-01-08 00:00 UTC, BPO2).
    pub genesis_timestamp: u64,
    /// Time between two slots, a multiple of one second. Default 12s.
    pub slot: Span,
    /// Slots in an epoch. Default 32.
    pub slots_per_epoch: u64,
    /// Epochs after which a block is final. Default 2.
    pub finality_epochs: u64,
    /// Most gas in a block. Default 60 000 000.
    pub gas_limit: u64,
    /// Base fee of the first block, in wei per gas. Default 1 gwei.
    pub base_fee: Amount,
    /// Model: gas that everybody else uses in each slot at the first base fee, in percent of the target;
    /// at a higher base fee less, in proportion. It moves the base fee and takes no block space. Default
    /// 100 (the base fee returns to where it began).
    pub ambient_gas_percent: u64,
    /// Model: blobs that everybody else posts in each slot at the reserve price of EIP-7918; at a higher
    /// price fewer, in proportion. They take block space. Default 14 (the target).
    pub ambient_blobs: u64,
}

impl Default for L1Config {
    fn default() -> Self {
        Self {
            chain_id: ChainId::new(900),
            genesis_timestamp: 1_767_830_400,
            slot: Span::seconds(12),
            slots_per_epoch: 32,
            finality_epochs: 2,
            gas_limit: 60_000_000,
            base_fee: Amount::new(alloy_primitives::U256::from(1_000_000_000u64)),
            ambient_gas_percent: 100,
            ambient_blobs: 14,
        }
    }
}

/// Why an L1 cannot have these parameters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum L1ConfigError {
    /// A slot is not a positive whole number of seconds.
    #[error("l1.slot: expected a whole number of seconds from 1s to 1h, found {0}")]
    Slot(Span),
    /// An epoch has no slots, or finality comes never.
    #[error("l1.{field}: expected {least} to {most}, found {found}")]
    Range {
        /// Name of the field.
        field: &'static str,
        /// Least allowed.
        least: u64,
        /// Most allowed.
        most: u64,
        /// What was given.
        found: u64,
    },
    /// The base fee does not fit in 64 bits.
    #[error("l1.base_fee: expected 7 wei to 1000000 gwei, found {0} ether")]
    BaseFee(Amount),
}

impl L1Config {
    /// Refuses what no L1 can be.
    pub fn check(&self) -> Result<(), L1ConfigError> {
        let millis = self.slot.as_millis();
        if millis == 0 || !millis.is_multiple_of(1000) || self.slot > Span::hours(1) {
            return Err(L1ConfigError::Slot(self.slot));
        }
        let ranges = [
            ("chain_id", self.chain_id.get(), 1, ChainId::MAX),
            ("slots_per_epoch", self.slots_per_epoch, 1, 1024),
            ("finality_epochs", self.finality_epochs, 1, 1024),
            ("gas_limit", self.gas_limit, 5_000_000, 1_000_000_000),
            ("genesis_timestamp", self.genesis_timestamp, 1, 1 << 40),
            ("ambient_gas_percent", self.ambient_gas_percent, 0, 200),
            ("ambient_blobs", self.ambient_blobs, 0, 1024),
        ];
        for (field, found, least, most) in ranges {
            if found < least || found > most {
                return Err(L1ConfigError::Range { field, least, most, found });
            }
        }
        let base_fee = self.base_fee.get();
        if base_fee < alloy_primitives::U256::from(7)
            || base_fee > alloy_primitives::U256::from(10u64.pow(15))
        {
            return Err(L1ConfigError::BaseFee(self.base_fee));
        }
        Ok(())
    }
}
