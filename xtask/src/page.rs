//! The release build of the page by Trunk, left out when nothing that it is made of has changed.

use crate::{dirs::Dirs, kit::Kit, problem::Problem, process};
use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// What the page is made of, relative to the root.
const INPUTS: [&str; 9] = [
    "Cargo.toml",
    "Cargo.lock",
    ".cargo",
    "index.html",
    "Trunk.toml",
    "src",
    "www",
    "contracts",
    "scenarios",
];
const NOT_INPUTS: [&str; 3] = ["node_modules", "target", "tests"];
const STAMP: &str = ".inputs";
const LIMIT: Duration = Duration::from_secs(45 * 60);

/// Builds the page into `dist` unless it is there already.
pub(crate) fn build(dirs: &Dirs, kit: &Kit, dist: &Path) -> Result<(), Problem> {
    let dist = std::path::absolute(dist).map_err(Problem::at(dist))?;
    let inputs = fingerprint(dirs, kit)?;
    let stamp = dist.join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|found| found == inputs) {
        println!("The page in {} is up to date.", dist.display());
        return Ok(());
    }
    println!("Building the page for release (several minutes the first time)");
    let _held = dirs.lock("builds")?;
    let ran = process::stream(&mut trunk(dirs, kit, &dist), LIMIT);
    process::must_succeed(&ran, "the page's build")?;
    // Written last, and Trunk empties the folder first: an interrupted build is never taken for a whole one.
    fs::write(&stamp, inputs).map_err(Problem::at(&stamp))
}

fn trunk(dirs: &Dirs, kit: &Kit, dist: &Path) -> Command {
    let mut command = kit.wasm_command("trunk");
    command.args(["build", "--release", "--offline", "--dist"]).arg(dist).current_dir(&dirs.root);
    command
}

fn fingerprint(dirs: &Dirs, kit: &Kit) -> Result<String, Problem> {
    let mut files = Vec::new();
    for input in INPUTS {
        collect(&dirs.root.join(input), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    kit.fingerprint().hash(&mut hasher);
    for file in &files {
        file.hash(&mut hasher);
        fs::read(file).map_err(Problem::at(file))?.hash(&mut hasher);
    }
    Ok(format!("{:016x} of {} files\n", hasher.finish(), files.len()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Problem> {
    if path.is_file() {
        files.push(path.to_owned());
    } else if path.is_dir() {
        for entry in fs::read_dir(path).map_err(Problem::at(path))?.flatten() {
            if !NOT_INPUTS.iter().any(|name| entry.file_name() == *name) {
                collect(&entry.path(), files)?;
            }
        }
    }
    Ok(())
}
