//! The nodes of a network by what their failure costs others: by clearing, where losses spread by default alone, and by
//! linear DebtRank, where they spread before.

use super::{Exposures, NEGLIGIBLE, Network, Recovery, RiskError, StressTest, check_finite, count};

/// Two rankings of the same nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// What all others lose if a node alone loses what it has outside: other owners and creditors outside, in units of
    /// account. What its own owners lose is left out, as DebtRank leaves it out.
    pub losses: Vec<f64>,
    /// The rank of each by that; 1 is the worst, and equal ones share the mean of theirs.
    pub loss_ranks: Vec<f64>,
    /// Linear DebtRank if a node alone loses all its equity, by share of all assets.
    pub debt_ranks: Vec<f64>,
    /// The rank of each by that.
    pub distress_ranks: Vec<f64>,
}

impl Ranking {
    /// Ranks the nodes of a network, at least one.
    ///
    /// Refuses one without any assets. Fails as [`super::rogers_veraart`] and [`Exposures::linear_debt_rank`] do.
    pub fn new(network: &Network, recovery: Recovery) -> Result<Self, RiskError> {
        let mut stress = StressTest::new(network.clone(), recovery)?;
        let mut losses = Vec::new();
        for node in 0..network.claims().nodes() {
            let struck = stress.strike(&[node])?;
            let node = node as usize;
            let own = stress.before().equity[node] - struck.clearing.equity[node];
            losses.push((struck.loss.equity + struck.loss.outside - own).max(0.0));
        }
        let mut debt_ranks = vec![0.0; losses.len()];
        for (node, debt_rank) in Exposures::of(network)?.systemic_ranking()? {
            debt_ranks[node as usize] = debt_rank;
        }
        let (loss_ranks, distress_ranks) = (average_ranks(&losses)?, average_ranks(&debt_ranks)?);
        Ok(Self { losses, loss_ranks, debt_ranks, distress_ranks })
    }

    /// How far the two agree: Spearman's rank correlation, -1 to 1.
    ///
    /// Refuses fewer than two nodes, and a ranking in which all are equal.
    pub fn agreement(&self) -> Result<f64, RiskError> {
        correlation(&self.loss_ranks, &self.distress_ranks)
    }
}

impl Exposures {
    /// Nodes that bear losses with what they are worth if all is paid, and count by what they have: outside, and claims
    /// at face value.
    ///
    /// Refuses a network without any assets.
    pub fn of(network: &Network) -> Result<Self, RiskError> {
        let equity = network.book_equity().iter().map(|equity| equity.max(0.0)).collect();
        let held = network.claims().held();
        let assets = network.sheets().iter().zip(held).map(|(sheet, held)| sheet.outside_assets + held);
        Self::new(network.claims().clone(), equity, assets.collect())
    }
}

/// The rank of each value, the largest first, from 1. Values tie that are nearer to the next than rounding is (1e-12 of
/// the largest), and share the mean of their ranks.
///
/// Refuses values that are infinite or not a number.
pub fn average_ranks(values: &[f64]) -> Result<Vec<f64>, RiskError> {
    values.iter().try_for_each(|value| check_finite(*value))?;
    count(values.len())?;
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(libm::fabs(*value)));
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    let mut ranks = vec![0.0; values.len()];
    let mut before: u32 = 0;
    for tied in order.chunk_by(|a, b| values[*a] - values[*b] <= NEGLIGIBLE * largest) {
        let size = count(tied.len())?;
        let rank = f64::from(before) + (f64::from(size) + 1.0) / 2.0;
        for node in tied {
            ranks[*node] = rank;
        }
        before += size;
    }
    Ok(ranks)
}

/// Spearman's rank correlation: Pearson's of the ranks, ties averaged; -1 to 1.
///
/// Refuses values that are not finite, fewer than two, lists of different lengths, and a list of equal values.
pub fn spearman(first: &[f64], second: &[f64]) -> Result<f64, RiskError> {
    correlation(&average_ranks(first)?, &average_ranks(second)?)
}

/// Pearson's correlation of ranks, whose mean depends on their number alone.
fn correlation(first: &[f64], second: &[f64]) -> Result<f64, RiskError> {
    let (expected, found) = (count(first.len())?, count(second.len())?);
    if expected != found {
        return Err(RiskError::Length { expected, found });
    }
    if found < 2 {
        return Err(RiskError::TooFew { expected: 2, found });
    }
    let mean = (f64::from(found) + 1.0) / 2.0;
    let moment = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
    let spread = moment(first, first) * moment(second, second);
    if spread == 0.0 {
        return Err(RiskError::AllEqual);
    }
    Ok((moment(first, second) / libm::sqrt(spread)).clamp(-1.0, 1.0))
}
