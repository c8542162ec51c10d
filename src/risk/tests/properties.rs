//! What holds in every network, tried on 10 000 random ones each: cyclic, disconnected, without equity or assets.

use super::{super::*, debt};
use proptest::prelude::*;

/// Amounts in eighths, so that many are zero and many are equal.
fn amount() -> impl Strategy<Value = f64> {
    prop_oneof![1 => Just(0.0), 3 => (0_u32..=80).prop_map(|eighths| f64::from(eighths) / 8.0)]
}

/// Up to 8 nodes, with up to 24 debts between them.
fn claims() -> impl Strategy<Value = Claims> {
    (1_u32..=8).prop_flat_map(|nodes| {
        let debts = prop::collection::vec((0..nodes, 0..nodes, amount()), 0..24);
        debts.prop_map(move |debts| {
            let tied = debts.into_iter().filter(|(debtor, creditor, _)| debtor != creditor);
            Claims::new(nodes, tied.map(|(debtor, creditor, amount)| debt(debtor, creditor, amount))).unwrap()
        })
    })
}

fn networks() -> impl Strategy<Value = Network> {
    let sheet = (amount(), amount(), amount()).prop_map(|(outside_assets, outside_debts, senior)| Sheet {
        outside_assets,
        outside_debts,
        // Most have none.
        senior_debts: (senior - 8.0).max(0.0),
    });
    (claims(), prop::collection::vec(sheet, 8)).prop_map(|(claims, sheets)| {
        let sheets = sheets[..claims.nodes() as usize].to_vec();
        Network::new(claims, sheets).unwrap()
    })
}

fn exposures() -> impl Strategy<Value = Exposures> {
    let weights = prop::collection::vec((1_u32..10).prop_map(f64::from), 8);
    (claims(), prop::collection::vec(amount(), 8), weights).prop_map(|(claims, equity, weights)| {
        let nodes = claims.nodes() as usize;
        Exposures::new(claims, equity[..nodes].to_vec(), weights[..nodes].to_vec()).unwrap()
    })
}

fn recovery() -> impl Strategy<Value = Recovery> {
    (0_u32..=8, 0_u32..=8)
        .prop_map(|(alpha, beta)| Recovery::new(f64::from(alpha) / 8.0, f64::from(beta) / 8.0).unwrap())
}

fn owed(network: &Network) -> Vec<f64> {
    let within = network.claims().owed();
    within.iter().zip(network.sheets()).map(|(within, sheet)| within + sheet.outside_debts).collect()
}

fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-9
}

/// Nodes by the bits that are set.
fn nodes(network: &Network, bits: u32) -> Vec<u32> {
    (0..network.claims().nodes()).filter(|node| bits >> node & 1 == 1).collect()
}

/// Eisenberg and Noe's map as their paper has it, from full payment on; none if that is too slow.
fn picard(network: &Network) -> Option<Vec<f64>> {
    let owed = owed(network);
    let mut payments = owed.clone();
    for _ in 0..100_000 {
        let mut next: Vec<f64> =
            network.sheets().iter().map(|sheet| sheet.outside_assets - sheet.senior_debts).collect();
        for debt in network.claims().debts() {
            let debtor = debt.debtor as usize;
            next[debt.creditor as usize] += debt.amount / owed[debtor] * payments[debtor];
        }
        for (next, owed) in next.iter_mut().zip(&owed) {
            *next = next.clamp(0.0, *owed);
        }
        let moved = payments.iter().zip(&next).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        payments = next;
        if moved <= 1e-14 {
            return Some(payments);
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn without_costs_of_default_it_is_the_map_of_eisenberg_and_noe(network in networks()) {
        let found = eisenberg_noe(&network).unwrap();
        let same = rogers_veraart(&network, Recovery::new(1.0, 1.0).unwrap()).unwrap();
        prop_assert_eq!(&found, &same);
        if let Some(expected) = picard(&network) {
            for (found, expected) in found.payments.iter().zip(expected) {
                prop_assert!(near(*found, expected), "expected {expected}, found {found}");
            }
        }
    }

    #[test]
    fn nobody_pays_less_than_nothing_or_more_than_due_and_all_is_accounted_for(
        network in networks(),
        recovery in recovery(),
    ) {
        let found = rogers_veraart(&network, recovery).unwrap();
        for (payment, owed) in found.payments.iter().zip(owed(&network)) {
            prop_assert!((0.0..=owed).contains(payment), "{payment} of {owed}");
        }
        let all = [&found.equity, &found.to_outside, &found.costs];
        prop_assert!(all.iter().all(|of| of.iter().all(|amount| *amount >= -1e-9)), "{found:?}");
        let after: f64 = all.into_iter().flatten().sum();
        let before: f64 = network.sheets().iter().map(|sheet| sheet.outside_assets).sum();
        prop_assert!(near(after, before), "{before} became {after}");
        // Each defaults once, and in order.
        let mut defaulters: Vec<u32> = found.waves.concat();
        let count = defaulters.len();
        defaulters.sort_unstable();
        defaulters.dedup();
        prop_assert!(defaulters.len() == count && found.waves.iter().all(|wave| !wave.is_empty()));
    }

    #[test]
    fn more_outside_assets_never_lower_a_payment(
        network in networks(),
        recovery in recovery(),
        node in 0_usize..8,
        more in amount(),
    ) {
        let before = rogers_veraart(&network, recovery).unwrap();
        let mut sheets = network.sheets().to_vec();
        let node = node % sheets.len();
        sheets[node].outside_assets += more;
        let richer = Network::new(network.claims().clone(), sheets).unwrap();
        let after = rogers_veraart(&richer, recovery).unwrap();
        for (before, after) in before.payments.iter().zip(&after.payments) {
            prop_assert!(*after >= before - 1e-9, "{before} became {after}");
        }
    }

    #[test]
    fn costs_of_default_and_low_hopes_never_raise_a_payment(network in networks(), recovery in recovery()) {
        let free = eisenberg_noe(&network).unwrap();
        let costly = rogers_veraart(&network, recovery).unwrap();
        let below = limit_from_below(&network, recovery).unwrap();
        for ((free, costly), below) in free.payments.iter().zip(&costly.payments).zip(&below.payments) {
            prop_assert!(*costly <= free + 1e-9 && *below <= costly + 1e-9, "{free} {costly} {below}");
        }
    }

    #[test]
    fn distress_that_is_passed_on_once_is_never_more(
        exposures in exposures(),
        shock in prop::collection::vec((0_u32..=4).prop_map(|quarters| f64::from(quarters) / 4.0), 8),
    ) {
        let shock = &shock[..exposures.equity().len()];
        // A circle that keeps all that it gets may take for ever to fill.
        if let Ok(linear) = exposures.linear_debt_rank(shock) {
            let single = exposures.debt_rank(shock).unwrap();
            prop_assert!(single.debt_rank <= linear.debt_rank + 1e-9);
            for ((single, linear), shock) in single.lost.iter().zip(&linear.lost).zip(shock) {
                prop_assert!(shock <= single && *single <= linear + 1e-9 && *linear <= 1.0);
            }
        }
    }

    #[test]
    fn a_cap_never_raises_what_a_failure_costs(exposures in exposures(), cap in 0_u32..=16) {
        let capped = exposures.capped(f64::from(cap) / 8.0).unwrap();
        for debt in capped.claims().debts() {
            prop_assert!(debt.amount <= f64::from(cap) / 8.0 * capped.equity()[debt.creditor as usize]);
        }
        if let (Ok(before), Ok(after)) = (exposures.systemic_ranking(), capped.systemic_ranking()) {
            prop_assert!(after[0].1 <= before[0].1 + 1e-9);
        }
    }

    #[test]
    fn what_is_lost_is_what_was_taken_and_what_default_costs(
        network in networks(),
        recovery in recovery(),
        struck in 0_u32..256,
    ) {
        let struck = nodes(&network, struck);
        let mut stress = StressTest::new(network.clone(), recovery).unwrap();
        let found = stress.strike(&struck).unwrap();
        let mut sheets = network.sheets().to_vec();
        let mut taken = 0.0;
        for node in &struck {
            taken += std::mem::take(&mut sheets[*node as usize].outside_assets);
        }
        let lost = found.loss.by(Measure::Total);
        prop_assert!((lost - (taken + found.loss.costs)).abs() <= 1e-9 * (taken + lost), "{:?}", found.loss);
        // To strike is to have nothing outside, to the last bit, and leaves no trace.
        let without = Network::new(network.claims().clone(), sheets).unwrap();
        let (mut found, mut expected) = (found.clearing, rogers_veraart(&without, recovery).unwrap());
        for clearing in [&mut found, &mut expected] {
            // Those come first who default in any case.
            clearing.waves = vec![clearing.waves.concat()];
            clearing.waves[0].sort_unstable();
        }
        prop_assert_eq!(found, expected);
        prop_assert_eq!(stress, StressTest::new(network, recovery).unwrap());
    }

    #[test]
    fn no_loss_falls_as_more_is_struck(
        network in networks(),
        recovery in recovery(),
        fewer in 0_u32..256,
        more in 0_u32..256,
    ) {
        let (fewer, more) = (nodes(&network, fewer), nodes(&network, fewer | more));
        let mut stress = StressTest::new(network, recovery).unwrap();
        let (fewer, more) = (stress.strike(&fewer).unwrap().loss, stress.strike(&more).unwrap().loss);
        for measure in [Measure::Total, Measure::Equity, Measure::Outside] {
            prop_assert!(fewer.by(measure) <= more.by(measure) + 1e-9, "{fewer:?} {more:?}");
        }
    }

    #[test]
    fn ranks_are_shared_out_and_correlate_both_ways(values in prop::collection::vec((amount(), amount()), 2..9)) {
        let (first, second): (Vec<f64>, Vec<f64>) = values.into_iter().unzip();
        let size = first.len() as f64;
        prop_assert_eq!(average_ranks(&first).unwrap().iter().sum::<f64>(), size * (size + 1.0) / 2.0);
        let found = spearman(&first, &second);
        prop_assert_eq!(found, spearman(&second, &first));
        if let Ok(found) = found {
            prop_assert!((-1.0..=1.0).contains(&found));
            let opposite: Vec<f64> = second.iter().map(|value| -value).collect();
            prop_assert!(near(spearman(&first, &opposite).unwrap(), -found));
        }
    }

    #[test]
    fn cross_holdings_pass_all_value_on(claims in claims(), threshold in amount()) {
        // Debts become shares of at most nine tenths in all.
        let owed = claims.owed();
        let share = |debt: &Debt| Debt { amount: debt.amount / owed[debt.debtor as usize] * 0.9, ..*debt };
        let shares = Claims::new(claims.nodes(), claims.debts().iter().map(share)).unwrap();
        let nodes = claims.nodes() as usize;
        let holdings = Holdings::new(shares).unwrap();
        let (assets, penalties) = (vec![10.0; nodes], vec![2.0; nodes]);
        let found = holdings.values(&assets, &vec![threshold; nodes], &penalties).unwrap();
        let failed = found.waves.concat().len() as f64;
        prop_assert!((found.values.iter().sum::<f64>() - (10.0 * nodes as f64 - 2.0 * failed)).abs() <= 1e-9);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_cheapest_attack_is_that_of_all_sets(
        network in networks(),
        recovery in recovery(),
        costs in prop::collection::vec(0_u64..6, 8),
        measure in prop_oneof![Just(Measure::Total), Just(Measure::Equity), Just(Measure::Outside)],
        share in 0_u32..=8,
    ) {
        let faults = network.claims().nodes();
        let costs = &costs[..faults as usize];
        let mut stress = StressTest::new(network.clone(), recovery).unwrap();
        let mut loss = |struck: &[u32]| stress.strike(struck).map(|struck| struck.loss.by(measure));
        // Not the loss of a set, which rounding may move.
        let at_least = loss(&nodes(&network, !0)).unwrap() * (f64::from(share) / 8.0 + 0.003);
        let mut best: Option<(u128, usize, Vec<u32>)> = None;
        for set in 0..1 << faults {
            let set = nodes(&network, set);
            if loss(&set).unwrap() >= at_least {
                let cost = set.iter().map(|fault| u128::from(costs[*fault as usize])).sum();
                let found = (cost, set.len(), set);
                best = Some(best.map_or(found.clone(), |best| best.min(found)));
            }
        }
        let found = cheapest_attack(costs, at_least, 1_000, &mut loss).unwrap();
        prop_assert_eq!(found.map(|found| (found.cost, found.faults.len(), found.faults)), best);
    }
}
