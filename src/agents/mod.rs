//! Those who act by themselves: each looks at what it is shown, traders at pools and firms at their debts, and gives
//! commands. Whoever shows it and carries out its commands is the world.

mod arbitrageur;
mod firm;
mod noise;

pub use firm::{Desk, Firm, Loan};

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

/// A trader or a firm of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentConfig {
    /// What it is called, 1 to 40 characters, unique in its world.
    pub name: String,
    /// The account that it acts from. A trader's is one of the people, who have tokens on every rollup; a firm has one
    /// of its own, with ether for fees on every chain.
    #[schemars(with = "String")]
    pub account: Address,
    /// What it does.
    pub kind: AgentKind,
}

/// What it does.
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
    /// Keeps test tokens on a rollup, lends them, and owes elsewhere.
    Firm(Firm),
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
    /// It acts too often.
    #[error("agents[{name}].{field}: expected at least {least}, found {found}")]
    Interval {
        /// Which.
        name: String,
        /// Name of the field.
        field: &'static str,
        /// Shortest.
        least: Span,
        /// What was given.
        found: Span,
    },
    /// A firm begins with more than the faucet gives at once.
    #[error("agents[{name}].reserve: expected at most {most} TEST, found {found}")]
    Reserve {
        /// Which firm.
        name: String,
        /// Most allowed.
        most: Amount,
        /// What was given.
        found: Amount,
    },
    /// A firm's account is not its own.
    #[error(
        "agents[{name}].account: expected an account that no other firm and none of the people has, found {found}"
    )]
    Account {
        /// Which firm.
        name: String,
        /// Its account.
        found: Address,
    },
    /// A firm lends more often than it may.
    #[error("agents[{name}].loans: expected at most {most}, found {found}")]
    Loans {
        /// Which firm.
        name: String,
        /// Most allowed.
        most: usize,
        /// What was given.
        found: usize,
    },
    /// A firm's loan is none.
    #[error(
        "agents[{name}].loans[{index}]: expected 1 to 2^96 - 1 units to the account of another firm that it lends to \
         once, at a cost of at most 10000, found {amount} TEST to {to} at {cost_bps}"
    )]
    Loan {
        /// Which firm.
        name: String,
        /// Which loan.
        index: usize,
        /// How much it is.
        amount: Amount,
        /// To whom.
        to: Address,
        /// What its default costs, in ten thousandths.
        cost_bps: u16,
    },
}

impl AgentConfig {
    /// Most traders of a world.
    pub const COUNT_MAX: usize = 100;

    /// The rollups that it trades on, or a firm's home.
    pub fn chains(&self) -> &[ChainId] {
        match &self.kind {
            AgentKind::Noise { chains, .. } | AgentKind::Arbitrageur { chains, .. } => chains,
            AgentKind::Firm(firm) => std::slice::from_ref(&firm.home),
        }
    }

    /// As a firm, if it is one.
    pub const fn firm(&self) -> Option<&Firm> {
        match &self.kind {
            AgentKind::Firm(firm) => Some(firm),
            AgentKind::Noise { .. } | AgentKind::Arbitrageur { .. } => None,
        }
    }

    /// Refuses firms whose accounts are not their own or that lend to nobody.
    pub fn check_firms(all: &[Self]) -> Result<(), AgentError> {
        let firms = || all.iter().filter(|agent| agent.firm().is_some());
        for (index, agent) in firms().enumerate() {
            let is_taken = firms().take(index).any(|other| other.account == agent.account);
            if is_taken {
                return Err(AgentError::Account { name: agent.name.clone(), found: agent.account });
            }
            let loans = agent.firm().map_or(&[][..], |firm| &firm.loans);
            for (index, loan) in loans.iter().enumerate() {
                let is_firm = firms().any(|other| other.account == loan.to && other.account != agent.account);
                let is_again = loans[..index].iter().any(|other| other.to == loan.to);
                if is_again || !is_firm || !loan.is_possible() {
                    let (name, Loan { to, amount, cost_bps, .. }) = (agent.name.clone(), loan.clone());
                    return Err(AgentError::Loan { name, index, amount, to, cost_bps });
                }
            }
        }
        Ok(())
    }

    /// Refuses what no trader of a world with these rollups can be.
    pub fn check(&self, rollups: &[ChainId]) -> Result<(), AgentError> {
        let name = || self.name.chars().take(60).collect();
        if self.name.is_empty() || self.name.chars().count() > 40 || self.name.chars().any(char::is_control) {
            return Err(AgentError::Name(name()));
        }
        let at_least = |field, least: Span, found: Span| match found < least {
            true => Err(AgentError::Interval { name: name(), field, least, found }),
            false => Ok(()),
        };
        let least = match &self.kind {
            AgentKind::Noise { interval, .. } => {
                at_least("interval", Span::seconds(1), *interval)?;
                1
            }
            AgentKind::Arbitrageur { .. } => 2,
            AgentKind::Firm(firm) => {
                at_least("watch", Span::seconds(1), firm.watch)?;
                let most = Amount::ether(Firm::RESERVE_MAX);
                if firm.reserve > most {
                    return Err(AgentError::Reserve { name: name(), most, found: firm.reserve });
                }
                if firm.loans.len() > Firm::LOANS_MAX {
                    let (most, found) = (Firm::LOANS_MAX, firm.loans.len());
                    return Err(AgentError::Loans { name: name(), most, found });
                }
                for loan in &firm.loans {
                    at_least("loans.term", Span::minutes(1), loan.term)?;
                }
                1
            }
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

/// What it does now, and when it wants to be asked again; none: when a pool has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Move {
    /// Its commands, in order.
    pub commands: Vec<Command>,
    /// After which time it looks again.
    pub again_after: Option<Span>,
}

/// What is looked at: a trader's pools or a firm's desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Pools.
    Market(Market),
    /// A desk, and which chain is the L1.
    Desk(ChainId, Desk),
}

impl AgentConfig {
    /// What it does, seeing this; nothing if it is not what it looks at.
    pub fn act(&self, sight: &Sight, generator: &mut Generator) -> Move {
        let market = match (sight, &self.kind) {
            (Sight::Desk(l1, desk), AgentKind::Firm(firm)) => return firm.act(self.account, *l1, desk),
            (Sight::Market(market), _) => market,
            (Sight::Desk(..), _) => return Move::default(),
        };
        match &self.kind {
            AgentKind::Firm(_) => Move::default(),
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
