//! Starts the worker.

fn main() {
    web_sys::console::log_1(&"the worker runs".into());
}
