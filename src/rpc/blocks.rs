//! Blocks as JSON, with hashes of their transactions or the whole of them.

use super::{answer, error::RpcError, params::Params, reader::Reader, transactions};
use crate::chain::SealedBlock;
use alloy_consensus::Sealed;
use alloy_eips::eip4895::Withdrawals;
use alloy_primitives::{U64, U256};
use alloy_rlp::{Encodable, length_of_length};
use alloy_rpc_types_eth::{Block, BlockTransactions, Header};
use serde_json::Value;
use std::sync::Arc;

pub(super) fn by_number(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(2)?;
    let place = reader.named(params, 0)?;
    let full = params.flag(1, "full")?;
    Ok(place.map_or(Value::Null, |place| json(&place.block, full)))
}

pub(super) fn by_hash(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(2)?;
    let block = reader.chain.block_by_hash(&params.hash(0, "blockHash")?);
    let full = params.flag(1, "full")?;
    Ok(block.map_or(Value::Null, |block| json(block, full)))
}

pub(super) fn count_by_number(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(1)?;
    Ok(count(reader.named(params, 0)?.map(|place| place.block).as_ref()))
}

pub(super) fn count_by_hash(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(1)?;
    Ok(count(reader.chain.block_by_hash(&params.hash(0, "blockHash")?)))
}

fn count(block: Option<&Arc<SealedBlock>>) -> Value {
    block.map_or(Value::Null, |block| answer(&U64::from(block.transactions.len())))
}

fn json(block: &SealedBlock, full: bool) -> Value {
    let transactions = if full {
        let all = 0..block.transactions.len();
        BlockTransactions::Full(all.map(|index| transactions::included(block, index)).collect())
    } else {
        BlockTransactions::Hashes(block.transactions.iter().map(|transaction| transaction.hash()).collect())
    };
    let header = Header::from_sealed(Sealed::new_unchecked(block.header.clone(), block.hash))
        .with_size(Some(U256::from(size(block))));
    answer(&Block::<Value>::new(header, transactions).with_withdrawals(Some(Withdrawals::default())))
}

/// Bytes of the block's RLP: header, transactions, and two empty lists.
fn size(block: &SealedBlock) -> usize {
    let transactions = block.transactions.iter().map(|transaction| match transaction.type_id() {
        0 => transaction.raw().len(),
        _ => transaction.raw().as_ref().length(),
    });
    let transactions: usize = transactions.sum();
    let payload = block.header.length() + transactions + length_of_length(transactions) + 2;
    payload + length_of_length(payload)
}
