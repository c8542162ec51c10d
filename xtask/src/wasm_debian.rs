//! A wasm32 library from Debian: its newest compiler (packaged for browsers) and the library's sources.
//!
//! Nothing of the system is changed but the packages: the library lies in a sysroot of its own in the tool
//! folder, whose other parts are links, and a script calls Debian's compiler with that sysroot.

use crate::{
    dirs::Dirs,
    kit, packages,
    problem::Problem,
    process,
    progress::Step,
    versions,
    wasm_opt::make_executable,
    wasm_target::{self, TARGET},
};
use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

const COMPILER: &str = "/usr/bin/rustc";
const PACKAGES: [&str; 2] = ["rustc-web", "rust-web-src"];

/// The compiler script in the folder that `find` or `install` returned.
pub(crate) fn rustc(home: &Path) -> PathBuf {
    home.join("bin/rustc")
}

/// The finished folder for the installed Debian compiler, if there is one.
pub(crate) fn find(dirs: &Dirs) -> Option<PathBuf> {
    let home = dirs.tools.join(format!("rust-wasm-{}", version()?));
    (rustc(&home).is_file() && wasm_target::is_whole(&rustc(&home))).then_some(home)
}

/// Installs Debian's compiler and builds the library with it.
pub(crate) fn install(dirs: &Dirs) -> Result<PathBuf, Problem> {
    let advice = format!(
        "rustup target add {TARGET} && rustup component add rust-src on a network that reaches Rust's server, then again"
    );
    if !version().is_some_and(|found| new_enough(&found)) || library_source().is_none() {
        packages::refresh(dirs).map_err(|problem| problem.next(advice.clone()))?;
        if !PACKAGES.iter().all(|package| wasm_target::recent_enough(package).is_some()) {
            let wanted = env!("CARGO_PKG_RUST_VERSION");
            return Err(Problem::new(format!(
                "apt offers no {} of {wanted} or newer",
                PACKAGES.join(" and ")
            ))
            .next(advice));
        }
        let step = Step { name: "Debian's Rust compiler", estimate: Duration::from_secs(60) };
        packages::install(dirs, &step, &PACKAGES)?;
    }
    let version = version().ok_or_else(|| Problem::new(format!("{COMPILER} cannot be run")))?;
    let home = dirs.tools.join(format!("rust-wasm-{version}"));
    let partial = dirs.tools.join(format!(".partial-rust-wasm-{version}"));
    build(dirs, &partial)?;
    lay_out(&partial, &home)?;
    fs::remove_dir_all(&home).or_else(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(Problem::at(&home)(error)),
    })?;
    fs::rename(&partial, &home).map_err(Problem::at(&home))?;
    if wasm_target::is_whole(&rustc(&home)) {
        return Ok(home);
    }
    let found = format!("{} does not find the library just built and its source", rustc(&home).display());
    Err(Problem::new(found).next(advice))
}

fn version() -> Option<String> {
    process::ask(Command::new(COMPILER).arg("--version")).and_then(|line| versions::printed(&line))
}

fn new_enough(version: &str) -> bool {
    versions::numbers(version) >= versions::numbers(env!("CARGO_PKG_RUST_VERSION"))
}

fn library_source() -> Option<PathBuf> {
    wasm_target::source(Path::new(COMPILER))
}

/// Compiles the library as a dependency of an empty crate; what was compiled survives an interruption.
fn build(dirs: &Dirs, partial: &Path) -> Result<(), Problem> {
    let probe = partial.join("probe");
    fs::create_dir_all(probe.join("src")).map_err(Problem::at(&probe))?;
    let manifest = "[package]\nname = \"probe\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(probe.join("Cargo.toml"), manifest).map_err(Problem::at(&probe))?;
    fs::write(probe.join("src/lib.rs"), "").map_err(Problem::at(&probe))?;
    let mut cargo = Command::new("cargo");
    kit::forget_cargo(&mut cargo);
    cargo
        .args(["build", "--release", "-Zbuild-std=std,panic_abort,test", "--target", TARGET])
        .current_dir(&probe)
        .env("RUSTC", COMPILER)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", probe.join("target"))
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "100")
        // Link-time optimisation reads bitcode, which Cargo leaves out of a build that does not use it.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes");
    Step { name: "wasm32 library from source", estimate: Duration::from_secs(90) }.run(dirs, &mut cargo)
}

/// Lays out `partial` as it will be at `home`: links into the system's sysroot, our library, the script.
fn lay_out(partial: &Path, home: &Path) -> Result<(), Problem> {
    let host = host_triple()?;
    let system = process::ask(Command::new(COMPILER).args(["--print", "target-libdir"]))
        .ok_or_else(|| Problem::new(format!("{COMPILER} does not tell its library folder")))?;
    let rustlib = partial.join("lib/rustlib");
    let (own, bin) = (rustlib.join(TARGET).join("lib"), rustlib.join(&host).join("bin"));
    for folder in [&own, &bin, &partial.join("bin")] {
        fs::create_dir_all(folder).map_err(Problem::at(folder))?;
    }
    link(Path::new(&system), &rustlib.join(&host).join("lib"))?;
    link(&linker(&host)?, &bin.join("rust-lld"))?;
    if let Some(source) = library_source() {
        link(&source, &rustlib.join("src"))?;
    }
    let built = partial.join("probe/target").join(TARGET).join("release/deps");
    for entry in fs::read_dir(&built).map_err(Problem::at(&built))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libprobe") {
            fs::copy(entry.path(), own.join(&name)).map_err(Problem::at(&own))?;
        }
    }
    let script = rustc(partial);
    let text = format!("#!/bin/sh\nexec {COMPILER} --sysroot '{}' \"$@\"\n", home.display());
    fs::write(&script, text).map_err(Problem::at(&script))?;
    make_executable(&script)?;
    let probe = partial.join("probe");
    fs::remove_dir_all(&probe).map_err(Problem::at(&probe))
}

fn host_triple() -> Result<String, Problem> {
    process::ask(Command::new(COMPILER).arg("-vV"))
        .and_then(|text| text.lines().find_map(|line| line.strip_prefix("host: ").map(str::to_owned)))
        .ok_or_else(|| Problem::new(format!("{COMPILER} does not tell its host")))
}

/// rustup's toolchains carry the linker that Debian's compiler asks for by name.
fn linker(host: &str) -> Result<PathBuf, Problem> {
    let sysroot = process::ask(Command::new("rustc").args(["--print", "sysroot"])).unwrap_or_default();
    let rustup = Path::new(&sysroot).join("lib/rustlib").join(host).join("bin/rust-lld");
    [Some(rustup), process::find_on_path("rust-lld")]
        .into_iter()
        .flatten()
        .find(|path| path.is_file())
        .ok_or_else(|| {
            Problem::new("no rust-lld, the linker for wasm32").next("install Rust by rustup, then again")
        })
}

fn link(from: &Path, to: &Path) -> Result<(), Problem> {
    if to.is_symlink() {
        fs::remove_file(to).map_err(Problem::at(to))?;
    }
    symlink(from, to).map_err(Problem::at(to))
}
