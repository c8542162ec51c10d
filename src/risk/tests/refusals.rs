//! What is refused, by name.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{super::*, debt, exposures, network};

#[test]
fn networks_that_are_none() {
    let claims = |debts: &[Debt]| Claims::new(2, debts.iter().copied()).unwrap_err();
    assert_eq!(claims(&[debt(0, 2, 1.0)]), RiskError::OutOfRange { nodes: 2, found: 2 });
    assert_eq!(claims(&[debt(7, 0, 0.0)]), RiskError::OutOfRange { nodes: 2, found: 7 });
    assert_eq!(claims(&[debt(1, 1, 1.0)]), RiskError::SelfOwing { node: 1 });
    assert_eq!(claims(&[debt(0, 1, -1.0)]), RiskError::Negative { found: -1.0 });
    assert!(matches!(claims(&[debt(0, 1, f64::NAN)]), RiskError::NotFinite { .. }));
    assert!(matches!(claims(&[debt(0, 1, f64::INFINITY)]), RiskError::NotFinite { .. }));
    let beyond = [debt(0, 1, f64::MAX), debt(1, 0, f64::MAX)];
    assert_eq!(claims(&beyond), RiskError::NotFinite { found: f64::INFINITY });
}

#[test]
fn sheets_that_are_none() {
    let claims = Claims::new(1, []).unwrap();
    let refused = |sheets: &[Sheet]| Network::new(claims.clone(), sheets.to_vec()).unwrap_err();
    assert_eq!(refused(&[]), RiskError::Length { expected: 1, found: 0 });
    for (place, amount) in [-1.0, f64::NAN, f64::INFINITY].into_iter().enumerate() {
        let mut amounts = [0.0; 3];
        amounts[place] = amount;
        let [outside_assets, outside_debts, senior_debts] = amounts;
        let found = refused(&[Sheet { outside_assets, outside_debts, senior_debts }]);
        assert!(matches!(found, RiskError::Negative { .. } | RiskError::NotFinite { .. }), "{found:?}");
    }
    let most = Sheet { outside_assets: f64::MAX, outside_debts: f64::MAX, senior_debts: 0.0 };
    assert_eq!(refused(&[most]), RiskError::NotFinite { found: f64::INFINITY });
}

#[test]
fn a_fixed_point_out_of_reach_is_no_number() {
    // A ten-millionth of what goes round is paid outside each time: the greatest vector is far below, and far away.
    let claims = Claims::new(2, [debt(0, 1, 1.0), debt(1, 0, 1.0)]).unwrap();
    let sheet = |outside_debts| Sheet { outside_debts, ..Sheet::default() };
    let network = Network::new(claims, vec![sheet(1e-7), sheet(0.0)]).unwrap();
    let found = eisenberg_noe(&network);
    let Err(RiskError::NotConverged { iterations, residual }) = found else { panic!("{found:?}") };
    assert!(iterations == 100_000 && residual > 0.0 && residual < 1e-6, "{residual}");
}

#[test]
fn shares_that_are_none() {
    assert_eq!(Recovery::new(1.5, 1.0), Err(RiskError::TooLarge { limit: 1.0, found: 1.5 }));
    assert_eq!(Recovery::new(1.0, -0.5), Err(RiskError::Negative { found: -0.5 }));
    assert!(Recovery::new(f64::NAN, 1.0).is_err());
    let owned = Claims::new(3, [debt(0, 1, 0.6), debt(0, 2, 0.5)]).unwrap();
    assert_eq!(Holdings::new(owned), Err(RiskError::TooLarge { limit: 1.0, found: 1.1 }));
    let holdings = Holdings::new(Claims::new(1, []).unwrap()).unwrap();
    assert_eq!(holdings.values(&[1.0], &[], &[0.0]), Err(RiskError::Length { expected: 1, found: 0 }));
    assert!(independent_outages(&[0.5, 1.5]).is_err());
    assert!(common_mode(0, f64::NAN, 0).is_err());
}

#[test]
fn exposures_that_are_none() {
    let claims = Claims::new(2, [debt(0, 1, 1.0)]).unwrap();
    let refused = |equity: &[f64], weights: &[f64]| {
        Exposures::new(claims.clone(), equity.to_vec(), weights.to_vec()).unwrap_err()
    };
    assert_eq!(refused(&[1.0], &[1.0, 1.0]), RiskError::Length { expected: 2, found: 1 });
    assert_eq!(refused(&[1.0, -1.0], &[1.0, 1.0]), RiskError::Negative { found: -1.0 });
    assert_eq!(refused(&[1.0, 1.0], &[0.0, 0.0]), RiskError::Zero);
    let nobody = Exposures::new(Claims::new(0, []).unwrap(), vec![], vec![]);
    assert_eq!(nobody, Err(RiskError::Zero));
    let exposures = exposures(&[1.0, 1.0], &[debt(0, 1, 1.0)]);
    assert_eq!(exposures.linear_debt_rank(&[1.0]), Err(RiskError::Length { expected: 2, found: 1 }));
    assert_eq!(exposures.debt_rank(&[0.0, 2.0]), Err(RiskError::TooLarge { limit: 1.0, found: 2.0 }));
    assert_eq!(exposures.default_cascade(&[0.0, 0.0], -1.0), Err(RiskError::Negative { found: -1.0 }));
    assert_eq!(exposures.capped(-1.0), Err(RiskError::Negative { found: -1.0 }));
}

#[test]
fn sales_that_are_none() {
    let holder = Holder { units: 1.0, ..Holder::default() };
    assert_eq!(fire_sale(&[holder], 0.0, 1.0), Err(RiskError::Zero));
    assert!(fire_sale(&[holder], 2.0, 1.0).is_err());
    assert!(fire_sale(&[holder], 0.1, f64::INFINITY).is_err());
    assert!(fire_sale(&[Holder { cash: f64::NAN, ..holder }], 0.1, 1.0).is_err());
    let portfolios = |assets: &[f64], equity: &[f64], row: &[f64]| {
        Portfolios::new(assets.to_vec(), equity.to_vec(), vec![row.to_vec(); assets.len()], vec![0.1; 2])
    };
    assert!(portfolios(&[10.0], &[1.0], &[0.5, 0.5]).is_ok());
    assert_eq!(portfolios(&[], &[], &[]).unwrap_err(), RiskError::TooFew { expected: 1, found: 0 });
    assert_eq!(portfolios(&[10.0], &[0.0], &[0.5, 0.5]).unwrap_err(), RiskError::Zero);
    assert!(portfolios(&[10.0], &[11.0], &[0.5, 0.5]).is_err());
    assert!(portfolios(&[10.0], &[1.0], &[0.5, 0.75]).is_err());
    assert!(portfolios(&[10.0], &[1.0], &[0.5]).is_err());
    let sound = portfolios(&[10.0], &[1.0], &[0.5, 0.5]).unwrap();
    assert!(deleveraging(&sound, &[-0.1]).is_err());
    assert_eq!(deleveraging(&sound, &[-2.0, 0.0]), Err(RiskError::Negative { found: -1.0 }));
}

#[test]
fn shapes_and_bridges_that_are_none() {
    let shape = |shape: Shape, banks| shape.claims(banks, 1.0).unwrap_err();
    assert_eq!(shape(Shape::Ring, 1), RiskError::TooFew { expected: 2, found: 1 });
    assert_eq!(shape(Shape::Complete, 0), RiskError::TooFew { expected: 2, found: 0 });
    assert_eq!(shape(Shape::Cliques(0), 4), RiskError::Uneven { nodes: 4, found: 0 });
    assert_eq!(shape(Shape::Cliques(3), 10), RiskError::Uneven { nodes: 10, found: 3 });
    assert_eq!(shape(Shape::Cliques(4), 4), RiskError::TooFew { expected: 2, found: 1 });
    assert!(default_count(Shape::Ring, 3, 1.0, 1.0, f64::NAN).is_err());
    assert!(shock_thresholds(0, 1.0).is_err());
    assert_eq!(allocate_loss(0.0, 0.0, 0.0), Err(RiskError::Zero));
    assert_eq!(allocate_loss(10.0, 5.0, 11.0), Err(RiskError::TooLarge { limit: 10.0, found: 11.0 }));
    assert_eq!(allocate_loss(10.0, 11.0, 5.0), Err(RiskError::TooLarge { limit: 10.0, found: 11.0 }));
    assert!(allocate_loss(10.0, 5.0, -1.0).is_err());
}

#[test]
fn stress_and_trials_that_are_none() {
    let stress = |nodes: usize| StressTest::new(network(&vec![1.0; nodes], &[]), Recovery::FULL);
    assert_eq!(stress(0).unwrap_err(), RiskError::TooFew { expected: 1, found: 0 });
    let unknown = RiskError::OutOfRange { nodes: 2, found: 2 };
    assert_eq!(stress(2).unwrap().strike(&[0, 2]), Err(unknown));
    let refused = |alone: &[f64], probability: f64, nodes: &[u32]| {
        let together = vec![CommonCause { probability, nodes: nodes.to_vec() }];
        let failures = Failures { alone: alone.to_vec(), together };
        Trials::new(stress(2).unwrap(), failures, Measure::Total, 0).unwrap_err()
    };
    assert_eq!(refused(&[0.5], 0.5, &[0]), RiskError::Length { expected: 2, found: 1 });
    assert_eq!(refused(&[0.5, 1.5], 0.5, &[0]), RiskError::TooLarge { limit: 1.0, found: 1.5 });
    assert_eq!(refused(&[0.5, -0.5], 0.5, &[0]), RiskError::Negative { found: -0.5 });
    assert!(matches!(refused(&[f64::NAN, 0.5], 0.5, &[0]), RiskError::NotFinite { .. }));
    assert!(matches!(refused(&[0.5; 2], f64::NAN, &[0]), RiskError::NotFinite { .. }));
    assert_eq!(refused(&[0.5; 2], 2.0, &[0]), RiskError::TooLarge { limit: 1.0, found: 2.0 });
    assert_eq!(refused(&[0.5; 2], 0.5, &[0, 2]), unknown);
    assert_eq!(refused(&[0.5; 2], 0.5, &[]), RiskError::TooFew { expected: 1, found: 0 });
    let failures = Failures { alone: vec![0.0; 2], together: vec![] };
    let mut trials = Trials::new(stress(2).unwrap(), failures, Measure::Total, 0).unwrap();
    trials.advance(1).unwrap();
    let found = u64::from(TRIALS_MAX) + 1;
    assert_eq!(trials.advance(TRIALS_MAX), Err(RiskError::TooManyTrials { limit: TRIALS_MAX, found }));
    assert_eq!(trials.done(), 1);
    assert_eq!(trials.quantile(1.5), Err(RiskError::TooLarge { limit: 1.0, found: 1.5 }));
    assert_eq!(trials.histogram(0), Err(RiskError::TooFew { expected: 1, found: 0 }));
    assert_eq!(trials.histogram(BINS_MAX).map(|bins| bins.len()), Ok(BINS_MAX as usize));
    assert_eq!(
        trials.histogram(BINS_MAX + 1),
        Err(RiskError::TooManyBins { limit: BINS_MAX, found: BINS_MAX + 1 })
    );
}

/// The first alone struck, a circle is left that passes nearly all on; if the second is too, it has only debts to pay
/// that are senior, and nothing goes round.
#[test]
fn a_trial_without_an_answer_undoes_none_before_it() {
    let claims = Claims::new(2, [debt(0, 1, 1.0), debt(1, 0, 1.0)]).unwrap();
    let sheets = [(1e-6, 1e-7, 0.0), (1.0, 0.0, 1.0)].map(|(outside_assets, outside_debts, senior_debts)| {
        Sheet { outside_assets, outside_debts, senior_debts }
    });
    let network = Network::new(claims, sheets.to_vec()).unwrap();
    let mut stress = StressTest::new(network.clone(), Recovery::FULL).unwrap();
    assert!(matches!(stress.strike(&[0]), Err(RiskError::NotConverged { .. })));
    assert!(stress.strike(&[0, 1]).is_ok() && stress.network() == &network);
    let failures = Failures { alone: vec![0.05, 0.5], together: vec![] };
    let mut trials = Trials::new(stress, failures, Measure::Total, 0).unwrap();
    assert!(matches!(trials.advance(1_000), Err(RiskError::NotConverged { .. })));
    let done = trials.done();
    assert!((1..1_000).contains(&done), "{done}");
    assert_eq!(trials.histogram(3).unwrap().iter().sum::<u32>(), done);
    assert!(matches!(trials.advance(1), Err(RiskError::NotConverged { .. })));
    assert_eq!(trials.done(), done);
}

#[test]
fn rankings_that_are_none() {
    let ranking = |outside: &[f64]| Ranking::new(&network(outside, &[]), Recovery::FULL);
    assert_eq!(ranking(&[]), Err(RiskError::TooFew { expected: 1, found: 0 }));
    assert_eq!(ranking(&[0.0, 0.0]), Err(RiskError::Zero));
    assert_eq!(ranking(&[1.0]).unwrap().agreement(), Err(RiskError::TooFew { expected: 2, found: 1 }));
    assert_eq!(spearman(&[1.0, 2.0], &[1.0]), Err(RiskError::Length { expected: 2, found: 1 }));
    assert_eq!(spearman(&[1.0, 2.0], &[3.0, 3.0]), Err(RiskError::AllEqual));
    assert_eq!(spearman(&[1.0, 1.0], &[3.0, 4.0]), Err(RiskError::AllEqual));
    assert!(matches!(average_ranks(&[1.0, f64::NAN]), Err(RiskError::NotFinite { .. })));
}

#[test]
fn attacks_that_are_none() {
    let size = |faults: &[u32]| Ok(f64::from(faults.len() as u32));
    let attack = |candidates: usize, at_least| cheapest_attack(&vec![1; candidates], at_least, 1_000, size);
    assert!(attack(24, 1.0).is_ok());
    assert_eq!(attack(25, 1.0), Err(RiskError::TooManyFaults { limit: 24, found: 25 }));
    assert_eq!(attack(24, 12.0), Err(RiskError::Unsearched { evaluations: 1_000 }));
    // All faults, and then none.
    assert!(cheapest_attack(&[1], 0.0, 2, size).is_ok());
    assert_eq!(cheapest_attack(&[1], 0.0, 1, size), Err(RiskError::Unsearched { evaluations: 1 }));
    assert!(matches!(attack(2, f64::NAN), Err(RiskError::NotFinite { .. })));
    let none = |faults: &[u32]| if faults.len() == 1 { Ok(f64::NAN) } else { size(faults) };
    assert!(matches!(cheapest_attack(&[1, 1], 1.0, 1_000, none), Err(RiskError::NotFinite { .. })));
    assert_eq!(cheapest_attack(&[1], 1.0, 9, |_| Err(RiskError::Zero)), Err(RiskError::Zero));
    assert!(matches!(cheapest_control(&[1], f64::NAN, |_| Ok(0.0)), Err(RiskError::NotFinite { .. })));
    assert!(matches!(cheapest_control(&[1], 1.0, |_| Ok(f64::NAN)), Err(RiskError::NotFinite { .. })));
    assert_eq!(cheapest_control(&[1], 1.0, |_| Err(RiskError::Zero)), Err(RiskError::Zero));
}
