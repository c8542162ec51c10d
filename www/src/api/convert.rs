//! Between Rust's values and JavaScript's: refusals become errors that name field, expected and found.

use js_sys::{Error, Function, Object, Promise, Reflect};
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

/// A value as JSON, or why it can be none.
pub(super) fn json_of(name: &str, value: &JsValue) -> Result<String, String> {
    let text = js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string());
    text.ok_or_else(|| {
        let found = value.js_typeof().as_string().unwrap_or_default();
        format!("{name}: expected a value that JSON can hold, found {found}")
    })
}

/// A whole number from 0 to 2^53 − 1.
pub(super) fn whole_number(name: &str, value: &JsValue) -> Result<u64, String> {
    match value.as_f64() {
        Some(number) if number >= 0.0 && number <= SAFE_MAX as f64 && libm::floor(number) == number => {
            Ok(number as u64)
        }
        _ => {
            let text = js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string());
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
