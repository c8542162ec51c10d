//! The envelope of what page and worker say to each other: a number that joins a response to its
//! request, and the worker's own words. Postcard bytes in buffers that change hands without a copy.

use causeway::session::protocol::{Request, Response};
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};

/// From the page.
#[derive(Debug, Serialize, Deserialize)]
pub struct ToWorker {
    /// The number that the response will carry.
    pub number: u32,
    /// What is wanted.
    pub request: Request,
}

/// From the worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum FromWorker {
    /// The engine is loaded and listens.
    Ready,
    /// The answer to the request of that number.
    Response(u32, Response),
}

/// Why something is no envelope.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// It is no byte array.
    #[error("expected a Uint8Array, found {0}")]
    NoBytes(String),
    /// The bytes mean something else.
    #[error("expected an envelope in postcard bytes: {0}")]
    Postcard(#[from] postcard::Error),
}

/// Puts an envelope in an array of its own memory.
pub fn pack<T: Serialize>(envelope: &T) -> Result<Uint8Array, WireError> {
    Ok(Uint8Array::from(postcard::to_allocvec(envelope)?.as_slice()))
}

/// Reads an envelope.
pub fn unpack<T: DeserializeOwned>(data: &JsValue) -> Result<T, WireError> {
    let array: &Uint8Array =
        data.dyn_ref().ok_or_else(|| WireError::NoBytes(format!("{:?}", data.js_typeof())))?;
    Ok(postcard::from_bytes(&array.to_vec())?)
}
