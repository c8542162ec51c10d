//! Between Rust's values and JavaScript's: numbers beyond 2^53 − 1 become hexadecimal text, refusals
//! become errors that name field, expected and found.

use js_sys::{Error, Function, Object, Promise, Reflect};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};

/// Largest integer that a Number holds exactly.
const SAFE_MAX: u64 = (1 << 53) - 1;

/// How a promise ends.
pub(super) struct Settle {
    resolve: Function,
    reject: Function,
}

impl Settle {
    /// It is kept.
    pub(super) fn resolve(&self, value: &JsValue) {
        // The functions of a promise do not throw.
        let _ = self.resolve.call1(&JsValue::UNDEFINED, value);
    }

    /// It is broken.
    pub(super) fn reject(&self, why: &JsValue) {
        let _ = self.reject.call1(&JsValue::UNDEFINED, why);
    }

    /// One or the other.
    pub(super) fn settle(&self, outcome: Result<JsValue, String>) {
        match outcome {
            Ok(value) => self.resolve(&value),
            Err(why) => self.reject(&error(&why)),
        }
    }
}

/// A promise that `start` sees to.
pub(super) fn promise(start: impl FnOnce(Settle)) -> Promise {
    let made = Rc::new(RefCell::new(None));
    let out = made.clone();
    let promise =
        Promise::new(&mut move |resolve, reject| *out.borrow_mut() = Some(Settle { resolve, reject }));
    if let Some(settle) = made.take() {
        start(settle);
    }
    promise
}

/// An error of JavaScript.
pub(super) fn error(message: &str) -> JsValue {
    Error::new(message).into()
}

/// An object of JavaScript.
pub(super) fn object(fields: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &JsValue::from_str(name), value)?;
    }
    Ok(object)
}

/// A value as plain objects, arrays, texts and Numbers.
pub(super) fn to_js<T: Serialize>(value: &T) -> Result<JsValue, String> {
    let mut plain = serde_json::to_value(value).map_err(|error| error.to_string())?;
    make_safe(&mut plain);
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    plain.serialize(&serializer).map_err(|error| error.to_string())
}

/// Writes integers that a Number would round as hexadecimal text.
fn make_safe(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(large) = number.as_u64().filter(|number| *number > SAFE_MAX) {
                *value = Value::String(format!("{large:#x}"));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(make_safe),
        Value::Object(fields) => fields.values_mut().for_each(make_safe),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Reads a value; the refusal names the field from `root` on.
pub(super) fn from_js<T: DeserializeOwned>(root: &str, value: JsValue) -> Result<T, String> {
    if value.is_undefined() {
        return Err(format!("{root}: expected a value, found undefined"));
    }
    let read = serde_wasm_bindgen::Deserializer::from(value);
    serde_path_to_error::deserialize(read).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { format!(".{path}") };
        // The library shows its errors as JavaScript does, with the class before the words.
        let words = error.into_inner().to_string();
        format!("{root}{path}: {}", words.strip_prefix("Error: ").unwrap_or(&words))
    })
}

/// A whole number from 0 to 2^53 − 1.
pub(super) fn whole_number(name: &str, value: &JsValue) -> Result<u64, String> {
    match value.as_f64() {
        Some(number) if number >= 0.0 && number <= SAFE_MAX as f64 && libm::floor(number) == number => {
            Ok(number as u64)
        }
        _ => {
            let text = value.as_f64().map(|number| number.to_string());
            let found = text.or_else(|| value.js_typeof().as_string()).unwrap_or_default();
            Err(format!("{name}: expected a whole number from 0 to {SAFE_MAX}, found {found}"))
        }
    }
}

/// An error of an EIP-1193 provider.
pub(super) fn rpc_error(code: i64, message: &str, data: Option<&str>) -> JsValue {
    let error = Error::new(message);
    let data = data.and_then(|json| js_sys::JSON::parse(json).ok()).unwrap_or(JsValue::UNDEFINED);
    // Setting a field of a fresh error can't be refused.
    let _ = Reflect::set(&error, &"code".into(), &JsValue::from_f64(code as f64));
    let _ = Reflect::set(&error, &"data".into(), &data);
    error.unchecked_into()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn numbers_that_would_be_rounded_become_text() {
        let mut value = serde_json::json!({ "a": [SAFE_MAX, SAFE_MAX + 1], "b": u64::MAX });
        make_safe(&mut value);
        let expected = serde_json::json!({
            "a": [SAFE_MAX, "0x20000000000000"],
            "b": "0xffffffffffffffff",
        });
        assert_eq!(value, expected);
    }
}
