//! Traders that act by themselves: each looks at the pools that it is shown and gives commands. Whoever
//! shows it pools and carries out its commands is the world.

mod arbitrageur;
mod noise;

use crate::{
    command::{Command, Transact},
    contracts::{Reserves, addresses, swap_exact_in},
    sequencing::Guarantee,
    sim::Generator,
    types::{Amount, ChainId, Span},
};
use alloy_primitives::{Address, U256};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A trader of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentConfig {
    /// What it is called, 1 to 40 characters, unique in its world.
    pub name: String,
    /// The account that it trades from: one of the people, who have tokens on every rollup.
    #[schemars(with = "String")]
    pub account: Address,
    /// What it does.
    pub kind: AgentKind,
}

/// What a trader does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AgentKind {
    /// Buys or sells at random.
    Noise {
        /// On these rollups, drawn evenly.
        chains: Vec<ChainId>,
        /// Time between two trades, on average; each is drawn evenly from half to one and a half times it.
        interval: Span,
        /// Most USDX, or half as much WAVE, in one trade.
        amount_max: Amount,
    },
    /// Buys where a pool is cheap and sells where it is dear, from what it has on both rollups.
    Arbitrageur {
        /// Between these rollups.
        chains: Vec<ChainId>,
        /// How it sends the two trades. Default as a bundle that executes as a whole.
        #[serde(default)]
        way: TradeWay,
        /// Least gain that it acts on, in USDX. Default 1.
        #[serde(default = "one")]
        gain_min: Amount,
        /// Most USDX in one trade. Default 5 000.
        #[serde(default = "five_thousand")]
        amount_max: Amount,
    },
}

fn one() -> Amount {
    Amount::ether(1)
}

fn five_thousand() -> Amount {
    Amount::ether(5_000)
}

/// How a trade of two legs is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TradeWay {
    /// Each leg by itself, to its own rollup.
    Apart,
    /// Together, with a promise.
    Bundle(Guarantee),
}

impl Default for TradeWay {
    fn default() -> Self {
        Self::Bundle(Guarantee::Execution)
    }
}

/// Why a trader can't be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AgentError {
    /// Its name is empty, too long or taken.
    #[error("agents: expected names of 1 to 40 characters, each once, found {0:?}")]
    Name(String),
    /// It trades on too few rollups, or on one that is not there.
    #[error("agents[{name}].chains: expected at least {least} rollups of this world, found {found:?}")]
    Chains {
        /// Which trader.
        name: String,
        /// Fewest.
        least: usize,
        /// What was given.
        found: Vec<ChainId>,
    },
    /// It trades too often.
    #[error("agents[{name}].interval: expected at least 1s, found {found}")]
    Interval {
        /// Which trader.
        name: String,
        /// What was given.
        found: Span,
    },
}

impl AgentConfig {
    /// Most traders of a world.
    pub const COUNT_MAX: usize = 100;

    /// The rollups that it trades on.
    pub fn chains(&self) -> &[ChainId] {
        match &self.kind {
            AgentKind::Noise { chains, .. } | AgentKind::Arbitrageur { chains, .. } => chains,
        }
    }

    /// Refuses what no trader of a world with these rollups can be.
    pub fn check(&self, rollups: &[ChainId]) -> Result<(), AgentError> {
        let name = || self.name.chars().take(60).collect();
        if self.name.is_empty() || self.name.chars().count() > 40 || self.name.chars().any(char::is_control) {
            return Err(AgentError::Name(name()));
        }
        let least = match &self.kind {
            AgentKind::Noise { interval, .. } if *interval < Span::seconds(1) => {
                return Err(AgentError::Interval { name: name(), found: *interval });
            }
            AgentKind::Noise { .. } => 1,
            AgentKind::Arbitrageur { .. } => 2,
        };
        let chains = self.chains();
        if chains.len() < least || !chains.iter().all(|chain| rollups.contains(chain)) {
            return Err(AgentError::Chains { name: name(), least, found: chains.to_vec() });
        }
        Ok(())
    }
}

/// A pool, and what a trader has beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stall {
    /// WAVE and USDX of the pool.
    pub pool: Reserves,
    /// The trader's WAVE.
    pub wave: U256,
    /// The trader's USDX.
    pub usdx: U256,
}

/// The pools by rollup, those only that run.
pub type Market = BTreeMap<ChainId, Stall>;

/// What a trader does now, and when it wants to be asked again; none: when a pool has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Move {
    /// Its commands, in order.
    pub commands: Vec<Command>,
    /// After which time it looks again.
    pub again_after: Option<Span>,
}

impl AgentConfig {
    /// What the trader does, seeing these pools.
    pub fn act(&self, market: &Market, generator: &mut Generator) -> Move {
        match &self.kind {
            AgentKind::Noise { chains, interval, amount_max } => {
                noise::act(self.account, chains, *interval, *amount_max, market, generator)
            }
            AgentKind::Arbitrageur { chains, way, gain_min, amount_max } => {
                arbitrageur::act(self.account, chains, *way, *gain_min, *amount_max, market)
            }
        }
    }
}

/// Gas of a swap, with room for cold slots.
pub const SWAP_GAS: u64 = 200_000;

/// A swap without a bound on its price.
fn trade(account: Address, chain: ChainId, token_in: Address, amount: U256) -> Transact {
    Transact {
        chain,
        from: account,
        to: Some(addresses::PAIR),
        value: Amount::default(),
        data: swap_exact_in(token_in, amount, U256::ZERO, account, u64::MAX),
        gas_limit: Some(SWAP_GAS),
    }
}
