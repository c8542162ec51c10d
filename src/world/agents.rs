//! The traders and firms in the world: when they look, what they see, and their commands carried out.

use super::{Event, Fact, Member, World, backing::claimed_of};
use crate::{
    agents::{
        AgentConfig, AgentKind, Desk, Firm, Issuer, Market, News, PAR_BPS, Pools, Quote, Reporter, Share,
        Sight, Stall,
    },
    chain::{Draft, SealedBlock},
    command::{BridgedAsset, Command, FeedFault, MessageContent, SendMessage},
    contracts::{
        HOLDER_USDX, TEST_TOKEN_ON_L2,
        abi::IToken,
        addresses::{self, OBLIGATIONS, TEST_TOKEN, TOKEN_PAIR},
        allow_credit, approve, obligations, reported_price_bps, reserves, token_balance,
    },
    messaging::Cargo,
    rollup::Status,
    sim::Generator,
    types::{Amount, ChainId, Gather as _, Span},
};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolCall;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// After a pool has changed a trader looks, when what it sent then can be in its block.
const LOOK_AFTER: Span = Span::millis(100);
/// How often an issuer looks whether all has come that it begins with.
const FOUNDING: Span = Span::minutes(1);
/// Gas of each call by which a firm begins.
const FOUNDING_GAS: u64 = 120_000;

/// A trader or firm with its own randomness.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Agent {
    config: AgentConfig,
    generator: Generator,
    /// Whether it has been told to look.
    is_called: bool,
    /// Whether an issuer has had all that it begins with.
    is_founded: bool,
}

impl Agent {
    /// With its name.
    pub(super) fn new(config: &AgentConfig, seed: u64) -> (String, Self) {
        let generator = Generator::new(seed, &format!("agent/{}", config.name));
        (config.name.clone(), Self { config: config.clone(), generator, is_called: false, is_founded: false })
    }
}

impl World {
    /// The traders and firms by name.
    pub fn agents(&self) -> impl Iterator<Item = &AgentConfig> {
        self.agents.values().map(|agent| &agent.config)
    }

    /// Once all rollups run that it has to do with it brings its tokens there and lets the pools take them, and a firm
    /// lets those lend that want to; then it looks for the first time.
    pub(super) fn agent_begins(&mut self, name: &str) {
        let Some(config) = self.agents.get(name).map(|agent| agent.config.clone()) else { return };
        let runs = |chain: &ChainId| {
            self.member(*chain).is_some_and(|member| member.rollup.status() == Status::Running)
        };
        let lenders = self.lenders(config.account);
        let homes = lenders.iter().map(|(home, ..)| home);
        let brings = config.brings();
        let to = brings.iter().map(|(chain, _)| chain);
        if !config.chains().iter().chain(homes).chain(to).all(runs) {
            self.queue.push(self.now.plus(Span::seconds(1)), Event::AgentBegins(name.into()));
            return;
        }
        for (chain, amount) in brings {
            self.bring(config.account, chain, amount);
        }
        match config.firm() {
            Some(firm) => self.found(config.account, firm, &lenders),
            None if config.reporter().is_some() => {}
            None => self.approve_pair(config.account, config.chains(), config.pools()),
        }
        self.call_agent(name, Span::seconds(5));
    }

    /// Who lends to an account: on which rollup, who, and how much.
    fn lenders(&self, account: Address) -> Vec<(ChainId, Address, Amount)> {
        let firms = self.agents().filter_map(|agent| Some((agent.account, agent.firm()?)));
        let loans =
            firms.flat_map(|(lender, firm)| firm.loans.iter().map(move |loan| (lender, firm.home, loan)));
        let to_it = loans.filter(|(_, _, loan)| loan.to == account);
        to_it.map(|(lender, home, loan)| (home, lender, loan.amount)).collect()
    }

    /// Takes test tokens from the faucet on L1 and sends them to a rollup.
    fn bring(&mut self, account: Address, chain: ChainId, amount: Amount) {
        let l1 = self.l1.id();
        let mint = IToken::mintCall { to: account, amount: amount.get() };
        // What cannot be taken now is missed by the message, which says so.
        let _ = self.send_draft(l1, founding(account, TEST_TOKEN, mint.abi_encode().into()));
        let content = MessageContent::Token { amount, recipient: None };
        let sender = Some(account);
        let message = SendMessage { label: None, from: l1, to: chain, sender, content, relay: true };
        if let Err(error) = self.dispatch(&Command::SendMessage(message)) {
            self.record(Fact::OrderRefused { reason: error.to_string() });
        }
    }

    /// A firm lets the debts of its lenders' rollups and of its own take its tokens, and allows its lenders to lend. One
    /// that may run lets the pool at home take its tokens too.
    fn found(&mut self, account: Address, firm: &Firm, lenders: &[(ChainId, Address, Amount)]) {
        let homes: BTreeSet<ChainId> = lenders.iter().map(|(home, ..)| *home).chain([firm.home]).collect();
        let take = approve(OBLIGATIONS, U256::MAX);
        let mut calls: Vec<(ChainId, Address, Bytes)> =
            homes.into_iter().map(|home| (home, TEST_TOKEN_ON_L2, take.clone())).collect();
        calls.extend(lenders.iter().map(|(home, lender, amount)| {
            (*home, OBLIGATIONS, allow_credit(*lender, TEST_TOKEN_ON_L2, amount.get()))
        }));
        for (chain, to, data) in calls {
            // A rollup that takes none now takes part in nothing.
            let _ = self.send_draft(chain, founding(account, to, data));
        }
        if firm.runs {
            self.approve_pair(account, &[firm.home], Pools::Test);
        }
    }

    fn call_agent(&mut self, name: &str, after: Span) {
        if let Some(agent) = self.agents.get_mut(name)
            && !std::mem::replace(&mut agent.is_called, true)
        {
            self.queue.push(self.now.plus(after), Event::AgentLooks(name.into()));
        }
    }

    /// Calls the traders that watch a pool which a block has changed.
    pub(super) fn pool_changed(&mut self, chain: ChainId, block: &SealedBlock) {
        if self.agents.is_empty() {
            return;
        }
        let is_changed = |pools: &Pools| block.logs().any(|(_, _, log)| log.address == pools.contracts().0);
        let changed: Vec<Pools> = [Pools::Wave, Pools::Test].into_iter().filter(is_changed).collect();
        let watches = |agent: &&Agent| {
            let config = &agent.config;
            config.chains().contains(&chain) && changed.iter().any(|pools| config.watches(*pools))
        };
        let names: Vec<String> =
            self.agents.values().filter(watches).map(|agent| agent.config.name.clone()).collect();
        for name in names {
            self.call_agent(&name, LOOK_AFTER);
        }
    }

    pub(super) fn agent_looks(&mut self, name: &str) {
        let Some(mut agent) = self.agents.get(name).cloned() else { return };
        agent.is_called = false;
        let account = agent.config.account;
        let sight = match &agent.config.kind {
            AgentKind::Reporter(reporter) => Sight::Quotes(self.quotes(account, reporter)),
            AgentKind::Noise { .. } | AgentKind::Arbitrageur { .. } | AgentKind::Issuer(_) => {
                Sight::Market(self.market(&agent.config))
            }
            AgentKind::Firm(firm) => Sight::Desk(self.l1.id(), self.desk(account, firm)),
        };
        let mut found = agent.config.act(&sight, &mut agent.generator);
        if let Some(issuer) = agent.config.issuer() {
            agent.is_founded |= self.lacking(account, issuer).next().is_none();
            found.again_after = (!agent.is_founded).then_some(FOUNDING);
        }
        self.agents.insert(name.into(), agent);
        for command in &found.commands {
            if let Err(error) = self.dispatch(command) {
                self.record(Fact::OrderRefused { reason: format!("{name}: {error}") });
            }
        }
        if let Some(after) = found.again_after {
            self.call_agent(name, after);
        }
    }

    /// The pools that a trader sees.
    fn market(&self, config: &AgentConfig) -> Market {
        let (pair, token) = config.pools().contracts();
        let stall = |chain: &ChainId| {
            let member = self.member(*chain).filter(|member| member.rollup.status() == Status::Running)?;
            let state = member.rollup.chain().state();
            let has = |token| token_balance(state, token, config.account);
            let pool = reserves(state, pair);
            Some((*chain, Stall { pool, token: has(token), usdx: has(addresses::USDX) }))
        };
        let is_taken = |chain: &&ChainId| match config.issuer() {
            Some(issuer) if !issuer.takes_unbacked => self.backed_bps(**chain)[1] == PAR_BPS,
            _ => true,
        };
        config.chains().iter().filter(is_taken).filter_map(stall).gather()
    }

    /// What a firm sees.
    fn desk(&self, account: Address, firm: &Firm) -> Desk {
        let mut desk = Desk { now_s: self.unix_seconds(), dollar_bps: self.dollar_bps(), ..Desk::default() };
        let deals_in =
            |id: ChainId| id == firm.home || firm.provides.iter().any(|provision| provision.chain == id);
        for member in self.members().filter(|member| member.rollup.status() != Status::Deploying) {
            let (id, chain) = (member.rollup.id(), member.rollup.chain());
            let state = chain.state();
            if member.rollup.status() == Status::Running && chain.mempool().of(account).next().is_none() {
                desk.tokens.insert(id, token_balance(state, TEST_TOKEN_ON_L2, account));
                if deals_in(id) {
                    let has = |token| token_balance(state, token, account);
                    let pool = reserves(state, TOKEN_PAIR);
                    desk.pools
                        .insert(id, Share { pool, shares: has(TOKEN_PAIR), usdx: has(addresses::USDX) });
                }
            }
            let debts = obligations(state).into_iter().filter(|debt| {
                debt.token == TEST_TOKEN_ON_L2 && [debt.debtor, debt.creditor].contains(&account)
            });
            desk.debts.extend(debts.map(|debt| (id, debt)));
        }
        for (to, amount) in self.coming(account) {
            let coming = desk.coming.entry(to).or_default();
            *coming = coming.saturating_add(amount);
        }
        (desk.is_alarmed, desk.token_bps) = match firm.news {
            News::Bridge => {
                let [ether, token] = self.backed_bps(firm.home);
                (ether.min(token) < PAR_BPS, token)
            }
            News::Feed { reporter } => {
                let heard = News::heard(self.reported_price_bps(firm.home, reporter));
                (heard < PAR_BPS, heard)
            }
        };
        desk
    }

    /// Test tokens that are under way to an account, with where they go.
    fn coming(&self, account: Address) -> impl Iterator<Item = (ChainId, U256)> {
        self.book.under_way().filter_map(move |message| match message.cargo {
            Some(Cargo::Token { amount, recipient }) if recipient == account => {
                Some((message.to, amount.get()))
            }
            _ => None,
        })
    }

    /// What a reporter sees: prices as they are, unless its feed is stuck or wrong.
    fn quotes(&self, account: Address, reporter: &Reporter) -> Vec<Quote> {
        let runs = |chain: &&ChainId| {
            self.member(**chain).is_some_and(|member| member.rollup.status() == Status::Running)
        };
        let quote = |chain: &ChainId| {
            let price_bps = match self.feeds.get(chain) {
                Some(FeedFault::Stuck) => None,
                Some(FeedFault::Wrong { price_bps }) => Some(*price_bps),
                None => self.token_price_bps(*chain),
            };
            let reported_bps = self.reported_price_bps(*chain, account);
            Some(Quote { chain: *chain, price_bps: price_bps?, reported_bps })
        };
        reporter.chains.iter().filter(runs).filter_map(quote).collect()
    }

    /// What a reporter last said that a test token costs on a rollup, in ten thousandths of a dollar.
    pub fn reported_price_bps(&self, chain: ChainId, reporter: Address) -> Option<u32> {
        reported_price_bps(self.member(chain)?.rollup.chain().state(), reporter)
    }

    /// What a rollup's bridge holds of what is claimed of it, of ether and of test tokens, in ten thousandths; nothing
    /// where the rollup does not run.
    fn backed_bps(&self, chain: ChainId) -> [u32; 2] {
        let member = self.member(chain).filter(|member| member.rollup.status() == Status::Running);
        let backed = |member: &Member, asset| bps(self.escrowed(member, asset), claimed_of(member, asset));
        member.map(|member| BridgedAsset::ALL.map(|asset| backed(member, asset))).unwrap_or_default()
    }

    /// What a USDX is worth by what issuers have, in ten thousandths of a dollar.
    fn dollar_bps(&self) -> u32 {
        let (mut should, mut lacking) = (U256::ZERO, U256::ZERO);
        for (account, issuer) in self.issuers() {
            let each = should_have(issuer).saturating_mul(U256::from(issuer.chains.len()));
            should = should.saturating_add(each);
            lacking = self.lacking(account, issuer).fold(lacking, |sum, (_, part)| sum.saturating_add(part));
        }
        bps(should.saturating_sub(lacking), should)
    }

    /// The issuers that have had all that they begin with, by account.
    pub(super) fn issuers(&self) -> impl Iterator<Item = (Address, &Issuer)> {
        let founded = self.agents.values().filter(|agent| agent.is_founded);
        founded.filter_map(|agent| Some((agent.config.account, agent.config.issuer()?)))
    }

    /// The first of them that is on a rollup.
    pub(super) fn issuer_on(&self, chain: ChainId) -> Option<Address> {
        self.issuers().find(|(_, issuer)| issuer.chains.contains(&chain)).map(|(account, _)| account)
    }

    /// The rollups on which an issuer lacks something of the test tokens and USDX that it begins with, and how much, in
    /// base units: its trades only add to them, so somebody has taken it. What is under way to it is not lacking.
    pub(super) fn lacking(&self, account: Address, issuer: &Issuer) -> impl Iterator<Item = (ChainId, U256)> {
        let should = should_have(issuer);
        issuer.chains.iter().filter_map(move |chain| {
            let state = self.member(*chain)?.rollup.chain().state();
            let has = [TEST_TOKEN_ON_L2, addresses::USDX].map(|token| token_balance(state, token, account));
            let lacking = has.into_iter().fold(should, U256::saturating_sub);
            if lacking.is_zero() {
                return None;
            }
            let coming = self.coming(account).filter(|(to, _)| to == chain).map(|(_, amount)| amount);
            let lacking = coming.fold(lacking, U256::saturating_sub);
            (!lacking.is_zero()).then_some((*chain, lacking))
        })
    }

    /// What a test token of a rollup is worth by its pool: how many ten thousandths of a USDX one costs; none where
    /// nobody provides the pool.
    pub fn token_price_bps(&self, chain: ChainId) -> Option<u32> {
        let pool = reserves(self.member(chain)?.rollup.chain().state(), TOKEN_PAIR);
        let price = pool.reserve1.saturating_mul(U256::from(PAR_BPS)).checked_div(pool.reserve0)?;
        Some(u32::try_from(price).unwrap_or(u32::MAX))
    }
}

/// What an issuer begins with on each of its rollups, in base units of test tokens and USDX together.
fn should_have(issuer: &Issuer) -> U256 {
    issuer.reserve.get().saturating_add(HOLDER_USDX)
}

/// A part of a whole in ten thousandths, rounded down and at most all; all of nothing.
fn bps(part: U256, whole: U256) -> u32 {
    let share = part.saturating_mul(U256::from(PAR_BPS)).checked_div(whole);
    share.and_then(|share| u32::try_from(share).ok()).map_or(PAR_BPS, |share| share.min(PAR_BPS))
}

/// A call by which somebody begins.
fn founding(from: Address, to: Address, data: Bytes) -> Draft {
    Draft { from, to: Some(to), value: U256::ZERO, data, gas_limit: FOUNDING_GAS, blobs: Vec::new() }
}
