//! Calls without effect, estimates of gas, and the transaction that a request describes.

use super::{
    answer,
    error::{Code, RpcError},
    params::{Params, invalid, place},
    reader::{Place, Reader},
};
use crate::evm::{self, Fees, Origin, Status, TxEnv};
use alloy_primitives::{Address, Bytes, TxKind, U64, U256};
use alloy_rpc_types_eth::TransactionRequest;
use serde_json::Value;

const REQUEST_FORM: &str = "a transaction: {from, to, gas, value, data, …}";

pub(super) fn call(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(2)?;
    let request = request(params)?;
    let at = reader.place(params, 1)?;
    let env = reader.env(&at);
    let tx = tx_env(&request, &at, env.gas_limit)?;
    let outcome = evm::call(&at.block.state, &env, &TxEnv { fees: Fees::NONE, ..tx })?;
    match outcome.status {
        Status::Succeeded => Ok(answer(&outcome.output)),
        Status::Reverted => Err(RpcError::reverted(outcome.output)),
        Status::Halted(halt) => Err(RpcError::new(Code::InvalidInput, format!("execution halted: {halt}"))),
    }
}

pub(super) fn estimate_gas(reader: Reader<'_>, params: &Params) -> Result<Value, RpcError> {
    params.at_most(2)?;
    let request = request(params)?;
    let at = reader.place(params, 1)?;
    let env = reader.env(&at);
    let tx = tx_env(&request, &at, env.gas_limit)?;
    Ok(answer(&U64::from(evm::estimate_gas(&at.block.state, &env, &tx)?)))
}

/// The first parameter, as a transaction of a kind that calls can have.
pub(super) fn request(params: &Params) -> Result<TransactionRequest, RpcError> {
    let request: TransactionRequest = params.typed(0, "transaction", REQUEST_FORM)?;
    let refuse = |field: &str, expected: &str| {
        Err(invalid(&format!("{}.{field}", place(0, "transaction")), expected, Some(&"more".into())))
    };
    if request.blob_versioned_hashes.as_ref().is_some_and(|hashes| !hashes.is_empty())
        || request.sidecar.is_some()
    {
        return refuse("blobVersionedHashes", "no blobs");
    }
    if request.authorization_list.as_ref().is_some_and(|list| !list.is_empty()) {
        return refuse("authorizationList", "no authorizations");
    }
    let TransactionRequest { input, .. } = &request;
    if input.input.as_ref().zip(input.data.as_ref()).is_some_and(|(input, data)| input != data) {
        return refuse("data", "the same as input, or only one of both");
    }
    Ok(request)
}

/// Calldata or init code of a request.
pub(super) fn data(request: &TransactionRequest) -> Bytes {
    request.input.clone().into_input().unwrap_or_default()
}

fn tx_env(request: &TransactionRequest, at: &Place, gas_limit: u64) -> Result<TxEnv, RpcError> {
    let from = request.from.unwrap_or(Address::ZERO);
    let fees = match (request.gas_price, request.max_fee_per_gas, request.max_priority_fee_per_gas) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
            let place = format!("{}.gasPrice", place(0, "transaction"));
            let expected = "either gasPrice or maxFeePerGas with maxPriorityFeePerGas";
            return Err(invalid(&place, expected, Some(&"both".into())));
        }
        (Some(gas_price), None, None) => Fees::Legacy { gas_price },
        (None, None, None) => Fees::NONE,
        (None, max_fee, priority_fee) => {
            let max_priority_fee = priority_fee.unwrap_or_default();
            let max_fee = max_fee.unwrap_or(max_priority_fee);
            Fees::Dynamic { max_fee, max_priority_fee: max_priority_fee.min(max_fee) }
        }
    };
    Ok(TxEnv {
        from,
        origin: Origin::Impersonated,
        nonce: at.block.state.nonce(from),
        gas_limit: request.gas.unwrap_or(gas_limit).min(gas_limit),
        fees,
        to: request.to.unwrap_or(TxKind::Create),
        value: request.value.unwrap_or(U256::ZERO),
        data: data(request),
        access_list: request.access_list.clone().unwrap_or_default(),
        data_fee: U256::ZERO,
    })
}
