//! The cascade of defaults: losses are passed on by those who default, and by nobody before.

use super::{
    Exposures, NEGLIGIBLE, RiskError, check_share,
    engine::{Valuation, Worth, settle},
};

/// Who defaults.
#[derive(Clone, Debug, PartialEq)]
pub struct Cascade {
    /// Who defaults by the shock itself.
    pub struck: Vec<u32>,
    /// Who defaults when those have, who then, and so on.
    pub waves: Vec<Vec<u32>>,
    /// What is left to each.
    pub equity: Vec<f64>,
}

impl Exposures {
    /// The cascade (Furfine, "Interbank Exposures: Quantifying the Risk of Contagion", 2003) after each node has lost a
    /// share `shock` of its equity. Whoever has none left defaults, and its creditors get a share `recovery` of what it
    /// owes; who begins without equity defaults at once.
    pub fn default_cascade(&self, shock: &[f64], recovery: f64) -> Result<Cascade, RiskError> {
        self.check_shock(shock)?;
        check_share(recovery)?;
        let threshold = Threshold { equity: &self.equity, shock, recovery };
        let settled = settle(&self.claims, &threshold, 0.0)?;
        // Nothing is passed on before the first default: who is in the first wave is there by the shock.
        let mut waves = settled.waves.into_iter();
        let struck = waves.next().unwrap_or_default();
        let equity = settled.worth.iter().map(|worth| worth.equity.max(0.0)).collect();
        Ok(Cascade { struck, waves: waves.collect(), equity })
    }
}

/// A claim is paid in full, or in part after default.
struct Threshold<'a> {
    equity: &'a [f64],
    shock: &'a [f64],
    recovery: f64,
}

impl Valuation for Threshold<'_> {
    fn own(&self, node: usize, _: bool) -> f64 {
        self.equity[node] * (1.0 - self.shock[node])
    }

    fn claim(&self, _: usize, _: Worth, failed: bool) -> f64 {
        if failed { self.recovery - 1.0 } else { 0.0 }
    }

    fn fails(&self, node: usize, equity: f64) -> bool {
        equity <= NEGLIGIBLE * self.equity[node]
    }

    fn is_fixed(&self, _: usize, _: bool) -> bool {
        true
    }
}
