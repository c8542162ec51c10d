//! Those who act by themselves: each looks at what it is shown, traders at pools, firms at their debts, reporters at
//! prices, and gives commands. Whoever shows it and carries out its commands is the world.

mod arbitrageur;
mod firm;
mod issuer;
mod noise;
mod reporter;

pub use firm::{Desk, Firm, Loan, News, Provision, Share};
pub use issuer::Issuer;
pub use reporter::{Quote, Reporter};

use crate::{
    command::{Command, Transact},
    contracts::{Reserves, TEST_TOKEN_ON_L2, addresses, swap_exact_in},
    finance::{Token, trade_to_price},
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
    /// The account that it acts from. A trader's is one of the people, who have tokens on every rollup; a firm, an
    /// issuer and a reporter have one of their own, with ether for fees on every chain.
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
        /// Which pools it trades in. Default those of WAVE.
        #[serde(default)]
        pools: Pools,
        /// Test tokens that it brings from L1 to each of the rollups at the start, at most a million. Default nothing.
        #[serde(default)]
        stock: Amount,
    },
    /// Keeps test tokens on a rollup, lends them, and owes elsewhere.
    Firm(Firm),
    /// Keeps USDX worth a test token: gives either for the other wherever it gets at least as many.
    Issuer(Issuer),
    /// Tells the price feeds of rollups what a test token costs in their pools.
    Reporter(Reporter),
}

/// The pools of rollups, all against USDX.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pools {
    /// Those of WAVE.
    #[default]
    Wave,
    /// Those of the test token as each rollup has it, taken for the same everywhere.
    Test,
}

impl Pools {
    /// The pair, and the token that is not USDX.
    pub const fn contracts(self) -> (Address, Address) {
        match self {
            Self::Wave => (addresses::PAIR, addresses::WAVE),
            Self::Test => (addresses::TOKEN_PAIR, TEST_TOKEN_ON_L2),
        }
    }
}

/// A dollar in the ten thousandths in which prices are told.
pub const PAR_BPS: u32 = 10_000;

/// How much of token 0 one sells to a pool of dollars before the next unit would bring less than a price, fee
/// included, in ten thousandths; without bound if it is zero.
fn sale_to(pool: Reserves, price_bps: u32) -> U256 {
    if price_bps == 0 {
        return if pool.reserve1.is_zero() { U256::ZERO } else { U256::MAX };
    }
    match trade_to_price(pool, U256::from(PAR_BPS), U256::from(price_bps)) {
        Ok(Some((Token::Zero, amount))) => amount,
        _ => U256::ZERO,
    }
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
    /// It trades on too few rollups, on one that is not there, or on one twice.
    #[error(
        "agents[{name}].chains: expected at least {least} rollups of this world, each once, found {found:?}"
    )]
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
    /// It begins with more than the faucet gives at once.
    #[error("agents[{name}].{field}: expected at most {most} TEST, found {found}")]
    Reserve {
        /// Which.
        name: String,
        /// Name of the field.
        field: &'static str,
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
    /// A reporter would never report a fall.
    #[error("agents[{name}].deviation_bps: expected at most {most}, found {found}")]
    Deviation {
        /// Which reporter.
        name: String,
        /// Most allowed.
        most: u16,
        /// What was given.
        found: u16,
    },
    /// What a firm brings to a pool is none.
    #[error(
        "agents[{name}].provides[{index}]: expected 1 unit to 20000 TEST for a rollup of this world, each once, found \
         {amount} TEST for {chain}"
    )]
    Provision {
        /// Which firm.
        name: String,
        /// Which of them.
        index: usize,
        /// For which rollup.
        chain: ChainId,
        /// How much.
        amount: Amount,
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
            AgentKind::Issuer(Issuer { chains, .. }) | AgentKind::Reporter(Reporter { chains, .. }) => chains,
        }
    }

    /// Whether its account is its own: a firm's, an issuer's or a reporter's.
    pub const fn is_company(&self) -> bool {
        matches!(self.kind, AgentKind::Firm(_) | AgentKind::Issuer(_) | AgentKind::Reporter(_))
    }

    /// Whether it wants to know when a pool of these has changed.
    pub fn watches(&self, pools: Pools) -> bool {
        match &self.kind {
            AgentKind::Noise { .. } | AgentKind::Firm(_) | AgentKind::Reporter(_) => false,
            AgentKind::Arbitrageur { pools: own, .. } => *own == pools,
            AgentKind::Issuer(_) => pools == Pools::Test,
        }
    }

    /// Which pools it looks at.
    pub const fn pools(&self) -> Pools {
        match self.kind {
            AgentKind::Arbitrageur { pools, .. } => pools,
            AgentKind::Issuer(_) => Pools::Test,
            AgentKind::Noise { .. } | AgentKind::Firm(_) | AgentKind::Reporter(_) => Pools::Wave,
        }
    }

    /// Test tokens that it brings from L1 at the start, by rollup.
    pub fn brings(&self) -> Vec<(ChainId, Amount)> {
        let all = |chains: &[ChainId], amount: Amount| chains.iter().map(|chain| (*chain, amount)).collect();
        let mut brings: Vec<(ChainId, Amount)> = match &self.kind {
            AgentKind::Noise { .. } | AgentKind::Reporter(_) => Vec::new(),
            AgentKind::Arbitrageur { chains, stock, .. } => all(chains, *stock),
            AgentKind::Issuer(issuer) => all(&issuer.chains, issuer.reserve),
            AgentKind::Firm(firm) => {
                let provisions = firm.provides.iter().map(|provision| (provision.chain, provision.amount));
                std::iter::once((firm.home, firm.reserve)).chain(provisions).collect()
            }
        };
        brings.retain(|(_, amount)| *amount != Amount::ZERO);
        brings
    }

    /// As a firm, if it is one.
    pub const fn firm(&self) -> Option<&Firm> {
        match &self.kind {
            AgentKind::Firm(firm) => Some(firm),
            _ => None,
        }
    }

    /// As a reporter, if it is one.
    pub const fn reporter(&self) -> Option<&Reporter> {
        match &self.kind {
            AgentKind::Reporter(reporter) => Some(reporter),
            _ => None,
        }
    }

    /// As an issuer, if it is one.
    pub const fn issuer(&self) -> Option<&Issuer> {
        match &self.kind {
            AgentKind::Issuer(issuer) => Some(issuer),
            _ => None,
        }
    }

    /// Refuses companies whose accounts are not their own, and firms that lend to nobody.
    pub fn check_companies(all: &[Self]) -> Result<(), AgentError> {
        let firms = || all.iter().filter(|agent| agent.firm().is_some());
        let companies = || all.iter().filter(|agent| agent.is_company());
        for (index, agent) in companies().enumerate() {
            let is_taken = companies().take(index).any(|other| other.account == agent.account);
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
        let at_most = |field, found: Amount| {
            let most = Amount::ether(Firm::RESERVE_MAX);
            (found <= most).then_some(()).ok_or_else(|| AgentError::Reserve {
                name: name(),
                field,
                most,
                found,
            })
        };
        let least = match &self.kind {
            AgentKind::Noise { interval, .. } => {
                at_least("interval", Span::seconds(1), *interval)?;
                1
            }
            AgentKind::Arbitrageur { stock, .. } => {
                at_most("stock", *stock)?;
                2
            }
            AgentKind::Issuer(issuer) => {
                at_most("reserve", issuer.reserve)?;
                1
            }
            AgentKind::Reporter(reporter) => {
                at_least("interval", Span::seconds(1), reporter.interval)?;
                let (most, found) = (Reporter::DEVIATION_MAX_BPS, reporter.deviation_bps);
                if found > most {
                    return Err(AgentError::Deviation { name: name(), most, found });
                }
                1
            }
            AgentKind::Firm(firm) => {
                at_least("watch", Span::seconds(1), firm.watch)?;
                at_most("reserve", firm.reserve)?;
                for (index, provision) in firm.provides.iter().enumerate() {
                    let Provision { chain, amount } = *provision;
                    let is_again = firm.provides[..index].iter().any(|other| other.chain == chain);
                    if is_again || !rollups.contains(&chain) || !provision.is_possible() {
                        return Err(AgentError::Provision { name: name(), index, chain, amount });
                    }
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
        let is_one =
            |(place, chain): (usize, &ChainId)| rollups.contains(chain) && !chains[..place].contains(chain);
        if chains.len() < least || !chains.iter().enumerate().all(is_one) {
            return Err(AgentError::Chains { name: name(), least, found: chains.to_vec() });
        }
        Ok(())
    }
}

/// A pool, and what a trader has beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stall {
    /// What the pool has of its token and of USDX.
    pub pool: Reserves,
    /// The trader's amount of that token: WAVE or test tokens.
    pub token: U256,
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

/// What is looked at: a trader's pools, a firm's desk, or a reporter's prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Pools.
    Market(Market),
    /// A desk, and which chain is the L1.
    Desk(ChainId, Desk),
    /// What a test token costs, and what was reported last.
    Quotes(Vec<Quote>),
}

impl AgentConfig {
    /// What it does, seeing this; nothing if it is not what it looks at.
    pub fn act(&self, sight: &Sight, generator: &mut Generator) -> Move {
        let market = match (sight, &self.kind) {
            (Sight::Desk(l1, desk), AgentKind::Firm(firm)) => return firm.act(self.account, *l1, desk),
            (Sight::Quotes(quotes), AgentKind::Reporter(reporter)) => {
                return reporter.act(self.account, quotes);
            }
            (Sight::Market(market), _) => market,
            (Sight::Desk(..) | Sight::Quotes(_), _) => return Move::default(),
        };
        match &self.kind {
            AgentKind::Firm(_) | AgentKind::Reporter(_) => Move::default(),
            AgentKind::Noise { chains, interval, amount_max } => {
                noise::act(self.account, chains, *interval, *amount_max, market, generator)
            }
            AgentKind::Arbitrageur { chains, way, gain_min, amount_max, pools, .. } => {
                let bounds = arbitrageur::Bounds { gain_min: *gain_min, amount_max: *amount_max };
                arbitrageur::act(self.account, chains, *way, bounds, *pools, market)
            }
            AgentKind::Issuer(_) => issuer::act(self.account, market),
        }
    }
}

/// Gas of a swap, with room for cold slots.
pub const SWAP_GAS: u64 = 200_000;

/// A swap in a pair of so much of a token for so much of the other at least.
fn trade(
    account: Address,
    chain: ChainId,
    pair: Address,
    (token_in, amount): (Address, U256),
    least: U256,
) -> Transact {
    Transact {
        chain,
        from: account,
        to: Some(pair),
        value: Amount::default(),
        data: swap_exact_in(token_in, amount, least, account, u64::MAX),
        gas_limit: Some(SWAP_GAS),
    }
}
