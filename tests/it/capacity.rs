//! What limits a rollup, as it shows in worlds that run: blobs, a committee, a prover; and the measurement of it.

use crate::support::at;
use causeway::{
    command::{Command, SetTraffic},
    scenario::Scenario,
    session::{
        Session,
        capacity::{Bound, CapacityPoint, CapacityStep, CapacityView},
    },
    types::{BlockNumber, ChainId, Time},
    world::{Fact, World},
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const ROLLUP: ChainId = ChainId::new(901);

fn scenario(l1: &str, rollup: &str) -> Scenario {
    let json = format!(r#"{{ "l1": {{ {l1} }}, "rollups": [{{ "chain_id": 901, {rollup} }}] }}"#);
    Scenario::from_json(&json).unwrap()
}

fn world_with_traffic(rollup: &str, per_second: u32) -> World {
    let mut world = World::new(&scenario("", rollup)).unwrap();
    world.run_until(at("1m"));
    world.dispatch(&Command::SetTraffic(SetTraffic { chain: ROLLUP, per_second, from: None })).unwrap();
    world
}

fn committee(bytes_per_second: u64) -> String {
    format!(
        r#""batch_cadence": "12s", "data_availability": {{ "committee": {{
            "members": 5, "threshold": 3, "bytes_per_second": {bytes_per_second} }} }}"#
    )
}

fn safe_head(world: &World) -> BlockNumber {
    world.member(ROLLUP).unwrap().rollup().safe_head()
}

/// Blocks that are sealed and not safe.
fn gap(world: &World) -> u64 {
    world.chain(ROLLUP).unwrap().head().number().get() - safe_head(world).get()
}

/// Posted batches: when, and how many bytes.
fn posted(world: &World) -> Vec<(Time, u64)> {
    let facts = world.trace().facts().iter();
    facts
        .filter_map(|(time, fact)| match fact {
            Fact::BatchPosted { bytes, .. } => Some((*time, *bytes)),
            _ => None,
        })
        .collect()
}

#[test]
fn batches_wait_for_a_committee_and_none_is_lost() {
    let mut wide = world_with_traffic(&committee(0), 30);
    let mut narrow = world_with_traffic(&committee(100), 30);
    for world in [&mut wide, &mut narrow] {
        world.run_until(at("5m"));
    }
    assert!(gap(&wide) < 30, "{}", gap(&wide));
    assert!(gap(&narrow) > gap(&wide) + 30, "{} and {}", gap(&narrow), gap(&wide));
    // Once nothing comes any more, the committee catches up.
    let stop = Command::SetTraffic(SetTraffic { chain: ROLLUP, per_second: 0, from: None });
    narrow.dispatch(&stop).unwrap();
    narrow.run_until(at("1h 30m"));
    assert!(gap(&narrow) < 5, "{}", gap(&narrow));
    let ignored = |fact: &&(Time, Fact)| matches!(fact.1, Fact::BatchIgnored { .. });
    assert_eq!(narrow.trace().facts().iter().filter(ignored).count(), 0);
}

#[test]
fn a_committee_takes_no_more_bytes_than_its_bandwidth() {
    let mut world = world_with_traffic(&committee(100), 30);
    world.run_until(at("6m"));
    let safe_by_then = safe_head(&world);
    let batches = posted(&world);
    assert!(batches.len() > 2, "{batches:?}");
    let taken: u64 = world
        .trace()
        .facts()
        .iter()
        .filter_map(|(_, fact)| match fact {
            Fact::BatchPosted { last, bytes, .. } if *last <= safe_by_then => Some(*bytes),
            _ => None,
        })
        .sum();
    assert!(taken <= 100 * 360, "{taken} bytes within six minutes");
}

#[test]
fn a_full_batch_is_followed_by_another_in_the_same_posting() {
    let rollup = r#""batch_cadence": "1m", "batch_bytes_max": 20000"#;
    let mut world = world_with_traffic(rollup, 40);
    world.run_until(at("4m"));
    let batches = posted(&world);
    let (last, _) = *batches.last().unwrap();
    let together = batches.iter().filter(|(time, _)| *time == last).count();
    assert!(together > 5, "{together}");
    assert!(gap(&world) < 60, "{}", gap(&world));
}

/// A measurement's first points, asked for in slices.
fn measure(scenario: &Scenario, points: usize) -> Vec<CapacityPoint> {
    measure_in_slices(scenario, points, 200)
}

fn measure_in_slices(scenario: &Scenario, points: usize, slice: u64) -> Vec<CapacityPoint> {
    let mut session = Session::new(scenario).unwrap();
    session.run_until(at("1m"));
    let digest = session.world().digest();
    let mut view = session.capacity(CapacityStep::Begin(ROLLUP), &mut || false).unwrap();
    let mut progress = 0;
    while view.points.len() < points && !view.is_ready {
        let mut events = 0;
        let mut for_a_while = || {
            events += 1;
            events < slice
        };
        view = session.capacity(CapacityStep::GoOn, &mut for_a_while).unwrap();
        assert!(view.progress_permille >= progress && view.progress_permille <= 1000);
        progress = view.progress_permille;
    }
    assert_eq!(session.world().digest(), digest, "the shown world is only read");
    let stopped = session.capacity(CapacityStep::Stop, &mut || true).unwrap();
    assert!(stopped.is_ready);
    assert_eq!(stopped.points, view.points, "what was measured stays");
    for point in &view.points {
        println!("{point:?}");
    }
    view.points
}

/// An L1 with short slots, so that little has to be sent. A block holds 240 transfers and a blob of rollups.
const SMALL_L1: &str = r#""slot": "2s", "gas_limit": 5040000, "ambient_gas_percent": 0, "ambient_blobs": 21"#;
const SHORT_SLOTS: &str = r#""slot": "2s""#;

#[test]
fn gas_bounds_an_l1_and_blobs_its_rollups() {
    let points = measure(&scenario(SMALL_L1, r#""block_time": "200ms", "batch_bytes_max": 30000"#), 3);
    let [l1, one, two] = points.as_slice() else { panic!("{points:?}") };
    // 240 transfers every two seconds.
    assert_eq!((l1.rollups, l1.bound, l1.carried()), (0, Bound::Gas, 120_000));
    assert_eq!((one.rollups, one.bound), (1, Bound::Blobs));
    assert!(one.safe * 2 <= one.sealed && one.sealed * 100 >= one.offered * 95, "{one:?}");
    // Another rollup shares the same blobs.
    assert_eq!((two.rollups, two.bound), (2, Bound::Blobs));
    assert!(two.carried().abs_diff(one.carried()) * 5 < one.carried(), "{one:?} {two:?}");
}

#[test]
fn a_prover_bounds_what_is_carried_by_its_rate() {
    let rollup = r#""settlement": { "zk": {
        "proving_delay": "5m", "prover_gas_per_second": 2100000, "execution_delay": "0s" } }"#;
    let points = measure(&scenario(SHORT_SLOTS, rollup), 2);
    assert_eq!(points[1].bound, Bound::Prover, "{points:?}");
    // 2 100 000 gas are a hundred transfers, but for what each block begins with.
    assert!((85_000..=100_000).contains(&points[1].carried()), "{points:?}");
    assert!(points[1].safe > 4 * points[1].carried(), "{points:?}");
}

#[test]
fn a_committee_bounds_what_is_carried_and_a_wide_one_does_not() {
    let narrow = measure(&scenario(SHORT_SLOTS, &committee(2_000)), 2);
    assert_eq!(narrow[1].bound, Bound::Committee, "{narrow:?}");
    let wide = measure(&scenario(SHORT_SLOTS, &committee(0)), 2);
    assert_eq!((wide[1].bound, wide[1].carried()), (Bound::Offered, wide[1].sealed), "{wide:?}");
    assert!(narrow[1].carried() < wide[1].carried());
}

#[test]
fn figures_do_not_depend_on_how_time_is_sliced() {
    let world = scenario(SMALL_L1, r#""batch_cadence": "1m""#);
    assert_eq!(measure_in_slices(&world, 2, 7)[..2], measure_in_slices(&world, 2, 400)[..2]);
}

#[test]
fn an_unknown_rollup_is_refused_and_nothing_measured_is_nothing() {
    let mut session = Session::new(&scenario("", r#""name": "Aegina""#)).unwrap();
    let look = session.capacity(CapacityStep::GoOn, &mut || true);
    assert_eq!(look, Ok(CapacityView { is_ready: true, ..CapacityView::default() }));
    let refused = session.capacity(CapacityStep::Begin(ChainId::new(7)), &mut || true).unwrap_err();
    assert!(refused.contains("expected one of") && refused.contains('7'), "{refused}");
}
