//! What everybody pays when not all can pay.

use super::{
    Claims, NEGLIGIBLE, RiskError, check_amount, check_finite, check_share, count,
    engine::{Settled, Valuation, Worth, resettle, settle},
};

/// What a node has and owes besides its debts and claims within the network, in units of account.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sheet {
    /// What it has.
    pub outside_assets: f64,
    /// What it owes outside, of the same rank as what it owes within.
    pub outside_debts: f64,
    /// What it owes outside and pays before everything else.
    pub senior_debts: f64,
}

impl Sheet {
    /// What a node is worth that is owed `held` within and owes `owed` of what is not senior, if all is paid.
    fn book_equity(&self, held: f64, owed: f64) -> f64 {
        self.outside_assets + held - self.senior_debts - owed
    }
}

/// Balance sheets that are tied by debts.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    claims: Claims,
    sheets: Vec<Sheet>,
    /// What each owes within and outside, but for what is senior.
    owed: Vec<f64>,
    /// What each is owed within.
    held: Vec<f64>,
    /// What each is worth if all is paid.
    book_equity: Vec<f64>,
}

impl Network {
    /// A network; one sheet for each node.
    pub fn new(claims: Claims, sheets: Vec<Sheet>) -> Result<Self, RiskError> {
        if sheets.len() != claims.nodes() as usize {
            return Err(RiskError::Length { expected: claims.nodes(), found: count(sheets.len())? });
        }
        let mut total: f64 = claims.debts().iter().map(|debt| debt.amount).sum();
        for sheet in &sheets {
            for amount in [sheet.outside_assets, sheet.outside_debts, sheet.senior_debts] {
                check_amount(amount)?;
                total += amount;
            }
        }
        check_finite(total)?;
        let owed: Vec<f64> =
            claims.owed().iter().zip(&sheets).map(|(within, sheet)| within + sheet.outside_debts).collect();
        let held = claims.held();
        let book = |(node, sheet): (usize, &Sheet)| sheet.book_equity(held[node], owed[node]);
        let book_equity = sheets.iter().enumerate().map(book).collect();
        Ok(Self { claims, sheets, owed, held, book_equity })
    }

    /// Leaves a node so much outside; at most what it began with, so that all sums stay finite.
    pub(super) fn leave_outside_assets(&mut self, node: u32, amount: f64) {
        let node = node as usize;
        self.sheets[node].outside_assets = amount;
        self.book_equity[node] = self.sheets[node].book_equity(self.held[node], self.owed[node]);
    }

    /// The debts within.
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// What each has and owes besides.
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// What each node is worth if everybody pays everything.
    pub fn book_equity(&self) -> &[f64] {
        &self.book_equity
    }
}

/// What a default leaves of what the defaulter has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recovery {
    alpha: f64,
    beta: f64,
}

impl Recovery {
    /// Default costs nothing.
    pub const FULL: Self = Self { alpha: 1.0, beta: 1.0 };

    /// A share `alpha` of what it has outside and a share `beta` of what others pay it, each 0 to 1.
    pub fn new(alpha: f64, beta: f64) -> Result<Self, RiskError> {
        check_share(alpha)?;
        check_share(beta)?;
        Ok(Self { alpha, beta })
    }
}

/// What is paid.
#[derive(Clone, Debug, PartialEq)]
pub struct Clearing {
    /// What each node pays of what is not senior, within and outside.
    pub payments: Vec<f64>,
    /// What is left to each.
    pub equity: Vec<f64>,
    /// What each pays outside, senior debts included.
    pub to_outside: Vec<f64>,
    /// What the default of each destroys.
    pub costs: Vec<f64>,
    /// Who defaults at first, who when those have, and so on.
    pub waves: Vec<Vec<u32>>,
}

/// The greatest clearing vector without costs of default (Eisenberg and Noe, "Systemic Risk in Financial Systems",
/// 2001; what is senior is netted as by Acemoglu and others): the greatest `p` with
/// `p_i = max(0, min(owed_i, assets_i - senior_i + Σ_j share_ji p_j))`.
///
/// Fails with [`RiskError::NotConverged`] where payments travel round in circles that next to nothing leaves.
pub fn eisenberg_noe(network: &Network) -> Result<Clearing, RiskError> {
    rogers_veraart(network, Recovery::FULL)
}

/// The greatest clearing vector with costs of default (Rogers and Veraart, "Failure and Rescue in an Interbank
/// Network", 2013): whoever can't pay in full pays `alpha` of its outside assets and `beta` of what it is paid. There
/// may be other clearing vectors; none pays anybody more.
///
/// Fails as [`eisenberg_noe`] does.
pub fn rogers_veraart(network: &Network, recovery: Recovery) -> Result<Clearing, RiskError> {
    Ok(Cleared::new(network, recovery)?.clearing(network))
}

/// What everybody pays, as a beginning for what they pay when some have less.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cleared {
    recovery: Recovery,
    settled: Settled,
}

impl Cleared {
    /// Fails as [`eisenberg_noe`] does.
    pub(super) fn new(network: &Network, recovery: Recovery) -> Result<Self, RiskError> {
        let settled = settle(&network.claims, &Waterfall::new(network, recovery), 0.0)?;
        Ok(Self { recovery, settled })
    }

    /// The same for the network in which these nodes have less outside, to the last bit as if cleared from the beginning;
    /// but who defaulted comes first in the waves.
    pub(super) fn after(&self, network: &Network, nodes: &[u32]) -> Result<Self, RiskError> {
        let mut stale = vec![false; network.sheets.len()];
        for node in nodes {
            stale[*node as usize] = true;
        }
        let waterfall = Waterfall::new(network, self.recovery);
        let settled = resettle(&network.claims, &waterfall, self.settled.clone(), stale)?;
        Ok(Self { recovery: self.recovery, settled })
    }

    pub(super) fn clearing(self, network: &Network) -> Clearing {
        let Self { recovery, settled } = self;
        let waterfall = Waterfall::new(network, recovery);
        let nodes = network.sheets.len();
        let mut clearing = Clearing {
            payments: waterfall.payments(&settled.claims),
            equity: vec![0.0; nodes],
            to_outside: vec![0.0; nodes],
            costs: vec![0.0; nodes],
            waves: settled.waves,
        };
        for (node, sheet) in network.sheets.iter().enumerate() {
            let (owed, payment) = (network.owed[node], clearing.payments[node]);
            let worth = settled.worth[node];
            let senior = if settled.failed[node] {
                let received = waterfall.received(node, worth);
                let left = waterfall.left(node, received);
                clearing.costs[node] = sheet.outside_assets + received - left;
                sheet.senior_debts.min(left)
            } else {
                clearing.equity[node] = worth.equity.max(0.0);
                sheet.senior_debts
            };
            let outside = if owed > 0.0 { payment * (sheet.outside_debts / owed) } else { 0.0 };
            clearing.to_outside[node] = senior + outside;
        }
        clearing
    }
}

/// Where payments tend that begin at nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct FromBelow {
    /// What each node pays in the limit.
    pub payments: Vec<f64>,
    /// Whether that is a clearing vector, and then the least: with costs of default the limit may be none, since who
    /// could just pay in full would pay more.
    pub is_clearing: bool,
}

/// The limit of paying from what has been paid, from nothing on. Where it is below the greatest clearing vector, what is
/// paid depends on what everybody expects (Rogers and Veraart 2013, example 3.3).
///
/// Fails as [`eisenberg_noe`] does.
pub fn limit_from_below(network: &Network, recovery: Recovery) -> Result<FromBelow, RiskError> {
    let waterfall = Waterfall::new(network, recovery);
    let settled = settle(&network.claims, &Rising(&waterfall), -1.0)?;
    let agrees = |node: usize| {
        let worth = settled.worth[node];
        let value = waterfall.claim(node, worth, waterfall.fails(node, worth.equity));
        libm::fabs(value - settled.claims[node]) <= NEGLIGIBLE
    };
    let is_clearing = (0..network.sheets.len()).all(agrees);
    Ok(FromBelow { payments: waterfall.payments(&settled.claims), is_clearing })
}

/// Equity as if owners made up for what is missing, and claims less what is lost of each unit.
struct Waterfall<'a> {
    sheets: &'a [Sheet],
    owed: &'a [f64],
    held: &'a [f64],
    book_equity: &'a [f64],
    recovery: Recovery,
}

impl<'a> Waterfall<'a> {
    fn new(network: &'a Network, recovery: Recovery) -> Self {
        let Network { sheets, owed, held, book_equity, .. } = network;
        Self { sheets, owed, held, book_equity, recovery }
    }

    /// What others have paid to a node, whatever it has outside.
    #[inline(always)]
    fn received(&self, node: usize, worth: Worth) -> f64 {
        (self.held[node] + worth.claims).max(0.0)
    }

    /// What default leaves to creditors.
    #[inline(always)]
    fn left(&self, node: usize, received: f64) -> f64 {
        self.recovery.alpha * self.sheets[node].outside_assets + self.recovery.beta * received
    }

    fn payments(&self, claims: &[f64]) -> Vec<f64> {
        self.owed.iter().zip(claims).map(|(owed, claim)| owed * (1.0 + claim)).collect()
    }

    /// What counts as nothing beside what a node owes.
    fn negligible(&self, node: usize) -> f64 {
        NEGLIGIBLE * (self.owed[node] + self.sheets[node].senior_debts)
    }
}

impl Valuation for Waterfall<'_> {
    #[inline(always)]
    fn own(&self, node: usize, _: bool) -> f64 {
        self.book_equity[node]
    }

    #[inline(always)]
    fn claim(&self, node: usize, worth: Worth, failed: bool) -> f64 {
        if self.is_fixed(node, failed) {
            return 0.0;
        }
        let owed = self.owed[node];
        let left = self.left(node, self.received(node, worth));
        ((left - self.sheets[node].senior_debts) / owed).clamp(0.0, 1.0) - 1.0
    }

    fn fails(&self, node: usize, equity: f64) -> bool {
        equity < -self.negligible(node)
    }

    #[inline(always)]
    fn is_fixed(&self, node: usize, failed: bool) -> bool {
        !failed || self.owed[node] == 0.0
    }
}

/// The same from below: to fail is to recover.
struct Rising<'a>(&'a Waterfall<'a>);

impl Valuation for Rising<'_> {
    fn own(&self, node: usize, _: bool) -> f64 {
        self.0.book_equity[node]
    }

    fn claim(&self, node: usize, worth: Worth, recovered: bool) -> f64 {
        self.0.claim(node, worth, !recovered)
    }

    fn fails(&self, node: usize, equity: f64) -> bool {
        equity > self.0.negligible(node)
    }

    fn is_fixed(&self, node: usize, recovered: bool) -> bool {
        self.0.is_fixed(node, !recovered)
    }
}
