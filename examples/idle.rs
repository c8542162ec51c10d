//! How long idle rollups take: `cargo run --release --example idle -- ROLLUPS DAYS`.

use causeway::{
    rollup::RollupConfig,
    scenario::Scenario,
    types::{ChainId, Span, Time},
    world::World,
};

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse::<u64>().ok());
    let rollups = arguments.next().unwrap_or(10);
    let days = arguments.next().unwrap_or(7);
    let rollup = |number| RollupConfig {
        chain_id: ChainId::new(901 + number),
        name: format!("Rollup {number}"),
        ..RollupConfig::default()
    };
    let scenario = Scenario { rollups: (0..rollups).map(rollup).collect(), ..Scenario::default() };
    let mut world = World::new(&scenario).expect("a world of default rollups is possible");
    world.run_until(Time::ZERO.plus(Span::days(days)));
    let blocks: usize = world.members().map(|member| member.rollup().chain().blocks().len()).sum();
    println!(
        "{rollups} rollups, {days} days: {} L1 blocks, {blocks} rollup blocks, {} facts, digest {}",
        world.l1().chain().blocks().len(),
        world.trace().facts().len(),
        world.digest()
    );
}
