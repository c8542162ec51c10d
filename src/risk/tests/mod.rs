//! Tests of the models: published cases, what theory says of special ones, random networks, and refusals.

mod analysis;
mod cases;
#[cfg(not(target_arch = "wasm32"))]
mod properties;
mod refusals;
mod theory;

use super::*;

fn debt(debtor: u32, creditor: u32, amount: f64) -> Debt {
    Debt { debtor, creditor, amount }
}

/// What nodes have outside, and what is owed within.
fn network(outside_assets: &[f64], debts: &[Debt]) -> Network {
    let claims = Claims::new(outside_assets.len() as u32, debts.iter().copied()).unwrap();
    let sheet = |outside: &f64| Sheet { outside_assets: *outside, ..Sheet::default() };
    Network::new(claims, outside_assets.iter().map(sheet).collect()).unwrap()
}

/// Nodes that count by their equity.
fn exposures(equity: &[f64], debts: &[Debt]) -> Exposures {
    let claims = Claims::new(equity.len() as u32, debts.iter().copied()).unwrap();
    Exposures::new(claims, equity.to_vec(), vec![1.0; equity.len()]).unwrap()
}

#[track_caller]
fn assert_near(found: &[f64], expected: &[f64]) {
    let near = found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() <= 1e-9);
    assert!(found.len() == expected.len() && near, "expected {expected:?}, found {found:?}");
}
