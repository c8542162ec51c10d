//! Ethereum JSON-RPC over a session: one provider a chain.
//!
//! Method names, parameters and encodings are those of the Ethereum execution APIs (EIP-1474), errors those
//! of EIP-1474 and EIP-1193. Reads change nothing, not even time. A sent transaction is a command; with
//! automine time then moves on until it is in a block.

mod accounts;
mod blocks;
mod change;
mod error;
mod execute;
mod fees;
mod logs;
mod params;
mod reader;
mod serve;
mod transactions;

pub use error::{Code, RpcError};
pub use serve::serve;

use crate::{session::Session, types::ChainId};
use alloy_primitives::U64;
use params::Params;
use reader::Reader;
use serde::Serialize;
use serde_json::Value;

/// Answers a request to the provider of a chain. `params` is the JSON of an array.
pub fn request(session: &mut Session, chain: ChainId, method: &str, params: &str) -> Result<Value, RpcError> {
    let params = Params::parse(params)?;
    // Refuses an unknown chain before anything else.
    Reader::new(session.world(), chain)?;
    match method {
        "eth_sendRawTransaction" => change::send_raw(session, chain, &params),
        "eth_sendTransaction" => change::send_as(session, chain, &params),
        "evm_increaseTime" => change::increase_time(session, &params),
        "evm_mine" => change::mine(session, chain, &params),
        "evm_setAutomine" => change::set_automine(session, &params),
        "causeway_advance" => change::advance(session, &params),
        _ => read(session, chain, method, &params),
    }
}

fn read(session: &Session, chain: ChainId, method: &str, params: &Params) -> Result<Value, RpcError> {
    let reader = Reader::new(session.world(), chain)?;
    match method {
        "eth_getBalance" => accounts::balance(reader, params),
        "eth_getCode" => accounts::code(reader, params),
        "eth_getStorageAt" => accounts::storage(reader, params),
        "eth_getTransactionCount" => accounts::nonce(reader, params),
        "eth_getProof" => accounts::proof(reader, params),
        "eth_getBlockByNumber" => blocks::by_number(reader, params),
        "eth_getBlockByHash" => blocks::by_hash(reader, params),
        "eth_getBlockTransactionCountByNumber" => blocks::count_by_number(reader, params),
        "eth_getBlockTransactionCountByHash" => blocks::count_by_hash(reader, params),
        "eth_getTransactionByHash" => transactions::by_hash(reader, params),
        "eth_getTransactionByBlockNumberAndIndex" => transactions::by_block_number(reader, params),
        "eth_getTransactionByBlockHashAndIndex" => transactions::by_block_hash(reader, params),
        "eth_getTransactionReceipt" => transactions::receipt(reader, params),
        "eth_getBlockReceipts" => transactions::block_receipts(reader, params),
        "eth_getLogs" => logs::logs(reader, params),
        "eth_call" => execute::call(reader, params),
        "eth_estimateGas" => execute::estimate_gas(reader, params),
        "eth_gasPrice" => fees::gas_price(reader, params),
        "eth_maxPriorityFeePerGas" => fees::priority_fee(params),
        "eth_blobBaseFee" => fees::blob_fee(reader, params),
        "eth_feeHistory" => fees::history(reader, params),
        _ => about(reader, chain, method, params),
    }
}

/// Methods without parameters: what one is connected to.
fn about(reader: Reader<'_>, chain: ChainId, method: &str, params: &Params) -> Result<Value, RpcError> {
    let value = match method {
        "eth_chainId" => answer(&U64::from(chain.get())),
        "net_version" => Value::String(chain.to_string()),
        "web3_clientVersion" => Value::String(concat!("Causeway/", env!("CARGO_PKG_VERSION")).into()),
        "eth_blockNumber" => answer(&U64::from(reader.chain.head().number().get())),
        "eth_syncing" => Value::Bool(false),
        // EIP-1102: the page's own provider needs no consent.
        "eth_accounts" | "eth_requestAccounts" => {
            reader.world.people().iter().map(|(_, address)| answer(&address)).collect()
        }
        _ => {
            let found: String = method.chars().take(80).collect();
            let message = format!("method: expected one of Ethereum's JSON-RPC, found {found:?}");
            return Err(RpcError::new(Code::UnknownMethod, message));
        }
    };
    params.at_most(0)?;
    Ok(value)
}

/// What a method gives, as JSON.
fn answer<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("answers are plain data with text keys")
}
