//! What the theory says of special networks, computed by hand.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{super::*, assert_near, debt, exposures, network};
use alloy_primitives::U256;

#[test]
fn claims_are_read_from_both_sides() {
    let debts = [debt(2, 0, 1.0), debt(0, 1, 2.0), debt(2, 0, 0.5), debt(1, 0, 0.0), debt(0, 0, 0.0)];
    let claims = Claims::new(4, debts).unwrap();
    assert_eq!(claims.debts(), [debt(2, 0, 1.5), debt(0, 1, 2.0)]);
    assert_eq!(claims.held_by(0), [debt(2, 0, 1.5)]);
    assert_eq!(claims.owed_by(0), [debt(0, 1, 2.0)]);
    assert_eq!((claims.held(), claims.owed()), (vec![1.5, 2.0, 0.0, 0.0], vec![2.0, 0.0, 1.5, 0.0]));
    assert!(claims.held_by(3).is_empty() && claims.owed_by(3).is_empty());
}

/// Four rollups have 8, a claim of 25 on a bridge, and owe their users 20: they stand while the bridge pays 12 of 25.
#[test]
fn rollups_fall_where_a_bridge_recovers_less_than_48_of_100() {
    let waves_at = |bridge_assets: f64| {
        let mut sheets = vec![Sheet { outside_assets: bridge_assets, ..Sheet::default() }];
        sheets.extend([Sheet { outside_assets: 8.0, outside_debts: 20.0, senior_debts: 0.0 }; 4]);
        let claims = Claims::new(5, (1..5).map(|rollup| debt(0, rollup, 25.0))).unwrap();
        eisenberg_noe(&Network::new(claims, sheets).unwrap()).unwrap().waves
    };
    assert!(waves_at(100.0).is_empty());
    assert_eq!(waves_at(48.0), [[0]]);
    assert_eq!(waves_at(48.0 - 1e-6), [vec![0], vec![1, 2, 3, 4]]);
}

#[test]
fn nobody_owes_or_nobody_is_there() {
    let none = eisenberg_noe(&network(&[], &[])).unwrap();
    assert_eq!((none.payments.len(), none.waves.len()), (0, 0));
    let alone = eisenberg_noe(&network(&[3.0, 0.0], &[])).unwrap();
    assert_eq!((alone.payments, alone.equity), (vec![0.0, 0.0], vec![3.0, 0.0]));
    assert!(alone.waves.is_empty());
}

#[test]
fn a_circle_without_assets_clears_itself() {
    // The greatest vector: all is netted. Beginning at nothing, nothing is ever paid, and that clears too.
    let circle = network(&[0.0; 3], &[debt(0, 1, 5.0), debt(1, 2, 5.0), debt(2, 0, 5.0)]);
    let found = eisenberg_noe(&circle).unwrap();
    assert_eq!((found.payments, found.waves.len()), (vec![5.0; 3], 0));
    let below = limit_from_below(&circle, Recovery::FULL).unwrap();
    assert_eq!(below, FromBelow { payments: vec![0.0; 3], is_clearing: true });
}

#[test]
fn parts_that_are_not_tied_do_not_touch() {
    let found = eisenberg_noe(&network(&[1.0, 0.0, 4.0, 0.0], &[debt(0, 1, 2.0), debt(2, 3, 4.0)])).unwrap();
    assert_eq!(found.payments, [1.0, 0.0, 4.0, 0.0]);
    assert_eq!((found.equity, found.waves), (vec![0.0, 1.0, 0.0, 4.0], vec![vec![0]]));
}

#[test]
fn who_is_senior_is_paid_first() {
    let claims = Claims::new(2, [debt(0, 1, 4.0)]).unwrap();
    let pays = |outside_assets| {
        let debtor = Sheet { outside_assets, outside_debts: 4.0, senior_debts: 3.0 };
        let network = Network::new(claims.clone(), vec![debtor, Sheet::default()]).unwrap();
        let found = eisenberg_noe(&network).unwrap();
        (found.payments[0], found.to_outside[0], found.equity[1], found.waves.len())
    };
    assert_eq!(pays(11.0), (8.0, 7.0, 4.0, 0));
    assert_eq!(pays(7.0), (4.0, 5.0, 2.0, 1));
    assert_eq!(pays(2.0), (0.0, 2.0, 0.0, 1));
}

/// Rogers and Veraart, example 3.3: with 2 owed the limit from below is no clearing vector, with 2.2 it is the least.
#[test]
fn who_begins_at_nothing_may_end_nowhere() {
    let half = Recovery::new(0.5, 0.5).unwrap();
    let below = |owed: f64| {
        let network = network(&[1.0, 1.0], &[debt(0, 1, owed), debt(1, 0, owed)]);
        let greatest = rogers_veraart(&network, half).unwrap().payments;
        assert_eq!(greatest, [owed, owed]);
        limit_from_below(&network, half).unwrap()
    };
    let limit = below(2.0);
    assert_near(&limit.payments, &[1.0, 1.0]);
    assert!(!limit.is_clearing);
    assert!(below(2.2).is_clearing);
    // With less owed both recover on the way.
    assert_eq!(below(1.5), FromBelow { payments: vec![1.5, 1.5], is_clearing: true });
}

#[test]
fn costs_of_default_reach_who_would_stand_without() {
    let network = network(&[3.0, 0.0, 0.0], &[debt(0, 1, 4.0), debt(1, 2, 3.0)]);
    assert_eq!(eisenberg_noe(&network).unwrap().waves, [[0]]);
    let costly = rogers_veraart(&network, Recovery::new(0.5, 1.0).unwrap()).unwrap();
    assert_eq!(costly.waves, [[0], [1]]);
    assert_eq!((costly.costs, costly.equity), (vec![1.5, 0.0, 0.0], vec![0.0, 0.0, 1.5]));
}

#[test]
fn owning_each_other_whole_has_no_value() {
    let whole = Holdings::new(Claims::new(2, [debt(0, 1, 1.0), debt(1, 0, 1.0)]).unwrap()).unwrap();
    let found = whole.values(&[1.0, 1.0], &[0.0, 0.0], &[0.0, 0.0]);
    assert!(matches!(found, Err(RiskError::NotConverged { iterations: 100_000, .. })), "{found:?}");
    let found = whole.values(&[0.0, 0.0], &[0.0, 0.0], &[0.0, 0.0]).unwrap();
    assert_eq!((found.values, found.waves.len()), (vec![0.0, 0.0], 0));
}

/// A quarter of a third: what is owned through others counts once.
#[test]
fn shares_of_shares_add_up() {
    let chain = Holdings::new(Claims::new(3, [debt(0, 1, 0.25), debt(1, 2, 0.5)]).unwrap()).unwrap();
    let rows = dependency(&chain).unwrap();
    assert_eq!(rows, [[0.75, 0.0, 0.0], [0.125, 0.5, 0.0], [0.125, 0.5, 1.0]]);
}

#[test]
fn who_has_no_equity_is_distressed_by_any_loss_and_by_none_without() {
    let exposures = exposures(&[1.0, 0.0, 2.0], &[debt(0, 1, 0.5), debt(1, 2, 1.0)]);
    assert_eq!(exposures.linear_debt_rank(&[0.0; 3]).unwrap().lost, [0.0; 3]);
    assert_near(&exposures.linear_debt_rank(&[0.01, 0.0, 0.0]).unwrap().lost, &[0.01, 1.0, 0.5]);
    assert_eq!(exposures.linear_debt_rank(&[0.0, 0.5, 0.0]).unwrap().lost, [0.0, 0.5, 0.25]);
    assert_near(&exposures.debt_rank(&[0.1, 0.0, 0.0]).unwrap().lost, &[0.1, 0.1, 0.05]);
    let cascade = exposures.default_cascade(&[0.0; 3], 0.0).unwrap();
    assert_eq!((cascade.struck, cascade.waves.len()), (vec![1], 0));
}

#[test]
fn a_cascade_stops_where_enough_is_recovered() {
    let exposures = exposures(&[1.0, 2.0, 3.0], &[debt(0, 1, 4.0), debt(1, 2, 3.0)]);
    let shock = [1.0, 0.0, 0.0];
    let waves = |recovery| exposures.default_cascade(&shock, recovery).unwrap().waves;
    assert_eq!(waves(0.0), [[1], [2]]);
    assert_eq!(waves(0.5), [[1]]);
    assert!(waves(0.5 + 1e-6).is_empty());
    let found = exposures.default_cascade(&shock, 0.5).unwrap();
    assert_eq!((found.struck, found.equity), (vec![0], vec![0.0, 0.0, 1.5]));
}

#[test]
fn shapes_turn_at_the_threshold() {
    let (shock, owed) = shock_thresholds(6, 1.0).unwrap();
    let count = |shape, shock| default_count(shape, 6, 4.0 * owed, 1.0, shock).unwrap();
    assert_eq!((count(Shape::Ring, shock - 0.1), count(Shape::Complete, shock - 0.1)), (5, 1));
    assert_eq!((count(Shape::Ring, shock + 0.1), count(Shape::Complete, shock + 0.1)), (6, 6));
    assert_eq!(count(Shape::Cliques(3), shock + 0.1), 2);
    assert_eq!(count(Shape::Complete, 0.0), 0);
}

#[test]
fn prices_fall_by_what_must_be_sold_alone() {
    assert_eq!(fire_sale(&[], 0.1, 1.0).unwrap(), FireSale { price: 1.0, sales: vec![] });
    let safe = Holder { cash: 5.0, units: 10.0, claims: 0.0, debts: 3.0 };
    let broke = Holder { cash: 0.0, units: 10.0, claims: 0.0, debts: 11.0 };
    let found = fire_sale(&[safe, broke], 0.1, 0.01).unwrap();
    assert_near(&[found.price], &[libm::exp(-0.1)]);
    assert_eq!(found.sales, [0.0, 10.0]);
    // Claims are at risk too: of 15 with equity 1, at a tenth, 5 units must go.
    let lender = Holder { cash: 0.0, units: 10.0, claims: 5.0, debts: 14.0 };
    assert_eq!(fire_sale(&[lender], 0.1, 0.0).unwrap(), FireSale { price: 1.0, sales: vec![5.0] });
    // A price of nothing: what is kept must be worth something still, or all is sold.
    let found = fire_sale(&[broke, Holder { units: 1.0, ..Holder::default() }], 0.1, 1e9).unwrap();
    assert_eq!((found.price, found.sales), (0.0, vec![10.0, 1.0]));
}

#[test]
fn a_loss_beyond_what_is_on_the_rollup_reaches_the_others() {
    let found = allocate_loss(1000.0, 250.0, 400.0).unwrap();
    assert_eq!((found.backing, found.uniform, found.local, found.elsewhere), (0.6, 0.4, 1.0, 0.2));
    let found = allocate_loss(1000.0, 0.0, 100.0).unwrap();
    assert_eq!((found.local, found.elsewhere), (0.0, 0.1));
    let found = allocate_loss(1000.0, 1000.0, 1000.0).unwrap();
    assert_eq!((found.backing, found.local, found.elsewhere), (0.0, 1.0, 0.0));
}

#[test]
fn runs_pay_no_more_than_there_is_or_is_claimed() {
    let units = |amounts: &[u64]| amounts.iter().map(|amount| U256::from(*amount)).collect::<Vec<_>>();
    let locked = U256::from(50);
    assert_eq!(first_come(locked, &units(&[30, 30, 20])), units(&[30, 20, 0]));
    assert_eq!(pro_rata(locked, &units(&[30, 30, 20])), Some(units(&[18, 18, 12])));
    assert_eq!(pro_rata(locked, &units(&[7, 3])), Some(units(&[7, 3])));
    assert_eq!(pro_rata(locked, &units(&[0, 0])), Some(units(&[0, 0])));
    assert_eq!(pro_rata(U256::MAX, &[U256::MAX]), Some(vec![U256::MAX]));
    assert_eq!(pro_rata(locked, &[U256::MAX, U256::MAX]), None);
}

#[test]
fn outages_are_counted() {
    assert_eq!(independent_outages(&[]).unwrap(), [1.0]);
    assert_eq!(independent_outages(&[0.5, 0.25]).unwrap(), [0.375, 0.5, 0.125]);
    assert_eq!(independent_outages(&[1.0, 0.0, 1.0]).unwrap(), [0.0, 0.0, 1.0, 0.0]);
    assert_eq!(tail(&[0.375, 0.5, 0.125], 1), 0.625);
    assert_eq!(tail(&[0.375, 0.5, 0.125], 3), 0.0);
    let found = common_mode(3, 0.5, 4).unwrap();
    assert_eq!((found.independent_tail, found.shared_tail), (0.0, 0.0));
    assert_eq!(common_mode(3, 0.5, 0).unwrap().shared_tail, 1.0);
}
