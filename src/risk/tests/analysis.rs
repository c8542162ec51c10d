//! Rankings, random failures and cheapest attacks of networks computed by hand or by trying every case.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{super::*, assert_near, debt, network};

/// The first owes the second 8, that owes the third 5; what they are worth is 2, 4 and 7.
fn chain() -> Network {
    network(&[10.0, 1.0, 2.0], &[debt(0, 1, 8.0), debt(1, 2, 5.0)])
}

fn trials(network: Network, alone: &[f64], together: &[(f64, &[u32])], seed: u64) -> Trials {
    let cause = |(probability, nodes): &(f64, &[u32])| CommonCause {
        probability: *probability,
        nodes: nodes.to_vec(),
    };
    let failures = Failures { alone: alone.to_vec(), together: together.iter().map(cause).collect() };
    let stress = StressTest::new(network, Recovery::FULL).unwrap();
    Trials::new(stress, failures, Measure::Total, seed).unwrap()
}

#[test]
fn what_is_taken_is_lost_by_owners_and_outside() {
    let claims = Claims::new(2, [debt(0, 1, 8.0)]).unwrap();
    let sheets = [(10.0, 0.0), (1.0, 4.0)].map(|(outside_assets, outside_debts)| Sheet {
        outside_assets,
        outside_debts,
        senior_debts: 0.0,
    });
    let network = Network::new(claims, sheets.to_vec()).unwrap();
    let mut stress = StressTest::new(network, Recovery::new(1.0, 0.5).unwrap()).unwrap();
    let struck = stress.strike(&[0]).unwrap();
    assert_eq!(struck.loss, Loss { equity: 7.0, outside: 3.0, costs: 0.0 });
    assert_eq!((struck.fallen, struck.clearing.payments), (vec![0, 1], vec![0.0, 1.0]));
    // The second stands without what it has outside, and owes no more than it gets.
    assert_eq!(stress.strike(&[1]).unwrap().loss, Loss { equity: 1.0, ..Loss::default() });
    let both = stress.strike(&[1, 0, 1]).unwrap().loss;
    let by = [Measure::Total, Measure::Equity, Measure::Outside].map(|measure| both.by(measure));
    assert_eq!(by, [11.0, 7.0, 4.0]);
    assert_eq!(stress.strike(&[]).unwrap().loss, Loss::default());
}

#[test]
fn costs_of_default_are_lost_besides() {
    // Of the 6 that the first can pay none is left, and of what the second has left a half.
    let network = network(&[2.0, 4.0, 0.0], &[debt(1, 0, 4.0), debt(0, 2, 5.0)]);
    let mut stress = StressTest::new(network, Recovery::new(0.5, 0.5).unwrap()).unwrap();
    let struck = stress.strike(&[0]).unwrap();
    assert_eq!(struck.loss, Loss { equity: 4.0, outside: 0.0, costs: 2.0 });
    assert_eq!(struck.fallen, [0]);
}

/// The third owes more than it has, whoever is struck.
#[test]
fn who_is_in_default_already_does_not_fall_by_a_shock() {
    let network = network(&[2.0, 0.0, 1.0], &[debt(0, 1, 2.0), debt(1, 0, 1.0), debt(2, 0, 3.0)]);
    let mut stress = StressTest::new(network, Recovery::FULL).unwrap();
    assert_eq!(stress.before().waves, [vec![2]]);
    assert_eq!(stress.strike(&[2]).unwrap().fallen, Vec::<u32>::new());
    assert_eq!(stress.strike(&[0, 2]).unwrap().fallen, [0]);
}

/// Who is owed outside is among the others; who is worth less than nothing has no equity to lose.
#[test]
fn creditors_outside_count_and_who_owes_too_much_is_ranked_too() {
    let claims = Claims::new(3, [debt(0, 1, 4.0)]).unwrap();
    let sheets = [(6.0, 2.0), (1.0, 0.0), (1.0, 4.0)].map(|(outside_assets, outside_debts)| Sheet {
        outside_assets,
        outside_debts,
        senior_debts: 0.0,
    });
    let network = Network::new(claims, sheets.to_vec()).unwrap();
    assert_eq!(network.book_equity(), [0.0, 5.0, -3.0]);
    let ranking = Ranking::new(&network, Recovery::FULL).unwrap();
    assert_eq!(ranking.losses, [6.0, 0.0, 1.0]);
    assert_eq!(ranking.loss_ranks, [1.0, 3.0, 2.0]);
    assert_eq!(Exposures::of(&network).unwrap().equity(), [0.0, 5.0, 0.0]);
}

#[test]
fn rankings_differ_where_equity_stops_defaults_but_not_distress() {
    let ranking = Ranking::new(&chain(), Recovery::FULL).unwrap();
    assert_eq!(
        (ranking.losses.clone(), ranking.loss_ranks.clone()),
        (vec![8.0, 0.0, 0.0], vec![1.0, 2.5, 2.5])
    );
    assert_near(&ranking.debt_ranks, &[14.0 / 26.0, 5.0 / 26.0, 0.0]);
    assert_eq!(ranking.distress_ranks, [1.0, 2.0, 3.0]);
    assert_near(&[ranking.agreement().unwrap()], &[1.5 / libm::sqrt(3.0)]);
}

#[test]
fn who_are_alike_rank_alike() {
    for shape in [Shape::Ring, Shape::Complete, Shape::Cliques(2)] {
        let sheet = Sheet { outside_assets: 0.7, outside_debts: 0.6, senior_debts: 0.0 };
        let network = Network::new(shape.claims(6, 1.1).unwrap(), vec![sheet; 6]).unwrap();
        let ranking = Ranking::new(&network, Recovery::FULL).unwrap();
        assert_eq!((&*ranking.loss_ranks, &*ranking.distress_ranks), (&[3.5; 6][..], &[3.5; 6][..]));
        assert_eq!(ranking.agreement(), Err(RiskError::AllEqual));
    }
}

/// The first is the example of SciPy's `spearmanr`.
#[test]
fn ranks_correlate_as_spearman_has_it() {
    let rises = [1.0, 2.0, 3.0, 4.0, 5.0];
    assert_near(&[spearman(&rises, &[5.0, 6.0, 7.0, 8.0, 7.0]).unwrap()], &[0.820_782_681_668_123_3]);
    assert_eq!(spearman(&rises, &[1.0, 10.0, 100.0, 1e3, 1e4]), Ok(1.0));
    assert_eq!(spearman(&rises, &[0.0, -1.0, -2.0, -3.0, -4.0]), Ok(-1.0));
    assert_eq!(average_ranks(&[2.0, 7.0, 2.0, -1.0, 2.0 + 1e-13]).unwrap(), [3.0, 1.0, 3.0, 5.0, 3.0]);
    assert!(average_ranks(&[]).unwrap().is_empty());
    // Rounding ties below zero as above it.
    let below = average_ranks(&[-3.0, -3.0 - 1e-15, -4.0]).unwrap();
    assert_eq!(below, [1.5, 1.5, 3.0]);
}

#[test]
fn trials_are_the_same_however_they_are_sliced() {
    let begin = |seed| trials(chain(), &[0.3, 0.2, 0.1], &[(0.05, &[1, 2])], seed);
    let (mut whole, mut sliced, mut other) = (begin(7), begin(7), begin(8));
    assert_eq!((whole.mean(), whole.quantile(0.5), whole.outage_tail(0)), (None, Ok(None), None));
    whole.advance(1_000).unwrap();
    for slice in [0, 1, 9, 490, 500] {
        sliced.advance(slice).unwrap();
    }
    other.advance(1_000).unwrap();
    assert_eq!(whole, sliced);
    assert_ne!(whole.mean(), other.mean());
    assert_eq!(whole.done(), 1_000);
}

#[test]
fn what_is_certain_happens_always_and_what_is_impossible_never() {
    let mut certain = trials(chain(), &[1.0, 0.0, 0.0], &[(0.0, &[0, 1, 2])], 1);
    certain.advance(100).unwrap();
    assert_eq!((certain.mean(), certain.worst()), (Some(10.0), 10.0));
    assert_eq!((certain.quantile(0.0), certain.quantile(1.0)), (Ok(Some(10.0)), Ok(Some(10.0))));
    // The second can't pay when the first is gone.
    assert_eq!((certain.outage_tail(2), certain.failure_tail(2)), (Some(0.0), Some(1.0)));
    assert_eq!(certain.failure_tail(3), Some(0.0));
    assert_eq!(certain.histogram(4).unwrap(), [0, 0, 0, 100]);
    let mut never = trials(chain(), &[0.0; 3], &[], 1);
    never.advance(1).unwrap();
    assert_eq!((never.outage_tail(0), never.failure_tail(1)), (Some(1.0), Some(0.0)));
    never.advance(99).unwrap();
    assert_eq!((never.mean(), never.worst(), never.quantile(1.0)), (Some(0.0), 0.0, Ok(Some(0.0))));
    assert_eq!((never.outage_tail(0), never.outage_tail(1)), (Some(1.0), Some(0.0)));
    assert_eq!(never.histogram(2).unwrap(), [100, 0]);
}

/// Losses are whole numbers from 0 to 15, each as likely: a bin for each says what every quantile is.
#[test]
fn quantiles_are_those_of_the_histogram() {
    let mut trials = trials(network(&[1.0, 2.0, 4.0, 8.0], &[]), &[0.5; 4], &[], 3);
    trials.advance(999).unwrap();
    let mut bins = trials.histogram(15).unwrap();
    assert_eq!(bins.iter().sum::<u32>(), 999);
    // The worst is counted with those before it.
    let mut coarse = trials.histogram(5).unwrap();
    assert_eq!(coarse.pop().unwrap(), bins[12] + bins[13] + bins[14]);
    let last = bins.pop().unwrap();
    for percent in (0..=100).chain([37, 50]) {
        let share = f64::from(percent) / 100.0;
        let rank = (999_u32 * percent).div_ceil(100).max(1);
        let below = |loss: usize| bins[..=loss].iter().sum::<u32>() >= rank;
        let found = trials.quantile(share).unwrap().unwrap();
        match (0..14).find(|loss| below(*loss)) {
            Some(loss) => assert_eq!(found, loss as f64, "at {percent} %"),
            None => assert!(found >= 14.0 && last > 0, "at {percent} %: {found}"),
        }
    }
}

/// Of 100 trials 7 % are seven, though 100 times 0.07 is more than 7 in floating point.
#[test]
fn rounding_adds_no_trial_to_a_quantile() {
    let losses: Vec<f64> = (0..10).map(|power| f64::from(1_u32 << power)).collect();
    let mut trials = trials(network(&losses, &[]), &[0.5; 10], &[], 3);
    trials.advance(100).unwrap();
    // A bin for each whole loss but the last two.
    let bins = trials.histogram(1_023).unwrap();
    let sorted: Vec<f64> =
        (0_u32..).zip(&bins).flat_map(|(loss, found)| vec![f64::from(loss); *found as usize]).collect();
    for percent in 1..=100_u32 {
        let found = trials.quantile(f64::from(percent) / 100.0).unwrap().unwrap();
        assert_eq!(found.min(1_022.0), sorted[percent as usize - 1], "at {percent} %");
    }
}

/// Against the sum over all sets of those that fail, each by its probability.
#[test]
fn trials_tend_to_what_every_case_says() {
    let (alone, shared) = ([0.3, 0.2, 0.4], 0.1);
    let (mut mean, mut two_fall) = (0.0, 0.0);
    let mut stress = StressTest::new(chain(), Recovery::FULL).unwrap();
    for cause in [false, true] {
        for set in 0_u32..8 {
            let mut chance = if cause { shared } else { 1.0 - shared };
            for (node, alone) in alone.iter().enumerate() {
                chance *= if set >> node & 1 == 1 { *alone } else { 1.0 - alone };
            }
            let set = if cause { set | 0b110 } else { set };
            let struck: Vec<u32> = (0..3).filter(|node| set >> node & 1 == 1).collect();
            let found = stress.strike(&struck).unwrap();
            let mut down = [struck, found.fallen].concat();
            down.sort_unstable();
            down.dedup();
            mean += chance * found.loss.by(Measure::Total);
            two_fall += if down.len() >= 2 { chance } else { 0.0 };
        }
    }
    let mut trials = trials(chain(), &alone, &[(shared, &[1, 2])], 5);
    trials.advance(50_000).unwrap();
    let near = |found: f64, expected: f64| (found / expected - 1.0).abs() < 0.02;
    assert!(near(trials.mean().unwrap(), mean), "expected {mean}, found {:?}", trials.mean());
    let found = trials.failure_tail(2).unwrap();
    assert!(near(found, two_fall), "expected {two_fall}, found {found}");
}

/// Ten rollups whose sequencers fail with 20 %, each its own or one for all: as many fail on average, but five at once
/// six times as often.
#[test]
fn a_shared_sequencer_fattens_the_tail() {
    let expected = common_mode(10, 0.2, 5).unwrap();
    let everybody: Vec<u32> = (0..10).collect();
    let of = |alone: f64, together: &[(f64, &[u32])]| {
        let mut trials = trials(network(&[1.0; 10], &[]), &[alone; 10], together, 14);
        trials.advance(200_000).unwrap();
        trials
    };
    let (independent, shared) = (of(0.2, &[]), of(0.0, &[(0.2, &everybody)]));
    for (trials, tail) in [(&independent, expected.independent_tail), (&shared, expected.shared_tail)] {
        let (mean, found) = (trials.mean().unwrap(), trials.outage_tail(5).unwrap());
        assert!((mean / expected.mean - 1.0).abs() < 0.02, "expected {}, found {mean}", expected.mean);
        assert!((found / tail - 1.0).abs() < 0.05, "expected {tail}, found {found}");
    }
    assert_eq!((independent.quantile(0.9), shared.quantile(0.9)), (Ok(Some(4.0)), Ok(Some(10.0))));
}

/// The loss of each fault, added up.
fn additive(losses: &[f64]) -> impl Fn(&[u32]) -> Result<f64, RiskError> {
    |faults| Ok(faults.iter().map(|fault| losses[*fault as usize]).sum())
}

fn cheapest(costs: &[u64], losses: &[f64], at_least: f64) -> Option<(Vec<u32>, u128)> {
    let found = cheapest_attack(costs, at_least, 1_000, additive(losses)).unwrap();
    found.map(|attack| (attack.faults, attack.cost))
}

#[test]
fn the_cheapest_attack_is_of_the_fewest_faults_and_the_first() {
    assert_eq!(cheapest(&[5, 3, 3, 10], &[4.0, 3.0, 3.0, 10.0], 6.0), Some((vec![1, 2], 6)));
    assert_eq!(cheapest(&[5, 3, 3, 10], &[4.0, 3.0, 3.0, 10.0], 20.0), Some((vec![0, 1, 2, 3], 21)));
    assert_eq!(cheapest(&[5, 3, 3, 10], &[4.0, 3.0, 3.0, 10.0], 20.5), None);
    assert_eq!(cheapest(&[1, 1, 2], &[1.0, 1.0, 2.0], 2.0), Some((vec![2], 2)));
    assert_eq!(cheapest(&[1; 4], &[1.0; 4], 2.0), Some((vec![0, 1], 2)));
    assert_eq!(cheapest(&[4, 1, 3, 2], &[1.0; 4], 2.0), Some((vec![1, 3], 3)));
    // 0 and 3 cost as much as 1 and 2.
    assert_eq!(cheapest(&[1, 2, 3, 4], &[5.0, 5.0, 5.0, 5.0], 10.0), Some((vec![0, 1], 3)));
    assert_eq!(cheapest(&[4, 3, 2, 1], &[5.0, 2.0, 3.0, 0.0], 5.0), Some((vec![0], 4)));
    assert_eq!(cheapest(&[0, 0, 0], &[1.0, 0.0, 1.0], 2.0), Some((vec![0, 2], 0)));
    assert_eq!(cheapest(&[u64::MAX; 2], &[1.0; 2], 2.0), Some((vec![0, 1], 2 * u128::from(u64::MAX))));
    assert_eq!(cheapest(&[1], &[1.0], 0.0), Some((vec![], 0)));
    assert_eq!((cheapest(&[], &[], 0.0), cheapest(&[], &[], 1.0)), (Some((vec![], 0)), None));
}

/// A fault that nothing replaces is in every set that is tried: of 24, all needed, no set is tried that lacks one.
#[test]
fn sets_that_lack_what_is_needed_are_not_tried() {
    let costs: Vec<u64> = (1..=24).collect();
    let found = cheapest_attack(&costs, 24.0, 50, additive(&[1.0; 24])).unwrap();
    assert_eq!(found.map(|attack| attack.faults.len()), Some(24));
}

#[test]
fn the_cheapest_control_is_the_first_that_is_enough() {
    let left = [9.0, 4.0, 3.0, 1.0];
    let cheapest = |costs: [u64; 4], below| {
        let found = cheapest_control(&costs, below, |control| Ok(left[control as usize])).unwrap();
        found.map(|found| (found.control, found.cost, found.loss))
    };
    assert_eq!(cheapest([1, 5, 3, 4], 4.5), Some((2, 3, 3.0)));
    assert_eq!(cheapest([1, 5, 5, 5], 4.5), Some((1, 5, 4.0)));
    assert_eq!(cheapest([1, 5, 5, 5], 4.0), Some((2, 5, 3.0)));
    assert_eq!(cheapest([1, 2, 3, 4], 1.0), None);
}
