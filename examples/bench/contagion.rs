//! Clearing and DebtRank of a network of 1 000 nodes and 20 000 debts.

use crate::{host, note, report};
use causeway::risk::{Claims, Debt, Exposures, Network, Recovery, Sheet, eisenberg_noe, rogers_veraart};

const NODES: u32 = 1_000;
const DEBTS: u32 = 20_000;
const MILLIS_MAX: f64 = 50.0;

/// Draws below a limit, by Marsaglia's xorshift64.
fn below(state: &mut u64, limit: u32) -> u32 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state % u64::from(limit)) as u32
}

pub(crate) fn measure() {
    let mut state = 1;
    let debts = (0..DEBTS).map(|_| {
        let debtor = below(&mut state, NODES);
        let creditor = (debtor + 1 + below(&mut state, NODES - 1)) % NODES;
        Debt { debtor, creditor, amount: f64::from(1 + below(&mut state, 100)) }
    });
    let claims = Claims::new(NODES, debts.collect::<Vec<_>>()).expect("the debts are sound");
    let sheets = (0..NODES).map(|_| Sheet {
        outside_assets: f64::from(below(&mut state, 400)),
        outside_debts: f64::from(below(&mut state, 400)),
        senior_debts: 0.0,
    });
    let network = Network::new(claims.clone(), sheets.collect()).expect("the sheets are sound");
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
}

fn timed(name: &str, converges: impl Fn() -> bool) {
    let start = host::now_ms();
    let converged = converges();
    let millis = host::now_ms() - start;
    let met = converged && millis < MILLIS_MAX;
    report(name, &format!("{millis:.2}"), &format!("< {MILLIS_MAX}"), met);
}
