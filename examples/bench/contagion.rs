//! Clearing and DebtRank of a network of 1 000 nodes and 20 000 debts, and random failures in one of 50.

use crate::{host, note, report};
use causeway::risk::{
    Claims, CommonCause, Debt, Exposures, Failures, Measure, Network, Recovery, Sheet, StressTest, Trials,
    eisenberg_noe, rogers_veraart,
};

const NODES: u32 = 1_000;
const DEBTS: u32 = 20_000;
const MILLIS_MAX: f64 = 50.0;

const TRIALS: u32 = 100_000;
/// What a caller does between two looks at its progress.
const SLICE: u32 = 1_000;
const TRIAL_NODES: u32 = 50;
const TRIAL_DEBTS: u32 = 500;
const SECONDS_MAX: f64 = 5.0;

/// Draws below a limit, by Marsaglia's xorshift64.
fn below(state: &mut u64, limit: u32) -> u32 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state % u64::from(limit)) as u32
}

fn network(state: &mut u64, nodes: u32, debts: u32) -> Network {
    let debts = (0..debts).map(|_| {
        let debtor = below(state, nodes);
        let creditor = (debtor + 1 + below(state, nodes - 1)) % nodes;
        Debt { debtor, creditor, amount: f64::from(1 + below(state, 100)) }
    });
    let claims = Claims::new(nodes, debts.collect::<Vec<_>>()).expect("the debts are sound");
    let sheets = (0..nodes).map(|_| Sheet {
        outside_assets: f64::from(below(state, 400)),
        outside_debts: f64::from(below(state, 400)),
        senior_debts: 0.0,
    });
    Network::new(claims, sheets.collect()).expect("the sheets are sound")
}

pub(crate) fn measure() {
    let mut state = 1;
    let network = network(&mut state, NODES, DEBTS);
    let claims = network.claims().clone();
    let equity: Vec<f64> = (0..NODES).map(|_| f64::from(500 + below(&mut state, 2_000))).collect();
    let exposures = Exposures::new(claims, equity.clone(), equity).expect("the exposures are sound");
    let mut shock = vec![0.0; NODES as usize];
    shock[0] = 1.0;
    let half = Recovery::new(0.5, 0.5).expect("halves are shares");
    note("contagion: nodes and debts", &format!("{NODES}, {DEBTS}"));
    timed("contagion: Eisenberg-Noe, ms", || eisenberg_noe(&network).is_ok());
    timed("contagion: Rogers-Veraart, ms", || rogers_veraart(&network, half).is_ok());
    timed("contagion: linear DebtRank, ms", || exposures.linear_debt_rank(&shock).is_ok());
    timed("contagion: DebtRank of 2012, ms", || exposures.debt_rank(&shock).is_ok());
    random_failures(half);
}

/// Every node fails in a tenth of the trials, and half of them share a sequencer that does.
fn random_failures(recovery: Recovery) {
    let network = network(&mut 1, TRIAL_NODES, TRIAL_DEBTS);
    let shared = CommonCause { probability: 0.1, nodes: (0..TRIAL_NODES / 2).collect() };
    let failures = Failures { alone: vec![0.1; TRIAL_NODES as usize], together: vec![shared] };
    let start = host::now_ms();
    let trials = StressTest::new(network, recovery)
        .and_then(|stress| Trials::new(stress, failures, Measure::Total, 1))
        .and_then(|mut trials| {
            (0..TRIALS / SLICE).try_for_each(|_| trials.advance(SLICE))?;
            trials.quantile(0.99)?;
            Ok(trials)
        });
    let seconds = (host::now_ms() - start) / 1_000.0;
    let met = trials.is_ok_and(|trials| trials.done() == TRIALS) && seconds < SECONDS_MAX;
    note("contagion: random failures, nodes and debts", &format!("{TRIAL_NODES}, {TRIAL_DEBTS}"));
    report("contagion: 100 000 trials, s", &format!("{seconds:.2}"), &format!("< {SECONDS_MAX}"), met);
}

fn timed(name: &str, converges: impl Fn() -> bool) {
    let start = host::now_ms();
    let converged = converges();
    let millis = host::now_ms() - start;
    let met = converged && millis < MILLIS_MAX;
    report(name, &format!("{millis:.2}"), &format!("< {MILLIS_MAX}"), met);
}
