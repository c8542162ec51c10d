//! The published cases of `tests/vectors/fees.json`, computed by the functions of this room.

use std::num::{NonZeroU64, NonZeroU128};

use alloy_primitives::hex;
use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::vectors::vector;

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no whole number"))
}

fn numbers(value: &Value) -> Vec<u64> {
    list(value).iter().map(number).collect()
}

fn small(value: &Value) -> u32 {
    u32::try_from(number(value)).expect("a small number")
}

#[test]
fn f01_fake_exponential() {
    let vector = vector("F01");
    let found: Vec<u128> = list(&vector["inputs"]["cases"])
        .iter()
        .map(numbers)
        .map(|case| {
            fake_exponential(case[0].into(), case[1].into(), NonZeroU128::new(case[2].into()).unwrap())
        })
        .collect();
    assert_eq!(found.len(), 15);
    assert_eq!(found, numbers(&vector["expected"]).into_iter().map(u128::from).collect::<Vec<_>>());
}

#[test]
fn the_exponential_in_few_bits_is_that_in_many() {
    for excess in (0..2_000_000_000).step_by(7_777_777) {
        for fraction in [1, 3_338_477, 5_007_716, 11_684_671] {
            for factor in [0, 1, 1 << 30] {
                let found = fake_exponential(factor, excess, NonZeroU128::new(fraction).unwrap());
                let expected = alloy_eips::eip4844::fake_exponential(factor, excess, fraction);
                assert_eq!(found, expected, "{factor} {excess} {fraction}");
            }
        }
    }
}

#[test]
fn fake_exponential_saturates() {
    let one = NonZeroU128::MIN;
    assert_eq!(fake_exponential(1, 88, one), 165_162_653_699_637_111_792_770_913_913_821_835_905);
    assert_eq!(fake_exponential(100, 88, one), u128::MAX);
    assert_eq!(fake_exponential(u128::MAX, u128::MAX, one), u128::MAX);
    assert_eq!(fake_exponential(u128::MAX, u128::MAX, NonZeroU128::MAX), u128::MAX);
    assert_eq!(fake_exponential(0, u128::MAX, one), 0);
    assert_eq!(BlobSchedule::CANCUN.base_fee(u64::MAX), u128::MAX);
}

#[test]
fn f02_blob_base_fee() {
    let vector = vector("F02");
    let found =
        numbers(&vector["inputs"]["excess"]).into_iter().map(|excess| BlobSchedule::CANCUN.base_fee(excess));
    assert_eq!(found.collect::<Vec<_>>(), [1, 1, 2, 23]);
    assert_eq!(numbers(&vector["expected"]), [1, 1, 2, 23]);
}

#[test]
fn f03_excess_blob_gas() {
    let vector = vector("F03");
    assert_eq!(small(&vector["inputs"]["target_blobs"]), BlobSchedule::CANCUN.target());
    let found: Vec<u64> = list(&vector["inputs"]["cases"])
        .iter()
        .map(numbers)
        .map(|case| ParentBlobs { excess: case[0], used: case[1] * GAS_PER_BLOB, base_fee: 1_000_000_000 })
        .map(|parent| BlobSchedule::CANCUN.next_excess(ExcessRule::Eip4844, parent))
        .collect();
    assert_eq!(found, numbers(&vector["expected"]));
}

#[test]
fn f04_excess_with_reserve_price() {
    let vector = vector("F04");
    let found: Vec<u64> = list(&vector["inputs"]["cases"])
        .iter()
        .map(|case| {
            let schedule =
                BlobSchedule::new(small(&case["target"]), small(&case["max"]), number(&case["fraction"]));
            let parent = ParentBlobs {
                excess: number(&case["excess"]),
                used: number(&case["used"]),
                base_fee: number(&case["base_fee"]),
            };
            schedule.unwrap().next_excess(ExcessRule::Eip7918, parent)
        })
        .collect();
    assert_eq!(found, numbers(&vector["expected"]));
}

#[test]
fn reserve_price_does_not_hold_up_an_excess_below_the_target() {
    // The first of the rule's three cases: nearly empty blocks fall to no excess, whatever execution costs.
    let parent = ParentBlobs { excess: GAS_PER_BLOB, used: 4 * GAS_PER_BLOB, base_fee: u64::MAX };
    assert_eq!(BlobSchedule::PRAGUE.next_excess(ExcessRule::Eip7918, parent), 0);
    // At the boundary the blob pays as much as execution does, and the older rule holds.
    let parent = ParentBlobs { excess: 0, used: 6 * GAS_PER_BLOB, base_fee: 16 };
    assert_eq!(BlobSchedule::PRAGUE.next_excess(ExcessRule::Eip7918, parent), 0);
    let parent = ParentBlobs { base_fee: 17, ..parent };
    assert_eq!(BlobSchedule::PRAGUE.next_excess(ExcessRule::Eip7918, parent), 2 * GAS_PER_BLOB);
    assert_eq!(BlobSchedule::PRAGUE.next_excess(ExcessRule::Eip4844, parent), 0);
}

#[test]
fn excess_saturates() {
    let parent = ParentBlobs { excess: u64::MAX, used: u64::MAX, base_fee: u64::MAX };
    assert_eq!(BlobSchedule::BPO2.next_excess(ExcessRule::Eip7918, parent), u64::MAX - 14 * GAS_PER_BLOB);
}

#[test]
fn f05_base_fee() {
    let vector = vector("F05");
    let found: Vec<u64> = list(&vector["inputs"]["cases"])
        .iter()
        .map(numbers)
        .map(|case| ParentGas { base_fee: case[0], limit: case[1], used: case[2] })
        .map(|parent| next_base_fee(parent, BaseFeeParams::ETHEREUM))
        .collect();
    assert_eq!(found, numbers(&vector["expected"]));
}

#[test]
fn base_fee_moves_at_least_a_wei_up_and_never_overflows() {
    let next =
        |base_fee, limit, used| next_base_fee(ParentGas { base_fee, limit, used }, BaseFeeParams::ETHEREUM);
    assert_eq!(next(7, 20, 11), 8);
    assert_eq!(next(7, 20, 9), 7);
    assert_eq!(next(0, 20, 20), 1);
    assert_eq!(next(5, 1, 1), 5);
    assert_eq!(next(u64::MAX, u64::MAX, u64::MAX), u64::MAX);
    assert_eq!(next(u64::MAX, 2, u64::MAX), u64::MAX);
    let op_stack = ParentGas { base_fee: 1_000_000, limit: 30_000_000, used: 30_000_000 };
    assert_eq!(next_base_fee(op_stack, BaseFeeParams::OP_STACK), 1_020_000);
    let slow = BaseFeeParams::new(NonZeroU64::MIN, NonZeroU64::MAX);
    assert_eq!(next_base_fee(ParentGas { base_fee: 100, limit: 10, used: 0 }, slow), 100);
}

fn schedule(name: &str) -> BlobSchedule {
    match name {
        "cancun" => BlobSchedule::CANCUN,
        "prague" => BlobSchedule::PRAGUE,
        "bpo1" => BlobSchedule::BPO1,
        "bpo2" => BlobSchedule::BPO2,
        other => panic!("no schedule {other}"),
    }
}

#[test]
fn f07_full_blocks_from_one_wei_to_one_gwei() {
    let vector = vector("F07");
    let goal = u128::from(number(&vector["inputs"]["goal_wei"]));
    for (name, published) in vector["inputs"]["schedules"].as_object().expect("schedules by name") {
        let schedule = schedule(name);
        let own = [schedule.target().into(), schedule.max().into(), schedule.update_fraction()];
        assert_eq!(numbers(published), own, "{name}");

        let (mut excess, mut blocks) = (0, 0);
        let used = u64::from(schedule.max()) * GAS_PER_BLOB;
        while schedule.base_fee(excess) < goal {
            excess = schedule.next_excess(ExcessRule::Eip4844, ParentBlobs { excess, used, base_fee: 0 });
            blocks += 1;
        }
        assert_eq!(blocks, number(&vector["expected"]["blocks"][name]), "{name}");
    }
}

/// The factors by which one full or empty block moves the price, in parts of 10^18.
#[test]
fn f07_factors_of_full_and_empty_blocks() {
    const ONE: u128 = 1_000_000_000_000_000_000;
    let vector = vector("F07");
    for name in ["cancun", "prague", "bpo1", "bpo2"] {
        let schedule = schedule(name);
        let grown = |blobs: u32| {
            let step = u128::from(blobs) * u128::from(GAS_PER_BLOB);
            fake_exponential(
                ONE,
                step,
                NonZeroU128::from(NonZeroU64::new(schedule.update_fraction()).unwrap()),
            )
        };
        let up = grown(schedule.max() - schedule.target());
        let down = ONE * 1_000_000_000 / (grown(schedule.target()) / 1_000_000_000);
        for (key, found) in [("up_factor", up), ("down_factor", down)] {
            let expected = vector["expected"][key][name].as_f64().expect("a factor") * 1e18;
            let error = (found as f64 - expected).abs() / expected;
            assert!(error < 1e-9, "{name} {key}: expected {expected}, found {found}");
        }
    }
}

#[test]
fn f08_reserve_price() {
    let vector = vector("F08");
    let found: Vec<u64> = numbers(&vector["inputs"]["base_fee_wei"]).into_iter().map(reserve_price).collect();
    assert_eq!(found, numbers(&vector["expected"]));
}

#[test]
fn blob_schedule_is_mainnets() {
    let published: Value =
        serde_json::from_str(include_str!("../../tests/vectors/fees.json")).expect("the vectors are JSON");
    let published = list(&published["blob_schedule"]);
    assert_eq!(published.len(), 4);
    for (entry, own) in published.iter().zip(["cancun", "prague", "bpo1", "bpo2"].map(schedule)) {
        let values = (small(&entry["target"]), small(&entry["max"]), number(&entry["update_fraction"]));
        assert_eq!(values, (own.target(), own.max(), own.update_fraction()), "{}", entry["fork"]);
        // From the second on, and not before it.
        if let Some(since) = entry["timestamp"].as_u64() {
            assert_eq!(BlobSchedule::at(since), own);
            assert_ne!(BlobSchedule::at(since - 1), own);
        }
    }
    assert_eq!(BlobSchedule::at(0), BlobSchedule::CANCUN);
    assert_eq!(BlobSchedule::at(1_746_612_310), BlobSchedule::CANCUN);
    assert_eq!(BlobSchedule::at(1_746_612_311), BlobSchedule::PRAGUE);
    assert_eq!(BlobSchedule::at(u64::MAX), BlobSchedule::BPO2);
    assert_eq!(ExcessRule::at(1_764_798_550), ExcessRule::Eip4844);
    assert_eq!(ExcessRule::at(1_764_798_551), ExcessRule::Eip7918);
}

#[test]
fn impossible_schedules_are_refused() {
    assert_eq!(BlobSchedule::new(0, 0, 1), Err(BlobScheduleError::NoBlobs));
    assert_eq!(BlobSchedule::new(7, 6, 1), Err(BlobScheduleError::TargetAboveMax { target: 7, max: 6 }));
    assert_eq!(BlobSchedule::new(3, 6, 0), Err(BlobScheduleError::NoUpdateFraction));
    let largest = BlobSchedule::new(u32::MAX, u32::MAX, 1).unwrap();
    let parent = ParentBlobs { excess: u64::MAX, used: u64::MAX, base_fee: u64::MAX };
    assert_eq!(
        largest.next_excess(ExcessRule::Eip7918, parent),
        u64::MAX - u64::from(u32::MAX) * GAS_PER_BLOB
    );
}

fn fjord(inputs: &Value) -> (u128, u64) {
    let prices = L1Prices {
        base_fee: number(&inputs["l1BaseFee"]),
        blob_base_fee: number(&inputs["blobBaseFee"]).into(),
    };
    let scalars = L1FeeScalars {
        base_fee: small(&inputs["baseFeeScalar"]),
        blob_base_fee: small(&inputs["blobBaseFeeScalar"]),
    };
    let size = small(&inputs["fastlz"]);
    (l1_fee(size, prices, scalars), l1_gas(size))
}

#[test]
fn f09_f10_fjord_l1_fee() {
    let empty = vector("F09");
    let expected = &empty["expected"];
    assert_eq!(fjord(&empty["inputs"]), (number(&expected["fjord"]).into(), number(&expected["fjord_gas"])));
    let parity = vector("F10");
    let expected = &parity["expected"];
    assert_eq!(fjord(&parity["inputs"]), (number(&expected["fee"]).into(), number(&expected["gas"])));
}

#[test]
fn l1_fee_saturates() {
    let prices = L1Prices { base_fee: u64::MAX, blob_base_fee: u128::MAX };
    let scalars = L1FeeScalars { base_fee: u32::MAX, blob_base_fee: u32::MAX };
    assert_eq!(l1_fee(u32::MAX, prices, scalars), u128::MAX);
    assert_eq!(estimated_size(0), 100_000_000);
}

#[test]
fn f11_fastlz_size() {
    let vector = vector("F11");
    let found: Vec<u64> = list(&vector["inputs"]["inputs"])
        .iter()
        .map(|input| input.as_str().expect("text"))
        .map(|input| match input {
            "empty" => Vec::new(),
            "0x01 x1000" => vec![1; 1000],
            "0x00 x1000" => vec![0; 1000],
            named => hex::decode(named.rsplit(' ').next().expect("bytes after the name")).expect("hex"),
        })
        .map(|input| fastlz_size(&input).into())
        .collect();
    assert_eq!(found, numbers(&vector["expected"]));
}

#[test]
fn f14_calldata_floor() {
    let vector = vector("F14");
    let found: Vec<u64> = list(&vector["inputs"]["cases"])
        .iter()
        .map(numbers)
        .map(|case| {
            let mut calldata = vec![0; case[0] as usize];
            calldata.resize((case[0] + case[1]) as usize, 0xff);
            charged_gas(calldata_tokens(&calldata), case[2])
        })
        .collect();
    assert_eq!(found, numbers(&vector["expected"]));
    assert_eq!(intrinsic_gas(calldata_tokens(&[0, 1])), 21_020);
    assert_eq!(floor_gas(calldata_tokens(&[0, 1])), 21_050);
    assert_eq!(charged_gas(u64::MAX, u64::MAX), u64::MAX);
}

#[cfg(not(target_arch = "wasm32"))]
mod against_alloy {
    use alloy_eips::{eip1559, eip7840::BlobParams};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn base_fee(base_fee in 0..1u64 << 50, limit in 1..1u64 << 32, part in 0..=1_000u64) {
            let used = limit * part / 1_000;
            let parent = ParentGas { base_fee, limit, used };
            for (ours, theirs) in [
                (BaseFeeParams::ETHEREUM, eip1559::BaseFeeParams::ethereum()),
                (BaseFeeParams::OP_STACK, eip1559::BaseFeeParams::optimism_canyon()),
            ] {
                let expected = eip1559::calc_next_block_base_fee(used, limit, base_fee, theirs);
                prop_assert_eq!(next_base_fee(parent, ours), expected);
            }
        }

        #[test]
        fn excess(excess in 0..1u64 << 30, blobs in 0..=21u64, base_fee in 0..1u64 << 40) {
            let used = blobs * GAS_PER_BLOB;
            let expected = BlobParams::bpo2().next_block_excess_blob_gas_osaka(excess, used, base_fee);
            let parent = ParentBlobs { excess, used, base_fee };
            prop_assert_eq!(BlobSchedule::BPO2.next_excess(ExcessRule::Eip7918, parent), expected);
        }
    }
}
