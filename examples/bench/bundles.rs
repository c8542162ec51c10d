//! How many bundles of two legs on two rollups a committee of four orders and the rollups execute.

use crate::{host, note, report};
use causeway::{
    command::{Command, LegOrder, SubmitBundle, Transact},
    rollup::RollupConfig,
    scenario::Scenario,
    sequencing::{BundleState, Guarantee, SequencerConfig},
    types::{Amount, ChainId, Span},
    world::World,
};

const CHAINS: [ChainId; 2] = [ChainId::new(901), ChainId::new(902)];
/// Bundles of one slot.
const SLOT: usize = 2_000;
const SLOTS: usize = 3;
/// What a transfer of ether takes.
const GAS: u64 = 21_000;
const ROUNDS: usize = 3;

fn world() -> World {
    let rollup = |chain_id| RollupConfig {
        chain_id,
        block_time: Span::seconds(2),
        gas_limit: 100_000_000,
        ..RollupConfig::default()
    };
    let scenario = Scenario {
        rollups: CHAINS.map(rollup).to_vec(),
        sequencer: Some(SequencerConfig { members: CHAINS.to_vec(), ..SequencerConfig::default() }),
        ..Scenario::default()
    };
    let mut world = World::new(&scenario).expect("a world of two members is possible");
    world.run_until(world.now().plus(Span::minutes(1)));
    world
}

fn order(world: &World, number: usize, guarantee: Guarantee) -> Command {
    let people: Vec<_> = world.people().iter().map(|(_, address)| address).collect();
    let (from, to) = (people[number % people.len()], people[(number + 1) % people.len()]);
    let leg = |chain| {
        LegOrder::Actor(Transact {
            chain,
            from,
            to: Some(to),
            value: Amount::new(alloy_primitives::U256::ONE),
            data: Default::default(),
            gas_limit: Some(GAS),
        })
    };
    let legs = CHAINS.map(leg).to_vec();
    Command::SubmitBundle(SubmitBundle { label: None, guarantee, deadline: Span::minutes(1), legs })
}

/// Bundles a second: sent, ordered and executed.
fn rate(guarantee: Guarantee) -> (f64, f64) {
    let mut world = world();
    let orders: Vec<Command> = (0..SLOT).map(|number| order(&world, number, guarantee)).collect();
    let (mut sending, start) = (0.0, host::now_ms());
    for _ in 0..SLOTS {
        let sent = host::now_ms();
        for order in &orders {
            world.dispatch(order).expect("a slot takes transfers");
        }
        sending += host::now_ms() - sent;
        world.run_until(world.now().plus(Span::seconds(6)));
    }
    let taken = host::now_ms() - start;
    let bundles = world.sequencer().expect("the world has one").bundles();
    let landed = bundles.iter().filter(|record| matches!(record.state(), BundleState::Landed(..))).count();
    assert_eq!(landed, SLOT * SLOTS, "all bundles land");
    (landed as f64 / taken * 1_000.0, sending / taken)
}

pub(crate) fn measure() {
    for (guarantee, goal) in [(Guarantee::Inclusion, 2_000.0), (Guarantee::Execution, 1_000.0)] {
        let mut rates: Vec<_> = (0..ROUNDS).map(|_| rate(guarantee)).collect();
        rates.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (rate, sending) = rates[ROUNDS / 2];
        let name = format!("two-leg bundles, {}", guarantee.name());
        report(&name, &format!("{rate:.0} a second"), &format!(">= {goal:.0}"), rate >= goal);
        note(&format!("{name}: of that taken to send them"), &format!("{:.0} %", sending * 100.0));
    }
}
