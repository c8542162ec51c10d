//! What a measurement needs of the machine: a clock, the memory in use, an argument and a line of output.

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::{sync::LazyLock, time::Instant};

    #[expect(clippy::disallowed_methods, reason = "a measurement reads a real clock")]
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);

    pub(crate) fn now_ms() -> f64 {
        START.elapsed().as_secs_f64() * 1_000.0
    }

    /// The most memory that the process had at any time, where the system tells it as Linux does.
    pub(crate) fn peak_bytes() -> Option<u64> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.split_whitespace().next()?.parse().ok().map(|kib: u64| kib * 1024)
    }

    pub(crate) fn argument() -> Option<String> {
        std::env::args().nth(1)
    }

    pub(crate) fn say(line: &str) {
        println!("{line}");
    }
}

#[cfg(target_arch = "wasm32")]
mod node {
    use js_sys::{Array, Reflect, global};
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = performance, js_name = now)]
        pub(crate) fn now_ms() -> f64;
    }

    /// The linear memory, which never shrinks.
    pub(crate) fn peak_bytes() -> Option<u64> {
        Some(core::arch::wasm32::memory_size(0) as u64 * 65_536)
    }

    pub(crate) fn argument() -> Option<String> {
        let process = Reflect::get(&global(), &"process".into()).ok()?;
        let arguments = Reflect::get(&process, &"argv".into()).ok()?;
        // The interpreter and the script come first.
        Array::from(&arguments).get(2).as_string()
    }

    pub(crate) fn say(line: &str) {
        wasm_bindgen_test::console_log!("{line}");
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::{argument, now_ms, peak_bytes, say};
#[cfg(target_arch = "wasm32")]
pub(crate) use node::{argument, now_ms, peak_bytes, say};
