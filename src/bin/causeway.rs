//! The headless runner: `causeway help` lists what it does. In a browser there is no command line; the
//! page has its own binaries.

#[cfg(not(target_arch = "wasm32"))]
#[path = "causeway/cli.rs"]
mod cli;
#[cfg(not(target_arch = "wasm32"))]
#[path = "causeway/model/mod.rs"]
mod model;
#[cfg(not(target_arch = "wasm32"))]
#[path = "causeway/report.rs"]
mod report;
#[cfg(not(target_arch = "wasm32"))]
#[path = "causeway/trades.rs"]
mod trades;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    cli::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}
