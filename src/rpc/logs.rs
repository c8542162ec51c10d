//! Events of blocks, by range, address and topics.

use super::{
    answer,
    error::{Code, RpcError},
    params::Params,
    reader::Reader,
    transactions,
};
use crate::types::BlockNumber;
use alloy_rpc_types_eth::{Filter, FilterBlockOption};
use serde_json::Value;

/// Most blocks that one request looks through.
const BLOCKS_MAX: u64 = 100_000;
/// Most events that one request gives.
const LOGS_MAX: usize = 10_000;

pub(super) fn logs(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(1)?;
    let filter: Filter =
        params.typed(0, "filter", "{fromBlock, toBlock, address, topics} or {blockHash, address, topics}")?;
    let (from, to) = range(reader, &filter)?;
    let mut found = Vec::new();
    for number in from..=to {
        let Some(block) = reader.chain.block(BlockNumber::new(number)) else { continue };
        if !filter.matches_bloom(block.header.logs_bloom) {
            continue;
        }
        let mut at = 0;
        for (index, (transaction, receipt)) in (0..).zip(block.included()) {
            for log in &receipt.logs {
                if filter.matches(log) {
                    let place = (index, transaction.hash());
                    found.push(answer(&transactions::log(block, place, at, log.clone())));
                }
                at += 1;
            }
        }
        if found.len() > LOGS_MAX {
            let message = format!("filter: expected at most {LOGS_MAX} events, found more by block {number}");
            return Err(RpcError::new(Code::LimitExceeded, message));
        }
    }
    Ok(Value::Array(found))
}

/// The heights to look at; an empty range where the filter begins after the newest block.
fn range(reader: Reader<'_>, filter: &Filter) -> Result<(u64, u64), RpcError> {
    let head = reader.chain.head().number().get();
    match filter.block_option {
        FilterBlockOption::AtBlockHash(hash) => {
            let block = reader.chain.block_by_hash(&hash).ok_or_else(|| {
                let message = format!("filter.blockHash: expected a block of this chain, found {hash}");
                RpcError::new(Code::NotFound, message)
            })?;
            Ok((block.header.number, block.header.number))
        }
        FilterBlockOption::Range { from_block, to_block } => {
            let (from, to) = (reader.height(from_block), reader.height(to_block));
            if from > to {
                let message = format!("filter.fromBlock: expected at most toBlock {to}, found {from}");
                return Err(RpcError::new(Code::InvalidParams, message));
            }
            let to = to.min(head);
            let count = (to + 1).saturating_sub(from);
            if count > BLOCKS_MAX {
                let message =
                    format!("filter: expected a range of at most {BLOCKS_MAX} blocks, found {count}");
                return Err(RpcError::new(Code::LimitExceeded, message));
            }
            Ok((from, to))
        }
    }
}
