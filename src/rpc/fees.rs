//! What gas costs now, and what it cost.

use super::{
    answer,
    error::RpcError,
    params::{Params, invalid, place},
    reader::Reader,
};
use crate::{chain::SealedBlock, l1::blob_base_fee, types::BlockNumber};
use alloy_eips::{BlockNumberOrTag, eip4844::DATA_GAS_PER_BLOB};
use alloy_primitives::{U64, U128};
use alloy_rpc_types_eth::FeeHistory;
use serde_json::Value;

/// What simulated actors pay a block's builder, and so what is worth suggesting: wei per gas.
const PRIORITY_FEE: u128 = 1_000_000;
/// Most blocks of a fee history.
const BLOCKS_MAX: u64 = 1024;
/// Most percentiles of a fee history.
const PERCENTILES_MAX: usize = 100;

pub(super) fn gas_price(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(0)?;
    Ok(answer(&U128::from(u128::from(reader.base_fee()) + PRIORITY_FEE)))
}

pub(super) fn priority_fee(params: &Params) -> Result<Value, RpcError> {
    params.at_most(0)?;
    Ok(answer(&U128::from(PRIORITY_FEE)))
}

pub(super) fn blob_fee(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(0)?;
    Ok(answer(&U64::from(next_blob_fee(reader))))
}

/// Only L1 carries blobs; elsewhere the fee stays at its least.
fn next_blob_fee(reader: Reader<'_>) -> u64 {
    let l1 = reader.world.l1();
    if reader.is_l1() { l1.market_at(reader.world.now()).blob_base_fee(l1.config()) } else { 1 }
}

pub(super) fn history(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(3)?;
    let count = params.number(0, "blockCount", BLOCKS_MAX)?;
    let newest: Option<BlockNumberOrTag> = params.optional(1, "newestBlock", "a block")?;
    let percentiles = percentiles(params)?;
    let head = reader.chain.head().number().get();
    let newest = reader.height(newest).min(head);
    let oldest = (newest + 1).saturating_sub(count);
    let blocks: Vec<_> =
        (oldest..=newest).filter_map(|number| reader.chain.block(BlockNumber::new(number))).collect();
    let mut history = FeeHistory { oldest_block: oldest, ..Default::default() };
    for block in &blocks {
        let header = &block.header;
        history.base_fee_per_gas.push(u128::from(header.base_fee_per_gas.unwrap_or_default()));
        history.gas_used_ratio.push(ratio(header.gas_used, header.gas_limit));
        history.base_fee_per_blob_gas.push(u128::from(blob_fee_of(reader, block)));
        let blob_gas_max = 9 * DATA_GAS_PER_BLOB;
        history.blob_gas_used_ratio.push(ratio(header.blob_gas_used.unwrap_or_default(), blob_gas_max));
    }
    let after = reader.chain.block(BlockNumber::new(newest + 1));
    let next_base_fee = after.and_then(|block| block.header.base_fee_per_gas);
    history.base_fee_per_gas.push(u128::from(next_base_fee.unwrap_or_else(|| reader.base_fee())));
    let next = after.map_or_else(|| next_blob_fee(reader), |block| blob_fee_of(reader, block));
    history.base_fee_per_blob_gas.push(u128::from(next));
    history.reward = percentiles.map(|wanted| blocks.iter().map(|block| rewards(block, &wanted)).collect());
    Ok(answer(&history))
}

fn blob_fee_of(reader: Reader<'_>, block: &SealedBlock) -> u64 {
    if reader.is_l1() { blob_base_fee(&block.header) } else { 1 }
}

/// The method gives fractions as JSON numbers; nothing is computed from them.
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn percentiles(params: &Params) -> Result<Option<Vec<f64>>, RpcError> {
    let expected = "rising numbers from 0 to 100, at most 100 of them";
    let wanted: Option<Vec<f64>> = params.optional(2, "rewardPercentiles", expected)?;
    match wanted {
        Some(wanted)
            if wanted.len() > PERCENTILES_MAX
                || !wanted.iter().all(|percent| (0.0..=100.0).contains(percent))
                || !wanted.is_sorted() =>
        {
            let found = wanted.into_iter().take(10).collect();
            Err(invalid(&place(2, "rewardPercentiles"), expected, Some(&found)))
        }
        wanted => Ok(wanted),
    }
}

/// Tips per gas at these percentiles of the block's gas.
fn rewards(block: &SealedBlock, wanted: &[f64]) -> Vec<u128> {
    let base_fee = u128::from(block.header.base_fee_per_gas.unwrap_or_default());
    let mut tips: Vec<(u128, u64)> = block
        .receipts
        .iter()
        .map(|receipt| (receipt.effective_gas_price.saturating_sub(base_fee), receipt.gas_used))
        .collect();
    tips.sort_unstable();
    let reward = |percent: &f64| {
        let threshold = (block.header.gas_used as f64 * percent / 100.0) as u64;
        let mut gas = 0;
        let reached = tips.iter().find(|(_, used)| {
            gas += used;
            gas >= threshold
        });
        reached.or(tips.last()).map_or(0, |(tip, _)| *tip)
    };
    wanted.iter().map(reward).collect()
}
