//! The parameters of a request: bounded JSON, read one by one, each refused by its place and name.

use super::error::{Code, RpcError};
use alloy_primitives::{Address, B256, Bytes, U256};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::str::FromStr;

/// Most bytes of a request's parameters.
pub(super) const PARAMS_BYTES_MAX: usize = 1 << 20;

/// How much of a wrong value an error repeats.
const FOUND_CHARS_MAX: usize = 80;

/// The parameters of a request.
#[derive(Debug)]
pub(super) struct Params(Vec<Value>);

impl Params {
    /// Reads the JSON array of a request's `params`; nothing at all is an empty one. The library refuses
    /// more than 128 levels.
    pub(super) fn parse(json: &str) -> Result<Self, RpcError> {
        if json.len() > PARAMS_BYTES_MAX {
            let found = json.len();
            let message = format!("params: expected at most {PARAMS_BYTES_MAX} bytes, found {found}");
            return Err(RpcError::new(Code::LimitExceeded, message));
        }
        if json.trim().is_empty() {
            return Ok(Self(Vec::new()));
        }
        let value: Value = serde_json::from_str(json)
            .map_err(|error| RpcError::new(Code::Parse, format!("params: expected JSON: {error}")))?;
        match value {
            Value::Array(values) => Ok(Self(values)),
            Value::Null => Ok(Self(Vec::new())),
            other => Err(invalid("params", "an array", Some(&other))),
        }
    }

    /// Refuses more than `most` parameters.
    pub(super) fn at_most(&self, most: usize) -> Result<(), RpcError> {
        match self.0.get(most) {
            Some(extra) => Err(invalid(&format!("params[{most}]"), "nothing", Some(extra))),
            None => Ok(()),
        }
    }

    fn get(&self, index: usize) -> Option<&Value> {
        self.0.get(index).filter(|value| !value.is_null())
    }

    /// A parameter that must be there, read by `read`.
    fn required<T>(
        &self,
        index: usize,
        name: &str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<T, RpcError> {
        let value = self.get(index);
        value.and_then(read).ok_or_else(|| invalid(&place(index, name), expected, value))
    }

    pub(super) fn address(&self, index: usize, name: &str) -> Result<Address, RpcError> {
        self.required(index, name, "an address: 0x and 40 hexadecimal digits", from_hex)
    }

    pub(super) fn hash(&self, index: usize, name: &str) -> Result<B256, RpcError> {
        self.required(index, name, "a hash: 0x and 64 hexadecimal digits", from_hex)
    }

    pub(super) fn bytes(&self, index: usize, name: &str) -> Result<Bytes, RpcError> {
        self.required(index, name, "bytes: 0x and an even number of hexadecimal digits", from_hex)
    }

    pub(super) fn flag(&self, index: usize, name: &str) -> Result<bool, RpcError> {
        self.required(index, name, "true or false", Value::as_bool)
    }

    /// A whole number, as `0x…` or as a plain JSON number.
    pub(super) fn number(&self, index: usize, name: &str, most: u64) -> Result<u64, RpcError> {
        let expected = format!("a whole number of at most {most}, as \"0x…\" or plain");
        self.required(index, name, &expected, |value| {
            let number = value.as_u64().or_else(|| quantity(value)?.try_into().ok())?;
            (number <= most).then_some(number)
        })
    }

    /// A storage slot: a quantity or 32 bytes.
    pub(super) fn slot(&self, index: usize, name: &str) -> Result<U256, RpcError> {
        self.required(index, name, "a slot: 0x and 1 to 64 hexadecimal digits", quantity)
    }

    /// A parameter of a library's type.
    pub(super) fn typed<T: DeserializeOwned>(
        &self,
        index: usize,
        name: &str,
        expected: &str,
    ) -> Result<T, RpcError> {
        self.optional(index, name, expected)?.ok_or_else(|| invalid(&place(index, name), expected, None))
    }

    /// A parameter of a library's type that may be left out.
    pub(super) fn optional<T: DeserializeOwned>(
        &self,
        index: usize,
        name: &str,
        expected: &str,
    ) -> Result<Option<T>, RpcError> {
        let Some(value) = self.get(index) else { return Ok(None) };
        serde_json::from_value(value.clone()).map(Some).map_err(|error| {
            let mut refusal = invalid(&place(index, name), expected, Some(value));
            refusal.message = format!("{}: {}", refusal.message, short(&error.to_string()));
            refusal
        })
    }
}

/// A parameter that is not what it should be.
pub(super) fn invalid(place: &str, expected: &str, found: Option<&Value>) -> RpcError {
    let found = found.map_or("nothing".into(), |value| short(&value.to_string()));
    RpcError::new(Code::InvalidParams, format!("{place}: expected {expected}, found {found}"))
}

/// Where a parameter stands and what it is called.
pub(super) fn place(index: usize, name: &str) -> String {
    format!("params[{index}] ({name})")
}

fn short(text: &str) -> String {
    match text.char_indices().nth(FOUND_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

fn from_hex<T: FromStr>(value: &Value) -> Option<T> {
    value.as_str().filter(|text| text.starts_with("0x"))?.parse().ok()
}

fn quantity(value: &Value) -> Option<U256> {
    let digits = value.as_str()?.strip_prefix("0x")?;
    let is_hex = (1..=64).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_hex.then(|| U256::from_str_radix(digits, 16).ok()).flatten()
}
