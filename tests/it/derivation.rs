//! Rollups rebuilt from nothing but the bytes of the L1.

use crate::support::{at, run, shipped};
use causeway::{
    l1::{self, ImportError},
    rollup::{Rebuild, RebuildError},
    scenario::Scenario,
    types::{BlockNumber, ChainId},
    world::World,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const ROLLUPS: [ChainId; 2] = [ChainId::new(901), ChainId::new(902)];

fn assert_rebuilt(world: &World, chain: ChainId) {
    let imported = l1::import(&l1::export(world.l1())).unwrap();
    let mut rebuild = Rebuild::new(&imported, chain).unwrap();
    let last = rebuild.by_ref().last().expect("batches were posted").unwrap();
    let rollup = world.member(chain).unwrap().rollup();
    let safe = rollup.chain().block(rollup.safe_head()).unwrap();
    assert!(safe.header.number > 0);
    assert_eq!(last.safe, (safe.number(), safe.hash, safe.header.state_root));
    assert_eq!(rebuild.rebuilt().state().root(), safe.header.state_root);
}

#[test]
fn the_bytes_of_l1_lead_to_the_same_safe_heads() {
    let world = run(&shipped(), "20m");
    for chain in ROLLUPS {
        assert_rebuilt(&world, chain);
    }
}

#[test]
fn safe_heads_are_derived_again_after_a_reorg() {
    // The deeper one drops the block with the rollups' deployment too.
    for depth in [1, 2, 3] {
        let mut world = run(&shipped(), "4m 10s");
        let reorg = format!(r#"{{ "fault": {{ "l1_reorg": {{ "depth": {depth} }} }} }}"#);
        world.dispatch(&serde_json::from_str(&reorg).unwrap()).unwrap();
        world.run_until(at("30m"));
        for chain in ROLLUPS {
            assert_rebuilt(&world, chain);
        }
    }
}

#[test]
fn a_flipped_bit_of_a_blob_stops_there() {
    let world = run(&shipped(), "4h");
    let bytes = l1::export(world.l1());
    let chain = ROLLUPS[0];
    let imported = l1::import(&bytes).unwrap();
    let steps: Vec<_> = Rebuild::new(&imported, chain).unwrap().map(Result::unwrap).collect();
    assert!(steps.len() >= 3);
    let batcher = world.member(chain).unwrap().rollup().genesis().batcher();
    for (place, step) in steps.iter().enumerate() {
        let block = imported.block(step.l1_block).unwrap();
        let batch = block.transactions.iter().find(|transaction| transaction.from() == batcher).unwrap();
        let payload = imported.blob(&batch.blobs()[0]).unwrap();
        let start = bytes.windows(payload.len()).position(|window| window == payload.as_ref()).unwrap();
        let mut damaged = bytes.clone();
        damaged[start + payload.len() / 2] ^= 1 << (place % 8);
        let imported = l1::import(&damaged).unwrap();
        let rebuilt: Vec<_> = Rebuild::new(&imported, chain).unwrap().collect();
        let (last, before) = rebuilt.split_last().unwrap();
        assert!(
            matches!(last, Err(RebuildError::BlobDamaged { block, .. }) if *block == step.l1_block),
            "{last:?}"
        );
        let before: Vec<_> = before.iter().cloned().map(Result::unwrap).collect();
        assert_eq!(before, steps[..place]);
    }
}

#[test]
fn damaged_blocks_are_refused_by_number() {
    let world = run(&shipped(), "2m");
    let bytes = l1::export(world.l1());
    let block = world.l1().chain().block(BlockNumber::new(2)).unwrap();
    let root = block.header.state_root;
    let start = bytes.windows(32).position(|window| window == root.as_slice()).unwrap();
    let mut damaged = bytes.clone();
    damaged[start] ^= 1;
    let error = l1::import(&damaged).unwrap_err();
    assert!(matches!(error, ImportError::Hash { block, .. } if block.get() == 2), "{error}");
    let raw = block.transactions[0].raw();
    let start = bytes.windows(raw.len()).position(|window| window == raw.as_ref()).unwrap();
    let mut damaged = bytes.clone();
    damaged[start + raw.len() / 2] ^= 1;
    let error = l1::import(&damaged).unwrap_err();
    assert!(
        matches!(error, ImportError::Root { block, part: "transactions", .. } if block.get() == 2),
        "{error}"
    );
    assert_eq!(l1::import(b"").unwrap_err(), ImportError::Mark);
    assert_eq!(l1::import(b"CSL1\x07").unwrap_err(), ImportError::Version(Some(7)));
    assert!(matches!(l1::import(&bytes[..bytes.len() - 1]).unwrap_err(), ImportError::Rlp(_)));
}

#[test]
fn only_registered_rollups_with_their_data_on_l1_are_rebuilt() {
    let scenario =
        r#"{ "rollups": [{ "data_availability": { "committee": { "members": 4, "threshold": 3 } } }] }"#;
    let world = run(&Scenario::from_json(scenario).unwrap(), "1m");
    let imported = l1::import(&l1::export(world.l1())).unwrap();
    let refused = |chain| Rebuild::new(&imported, ChainId::new(chain)).unwrap_err();
    assert_eq!(refused(901), RebuildError::DataElsewhere(ChainId::new(901)));
    let known = vec![ChainId::new(901)];
    assert_eq!(refused(7), RebuildError::NotRegistered { found: ChainId::new(7), known });
}
