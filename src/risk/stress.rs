//! What it costs, and whom, when nodes lose what they have outside.

use super::{Clearing, Network, Recovery, RiskError, clearing::Cleared};

/// What a shock costs against the same network without it, in units of account. All that is lost is what was taken
/// away and what the further defaults destroy: `equity + outside = taken + costs`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Loss {
    /// What the owners of all nodes lose.
    pub equity: f64,
    /// What those lose to whom nodes owe outside.
    pub outside: f64,
    /// What defaults destroy more than without it; below zero where what they would have destroyed is gone already.
    pub costs: f64,
}

/// Which part of a loss counts. None falls as more is taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// What all lose.
    #[default]
    Total,
    /// What the owners of nodes lose.
    Equity,
    /// What creditors outside lose.
    Outside,
}

impl Loss {
    /// The part that counts.
    pub fn by(&self, measure: Measure) -> f64 {
        match measure {
            Measure::Total => self.equity + self.outside,
            Measure::Equity => self.equity,
            Measure::Outside => self.outside,
        }
    }
}

/// A network after a shock.
#[derive(Clone, Debug, PartialEq)]
pub struct Stressed {
    /// What is lost.
    pub loss: Loss,
    /// What is paid.
    pub clearing: Clearing,
    /// Who defaults that would not have without it, wave by wave.
    pub fallen: Vec<u32>,
}

/// A network that is struck in many ways, each time from the same beginning.
#[derive(Clone, Debug, PartialEq)]
pub struct StressTest {
    network: Network,
    cleared: Cleared,
    before: Clearing,
    /// What each node has outside.
    assets: Vec<f64>,
    /// Whether each defaults without any shock.
    defaults: Vec<bool>,
}

impl StressTest {
    /// Clears a network of at least one node as it is.
    ///
    /// Fails as [`rogers_veraart`](super::rogers_veraart) does.
    pub fn new(network: Network, recovery: Recovery) -> Result<Self, RiskError> {
        if network.sheets().is_empty() {
            return Err(RiskError::TooFew { expected: 1, found: 0 });
        }
        let cleared = Cleared::new(&network, recovery)?;
        let before = cleared.clone().clearing(&network);
        let assets: Vec<f64> = network.sheets().iter().map(|sheet| sheet.outside_assets).collect();
        let mut defaults = vec![false; assets.len()];
        for node in before.waves.iter().flatten() {
            defaults[*node as usize] = true;
        }
        Ok(Self { network, cleared, before, assets, defaults })
    }

    /// The network, which no shock changes.
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// What is paid without any shock.
    pub const fn before(&self) -> &Clearing {
        &self.before
    }

    /// What follows if these nodes, in any order, lose all that they have outside.
    ///
    /// Refuses nodes that are not there. Fails as [`rogers_veraart`](super::rogers_veraart) does.
    pub fn strike(&mut self, nodes: &[u32]) -> Result<Stressed, RiskError> {
        let all = self.network.claims().nodes();
        if let Some(found) = nodes.iter().copied().find(|node| *node >= all) {
            return Err(RiskError::OutOfRange { nodes: all, found });
        }
        for node in nodes {
            self.network.leave_outside_assets(*node, 0.0);
        }
        let cleared = self.cleared.after(&self.network, nodes).map(|cleared| cleared.clearing(&self.network));
        for node in nodes {
            self.network.leave_outside_assets(*node, self.assets[*node as usize]);
        }
        let clearing = cleared?;
        let before = &self.before;
        let loss = Loss {
            // None is below zero but by rounding.
            equity: fall(&before.equity, &clearing.equity).max(0.0),
            outside: fall(&before.to_outside, &clearing.to_outside).max(0.0),
            costs: fall(&clearing.costs, &before.costs),
        };
        let defaults = clearing.waves.iter().flatten().copied();
        let fallen = defaults.filter(|node| !self.defaults[*node as usize]).collect();
        Ok(Stressed { loss, clearing, fallen })
    }
}

/// How much less there is after than before.
fn fall(before: &[f64], after: &[f64]) -> f64 {
    before.iter().zip(after).map(|(before, after)| before - after).sum()
}
