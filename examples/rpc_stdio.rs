//! The engine as a library: the default world behind JSON-RPC on standard input and output.
//!
//! Reads lines of `{"id": 1, "chain": 901, "method": "eth_blockNumber", "params": []}` and writes a line of
//! `{"id": 1, "result": …}` or `{"id": 1, "error": {"code", "message", "data"}}` for each. The first argument
//! is a scenario's file; without one it is the default world. `tests/browser/` uses it in place of the page.

use causeway::{
    rpc::{self, RpcError},
    scenario::Scenario,
    session::Session,
    types::ChainId,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    error::Error,
    io::{BufRead, Write},
};

#[derive(Deserialize)]
struct Line {
    id: Value,
    chain: u64,
    method: String,
    #[serde(default)]
    params: Value,
}

fn main() -> Result<(), Box<dyn Error>> {
    let scenario = match std::env::args().nth(1) {
        Some(path) => Scenario::from_json(&std::fs::read_to_string(path)?)?,
        None => Scenario::default_world(),
    };
    let mut session = Session::new(&scenario)?;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let reply = match serde_json::from_str::<Line>(&line?) {
            Ok(line) => answer(&mut session, line),
            Err(error) => json!({ "id": null, "error": { "code": -32700, "message": error.to_string() } }),
        };
        writeln!(out, "{reply}")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(session: &mut Session, line: Line) -> Value {
    let params = line.params.to_string();
    match rpc::request(session, ChainId::new(line.chain), &line.method, &params) {
        Ok(result) => json!({ "id": line.id, "result": result }),
        Err(RpcError { code, message, data }) => {
            json!({ "id": line.id, "error": { "code": code.number(), "message": message, "data": data } })
        }
    }
}
