//! A large committee: how fast 100 nodes that sign, send and check every vote decide heights.

use crate::{host, note, report};
use alloy_primitives::Bytes;
use causeway::{
    sequencing::committee::{Committee, CommitteeConfig, Effects, Height, NodeId, Proposals, Round},
    sim::Queue,
    types::Time,
};

const NODES: u32 = 100;
const HEIGHTS: u64 = 10;
const HEIGHTS_PER_SECOND: f64 = 5.0;

struct Blocks;

impl Proposals for Blocks {
    fn propose(&mut self, _: NodeId, height: Height, _: Round) -> Bytes {
        vec![height.get() as u8; 1_000].into()
    }

    fn is_valid(&self, _: NodeId, _: Height, _: Round, _: &Bytes) -> bool {
        true
    }
}

/// Decides the heights over the default link and gives the number of events that it took.
fn decide(committee: &mut Committee) -> u64 {
    let (mut queue, mut now, mut events) = (Queue::default(), Time::ZERO, 0);
    for height in 1..=HEIGHTS {
        let mut effects = Effects::default();
        committee
            .begin(now, Height::new(height), &mut Blocks, &mut effects)
            .expect("the height before is decided");
        let mut undecided = NODES;
        loop {
            effects.events.into_iter().for_each(|(at, event)| queue.push(at, event));
            undecided -= u32::try_from(effects.decided.len()).expect("at most one decision a node");
            if undecided == 0 {
                break;
            }
            let end = queue.next_time().expect("a committee without faults decides");
            let (at, event) = queue.pop_until(end).expect("it is due then");
            (now, events, effects) = (at, events + 1, Effects::default());
            committee.handle(now, event, &mut Blocks, &mut effects);
        }
    }
    events
}

pub(crate) fn measure() {
    let config = CommitteeConfig { nodes: NODES, ..CommitteeConfig::default() };
    let mut committee = Committee::new(config, 1, "committee").expect("100 nodes are possible");
    let start = host::now_ms();
    let events = decide(&mut committee);
    let per_second = HEIGHTS as f64 * 1_000.0 / (host::now_ms() - start);
    note("committee of 100: events a height", &(events / HEIGHTS).to_string());
    let (name, figure) = ("committee of 100: heights a second", format!("{per_second:.1}"));
    if cfg!(target_arch = "wasm32") {
        report(name, &figure, &format!(">= {HEIGHTS_PER_SECOND}"), per_second >= HEIGHTS_PER_SECOND);
    } else {
        note(name, &figure);
    }
}
