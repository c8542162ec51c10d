//! Moving through time in a world of a hundred thousand events: seeking, undoing, forking.

use crate::{host, report};
use causeway::{
    command::{Command, Fault, SetTraffic},
    scenario::Scenario,
    session::{Session, timeline::Travel},
    types::{ChainId, Span},
};

const EVENTS: u64 = 100_000;
/// Places to seek: spread over the log, forwards and backwards, in this order, in thousandths.
const PLACES: [u64; 12] = [500, 10, 990, 333, 334, 700, 100, 101, 905, 250, 999, 42];

/// The default world with traffic on its rollups.
fn world() -> Session {
    let mut session = Session::new(&Scenario::default_world()).expect("the shipped scenario");
    session.run_until(causeway::types::Time::new(30_000));
    for chain in 901..=904 {
        let order = SetTraffic { chain: ChainId::new(chain), per_second: 1, from: None };
        session.dispatch(&Command::SetTraffic(order)).expect("four running rollups");
    }
    while session.world().events() < EVENTS {
        session.run_until(session.world().now().plus(Span::minutes(1)));
    }
    session
}

fn ms_of(work: impl FnOnce()) -> f64 {
    let start = host::now_ms();
    work();
    host::now_ms() - start
}

fn worst(name: &str, times: impl IntoIterator<Item = f64>, most: f64) {
    let worst = times.into_iter().fold(0.0, f64::max);
    report(name, &format!("{worst:.1} ms"), &format!("< {most} ms"), worst < most);
}

pub(crate) fn measure() {
    let mut session = world();
    let lines = session.world().trace().facts().len() as u64;
    let seek = |session: &mut Session, line| {
        session.travel(&Travel::ToLine(line)).expect("a line of the log");
        session.go_on(&mut || true);
    };
    // The slowest of some, since that is the one that is felt.
    let seeks: Vec<f64> =
        PLACES.iter().map(|place| ms_of(|| seek(&mut session, lines * place / 1000))).collect();
    worst("100000 events: seek, slowest of 12", seeks, 50.0);
    seek(&mut session, lines);
    let halt = Fault::HaltBatcher { chain: ChainId::new(901), halted: true };
    let undone: Vec<f64> = (0..12)
        .map(|_| {
            session.dispatch(&Command::Fault(halt.clone())).expect("a running rollup");
            session.run_until(session.world().now().plus(Span::seconds(2)));
            ms_of(|| session.travel(&Travel::Undo).expect("something to undo"))
        })
        .collect();
    worst("100000 events: undo, slowest of 12", undone, 16.0);
    let forks: Vec<f64> = (0..8)
        .map(|number| ms_of(|| session.travel(&Travel::Fork(format!("fork {number}"))).expect("room for it")))
        .collect();
    worst("100000 events: fork, slowest of 8", forks, 5.0);
}
