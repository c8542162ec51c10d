//! How many rollups are down at once, with sequencers of their own and with one for all.

use super::{RiskError, check_share};

/// The distribution of how many are down if each fails by itself with its own probability: the probability of 0 down, of
/// 1, and so on up to all. The work grows with the square of their number.
pub fn independent_outages(probabilities: &[f64]) -> Result<Vec<f64>, RiskError> {
    let mut distribution = vec![1.0];
    for down in probabilities {
        check_share(*down)?;
        distribution.push(0.0);
        for count in (1..distribution.len()).rev() {
            distribution[count] = distribution[count] * (1.0 - down) + distribution[count - 1] * down;
        }
        distribution[0] *= 1.0 - down;
    }
    Ok(distribution)
}

/// The probability that at least so many are down.
pub fn tail(distribution: &[f64], at_least: u32) -> f64 {
    // The smallest first, so that they count.
    distribution.iter().skip(at_least as usize).rev().sum()
}

/// What a shared sequencer changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CommonMode {
    /// How many are down on average, either way.
    pub mean: f64,
    /// Probability that at least so many are down if each has a sequencer of its own.
    pub independent_tail: f64,
    /// The same if all have one: it fails, or nothing does.
    pub shared_tail: f64,
}

/// `rollups` whose sequencers each fail with a probability, against one for all that fails with the same: the
/// probabilities that `at_least` are down.
pub fn common_mode(rollups: u32, probability: f64, at_least: u32) -> Result<CommonMode, RiskError> {
    let each = vec![probability; rollups as usize];
    let independent_tail = tail(&independent_outages(&each)?, at_least);
    check_share(probability)?;
    let shared_tail = match at_least {
        0 => 1.0,
        _ if at_least <= rollups => probability,
        _ => 0.0,
    };
    Ok(CommonMode { mean: f64::from(rollups) * probability, independent_tail, shared_tail })
}
