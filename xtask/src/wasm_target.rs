//! The standard library for wasm32, and its source, which is compiled into what is shipped: rustup's, or
//! Debian's where rustup's server cannot be reached.

use crate::{dirs::Dirs, packages, problem::Problem, process, progress::Step, versions, wasm_debian};
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// The target of page, worker and browser tests.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Which compiler builds for wasm32.
#[derive(Debug)]
pub(crate) enum WasmTarget {
    /// The reader's own, which has the target.
    Own,
    /// Debian's compiler behind a script in this folder, with a library of our building.
    Debian(PathBuf),
}

impl WasmTarget {
    /// Makes a command that builds for wasm32 use this compiler.
    pub(crate) fn apply(&self, command: &mut Command) {
        if let Self::Debian(home) = self {
            command.env("RUSTC", wasm_debian::rustc(home));
        }
    }

    /// Where it builds to, whose builds else go to `own`.
    pub(crate) fn target(&self, own: &Path) -> PathBuf {
        match self {
            Self::Own => own.to_owned(),
            // What is compiled against this library lies beside it: it is of no use to any other.
            Self::Debian(home) => home.join("target"),
        }
    }
}

/// Finds the target or installs it, rustup's first.
pub(crate) fn ensure(dirs: &Dirs) -> Result<WasmTarget, Problem> {
    let forced = env::var("CAUSEWAY_WASM_STD").is_ok_and(|choice| choice == "debian");
    if !forced && is_whole(&own()) {
        return Ok(WasmTarget::Own);
    }
    if let Some(home) = wasm_debian::find(dirs) {
        return Ok(WasmTarget::Debian(home));
    }
    let refused = if forced { None } else { add_by_rustup(dirs).err() };
    if !forced && refused.is_none() {
        return Ok(WasmTarget::Own);
    }
    if let Some(problem) = &refused {
        println!("  {problem}\n  rustup cannot add the wasm32 library and its source: taking Debian's");
    }
    wasm_debian::install(dirs).map(WasmTarget::Debian)
}

/// The reader's compiler.
fn own() -> PathBuf {
    env::var_os("RUSTC").map_or_else(|| "rustc".into(), PathBuf::from)
}

/// Whether this compiler finds a library for wasm32 and its source.
pub(crate) fn is_whole(rustc: &Path) -> bool {
    has_target(rustc) && source(rustc).is_some()
}

/// Where the source of this compiler's library lies, if it is there.
pub(crate) fn source(rustc: &Path) -> Option<PathBuf> {
    let sysroot = process::ask(Command::new(rustc).args(["--print", "sysroot"]))?;
    Some(Path::new(&sysroot).join("lib/rustlib/src"))
        .filter(|src| src.join("rust/library/std/Cargo.toml").is_file())
}

/// Whether this compiler finds a core library for wasm32.
fn has_target(rustc: &Path) -> bool {
    let folder = process::ask(Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]));
    let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok());
    entries.is_some_and(|entries| {
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore"))
    })
}

fn add_by_rustup(dirs: &Dirs) -> Result<(), Problem> {
    if process::find_on_path("rustup").is_none() {
        return Err(Problem::new("there is no rustup on PATH"));
    }
    for (name, added) in
        [("wasm32 library", ["target", "add", TARGET]), ("library source", ["component", "add", "rust-src"])]
    {
        let name = format!("{name} by rustup");
        let step = Step { name: &name, estimate: Duration::from_secs(15) };
        step.run(dirs, Command::new("rustup").args(added))?;
    }
    let rustc = own();
    if is_whole(&rustc) {
        Ok(())
    } else {
        let rustc = rustc.display();
        Err(Problem::new(format!("rustup added the library and its source, but {rustc} does not find them")))
    }
}

/// Whether apt offers this package at a version that compiles this workspace.
pub(crate) fn recent_enough(package: &str) -> Option<String> {
    let candidate = packages::candidate(package)?;
    let oldest = versions::numbers(env!("CARGO_PKG_RUST_VERSION"));
    (versions::numbers(&versions::printed(&candidate)?) >= oldest).then_some(candidate)
}
