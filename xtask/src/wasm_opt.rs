//! wasm-opt: npm's binaryen behind a small script that Trunk finds on PATH.
//!
//! Running in Node it takes half a minute per megabyte, so the script keeps results by the hash of module
//! and arguments: a page whose style sheet changed is not optimised again.

use crate::{dirs::Dirs, node::Node, problem::Problem, process, progress::Step, versions};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

const VERSION: &str = "132.0.0";
/// What the compiler may use of WebAssembly and wasm-opt must be told of, as in index.html.
pub(crate) const FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// How it makes what is shipped small, as in index.html. What it does to save instructions and that Brotli finds by
/// itself, it is told to leave: inlining, common subexpressions and moving values out of locals cost bytes on the way.
/// The lowest memory is unused: it is the far end of the stack, which rustc has the linker put first.
pub(crate) const SMALL: [&str; 5] = [
    "-Oz",
    "--low-memory-unused",
    "--skip-pass=inlining-optimizing",
    "--skip-pass=local-cse",
    "--skip-pass=simplify-locals",
];

const SCRIPT: &str = include_str!("wasm-opt.cjs");

/// The folder to put on PATH.
pub(crate) fn ensure(dirs: &Dirs, _node: &Node) -> Result<Option<PathBuf>, Problem> {
    if on_path() {
        return Ok(None);
    }
    let home = dirs.tools.join(format!("binaryen-{VERSION}"));
    let bin = home.join("bin");
    if !home.join("node_modules/binaryen/bin/wasm-opt").is_file() {
        install(dirs, &home)?;
    }
    write_script(&bin.join("wasm-opt"), SCRIPT)?;
    Ok(Some(bin))
}

fn on_path() -> bool {
    process::find_on_path("wasm-opt").is_some()
        && process::ask(Command::new("wasm-opt").arg("--version"))
            .and_then(|line| versions::printed(&line))
            .is_some_and(|found| versions::numbers(&found).first() == versions::numbers(VERSION).first())
}

fn install(dirs: &Dirs, home: &Path) -> Result<(), Problem> {
    let partial = dirs.tools.join(format!(".partial-binaryen-{VERSION}"));
    fs::create_dir_all(&partial).map_err(Problem::at(&partial))?;
    let name = format!("binaryen {VERSION}");
    let step = Step { name: &name, estimate: Duration::from_secs(20) };
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--no-save", "--prefix"])
        .arg(&partial)
        .arg(format!("binaryen@{VERSION}"))
        .current_dir(&partial);
    step.run(dirs, &mut npm)?;
    fs::rename(&partial, home).map_err(Problem::at(home))
}

/// Writes a program of ours; anew only when it differs, since another run may be executing it.
pub(crate) fn write_script(path: &Path, script: &str) -> Result<(), Problem> {
    if fs::read_to_string(path).is_ok_and(|found| found == script) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(Problem::at(folder))?;
    let fresh = path.with_extension("new");
    fs::write(&fresh, script).map_err(Problem::at(&fresh))?;
    make_executable(&fresh)?;
    fs::rename(&fresh, path).map_err(Problem::at(path))
}

/// Marks a script as a program.
pub(crate) fn make_executable(path: &Path) -> Result<(), Problem> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(Problem::at(path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{FEATURES, SMALL};

    #[test]
    fn the_document_asks_for_the_same() {
        let document = include_str!("../../index.html");
        let asked = |start: &str| -> Vec<&str> {
            document.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
        };
        assert_eq!(asked("data-wasm-opt=\""), [SMALL[0].trim_start_matches("-O"); 2]);
        let options = [&FEATURES[..], &SMALL[1..]].concat().join(" ");
        let others = ["--converge --reorder-functions", "--reorder-functions"];
        let expected =
            others.map(|more| format!("{options} {more} --strip-producers --strip-target-features"));
        assert_eq!(asked("data-wasm-opt-params=\""), expected);
    }
}
