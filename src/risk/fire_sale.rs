//! Losses through prices: who must sell lowers what everybody else has.

use super::{NEGLIGIBLE, RiskError, check_amount, check_amounts, check_finite, check_share, count};

/// Improvements after which a price is given up.
const STEPS_MAX: u32 = 100_000;

/// What somebody holds who must keep a ratio of equity to what is at risk.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Holder {
    /// What is safe and liquid, in units of account.
    pub cash: f64,
    /// How many units it has of the asset whose price falls. One is worth 1 at first.
    pub units: f64,
    /// What others owe it, at what they pay.
    pub claims: f64,
    /// What it owes.
    pub debts: f64,
}

/// Where sales end.
#[derive(Clone, Debug, PartialEq)]
pub struct FireSale {
    /// What a unit is worth then; 1 at first.
    pub price: f64,
    /// How many units each sells.
    pub sales: Vec<f64>,
}

/// The highest price at which nobody must sell more (Cifuentes, Ferrucci and Shin, "Liquidity Risk and Contagion",
/// 2005): a price `exp(-depth * sales)`; each sells the least that brings equity to `ratio` of what it has in units and
/// claims, and all it has if that is not enough.
///
/// Refuses a ratio of 0 or above 1. Fails with [`RiskError::NotConverged`] where the price falls too slowly to see
/// where it ends.
pub fn fire_sale(holders: &[Holder], ratio: f64, depth: f64) -> Result<FireSale, RiskError> {
    check_share(ratio)?;
    check_amount(depth)?;
    if ratio == 0.0 {
        return Err(RiskError::Zero);
    }
    for holder in holders {
        check_amounts(4, &[holder.cash, holder.units, holder.claims, holder.debts])?;
    }
    check_finite(holders.iter().map(|holder| holder.units).sum())?;
    let sales_at = |price: f64| -> Vec<f64> { holders.iter().map(|one| one.sale(price, ratio)).collect() };
    let (mut price, mut residual) = (1.0, 0.0);
    for _ in 0..STEPS_MAX {
        let sales = sales_at(price);
        let next = libm::exp(-depth * sales.iter().sum::<f64>());
        // From above it falls until it is there.
        if next >= price {
            return Ok(FireSale { price, sales });
        }
        residual = price - next;
        price = next;
    }
    Err(RiskError::NotConverged { iterations: STEPS_MAX, residual })
}

impl Holder {
    fn sale(&self, price: f64, ratio: f64) -> f64 {
        let equity = price * self.units + self.cash + self.claims - self.debts;
        if equity <= 0.0 {
            return self.units;
        }
        // What may be kept, in units of account.
        let kept = equity / ratio - self.claims;
        if kept <= 0.0 {
            self.units
        } else if kept < price * self.units {
            self.units - kept / price
        } else {
            0.0
        }
    }
}

/// Banks that keep their leverage, and hold the same assets in other shares.
#[derive(Clone, Debug, PartialEq)]
pub struct Portfolios {
    assets: Vec<f64>,
    equity: Vec<f64>,
    /// Of each bank, the share of its assets in each asset.
    shares: Vec<Vec<f64>>,
    /// Of each asset, the fall of its price for a unit of account sold.
    illiquidity: Vec<f64>,
}

/// What selling to keep leverage costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Deleveraging {
    /// What the shock itself does to all assets, in units of account; a loss is below zero, here as below.
    pub direct: f64,
    /// What is sold of each asset.
    pub sales: Vec<f64>,
    /// By what share its price moves.
    pub price_moves: Vec<f64>,
    /// Aggregate vulnerability: what the moves cost all banks, by all their equity.
    pub vulnerability: f64,
    /// What the sales of each bank add to that.
    pub systemicness: Vec<f64>,
    /// What the moves cost each bank, by its equity.
    pub indirect: Vec<f64>,
}

impl Portfolios {
    /// Banks with assets and equity in units of account, equity above 0; the shares of each bank sum to at most 1.
    pub fn new(
        assets: Vec<f64>,
        equity: Vec<f64>,
        shares: Vec<Vec<f64>>,
        illiquidity: Vec<f64>,
    ) -> Result<Self, RiskError> {
        check_amounts(assets.len(), &assets)?;
        check_amounts(assets.len(), &equity)?;
        check_amounts(illiquidity.len(), &illiquidity)?;
        if shares.len() != assets.len() {
            return Err(RiskError::Length { expected: count(assets.len())?, found: count(shares.len())? });
        }
        for row in &shares {
            check_amounts(illiquidity.len(), row)?;
            let found: f64 = row.iter().sum();
            if found > 1.0 + NEGLIGIBLE {
                return Err(RiskError::TooLarge { limit: 1.0, found });
            }
        }
        for (assets, equity) in assets.iter().zip(&equity) {
            if *equity == 0.0 {
                return Err(RiskError::Zero);
            }
            if equity > assets {
                return Err(RiskError::TooLarge { limit: *assets, found: *equity });
            }
        }
        if assets.is_empty() {
            return Err(RiskError::TooFew { expected: 1, found: 0 });
        }
        Ok(Self { assets, equity, shares, illiquidity })
    }
}

/// One round of sales after the price of each asset has moved by a share `shock` of at least -1 (Greenwood, Landier and
/// Thesmar, "Vulnerable Banks", 2015): banks sell, or buy, what brings their leverage back, each of what it has.
pub fn deleveraging(portfolios: &Portfolios, shock: &[f64]) -> Result<Deleveraging, RiskError> {
    let Portfolios { assets, equity, shares, illiquidity } = portfolios;
    let raised: Vec<f64> = shock.iter().map(|share| share + 1.0).collect();
    check_amounts(illiquidity.len(), &raised)?;
    let on = |row: &[f64], moves: &[f64]| row.iter().zip(moves).map(|(share, by)| share * by).sum::<f64>();
    let banks = || 0..assets.len();
    let all_equity: f64 = equity.iter().sum();
    let gains: Vec<f64> = banks().map(|bank| assets[bank] * on(&shares[bank], shock)).collect();
    // What each trades in all: its gain by its debts over its equity.
    let traded: Vec<f64> =
        banks().map(|bank| gains[bank] * (assets[bank] - equity[bank]) / equity[bank]).collect();
    let each_asset = |of: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..illiquidity.len()).map(of).collect() };
    let sales = each_asset(&|asset| banks().map(|bank| shares[bank][asset] * traded[bank]).sum());
    let price_moves = each_asset(&|asset| illiquidity[asset] * sales[asset]);
    // What all hold of an asset: what a move of its price costs all.
    let held = each_asset(&|asset| banks().map(|bank| assets[bank] * shares[bank][asset]).sum());
    let costs: Vec<f64> = banks().map(|bank| assets[bank] * on(&shares[bank], &price_moves)).collect();
    let systemicness = |bank: usize| {
        let adds = |asset: usize| held[asset] * illiquidity[asset] * shares[bank][asset] * traded[bank];
        (0..illiquidity.len()).map(adds).sum::<f64>() / all_equity
    };
    Ok(Deleveraging {
        direct: gains.iter().sum(),
        vulnerability: costs.iter().sum::<f64>() / all_equity,
        systemicness: banks().map(systemicness).collect(),
        indirect: costs.iter().zip(equity).map(|(cost, equity)| cost / equity).collect(),
        sales,
        price_moves,
    })
}
