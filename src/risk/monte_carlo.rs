//! How losses are distributed if nodes fail at random, each by itself or several by a common cause.

use super::{Loss, Measure, NEGLIGIBLE, RiskError, StressTest, check_share, count};
use crate::sim::Generator;

/// The most trials that are kept.
pub const TRIALS_MAX: u32 = 10_000_000;

/// The most bins of a histogram.
pub const BINS_MAX: u32 = 10_000;

/// What fails several nodes at once: a sequencer that they share.
#[derive(Clone, Debug, PartialEq)]
pub struct CommonCause {
    /// How likely it is, 0 to 1.
    pub probability: f64,
    /// Who fails by it; at least one.
    pub nodes: Vec<u32>,
}

/// How likely nodes are to fail, all independent of each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Failures {
    /// For each node, how likely it is to fail by itself, 0 to 1.
    pub alone: Vec<f64>,
    /// What fails several at once.
    pub together: Vec<CommonCause>,
}

impl Failures {
    fn check(&self, nodes: u32) -> Result<(), RiskError> {
        let found = count(self.alone.len())?;
        if found != nodes {
            return Err(RiskError::Length { expected: nodes, found });
        }
        self.alone.iter().try_for_each(|probability| check_share(*probability))?;
        for cause in &self.together {
            check_share(cause.probability)?;
            if cause.nodes.is_empty() {
                return Err(RiskError::TooFew { expected: 1, found: 0 });
            }
            if let Some(found) = cause.nodes.iter().copied().find(|node| *node >= nodes) {
                return Err(RiskError::OutOfRange { nodes, found });
            }
        }
        Ok(())
    }

    /// Marks who fails, where `happens` decides on each probability, in order.
    fn mark(&self, failed: &mut [bool], mut happens: impl FnMut(f64) -> bool) {
        for (failed, probability) in failed.iter_mut().zip(&self.alone) {
            *failed = happens(*probability);
        }
        for cause in &self.together {
            if happens(cause.probability) {
                for node in &cause.nodes {
                    failed[*node as usize] = true;
                }
            }
        }
    }
}

/// Trials of one network: in each, nodes fail at random, lose what they have outside, and the network clears.
///
/// They are done in slices of any size, with the same result, and can be read at any time.
#[derive(Clone, Debug, PartialEq)]
pub struct Trials {
    stress: StressTest,
    failures: Failures,
    measure: Measure,
    generator: Generator,
    done: u32,
    /// The sum of all losses, in the order of trials.
    sum: f64,
    /// The loss of each trial in which somebody failed.
    losses: Vec<f64>,
    /// The loss if all fail that can.
    worst: f64,
    /// In how many trials so many failed by themselves or a common cause: none, one, and so on.
    outages: Vec<u32>,
    /// The same with those that defaulted by it.
    fallen: Vec<u32>,
    /// Who fails in the trial at hand, by node and as a list.
    failed: Vec<bool>,
    struck: Vec<u32>,
}

impl Trials {
    /// Trials of which none is done.
    ///
    /// Refuses a list that does not have one probability for each node, what is no probability, and common causes of
    /// nobody or of nodes that are not there. Fails as [`StressTest::strike`] does where all fail that can.
    pub fn new(
        stress: StressTest,
        failures: Failures,
        measure: Measure,
        seed: u64,
    ) -> Result<Self, RiskError> {
        let nodes = stress.network().claims().nodes();
        failures.check(nodes)?;
        let counts = vec![0; nodes as usize + 1];
        let mut trials = Self {
            stress,
            failures,
            measure,
            generator: Generator::new(seed, "trials"),
            done: 0,
            sum: 0.0,
            losses: Vec::new(),
            worst: 0.0,
            outages: counts.clone(),
            fallen: counts,
            failed: vec![false; nodes as usize],
            struck: Vec::new(),
        };
        let (worst, _) = trials.strike(|probability| probability > 0.0)?;
        trials.worst = worst.by(measure);
        Ok(trials)
    }

    /// Does `count` more.
    ///
    /// Refuses more than [`TRIALS_MAX`] in all. Fails as [`StressTest::strike`] does: trials before the one that fails
    /// stay, and it comes again next time.
    pub fn advance(&mut self, count: u32) -> Result<(), RiskError> {
        let found = u64::from(self.done) + u64::from(count);
        if found > u64::from(TRIALS_MAX) {
            return Err(RiskError::TooManyTrials { limit: TRIALS_MAX, found });
        }
        for _ in 0..count {
            let mut generator = self.generator.clone();
            let (loss, fallen) = self.strike(|probability| draw(&mut generator) < probability)?;
            self.generator = generator;
            self.done += 1;
            self.outages[self.struck.len()] += 1;
            self.fallen[fallen] += 1;
            if !self.struck.is_empty() {
                let loss = loss.by(self.measure);
                self.sum += loss;
                self.losses.push(loss);
            }
        }
        Ok(())
    }

    /// What is lost if those fail for whom it happens, and how many are down then, those included.
    fn strike(&mut self, happens: impl FnMut(f64) -> bool) -> Result<(Loss, usize), RiskError> {
        self.failures.mark(&mut self.failed, happens);
        self.struck.clear();
        self.struck.extend((0..).zip(&self.failed).filter(|(_, failed)| **failed).map(|(node, _)| node));
        if self.struck.is_empty() {
            return Ok((Loss::default(), 0));
        }
        let stressed = self.stress.strike(&self.struck)?;
        let others = stressed.fallen.iter().filter(|node| !self.failed[**node as usize]).count();
        Ok((stressed.loss, self.struck.len() + others))
    }

    /// How many are done.
    pub const fn done(&self) -> u32 {
        self.done
    }

    /// The loss if all fail that can: none is larger.
    pub const fn worst(&self) -> f64 {
        self.worst
    }

    /// The mean loss; none before the first trial.
    pub fn mean(&self) -> Option<f64> {
        (self.done > 0).then(|| self.sum / f64::from(self.done))
    }

    /// The least loss that a share of all trials does not exceed: the median at 0.5, the largest at 1. None before the
    /// first trial.
    pub fn quantile(&self, share: f64) -> Result<Option<f64>, RiskError> {
        check_share(share)?;
        // What a product exceeds a whole number by in rounding is no trial.
        let rank = libm::ceil(f64::from(self.done) * share * (1.0 - NEGLIGIBLE)) as usize;
        let lossless = self.done as usize - self.losses.len();
        let Some(place) = rank.max(1).checked_sub(lossless + 1) else {
            return Ok(Some(0.0));
        };
        if place >= self.losses.len() {
            return Ok(None);
        }
        let mut losses = self.losses.clone();
        let (_, loss, _) = losses.select_nth_unstable_by(place, f64::total_cmp);
        Ok(Some(*loss))
    }

    /// In what share of trials at least so many nodes failed by themselves or a common cause; none before the first.
    pub fn outage_tail(&self, at_least: u32) -> Option<f64> {
        self.tail(&self.outages, at_least)
    }

    /// In what share of trials at least so many nodes failed or defaulted because others had; none before the first.
    pub fn failure_tail(&self, at_least: u32) -> Option<f64> {
        self.tail(&self.fallen, at_least)
    }

    fn tail(&self, counts: &[u32], at_least: u32) -> Option<f64> {
        let trials: u32 = counts.iter().skip(at_least as usize).sum();
        (self.done > 0).then(|| f64::from(trials) / f64::from(self.done))
    }

    /// How many trials lost how much, in so many bins of the same width from 0 to [`Self::worst`]: a loss at a bound
    /// counts above it, the worst in the last bin.
    ///
    /// Refuses none, and more than [`BINS_MAX`].
    pub fn histogram(&self, bins: u32) -> Result<Vec<u32>, RiskError> {
        if bins > BINS_MAX {
            return Err(RiskError::TooManyBins { limit: BINS_MAX, found: bins });
        }
        let last = bins.checked_sub(1).ok_or(RiskError::TooFew { expected: 1, found: 0 })?;
        let mut counts = vec![0; bins as usize];
        counts[0] = self.done - count(self.losses.len())?;
        for loss in &self.losses {
            let place = if *loss > 0.0 { loss / self.worst * f64::from(bins) } else { 0.0 };
            counts[(place as u32).min(last) as usize] += 1;
        }
        Ok(counts)
    }
}

/// A number from 0 to below 1, of 53 bits.
fn draw(generator: &mut Generator) -> f64 {
    (generator.draw() >> 11) as f64 / (1_u64 << 53) as f64
}
