//! wasm-bindgen behind a small script that Trunk finds on PATH, which first splits the page's code
//! (`www/src/panels/later.rs`).

use crate::{dirs::Dirs, problem::Problem, wasm_opt};
use std::path::PathBuf;

const SCRIPT: &str = include_str!("wasm-bindgen.cjs");

/// The folder to put on PATH before that of wasm-bindgen itself.
pub(crate) fn ensure(dirs: &Dirs) -> Result<PathBuf, Problem> {
    let bin = dirs.tools.join("split/bin");
    let options = [&wasm_opt::SMALL[..], &wasm_opt::FEATURES].concat().join(" ");
    let script = SCRIPT.replace("@OPTIONS@", &options);
    wasm_opt::write_script(&bin.join("wasm-bindgen"), &script)?;
    Ok(bin)
}
