//! How much a world's chains carry: transactions a second on the L1 alone and on more and more rollups over it,
//! and what bound them. Nothing is computed from parameters: for each point a world of its own runs under more
//! traffic than it can carry, and what became safe is counted.

mod trial;

use super::Session;
use crate::{
    l1::L1Config,
    rollup::RollupConfig,
    types::{ChainId, Span},
};
use serde::{Deserialize, Serialize};
use trial::Trial;

/// What a page asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CapacityStep {
    /// Measures anew, with rollups like this one of the shown world.
    Begin(ChainId),
    /// Goes on, or only looks where nothing is being measured.
    GoOn,
    /// Gives up; what was measured stays.
    Stop,
}

/// What kept a world from carrying more, as it was observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Bound {
    /// Nothing did: all that was sent was carried.
    Offered,
    /// Gas: the blocks of the chain itself, or of every rollup, were full and more waited.
    Gas,
    /// Blobs: L1 blocks took all the blobs that they may, full or not, and batches waited.
    Blobs,
    /// Gas of the L1: its blocks were full of batches as calldata and more waited.
    L1Gas,
    /// The committee still took data when the time was over.
    Committee,
    /// The prover still worked on what was safe when the time was over.
    Prover,
    /// Batches came late for another reason.
    Batches,
}

impl Bound {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Offered, Self::Gas, Self::Blobs, Self::L1Gas, Self::Committee, Self::Prover, Self::Batches];

    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Offered => "offered load",
            Self::Gas => "gas",
            Self::Blobs => "blob space",
            Self::L1Gas => "gas of the L1",
            Self::Committee => "committee bandwidth",
            Self::Prover => "prover",
            Self::Batches => "late batches",
        }
    }
}

/// What one world carried. Rates are thousandths of a transaction a second, over all its chains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapacityPoint {
    /// Rollups; with none the L1 itself was measured.
    pub rollups: u32,
    /// What was sent.
    pub offered: u64,
    /// What was sealed.
    pub sealed: u64,
    /// What became safe: L1 alone is enough to rebuild it. On the L1, what was sealed.
    pub safe: u64,
    /// What a prover worked through, where it has a rate.
    pub proven: Option<u64>,
    /// What bound it.
    pub bound: Bound,
}

impl CapacityPoint {
    /// What was carried: safe, and proven where a prover has a rate.
    pub fn carried(&self) -> u64 {
        self.proven.unwrap_or(self.safe).min(self.safe)
    }

    /// The same for each chain.
    pub fn carried_each(&self) -> u64 {
        self.carried() / u64::from(self.rollups.max(1))
    }
}

/// A measurement as a page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapacityView {
    /// The rollup of the shown world that the measured ones are like; none where nothing was measured.
    pub rollup: Option<(ChainId, String)>,
    /// How long each point is measured, in simulated time.
    pub window: Span,
    /// The points so far.
    pub points: Vec<CapacityPoint>,
    /// How far it is, in thousandths.
    pub progress_permille: u32,
    /// Whether it is over; until then ask again.
    pub is_ready: bool,
}

/// A measurement.
#[derive(Clone, Debug)]
pub(super) struct Capacity {
    rollup: ChainId,
    config: RollupConfig,
    l1: L1Config,
    seed: u64,
    points: Vec<CapacityPoint>,
    trial: Option<Trial>,
    is_over: bool,
}

/// Rollups of the points; none is the L1 alone.
pub const ROLLUPS: [u32; 8] = [0, 1, 2, 4, 8, 16, 32, 64];

impl Capacity {
    fn begin(session: &Session, rollup: ChainId) -> Result<Self, String> {
        let world = session.world();
        let Some(member) = world.member(rollup) else {
            let known: Vec<ChainId> = world.members().map(|member| member.rollup().id()).collect();
            return Err(format!("rollup: expected one of {known:?}, found {rollup}"));
        };
        let config = member.rollup().config().clone();
        let l1 = world.l1().config().clone();
        Ok(Self { rollup, config, l1, seed: world.seed(), points: vec![], trial: None, is_over: false })
    }

    /// Goes on point by point while there is time.
    fn go_on(&mut self, go_on: &mut dyn FnMut() -> bool) {
        while !self.is_over {
            let Some(rollups) = ROLLUPS.get(self.points.len()) else {
                self.is_over = true;
                return;
            };
            let Self { l1, config, seed, .. } = self;
            match &mut self.trial {
                None => self.trial = Some(Trial::new(l1, config, *seed, *rollups)),
                Some(trial) => {
                    if !trial.go_on(go_on) {
                        return;
                    }
                    match trial.point() {
                        Some(point) => self.points.push(point),
                        // With so many rollups the L1 doesn't even deploy them.
                        None => self.is_over = true,
                    }
                    self.trial = None;
                }
            }
            if !go_on() {
                return;
            }
        }
    }

    fn view(&self) -> CapacityView {
        let all = ROLLUPS.len() as u32 * 1000;
        let done = self.points.len() as u32 * 1000;
        let under_way = self.trial.as_ref().map_or(0, Trial::progress_permille);
        CapacityView {
            rollup: Some((self.rollup, self.config.name.clone())),
            window: trial::window(&self.l1, &self.config),
            points: self.points.clone(),
            progress_permille: if self.is_over { 1000 } else { (done + under_way) * 1000 / all },
            is_ready: self.is_over,
        }
    }
}

impl Session {
    /// Measures, as long as `go_on` says that there is time; the shown world is only read.
    pub fn capacity(
        &mut self,
        step: CapacityStep,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<CapacityView, String> {
        match step {
            CapacityStep::Begin(rollup) => self.capacity = Some(Capacity::begin(self, rollup)?),
            CapacityStep::GoOn => {}
            CapacityStep::Stop => {
                if let Some(capacity) = &mut self.capacity {
                    capacity.trial = None;
                    capacity.is_over = true;
                }
            }
        }
        Ok(match &mut self.capacity {
            Some(capacity) => {
                capacity.go_on(go_on);
                capacity.view()
            }
            None => CapacityView { is_ready: true, ..CapacityView::default() },
        })
    }
}
