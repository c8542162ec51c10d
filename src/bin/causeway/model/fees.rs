//! Models of fee rules.

use super::{Inputs, Model};
use alloy_primitives::hex;
use causeway::fees::{
    BaseFeeParams, BlobSchedule, ExcessRule, GAS_PER_BLOB, L1FeeScalars, L1Prices, ParentBlobs, ParentGas,
    calldata_tokens, charged_gas, fake_exponential, fastlz_size, l1_fee, l1_gas, next_base_fee,
    reserve_price,
};
use serde_json::{Map, Value, json};
use std::num::NonZeroU128;

pub(super) const MODELS: &[(&str, Model)] = &[
    ("EIP-4844 fake_exponential", exponential),
    ("blob base fee (Cancun fraction 3338477)", blob_base_fee),
    ("excess blob gas 4844", excess),
    ("excess blob gas with reserve price (EIP-7918)", excess_with_reserve),
    ("EIP-1559 base fee", base_fee),
    ("full-blob blocks from 1 wei to 1 gwei blob base fee", full_blocks),
    ("EIP-7918 reserve price", reserve),
    ("Fjord parity case", fjord),
    ("FastLZ length (FlzCompressLen)", fastlz),
    ("EIP-7623 calldata floor", calldata),
];

/// Blocks after which a price has not come near its goal and the case is given up.
const BLOCKS_MAX: u64 = 1_000_000;
/// Longest calldata of a case.
const CALLDATA_BYTES_MAX: u64 = 16 << 20;

fn each(cases: Inputs<'_>, model: impl Fn(Inputs<'_>) -> Result<Value, String>) -> Result<Value, String> {
    cases.list()?.map(model).collect()
}

fn exponential(inputs: Inputs<'_>) -> Result<Value, String> {
    each(inputs.get("cases")?, |case| {
        let denominator = NonZeroU128::new(case.at(2)?.number()?.into()).ok_or("a denominator of zero")?;
        let found = fake_exponential(case.at(0)?.number()?.into(), case.at(1)?.number()?.into(), denominator);
        Ok(json!(found.to_string()))
    })
}

fn blob_base_fee(inputs: Inputs<'_>) -> Result<Value, String> {
    each(inputs.get("excess")?, |excess| {
        Ok(json!(BlobSchedule::CANCUN.base_fee(excess.number()?).to_string()))
    })
}

/// Cancun's maximum and fraction with the case's target: the rule reads neither.
fn excess(inputs: Inputs<'_>) -> Result<Value, String> {
    let cancun = BlobSchedule::CANCUN;
    let target = inputs.get("target_blobs")?.small()?;
    let max = cancun.max().max(target);
    let schedule =
        BlobSchedule::new(target, max, cancun.update_fraction()).map_err(|error| error.to_string())?;
    each(inputs.get("cases")?, |case| {
        let used = case.at(1)?.number()?.saturating_mul(GAS_PER_BLOB);
        let parent = ParentBlobs { excess: case.at(0)?.number()?, used, base_fee: 0 };
        Ok(json!(schedule.next_excess(ExcessRule::Eip4844, parent)))
    })
}

fn excess_with_reserve(inputs: Inputs<'_>) -> Result<Value, String> {
    each(inputs.get("cases")?, |case| {
        let (target, max) = (case.get("target")?.small()?, case.get("max")?.small()?);
        let fraction = case.get("fraction")?.number()?;
        let schedule = BlobSchedule::new(target, max, fraction).map_err(|error| error.to_string())?;
        let parent = ParentBlobs {
            excess: case.get("excess")?.number()?,
            used: case.get("used")?.number()?,
            base_fee: case.get("base_fee")?.number()?,
        };
        Ok(json!(schedule.next_excess(ExcessRule::Eip7918, parent)))
    })
}

fn base_fee(inputs: Inputs<'_>) -> Result<Value, String> {
    each(inputs.get("cases")?, |case| {
        let [base_fee, limit, used] = [case.at(0)?.number()?, case.at(1)?.number()?, case.at(2)?.number()?];
        Ok(json!(next_base_fee(ParentGas { base_fee, limit, used }, BaseFeeParams::ETHEREUM)))
    })
}

fn full_blocks(inputs: Inputs<'_>) -> Result<Value, String> {
    let goal = u128::from(inputs.get("goal_wei")?.number()?);
    let (mut blocks, mut up, mut down) = (Map::new(), Map::new(), Map::new());
    for (name, parameters) in inputs.get("schedules")?.members()? {
        let (target, max) = (parameters.at(0)?.small()?, parameters.at(1)?.small()?);
        let fraction = parameters.at(2)?.number()?;
        let schedule = BlobSchedule::new(target, max, fraction).map_err(|error| error.to_string())?;
        let step = u64::from(max - target) * GAS_PER_BLOB;
        let reached = (0..BLOCKS_MAX).find(|block| schedule.base_fee(block.saturating_mul(step)) >= goal);
        blocks.insert(name.into(), json!(reached.ok_or("a price that stays below its goal")?));
        let factor = |blobs: u32| libm::exp(f64::from(blobs) * GAS_PER_BLOB as f64 / fraction as f64);
        up.insert(name.into(), json!(factor(max - target)));
        down.insert(name.into(), json!(1.0 / factor(target)));
    }
    Ok(json!({ "blocks": blocks, "up_factor": up, "down_factor": down }))
}

fn reserve(inputs: Inputs<'_>) -> Result<Value, String> {
    each(inputs.get("base_fee_wei")?, |base_fee| Ok(json!(reserve_price(base_fee.number()?))))
}

fn fjord(inputs: Inputs<'_>) -> Result<Value, String> {
    let prices = L1Prices {
        base_fee: inputs.get("l1BaseFee")?.number()?,
        blob_base_fee: inputs.get("blobBaseFee")?.number()?.into(),
    };
    let scalars = L1FeeScalars {
        base_fee: inputs.get("baseFeeScalar")?.small()?,
        blob_base_fee: inputs.get("blobBaseFeeScalar")?.small()?,
    };
    let size = inputs.get("fastlz")?.small()?;
    Ok(json!({ "fee": l1_fee(size, prices, scalars).to_string(), "gas": l1_gas(size) }))
}

/// Inputs are "empty", a repeated byte as "0x01 x1000", or bytes after a name.
fn fastlz(inputs: Inputs<'_>) -> Result<Value, String> {
    each(inputs.get("inputs")?, |input| {
        let text = input.text()?;
        let bytes = match text.split_once(" x") {
            _ if text == "empty" => Vec::new(),
            Some((byte, times)) => {
                let byte = hex::decode(byte).map_err(|error| error.to_string())?;
                let times: u64 =
                    times.parse().map_err(|_| format!("\"{times}\" where a count is expected"))?;
                byte.repeat(times.min(CALLDATA_BYTES_MAX) as usize)
            }
            None => {
                let bytes = text.rsplit(' ').next().unwrap_or(text);
                hex::decode(bytes).map_err(|error| error.to_string())?
            }
        };
        Ok(json!(fastlz_size(&bytes)))
    })
}

fn calldata(inputs: Inputs<'_>) -> Result<Value, String> {
    each(inputs.get("cases")?, |case| {
        let [zeros, others] =
            [case.at(0)?.number()?, case.at(1)?.number()?].map(|n| n.min(CALLDATA_BYTES_MAX));
        let mut calldata = vec![0; zeros as usize];
        calldata.resize((zeros + others) as usize, 1);
        Ok(json!(charged_gas(calldata_tokens(&calldata), case.at(2)?.number()?)))
    })
}
