//! The parameters of a shared sequencer.

use super::committee::{CommitteeConfig, CommitteeError};
use crate::types::{ChainId, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a leader sees of the transactions that it orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everything.
    #[default]
    Open,
    /// Nothing until the order is decided: threshold encryption to the committee (as Ferveo and Shutter have
    /// it). Model: no ciphertext is made; a leader is given hashes, and decryption takes
    /// `decryption_delay`.
    Encrypted,
}

/// A committee that orders the transactions of several rollups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SequencerConfig {
    /// Rollups that it orders from the start. Default none.
    pub members: Vec<ChainId>,
    /// The nodes and how they vote.
    pub committee: CommitteeConfig,
    /// Time between two slots, 100ms to 1h; the block time of every member divides it. Default 2s.
    pub slot: Span,
    /// Most transactions and bundles in one slot, 1 to 10 000. Default 5 000.
    pub slot_items_max: u32,
    /// How long after its blocks are built the votes on a slot's bundles are waited for, 1ms to 1h. Default 1s.
    pub vote_timeout: Span,
    /// What a leader sees. Default open.
    pub visibility: Visibility,
    /// Model: how long decryption takes once an order is decided. Default 100ms.
    pub decryption_delay: Span,
    /// What each node has bonded on L1, in whole ether, 0 to 10 000. Default 32.
    pub bond: u64,
}

impl Default for SequencerConfig {
    fn default() -> Self {
        Self {
            members: Vec::new(),
            committee: CommitteeConfig::default(),
            slot: Span::seconds(2),
            slot_items_max: 5_000,
            vote_timeout: Span::seconds(1),
            visibility: Visibility::Open,
            decryption_delay: Span::millis(100),
            bond: 32,
        }
    }
}

/// Why a shared sequencer cannot have these parameters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SequencerConfigError {
    /// The committee can't be.
    #[error("sequencer.{0}")]
    Committee(#[from] CommitteeError),
    /// A number is out of its range.
    #[error("sequencer.{field}: expected {least} to {most}, found {found}")]
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
    /// A time is out of its range.
    #[error("sequencer.{field}: expected {least} to {most}, found {found}")]
    Span {
        /// Name of the field.
        field: &'static str,
        /// Least allowed.
        least: Span,
        /// Most allowed.
        most: Span,
        /// What was given.
        found: Span,
    },
    /// A member is no rollup of the world, or is named twice.
    #[error("sequencer.members: expected rollups of this world, each once, found {0}")]
    Member(ChainId),
    /// A member's blocks do not fit in slots.
    #[error("sequencer.slot: expected a multiple of the block time of {chain} ({block_time}), found {slot}")]
    Slot {
        /// The member.
        chain: ChainId,
        /// Its block time.
        block_time: Span,
        /// The slot.
        slot: Span,
    },
}

impl SequencerConfig {
    /// Refuses what no shared sequencer can be.
    pub fn check(&self) -> Result<(), SequencerConfigError> {
        self.committee.check()?;
        let numbers =
            [("slot_items_max", u64::from(self.slot_items_max), 1, 10_000), ("bond", self.bond, 0, 10_000)];
        for (field, found, least, most) in numbers {
            if found < least || found > most {
                return Err(SequencerConfigError::Range { field, least, most, found });
            }
        }
        let hour = Span::hours(1);
        let spans = [
            ("slot", self.slot, Span::millis(100)),
            ("vote_timeout", self.vote_timeout, Span::millis(1)),
            ("decryption_delay", self.decryption_delay, Span::ZERO),
        ];
        for (field, found, least) in spans {
            if found < least || found > hour {
                return Err(SequencerConfigError::Span { field, least, most: hour, found });
            }
        }
        Ok(())
    }

    /// Refuses a member whose blocks do not fit in slots.
    pub fn check_member(&self, chain: ChainId, block_time: Span) -> Result<(), SequencerConfigError> {
        if block_time.as_millis() == 0 || !self.slot.as_millis().is_multiple_of(block_time.as_millis()) {
            return Err(SequencerConfigError::Slot { chain, block_time, slot: self.slot });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn impossible_sequencers_are_refused_by_field() {
        assert_eq!(SequencerConfig::default().check(), Ok(()));
        let refuse = |change: fn(&mut SequencerConfig), field: &str| {
            let mut config = SequencerConfig::default();
            change(&mut config);
            let error = config.check().unwrap_err().to_string();
            assert!(error.starts_with(&format!("sequencer.{field}")), "{error}");
        };
        refuse(|c| c.committee.nodes = 0, "committee.nodes");
        refuse(|c| c.slot = Span::ZERO, "slot");
        refuse(|c| c.slot_items_max = 10_001, "slot_items_max");
        refuse(|c| c.vote_timeout = Span::hours(2), "vote_timeout");
        refuse(|c| c.bond = 10_001, "bond");
    }

    #[test]
    fn members_blocks_fit_in_slots() {
        let config = SequencerConfig::default();
        let chain = ChainId::new(901);
        for block_time in [250, 500, 1_000, 2_000] {
            assert_eq!(config.check_member(chain, Span::millis(block_time)), Ok(()));
        }
        for block_time in [0, 300, 4_000] {
            assert!(config.check_member(chain, Span::millis(block_time)).is_err());
        }
    }
}
