//! What a world's exposures come to before anything fails: which failures cost others most, how losses are distributed
//! if rollups fail at random, and which attack costs least. The world is only read, as it was when the analysis began.
//!
//! Model: a rollup that fails takes with it all that rests on its bridge, and every debt comes due at once.

mod attack;
mod random;
mod ranking;

use super::{Session, describe};
use crate::{
    command::Command,
    risk::RiskError,
    rollup::Status,
    types::{ChainId, Time},
    world::{Exposed, Party, World},
};
use random::Random;
use serde::{Deserialize, Serialize};

/// What a page asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AnalysisStep {
    /// Analyses the shown world anew.
    Begin(AnalysisOrder),
    /// Goes on, or only looks where nothing is being analysed.
    GoOn,
    /// Gives up; what was found stays.
    Stop,
}

/// What is assumed and wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnalysisOrder {
    /// How likely each rollup is to fail by itself in a trial, 0 to 1.
    pub rollup_fails: f64,
    /// How likely the shared sequencer is to fail in a trial, and all its members with it, 0 to 1.
    pub sequencer_fails: f64,
    /// How many trials, at least one.
    pub trials: u32,
    /// The least loss that an attack is to cause, in dollars; none takes half of what all faults cause together.
    pub at_least: Option<u64>,
    /// Model: what it costs to steal the keys of a bridge, in dollars.
    pub keys_cost: u64,
    /// Model: what it costs to find a bug of a pool, or to steal an issuer's keys, in dollars.
    pub theft_cost: u64,
    /// Model: what it costs to stop a rollup until its debts are due, in dollars.
    pub halt_cost: u64,
}

impl AnalysisOrder {
    /// The most trials.
    pub const TRIALS_MAX: u32 = 1_000_000;

    fn check(&self) -> Result<(), String> {
        for (name, found) in [("a rollup", self.rollup_fails), ("the shared sequencer", self.sequencer_fails)]
        {
            if !(0.0..=1.0).contains(&found) {
                return Err(format!("Probability that {name} fails: expected 0 to 1, found {found}"));
            }
        }
        if !(1..=Self::TRIALS_MAX).contains(&self.trials) {
            return Err(format!("Trials: expected 1 to {}, found {}", Self::TRIALS_MAX, self.trials));
        }
        if self.at_least == Some(0) {
            return Err("Loss of an attack: expected at least 1 dollar, found 0".into());
        }
        Ok(())
    }
}

impl Default for AnalysisOrder {
    fn default() -> Self {
        Self {
            rollup_fails: 0.01,
            sequencer_fails: 0.01,
            trials: 100_000,
            at_least: None,
            keys_cost: 1_000_000,
            theft_cost: 250_000,
            halt_cost: 3_000_000,
        }
    }
}

/// An analysis as a page shows it. Amounts are whole dollars at reference prices.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AnalysisView {
    /// The moment of the world that is analysed; none where nothing is.
    pub at: Option<Time>,
    /// Rollups and debtors by what their failure costs others, most first.
    pub ranking: Vec<Ranked>,
    /// How far clearing and DebtRank agree on it: Spearman's rank correlation, -1 to 1. None where one of them finds all
    /// alike.
    pub agreement: Option<f64>,
    /// The cheapest attack, once it was looked for.
    pub attack: Option<AttackView>,
    /// What the trials came to so far.
    pub trials: Option<TrialsView>,
    /// How far it is, in thousandths.
    pub progress_permille: u32,
    /// Whether it is over; until then ask again.
    pub is_ready: bool,
}

/// A rollup or a debtor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// Its name.
    pub name: String,
    /// The rollup; none for a debtor.
    pub chain: Option<ChainId>,
    /// What its failure costs others, by clearing.
    pub loss: u64,
    /// Its rank by that, from 1; equal ones share the mean of theirs.
    pub loss_rank: f64,
    /// Linear DebtRank of its failure: the share of all assets that others lose.
    pub debt_rank: f64,
    /// Its rank by that.
    pub distress_rank: f64,
}

/// The cheapest attack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttackView {
    /// The loss that was wanted.
    pub at_least: u64,
    /// What all faults that were searched cause together, rounded down.
    pub all: u64,
    /// How many faults were left out of the search: those that cause least for their price.
    pub left_out: u32,
    /// What was found.
    pub found: AttackFound,
}

/// What a search for an attack came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AttackFound {
    /// An attack, and the cheapest single control against it, if one is enough.
    Attack {
        /// Its faults.
        faults: Vec<FaultView>,
        /// What they cost together.
        cost: u64,
        /// What they cause.
        loss: u64,
        /// Whether nothing is cheaper; without, the search was given up and this is one that costs little.
        is_proven: bool,
        /// The control that brings the loss below what was wanted.
        control: Option<ControlView>,
    },
    /// All faults together cause less.
    OutOfReach,
}

/// Where the cost of a fault is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Price {
    /// The bond of a claim and the gas of three transactions, on L1 now.
    BondAndGas,
    /// A third of what the sequencer's nodes have bonded on L1 now.
    Bonds,
    /// A figure that was filled in: the world has none.
    Model,
}

/// A fault of an attack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultView {
    /// What is done, in words.
    pub text: String,
    /// What it costs.
    pub cost: u64,
    /// Where that is from.
    pub price: Price,
}

/// A control against an attack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlView {
    /// What is set, in a sentence.
    pub text: String,
    /// What it costs: so much of what the bridge holds no longer leaves at once.
    pub holds_back: u64,
    /// What the attack still causes.
    pub loss: u64,
    /// The command that sets it.
    pub command: Box<Command>,
}

/// What trials came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialsView {
    /// How many are done.
    pub done: u32,
    /// How many are wanted.
    pub wanted: u32,
    /// How many rollups fail on average in a trial, either way.
    pub mean_outages: f64,
    /// What is lost if all fail that can.
    pub worst: u64,
    /// Losses with the shared sequencer as a common cause.
    pub together: Distribution,
    /// The same if each member failed as often, but independently; none where nothing is shared.
    pub apart: Option<Distribution>,
}

/// How losses are distributed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distribution {
    /// The mean.
    pub mean: u64,
    /// What [`Self::SHARES`] of the trials do not exceed.
    pub quantiles: [u64; 3],
    /// Trials by loss, in [`Self::BINS`] of the same width from 0 to the worst.
    pub bins: Vec<u32>,
}

impl Distribution {
    /// Shares of trials, in thousandths.
    pub const SHARES: [u32; 3] = [950, 990, 999];
    /// How many bins there are.
    pub const BINS: u32 = 16;
}

/// An analysis under way.
#[derive(Clone, Debug)]
pub(super) struct Analysis {
    order: AnalysisOrder,
    subject: Subject,
    ranking: Option<(Vec<Ranked>, Option<f64>)>,
    hunt: Option<attack::Hunt>,
    attack: Option<AttackView>,
    random: Random,
    is_over: bool,
}

/// What is analysed.
#[derive(Clone, Debug)]
struct Subject {
    world: World,
    exposed: Exposed,
    /// Rollups that can fail.
    rollups: Vec<ChainId>,
    /// Those of them that the shared sequencer orders.
    members: Vec<ChainId>,
}

impl Subject {
    fn new(world: &World) -> Result<Self, String> {
        let exposed = world.exposed().map_err(said)?;
        let running = world.members().filter(|member| member.rollup().status() == Status::Running);
        let rollups: Vec<ChainId> = running.map(|member| member.rollup().id()).collect();
        if rollups.is_empty() {
            return Err("Rollups that run: expected at least one that could fail, found none".into());
        }
        if exposed.network.claims().debts().is_empty() {
            return Err("What rests on bridges: expected something to lose, found nothing".into());
        }
        let is_member =
            |chain: &ChainId| world.sequencer().is_some_and(|shared| shared.members().contains(chain));
        let members = rollups.iter().copied().filter(is_member).collect();
        Ok(Self { world: world.clone(), exposed, rollups, members })
    }

    /// All nodes of a rollup's bridge.
    fn nodes(&self, chain: ChainId) -> Vec<u32> {
        nodes(&self.exposed, chain)
    }

    fn chain_name(&self, chain: ChainId) -> String {
        describe::chain_name(&self.world, chain)
    }

    fn party_name(&self, party: Party) -> String {
        match party {
            Party::Account(account) => describe::person(&self.world, account),
            Party::Others(chain) => format!("others on {}", self.chain_name(chain)),
        }
    }
}

fn nodes(exposed: &Exposed, chain: ChainId) -> Vec<u32> {
    let own = exposed.vaults.iter().filter(|vault| vault.chain == chain);
    own.flat_map(|vault| vault.open.iter().chain(&vault.kept)).copied().collect()
}

impl Analysis {
    fn begin(world: &World, order: &AnalysisOrder) -> Result<Self, String> {
        order.check()?;
        let subject = Subject::new(world)?;
        let random = Random::new(&subject, order).map_err(said)?;
        let order = order.clone();
        Ok(Self { order, subject, ranking: None, hunt: None, attack: None, random, is_over: false })
    }

    /// Goes on step by step while there is time.
    fn go_on(&mut self, go_on: &mut dyn FnMut() -> bool) -> Result<(), RiskError> {
        while !self.is_over {
            if self.ranking.is_none() {
                self.ranking = Some(ranking::rank(&self.subject)?);
            } else if self.attack.is_none() {
                let hunt = match &mut self.hunt {
                    Some(hunt) => hunt,
                    none => none.insert(attack::Hunt::new(&self.subject, &self.order)?),
                };
                self.attack = hunt.advance(&self.subject)?;
            } else {
                self.is_over = self.random.advance()?;
            }
            if !go_on() {
                return Ok(());
            }
        }
        Ok(())
    }

    fn view(&mut self) -> Result<AnalysisView, RiskError> {
        let (ranking, agreement) = self.ranking.clone().unwrap_or_default();
        Ok(AnalysisView {
            at: Some(self.subject.world.now()),
            ranking,
            agreement,
            attack: self.attack.clone(),
            trials: self.random.view(self.is_over)?,
            progress_permille: if self.is_over { 1000 } else { self.random.progress_permille() },
            is_ready: self.is_over,
        })
    }
}

impl Session {
    /// Analyses, as long as `go_on` says that there is time; the shown world is only read. A refusal ends what was under
    /// way.
    pub fn analysis(
        &mut self,
        step: &AnalysisStep,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<AnalysisView, String> {
        match step {
            AnalysisStep::Begin(order) => {
                self.analysis = None;
                self.analysis = Some(Box::new(Analysis::begin(self.world(), order)?));
            }
            AnalysisStep::GoOn => {}
            AnalysisStep::Stop => {
                if let Some(analysis) = &mut self.analysis {
                    analysis.is_over = true;
                }
            }
        }
        let Some(analysis) = &mut self.analysis else {
            return Ok(AnalysisView { is_ready: true, ..AnalysisView::default() });
        };
        let outcome = analysis.go_on(go_on).and_then(|()| analysis.view());
        outcome.map_err(|error| {
            self.analysis = None;
            said(error)
        })
    }
}

fn said(error: RiskError) -> String {
    format!("Analysis: {error}")
}

/// Whole dollars.
fn whole(dollars: f64) -> u64 {
    libm::round(dollars.max(0.0)) as u64
}

#[cfg(test)]
mod tests;
