//! Benchmarks: the engine's own natively and in wasm (in Node), the sizes of what a visitor downloads, and
//! the page in a browser.

use crate::{dirs::Dirs, kit::Kit, node, page, problem::Problem, process, server, wasm_opt, wasm_target};
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

const LIMIT: Duration = Duration::from_secs(30 * 60);

/// What `examples/bench` measures; each in a process of its own, so that none adds to another's memory.
const FIGURES: [&str; 8] = ["blocks", "trie", "idle", "memory", "time", "committee", "bundles", "contagion"];

/// Runs every benchmark, prints its figures and gives how many goals were missed.
pub(crate) fn run(dirs: &Dirs, kit: &Kit) -> Result<usize, Problem> {
    let program = native(dirs, kit)?;
    let script = wasm(dirs, kit)?;
    let mut missed = 0;
    println!("\n=== engine, native");
    for figure in FIGURES {
        missed += measured(kit.command(&program).arg(figure))?;
    }
    println!("\n=== engine, wasm in Node");
    for figure in FIGURES {
        missed += measured(kit.command("node").arg(&script).arg(figure))?;
    }
    println!("\n=== page");
    let dist = dirs.root.join("dist");
    let weight = match page::build(dirs, kit, &dist)? {
        Some(weight) => weight,
        None => page::weigh(kit, &dist)?,
    };
    let sizes = [
        ("page: Brotli before the engine", weight.first, page::GOAL_FIRST),
        ("page: Brotli in all", weight.all, page::GOAL_ALL),
    ];
    for (name, found, most) in sizes {
        let met = found <= most;
        println!("{name:<44} {found:>12}   <= {most:<13} {}", if met { "ok" } else { "missed" });
        missed += usize::from(!met);
    }
    println!("\n=== page in a browser");
    missed += in_browser(dirs, kit, dist)?;
    println!("\n{missed} goals missed");
    Ok(missed)
}

/// What `tests/measure` measures on the served page.
const MEASUREMENTS: [&str; 3] = ["sixty-four.mjs", "contagion.mjs", "lighthouse.mjs"];

fn in_browser(dirs: &Dirs, kit: &Kit, dist: PathBuf) -> Result<usize, Problem> {
    let scripts = on_served_page(dirs, kit, dist)?;
    MEASUREMENTS.iter().map(|script| measured(scripts().arg(script))).sum()
}

/// Takes the pictures of `tests/measure/screenshots.mjs` into a folder.
pub(crate) fn screenshots(dirs: &Dirs, kit: &Kit, folder: &Path) -> Result<(), Problem> {
    let folder = std::path::absolute(folder).map_err(Problem::at(folder))?;
    let dist = dirs.root.join("dist");
    page::build(dirs, kit, &dist)?;
    let scripts = on_served_page(dirs, kit, dist)?;
    let ran = process::stream(scripts().arg("screenshots.mjs").arg(folder), LIMIT);
    process::must_succeed(&ran, "taking the screenshots")
}

/// Serves the page, and gives what begins a script of `tests/measure` on it.
fn on_served_page<'a>(
    dirs: &Dirs,
    kit: &'a Kit,
    dist: PathBuf,
) -> Result<impl Fn() -> Command + 'a, Problem> {
    let folder = dirs.root.join("tests/measure");
    node::install_packages(dirs, kit, &folder)?;
    let server = server::bind(0)?;
    let url = server.url();
    server.run_aside(dist);
    Ok(move || {
        let mut command = kit.command("node");
        command.current_dir(&folder).env("CAUSEWAY_URL", &url).env("CAUSEWAY_CHROMIUM", &kit.browser.program);
        command
    })
}

fn native(dirs: &Dirs, kit: &Kit) -> Result<PathBuf, Problem> {
    let mut command = kit.command("cargo");
    build(dirs, &mut command, &["--release"])?;
    Ok(dirs.target_of(&command).join("release/examples/bench"))
}

/// Compiles for wasm32, has wasm-bindgen write a module for Node and optimises it as the page's worker is.
fn wasm(dirs: &Dirs, kit: &Kit) -> Result<PathBuf, Problem> {
    let mut command = kit.shipped_command("cargo");
    // What the worker is built with, so that the figures are those of the page.
    build(dirs, &mut command, &["--profile", "worker", "--target", wasm_target::TARGET])?;
    let folder = dirs.target_of(&command);
    let module = folder.join(wasm_target::TARGET).join("worker/examples/bench.wasm");
    let out = folder.join("bench-node");
    let mut bindgen = kit.command("wasm-bindgen");
    bindgen.args(["--target", "nodejs", "--no-typescript", "--out-dir"]).arg(&out).arg(module);
    process::must_succeed(&process::stream(&mut bindgen, LIMIT), "wasm-bindgen")?;
    let module = out.join("bench_bg.wasm");
    let mut optimise = kit.command("wasm-opt");
    optimise.args(wasm_opt::SMALL).args(wasm_opt::FEATURES).arg("-o").arg(&module).arg(&module);
    process::must_succeed(&process::stream(&mut optimise, LIMIT), "wasm-opt")?;
    Ok(out.join("bench.js"))
}

fn build(dirs: &Dirs, command: &mut Command, more: &[&str]) -> Result<(), Problem> {
    command.args(["build", "--package", "causeway", "--example", "bench", "--locked"]);
    let ran = process::stream(command.args(more).current_dir(&dirs.root), LIMIT);
    process::must_succeed(&ran, "building the benchmark")
}

/// Runs one benchmark and counts the goals that it missed.
fn measured(command: &mut Command) -> Result<usize, Problem> {
    let ran = process::stream(command, LIMIT);
    process::must_succeed(&ran, "the benchmark")?;
    if ran.output.trim().is_empty() {
        return Err(Problem::new("the benchmark measured nothing"));
    }
    Ok(ran.output.lines().filter(|line| line.ends_with(" missed")).count())
}

#[cfg(test)]
mod tests {
    use super::measured;
    use std::process::Command;

    fn ran(script: &str) -> Option<usize> {
        measured(Command::new("sh").args(["-c", script])).ok()
    }

    #[test]
    fn missed_goals_are_counted_and_silence_is_refused() {
        assert_eq!(ran("echo 'a 1 < 2 ok'; echo 'b 3 < 2 missed'; echo 'c 4'"), Some(1));
        assert_eq!(ran("echo 'a 1 < 2 ok'"), Some(0));
        assert_eq!(ran("echo 'c 4'"), Some(0));
        assert_eq!(ran("true"), None);
        assert_eq!(ran("echo 'a 1 < 2 ok'; exit 3"), None);
    }
}
