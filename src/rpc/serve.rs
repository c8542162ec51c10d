//! A page's requests with JSON-RPC among them: what the worker calls.

use super::request;
use crate::session::{
    Session,
    protocol::{Request, Response},
};

/// Answers a page's request; see [`Session::handle`] for `go_on`.
pub fn serve(session: &mut Session, asked: &Request, go_on: &mut dyn FnMut() -> bool) -> Response {
    let Request::Rpc { chain, method, params } = asked else {
        return session.handle(asked, go_on);
    };
    match request(session, *chain, method, params) {
        Ok(value) => Response::Rpc(value.to_string()),
        Err(error) => Response::RpcError {
            code: error.code.number(),
            message: error.message,
            data: error.data.map(|data| serde_json::Value::String(data.to_string()).to_string()),
        },
    }
}
