//! The traders and firms in the world: when they look, what they see, and their commands carried out.

use super::{Backing, Event, Fact, World};
use crate::{
    agents::{AgentConfig, AgentKind, Desk, Firm, Market, Sight, Stall},
    chain::{Draft, SealedBlock},
    command::{Command, MessageContent, SendMessage},
    contracts::{
        TEST_TOKEN_ON_L2,
        abi::IToken,
        addresses::{self, OBLIGATIONS, TEST_TOKEN},
        allow_credit, approve, obligations, reserves, token_balance,
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
/// Gas of each call by which a firm begins.
const FOUNDING_GAS: u64 = 120_000;

/// A trader or firm with its own randomness.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Agent {
    config: AgentConfig,
    generator: Generator,
    /// Whether it has been told to look.
    is_called: bool,
}

impl Agent {
    /// With its name.
    pub(super) fn new(config: &AgentConfig, seed: u64) -> (String, Self) {
        let generator = Generator::new(seed, &format!("agent/{}", config.name));
        (config.name.clone(), Self { config: config.clone(), generator, is_called: false })
    }
}

impl World {
    /// The traders and firms by name.
    pub fn agents(&self) -> impl Iterator<Item = &AgentConfig> {
        self.agents.values().map(|agent| &agent.config)
    }

    /// A trader lets the pools take its tokens once all its rollups run, a firm brings its reserve and lets those lend
    /// that want to; then each looks for the first time.
    pub(super) fn agent_begins(&mut self, name: &str) {
        let Some(config) = self.agents.get(name).map(|agent| agent.config.clone()) else { return };
        let runs = |chain: &ChainId| {
            self.member(*chain).is_some_and(|member| member.rollup.status() == Status::Running)
        };
        let lenders = self.lenders(config.account);
        let homes = lenders.iter().map(|(home, ..)| home);
        if !config.chains().iter().chain(homes).all(runs) {
            self.queue.push(self.now.plus(Span::seconds(1)), Event::AgentBegins(name.into()));
            return;
        }
        match config.firm() {
            None => self.approve_pair(config.account, config.chains()),
            Some(firm) => self.found(config.account, firm, &lenders),
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

    /// A firm takes its reserve from the faucet on L1 and sends it home. It lets the debts of its lenders' rollups and of
    /// its own take its tokens, and allows its lenders to lend.
    fn found(&mut self, account: Address, firm: &Firm, lenders: &[(ChainId, Address, Amount)]) {
        let call = |to: Address, data: Bytes| Draft {
            from: account,
            to: Some(to),
            value: U256::ZERO,
            data,
            gas_limit: FOUNDING_GAS,
            blobs: Vec::new(),
        };
        let l1 = self.l1.id();
        let mint = IToken::mintCall { to: account, amount: firm.reserve.get() };
        let mut drafts = vec![(l1, call(TEST_TOKEN, mint.abi_encode().into()))];
        let homes: BTreeSet<ChainId> = lenders.iter().map(|(home, ..)| *home).chain([firm.home]).collect();
        let take = approve(OBLIGATIONS, U256::MAX);
        drafts.extend(homes.into_iter().map(|home| (home, call(TEST_TOKEN_ON_L2, take.clone()))));
        drafts.extend(lenders.iter().map(|(home, lender, amount)| {
            (*home, call(OBLIGATIONS, allow_credit(*lender, TEST_TOKEN_ON_L2, amount.get())))
        }));
        for (chain, draft) in drafts {
            // A rollup that takes none now takes part in nothing.
            let _ = self.send_draft(chain, draft);
        }
        let content = MessageContent::Token { amount: firm.reserve, recipient: None };
        let sender = Some(account);
        let reserve = SendMessage { label: None, from: l1, to: firm.home, sender, content, relay: true };
        if firm.reserve != Amount::ZERO
            && let Err(error) = self.dispatch(&Command::SendMessage(reserve))
        {
            self.record(Fact::OrderRefused { reason: error.to_string() });
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
        if self.agents.is_empty() || !block.logs().any(|(_, _, log)| log.address == addresses::PAIR) {
            return;
        }
        let watches = |agent: &&Agent| match &agent.config.kind {
            AgentKind::Noise { .. } | AgentKind::Firm(_) => false,
            AgentKind::Arbitrageur { chains, .. } => chains.contains(&chain),
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
        let sight = match agent.config.firm() {
            None => Sight::Market(self.market(&agent.config)),
            Some(firm) => Sight::Desk(self.l1.id(), self.desk(agent.config.account, firm.home)),
        };
        let found = agent.config.act(&sight, &mut agent.generator);
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
        let stall = |chain: &ChainId| {
            let member = self.member(*chain).filter(|member| member.rollup.status() == Status::Running)?;
            let state = member.rollup.chain().state();
            let has = |token| token_balance(state, token, config.account);
            let pool = reserves(state, addresses::PAIR);
            Some((*chain, Stall { pool, wave: has(addresses::WAVE), usdx: has(addresses::USDX) }))
        };
        config.chains().iter().filter_map(stall).gather()
    }

    /// What a firm sees.
    fn desk(&self, account: Address, home: ChainId) -> Desk {
        let mut desk = Desk { now_s: self.unix_seconds(), ..Desk::default() };
        for member in self.members().filter(|member| member.rollup.status() != Status::Deploying) {
            let (id, chain) = (member.rollup.id(), member.rollup.chain());
            if member.rollup.status() == Status::Running && chain.mempool().of(account).next().is_none() {
                desk.tokens.insert(id, token_balance(chain.state(), TEST_TOKEN_ON_L2, account));
            }
            let debts = obligations(chain.state()).into_iter().filter(|debt| {
                debt.token == TEST_TOKEN_ON_L2 && [debt.debtor, debt.creditor].contains(&account)
            });
            desk.debts.extend(debts.map(|debt| (id, debt)));
        }
        for message in self.book.under_way() {
            if let Some(Cargo::Token { amount, recipient }) = message.cargo
                && recipient == account
            {
                let coming = desk.coming.entry(message.to).or_default();
                *coming = coming.saturating_add(amount.get());
            }
        }
        desk.is_home_sound = self.member(home).is_some_and(|member| {
            let is_backed = |backing: &Backing| backing.missing() == Amount::ZERO;
            member.rollup.status() == Status::Running && self.backing_of(member).iter().all(is_backed)
        });
        desk
    }
}
