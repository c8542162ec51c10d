//! What the browser remembers for us, where it lets us: storage may be absent, full or refused, as it is
//! in sandboxed frames, and then nothing is remembered.

use std::cell::RefCell;

/// Whom to tell that nothing is remembered.
type OnRefusal = Box<dyn FnOnce()>;

thread_local! {
    static ON_REFUSAL: RefCell<Option<OnRefusal>> = const { RefCell::new(None) };
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// What is remembered under `key`.
pub fn get(key: &str) -> Option<String> {
    storage()?.get_item(&format!("causeway.{key}")).ok()?
}

/// Remembers `value` under `key`.
pub fn set(key: &str, value: &str) {
    let kept = storage().is_some_and(|storage| storage.set_item(&format!("causeway.{key}"), value).is_ok());
    if kept {
        return;
    }
    // It costs a preference and nothing more; said once.
    if let Some(tell) = ON_REFUSAL.take() {
        tell();
    }
}

/// Calls once, the first time that something is not remembered.
pub fn on_refusal(tell: impl FnOnce() + 'static) {
    ON_REFUSAL.set(Some(Box::new(tell)));
}
