//! The traders in the world: when they look, what they see, and their commands carried out.

use super::{Event, Fact, World};
use crate::{
    agents::{AgentConfig, AgentKind, Market, Stall},
    chain::SealedBlock,
    contracts::{addresses, reserves, token_balance},
    rollup::Status,
    sim::Generator,
    types::{ChainId, Gather as _, Span},
};
use serde::{Deserialize, Serialize};

/// After a pool has changed a trader looks, when what it sent then can be in its block.
const LOOK_AFTER: Span = Span::millis(100);

/// A trader with its own randomness.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Agent {
    config: AgentConfig,
    generator: Generator,
    /// Whether it has been told to look.
    is_called: bool,
}

impl World {
    pub(super) fn install_agent(&mut self, config: &AgentConfig) {
        let generator = Generator::new(self.seed, &format!("agent/{}", config.name));
        let agent = Agent { config: config.clone(), generator, is_called: false };
        self.agents.insert(config.name.clone(), agent);
        self.queue.push(self.now, Event::AgentBegins(config.name.clone()));
    }

    /// The traders by name.
    pub fn agents(&self) -> impl Iterator<Item = &AgentConfig> {
        self.agents.values().map(|agent| &agent.config)
    }

    /// A trader lets the pools take its tokens once all its rollups run, then looks for the first time.
    pub(super) fn agent_begins(&mut self, name: &str) {
        let Some(config) = self.agents.get(name).map(|agent| agent.config.clone()) else { return };
        let runs = |chain: &ChainId| {
            self.member(*chain).is_some_and(|member| member.rollup.status() == Status::Running)
        };
        if !config.chains().iter().all(runs) {
            self.queue.push(self.now.plus(Span::seconds(1)), Event::AgentBegins(name.into()));
            return;
        }
        self.approve_pair(config.account, config.chains());
        self.call_agent(name, Span::seconds(5));
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
            AgentKind::Noise { .. } => false,
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
        let market = self.market(&agent.config);
        let found = agent.config.act(&market, &mut agent.generator);
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
}
