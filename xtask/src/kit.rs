//! The found or installed tools, and commands that see them.

use crate::{
    browser::{self, Browser},
    cargo_tools,
    dirs::Dirs,
    node,
    problem::Problem,
    wasm_bindgen, wasm_opt,
    wasm_target::{self, WasmTarget},
};
use std::{
    env,
    ffi::{OsStr, OsString},
    path::PathBuf,
    process::Command,
};

/// How cargo compiles what is shipped, beside its profile. Vectors move a word of the EVM in two
/// instructions instead of four; LLVM is told to leave what spends bytes on speed. `sha2`
/// 0.11 has a small form besides the fast one.
const SHIPPED: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    (
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none \
         -Ctarget-feature=+simd128 -Cllvm-args=-disable-lsr -Cllvm-args=-enable-pre=0 \
         --cfg sha2_backend=\"soft\" --cfg sha2_backend_soft=\"compact\"",
    ),
];

/// Everything that a chore calls, each at its version.
#[derive(Debug)]
pub(crate) struct Kit {
    path: OsString,
    /// The same after the folder of what stands in for wasm-bindgen where Trunk builds the page.
    page_path: OsString,
    target: PathBuf,
    wasm: WasmTarget,
    pub(crate) browser: Browser,
}

impl Kit {
    /// Finds every tool or installs it; a second call finds all of them.
    pub(crate) fn set_up(dirs: &Dirs) -> Result<Self, Problem> {
        println!("Tools in {}", dirs.tools.display());
        let _held = dirs.lock("tools")?;
        let wasm = wasm_target::ensure(dirs)?;
        let node = node::ensure(dirs)?;
        let browser = browser::ensure(dirs)?;
        let mut folders = Vec::new();
        folders.extend(wasm_opt::ensure(dirs, &node)?);
        for tool in cargo_tools::all(dirs)? {
            folders.extend(tool.ensure(dirs)?);
        }
        let inherited = env::var_os("PATH").unwrap_or_default();
        let join = |folders: &[PathBuf]| {
            env::join_paths(folders.iter().cloned().chain(env::split_paths(&inherited)))
                .map_err(|error| Problem::new(format!("PATH cannot hold the tool folders: {error}")))
        };
        let path = join(&folders)?;
        folders.insert(0, wasm_bindgen::ensure(dirs)?);
        let page_path = join(&folders)?;
        Ok(Self { path, page_path, target: dirs.target.clone(), wasm, browser })
    }

    /// A command that finds our tools first and builds into the clone's target folder.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("PATH", &self.path).env("CARGO_TARGET_DIR", &self.target);
        forget_cargo(&mut command);
        command
    }

    /// The same for what compiles to wasm32, which may need a compiler of its own.
    pub(crate) fn wasm_command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.command(program);
        self.wasm.apply(&mut command);
        command.env("CARGO_TARGET_DIR", self.wasm.target(&self.target));
        command
    }

    /// The same for what is shipped, which is compiled for size with the standard library in it: a panic is a trap
    /// without words. That is not stable yet, hence the variable by which a stable compiler takes it, and a
    /// target folder of its own: build scripts look at that variable.
    pub(crate) fn shipped_command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.wasm_command(program);
        command.env("CARGO_TARGET_DIR", self.wasm.target(&self.target).join("shipped")).envs(SHIPPED);
        // Cargo takes these in place of the target's own flags.
        command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        command
    }

    /// Trunk, which finds the script that splits the page's code in place of wasm-bindgen.
    pub(crate) fn trunk(&self) -> Command {
        let mut command = self.shipped_command("trunk");
        // Trunk takes NO_COLOR=1 for a malformed option of its own.
        command.env("PATH", &self.page_path).env_remove("NO_COLOR");
        command
    }

    /// What names the compilers and tools that a build of the page depends on.
    pub(crate) fn fingerprint(&self) -> String {
        format!("{:?} {:?} {SHIPPED:?}", self.page_path, self.wasm)
    }
}

/// Removes what `cargo run` told this process about the task runner itself: a build script that watches
/// such a variable would run again.
pub(crate) fn forget_cargo(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        if text == "CARGO" || ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| text.starts_with(start)) {
            command.env_remove(name);
        }
    }
}
