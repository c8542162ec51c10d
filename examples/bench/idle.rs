//! Worlds in which nobody does anything: how long a week takes, and what its history weighs.

use crate::{host, note, report};
use causeway::{
    rollup::RollupConfig,
    scenario::Scenario,
    types::{ChainId, Span, Time},
    world::World,
};

const DAYS: u64 = 7;
const ROUNDS: usize = 3;
const MEGABYTE: f64 = 1e6;

fn idle_week(rollups: u64) -> World {
    let rollup = |number| RollupConfig {
        chain_id: ChainId::new(901 + number),
        name: format!("Rollup {number}"),
        ..RollupConfig::default()
    };
    let scenario = Scenario { rollups: (0..rollups).map(rollup).collect(), ..Scenario::default() };
    let mut world = World::new(&scenario).expect("a world of default rollups is possible");
    world.run_until(Time::ZERO.plus(Span::days(DAYS)));
    world
}

pub(crate) fn measure_time() {
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        let start = host::now_ms();
        let world = idle_week(10);
        times.push(host::now_ms() - start);
        if round == 0 {
            let blocks: usize = world.members().map(|member| member.rollup().chain().blocks().len()).sum();
            note("10 rollups, 7 idle days: L1 blocks", &world.l1().chain().blocks().len().to_string());
            note("10 rollups, 7 idle days: rollup blocks", &blocks.to_string());
            note("10 rollups, 7 idle days: facts", &world.trace().facts().len().to_string());
        }
    }
    times.sort_by(f64::total_cmp);
    let seconds = times[ROUNDS / 2] / 1_000.0;
    report("10 rollups, 7 idle days", &format!("{seconds:.2} s"), "< 1 s", seconds < 1.0);
}

pub(crate) fn measure_memory() {
    let world = idle_week(64);
    let Some(bytes) = host::peak_bytes() else { return note("64 rollups, 7 idle days: memory", "not told") };
    let megabytes = bytes as f64 / MEGABYTE;
    report("64 rollups, 7 idle days: memory", &format!("{megabytes:.0} MB"), "< 200 MB", megabytes < 200.0);
    drop(world);
}
