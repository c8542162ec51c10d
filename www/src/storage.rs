//! What the browser remembers for us, where it lets us: storage may be absent or refuse, as it does
//! in sandboxed frames, and then nothing is remembered.

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// What is remembered under `key`.
pub fn get(key: &str) -> Option<String> {
    storage()?.get_item(&format!("causeway.{key}")).ok()?
}

/// Remembers `value` under `key`.
pub fn set(key: &str, value: &str) {
    if let Some(storage) = storage() {
        // A full or forbidden storage costs a preference and nothing more.
        let _ = storage.set_item(&format!("causeway.{key}"), value);
    }
}
