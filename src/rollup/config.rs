//! The parameters of a rollup, and presets close to what runs today.

use crate::{
    sim::Link,
    types::{ChainId, Span},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a rollup's claims about its state are settled on L1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Settlement {
    /// A claim stands unless it is challenged in time.
    Optimistic {
        /// Time from proving a message on L1 until it can be finalized (proof maturity). OP: 7d.
        challenge_period: Span,
        /// Time that a dispute game stays open without a move. OP: 3d 12h.
        game_clock: Span,
        /// Time from a game's resolution until its claim may be relied on. OP: 3d 12h.
        air_gap: Span,
    },
    /// A claim stands once its validity proof is accepted.
    Zk {
        /// Model: time that the prover takes for the batches of one claim.
        proving_delay: Span,
        /// Model: gas that the prover gets through in a second, beyond which the delay grows; 0 means
        /// that it never is the bottleneck.
        prover_gas_per_second: u64,
        /// Time from the accepted proof until messages may be executed.
        execution_delay: Span,
    },
}

impl Settlement {
    /// The word for the kind of rollup.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Optimistic { .. } => "optimistic",
            Self::Zk { .. } => "zk",
        }
    }
}

/// Where a rollup puts the data from which everybody can rebuild it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DataAvailability {
    /// In EIP-4844 blobs on L1.
    Blob,
    /// In the calldata of L1 transactions.
    Calldata,
    /// With a committee; L1 holds the hash of the data only.
    Committee {
        /// Members of the committee.
        members: u16,
        /// How many of them must hold the data for it to be available.
        threshold: u16,
        /// Model: bytes of batch data that the committee takes in a second, beyond which batches wait; 0
        /// means that it never is the bottleneck. Default 0.
        #[serde(default)]
        bytes_per_second: u64,
    },
    /// With the operator; L1 holds the hash of the data only.
    External,
}

/// A rollup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RollupConfig {
    /// EIP-155 chain id, unique in its world. Default 901.
    pub chain_id: ChainId,
    /// What people call it, 1 to 40 characters. Default "Rollup".
    pub name: String,
    /// How its state is settled on L1. Default optimistic with OP Mainnet's periods.
    pub settlement: Settlement,
    /// Time between two blocks, 100ms to 1h. Default 2s.
    pub block_time: Span,
    /// How often sealed blocks are posted to L1, in as many L1 transactions as they take. Default 2m.
    pub batch_cadence: Span,
    /// Where the data goes. Default blob.
    pub data_availability: DataAvailability,
    /// Least time between two output roots on L1 (optimistic only); none is posted while no message
    /// waits for one. Default 1h.
    pub proposal_interval: Span,
    /// L1 slots that pass before an L1 block is used as origin of a rollup block. Default 0.
    pub l1_confirmations: u64,
    /// Most gas in a block. Default 60 000 000.
    pub gas_limit: u64,
    /// Most bytes of batch data in one L1 transaction, before they are deflated; in a blob at most 126 976,
    /// whatever is set here. Default 120 000.
    pub batch_bytes_max: u64,
    /// Link between the rollup's actors and L1.
    pub link: Link,
}

impl Default for RollupConfig {
    fn default() -> Self {
        Self {
            chain_id: ChainId::new(901),
            name: "Rollup".into(),
            settlement: Settlement::Optimistic {
                challenge_period: Span::days(7),
                game_clock: Span::hours(84),
                air_gap: Span::hours(84),
            },
            block_time: Span::seconds(2),
            batch_cadence: Span::minutes(2),
            data_availability: DataAvailability::Blob,
            proposal_interval: Span::hours(1),
            l1_confirmations: 0,
            gas_limit: 60_000_000,
            batch_bytes_max: 120_000,
            link: Link::default(),
        }
    }
}

/// Why a rollup cannot have these parameters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RollupConfigError {
    /// A number is out of its range.
    #[error("rollup.{field}: expected {least} to {most}, found {found}")]
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
    #[error("rollup.{field}: expected {least} to {most}, found {found}")]
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
    /// The name is empty, too long, or has control characters.
    #[error("rollup.name: expected 1 to 40 printable characters, found {0:?}")]
    Name(String),
    /// The committee can't reach its threshold.
    #[error("rollup.data_availability.committee.threshold: expected 1 to {members}, found {threshold}")]
    Committee {
        /// Members of the committee.
        members: u16,
        /// Threshold that was given.
        threshold: u16,
    },
}

impl RollupConfig {
    /// Refuses what no rollup can be.
    pub fn check(&self) -> Result<(), RollupConfigError> {
        let printable = self.name.chars().all(|c| !c.is_control());
        if self.name.is_empty() || self.name.chars().count() > 40 || !printable {
            return Err(RollupConfigError::Name(self.name.chars().take(60).collect()));
        }
        let numbers = [
            ("chain_id", self.chain_id.get(), 1, ChainId::MAX),
            ("l1_confirmations", self.l1_confirmations, 0, 1000),
            ("gas_limit", self.gas_limit, 5_000_000, 1_000_000_000),
            ("batch_bytes_max", self.batch_bytes_max, 1_000, 700_000),
        ];
        for (field, found, least, most) in numbers {
            if found < least || found > most {
                return Err(RollupConfigError::Range { field, least, most, found });
            }
        }
        for (field, found, least, most) in self.spans() {
            if found < least || found > most {
                return Err(RollupConfigError::Span { field, least, most, found });
            }
        }
        match self.data_availability {
            DataAvailability::Committee { members, threshold, .. }
                if threshold == 0 || threshold > members =>
            {
                Err(RollupConfigError::Committee { members, threshold })
            }
            _ => Ok(()),
        }
    }

    fn spans(&self) -> Vec<(&'static str, Span, Span, Span)> {
        let year = Span::days(365);
        let mut spans = vec![
            ("block_time", self.block_time, Span::millis(100), Span::hours(1)),
            ("batch_cadence", self.batch_cadence, Span::millis(100), Span::days(7)),
            ("proposal_interval", self.proposal_interval, Span::seconds(1), Span::days(30)),
            ("link.delay", self.link.delay, Span::ZERO, Span::hours(1)),
            ("link.jitter", self.link.jitter, Span::ZERO, Span::hours(1)),
        ];
        match self.settlement {
            Settlement::Optimistic { challenge_period, game_clock, air_gap } => spans.extend([
                ("settlement.optimistic.challenge_period", challenge_period, Span::ZERO, year),
                ("settlement.optimistic.game_clock", game_clock, Span::ZERO, year),
                ("settlement.optimistic.air_gap", air_gap, Span::ZERO, year),
            ]),
            Settlement::Zk { proving_delay, execution_delay, .. } => spans.extend([
                ("settlement.zk.proving_delay", proving_delay, Span::ZERO, year),
                ("settlement.zk.execution_delay", execution_delay, Span::ZERO, year),
            ]),
        }
        spans
    }
}

/// A rollup that resembles one that runs today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preset {
    /// Short name for scenarios and links.
    pub id: String,
    /// When the timings were read, year and month.
    pub as_of: String,
    /// The parameters, all of them editable.
    pub config: RollupConfig,
}

/// Presets in the order in which the page offers them. Timings are rounded and dated; sources are in
/// `docs/presets.md`.
pub fn presets() -> Vec<Preset> {
    let optimistic = |challenge_period, game_clock, air_gap| Settlement::Optimistic {
        challenge_period,
        game_clock,
        air_gap,
    };
    let op = || optimistic(Span::days(7), Span::hours(84), Span::hours(84));
    let zk = |proving_delay, execution_delay| Settlement::Zk {
        proving_delay,
        prover_gas_per_second: 0,
        execution_delay,
    };
    let preset = |id: &str, name: &str, settlement, block_time, batch_cadence, gas_limit| Preset {
        id: id.into(),
        as_of: "2026-11".into(),
        config: RollupConfig {
            name: name.into(),
            settlement,
            block_time,
            batch_cadence,
            gas_limit,
            ..RollupConfig::default()
        },
    };
    let bold = optimistic(Span::minutes(9163), Span::minutes(4581), Span::minutes(4582));
    vec![
        preset("op-mainnet", "OP Mainnet", op(), Span::seconds(2), Span::minutes(5), 40_000_000),
        preset("base", "Base", op(), Span::seconds(2), Span::minutes(1), 150_000_000),
        preset("arbitrum-one", "Arbitrum One", bold, Span::millis(250), Span::minutes(3), 32_000_000),
        preset(
            "zksync-era",
            "ZKsync Era",
            zk(Span::hours(1), Span::hours(3)),
            Span::seconds(1),
            Span::minutes(10),
            80_000_000,
        ),
        preset(
            "linea",
            "Linea",
            zk(Span::hours(4), Span::ZERO),
            Span::seconds(2),
            Span::minutes(10),
            60_000_000,
        ),
        preset(
            "starknet",
            "Starknet",
            zk(Span::hours(2), Span::ZERO),
            Span::seconds(4),
            Span::minutes(30),
            80_000_000,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn presets_and_defaults_are_possible() {
        assert_eq!(RollupConfig::default().check(), Ok(()));
        for preset in presets() {
            assert_eq!(preset.config.check(), Ok(()), "{}", preset.id);
        }
    }

    #[test]
    fn impossible_rollups_are_refused_by_field() {
        let refuse = |change: fn(&mut RollupConfig), field: &str| {
            let mut config = RollupConfig::default();
            change(&mut config);
            let error = config.check().unwrap_err().to_string();
            assert!(error.starts_with(&format!("rollup.{field}")), "{error}");
        };
        refuse(|c| c.name.clear(), "name");
        refuse(|c| c.name = "a\nb".into(), "name");
        refuse(|c| c.chain_id = ChainId::new(0), "chain_id");
        refuse(|c| c.block_time = Span::ZERO, "block_time");
        refuse(|c| c.gas_limit = 1, "gas_limit");
        refuse(
            |c| {
                c.data_availability =
                    DataAvailability::Committee { members: 3, threshold: 4, bytes_per_second: 0 }
            },
            "data_availability.committee.threshold",
        );
    }
}
