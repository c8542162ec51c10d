//! Trials in which rollups fail at random: with the shared sequencer as a common cause, and beside it with the same
//! outages on average, but each by itself.

use super::{AnalysisOrder, Distribution, Subject, TrialsView, whole};
use crate::risk::{CommonCause, Failures, Measure, RiskError, StressTest, Trials};

/// Trials of both kinds between two looks at the time.
const SLICE: u32 = 100;
/// How often what the trials came to is worked out anew on the way, which takes time of its own: 40 times.
const VIEW_PERMILLE: u32 = 25;

/// The trials.
#[derive(Clone, Debug)]
pub(super) struct Random {
    together: Trials,
    /// None where nothing is shared.
    apart: Option<Trials>,
    mean_outages: f64,
    wanted: u32,
    /// What they had come to, and at how many thousandths.
    seen: Option<(u32, TrialsView)>,
}

impl Random {
    pub(super) fn new(subject: &Subject, order: &AnalysisOrder) -> Result<Self, RiskError> {
        let AnalysisOrder { rollup_fails, sequencer_fails, .. } = *order;
        let seed = subject.world.seed();
        let stress = StressTest::new(subject.exposed.network.clone(), subject.exposed.recovery)?;
        let alone = vec![0.0; subject.exposed.network.sheets().len()];
        // A rollup is several nodes, which fail together.
        let rollups = |probability: &dyn Fn(bool) -> f64| -> Vec<CommonCause> {
            let cause = |chain| CommonCause {
                probability: probability(subject.members.contains(chain)),
                nodes: subject.nodes(*chain),
            };
            subject.rollups.iter().map(cause).filter(|cause| !cause.nodes.is_empty()).collect()
        };
        let trials = |together: Vec<CommonCause>| {
            let failures = Failures { alone: alone.clone(), together };
            Trials::new(stress.clone(), failures, Measure::Total, seed)
        };
        let shared: Vec<u32> = subject.members.iter().flat_map(|chain| subject.nodes(*chain)).collect();
        // A member is up if neither it nor the sequencer fails.
        let either = 1.0 - (1.0 - rollup_fails) * (1.0 - sequencer_fails);
        let both = |is_member: bool| if is_member { either } else { rollup_fails };
        let mean_outages = subject.rollups.iter().map(|chain| both(subject.members.contains(chain))).sum();
        let mut together = rollups(&|_| rollup_fails);
        let mut apart = None;
        if !shared.is_empty() {
            together.push(CommonCause { probability: sequencer_fails, nodes: shared });
            apart = Some(trials(rollups(&both))?);
        }
        Ok(Self { together: trials(together)?, apart, mean_outages, wanted: order.trials, seen: None })
    }

    /// Does some trials more; tells whether all are done.
    pub(super) fn advance(&mut self) -> Result<bool, RiskError> {
        for trials in std::iter::once(&mut self.together).chain(&mut self.apart) {
            trials.advance(SLICE.min(self.wanted - trials.done()))?;
        }
        Ok(self.together.done() == self.wanted)
    }

    pub(super) fn progress_permille(&self) -> u32 {
        let permille = u64::from(self.together.done()) * 1000 / u64::from(self.wanted.max(1));
        u32::try_from(permille).unwrap_or(1000)
    }

    /// What they came to, and while they go on what they had come to a little before; none before the first.
    pub(super) fn view(&mut self, is_over: bool) -> Result<Option<TrialsView>, RiskError> {
        let permille = self.progress_permille();
        match &self.seen {
            Some((at, view)) if !is_over && permille < at + VIEW_PERMILLE => return Ok(Some(view.clone())),
            _ => {}
        }
        self.seen = self.work_out()?.map(|view| (permille, view));
        Ok(self.seen.as_ref().map(|(_, view)| view.clone()))
    }

    fn work_out(&self) -> Result<Option<TrialsView>, RiskError> {
        let Some(together) = distribution(&self.together)? else { return Ok(None) };
        let apart = self.apart.as_ref().map(distribution).transpose()?.flatten();
        Ok(Some(TrialsView {
            done: self.together.done(),
            wanted: self.wanted,
            mean_outages: self.mean_outages,
            worst: whole(self.together.worst()),
            together,
            apart,
        }))
    }
}

fn distribution(trials: &Trials) -> Result<Option<Distribution>, RiskError> {
    let Some(mean) = trials.mean() else { return Ok(None) };
    let mut quantiles = [0; Distribution::SHARES.len()];
    for (quantile, share) in quantiles.iter_mut().zip(Distribution::SHARES) {
        *quantile = whole(trials.quantile(f64::from(share) / 1000.0)?.unwrap_or_default());
    }
    Ok(Some(Distribution { mean: whole(mean), quantiles, bins: trials.histogram(Distribution::BINS)? }))
}
