//! Tools that crates.io serves as source: wasm-bindgen's CLI, Trunk, wasm-pack, the splitter of wasm.

use crate::{dirs::Dirs, kit, problem::Problem, process, progress::Step, versions};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// A program built by `cargo install` into a folder of its own.
#[derive(Debug)]
pub(crate) struct CargoTool {
    krate: &'static str,
    program: &'static str,
    version: String,
    features: &'static [&'static str],
    /// How well to optimise: drivers are built fast, what works through megabytes is built well.
    opt_level: &'static str,
    estimate: Duration,
}

/// The tools, wasm-bindgen at the very version that Cargo.lock names: its schema changes with each.
pub(crate) fn all(dirs: &Dirs) -> Result<[CargoTool; 4], Problem> {
    let path = dirs.root.join("Cargo.lock");
    let lock = fs::read_to_string(&path).map_err(Problem::at(&path))?;
    let bindgen = versions::locked(&lock, "wasm-bindgen")
        .ok_or_else(|| Problem::new("Cargo.lock names no wasm-bindgen"))?;
    let minutes = |count: u64| Duration::from_secs(count * 60);
    Ok([
        CargoTool {
            krate: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version: bindgen,
            features: &[],
            opt_level: "2",
            estimate: minutes(2),
        },
        CargoTool {
            krate: "wasm-pack",
            program: "wasm-pack",
            version: "0.15.1".to_owned(),
            features: &[],
            opt_level: "0",
            estimate: minutes(2),
        },
        CargoTool {
            krate: "trunk",
            program: "trunk",
            version: "0.21.14".to_owned(),
            features: &["--no-default-features", "--features", "rustls"],
            opt_level: "0",
            estimate: minutes(4),
        },
        CargoTool {
            krate: "wasm_split_cli_support",
            program: "wasm-split-cli",
            version: "0.2.4".to_owned(),
            features: &["--features", "build-binary"],
            opt_level: "0",
            estimate: minutes(1),
        },
    ])
}

impl CargoTool {
    /// The folder to put on PATH, or none where PATH already leads to this version.
    pub(crate) fn ensure(&self, dirs: &Dirs) -> Result<Option<PathBuf>, Problem> {
        let home = dirs.tools.join(format!("{}-{}", self.krate, self.version));
        let bin = home.join("bin");
        if bin.join(self.program).is_file() {
            return Ok(Some(bin));
        }
        if self.on_path() {
            return Ok(None);
        }
        self.install(dirs, &home)?;
        Ok(Some(bin))
    }

    fn on_path(&self) -> bool {
        process::find_on_path(self.program).is_some()
            && process::ask(Command::new(self.program).arg("--version"))
                .and_then(|line| versions::printed(&line))
                .is_some_and(|found| found == self.version)
    }

    fn install(&self, dirs: &Dirs, home: &Path) -> Result<(), Problem> {
        let name = format!("{} {}", self.krate, self.version);
        let step = Step { name: &name, estimate: self.estimate };
        let partial = dirs.tools.join(format!(".partial-{}-{}", self.krate, self.version));
        let build = partial.join("build");
        // A locked build is repeatable; a lock file naming a withdrawn release is worked around.
        if step.run(dirs, self.command(&partial, &build).arg("--locked")).is_err() {
            println!("  {name}: its own lock file cannot be followed; trying without");
            step.run(dirs, &mut self.command(&partial, &build))?;
        }
        fs::remove_dir_all(&build).map_err(Problem::at(&build))?;
        fs::rename(&partial, home).map_err(Problem::at(home))
    }

    /// The build folder outlives an interruption, so that a second run goes on where the first ended.
    fn command(&self, root: &Path, build: &Path) -> Command {
        let mut command = Command::new("cargo");
        kit::forget_cargo(&mut command);
        command
            .args(["install", self.krate, "--force", "--version", &format!("={}", self.version), "--root"])
            .arg(root)
            .args(self.features)
            .current_dir(root.parent().unwrap_or(root))
            .env("CARGO_TARGET_DIR", build)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level)
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256")
            .env("CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS", "fallback")
            .env("CARGO_TERM_PROGRESS_WHEN", "always")
            .env("CARGO_TERM_PROGRESS_WIDTH", "100")
            .env_remove("RUSTC")
            .env_remove("RUSTFLAGS");
        command
    }
}
