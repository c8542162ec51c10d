//! The release build of the page by Trunk, left out when nothing that it is made of has changed.

use crate::{dirs::Dirs, kit::Kit, problem::Problem, process, wasm_target::TARGET};
use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// What the page is made of, relative to the root.
const INPUTS: [&str; 10] = [
    "Cargo.toml",
    "Cargo.lock",
    ".cargo",
    "index.html",
    "Trunk.toml",
    "src",
    "www",
    "contracts",
    "docs/glossary.md",
    "scenarios",
];
const NOT_INPUTS: [&str; 3] = ["node_modules", "target", "tests"];
const STAMP: &str = ".inputs";
const LIMIT: Duration = Duration::from_secs(45 * 60);

/// Builds the page into `dist` unless it is there already; says what it weighs if it was built.
pub(crate) fn build(dirs: &Dirs, kit: &Kit, dist: &Path) -> Result<Option<Weight>, Problem> {
    let dist = std::path::absolute(dist).map_err(Problem::at(dist))?;
    let inputs = fingerprint(dirs, kit)?;
    let stamp = dist.join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|found| found == inputs) {
        println!("The page in {} is up to date.", dist.display());
        return Ok(None);
    }
    println!("Building the page for release (several minutes the first time)");
    let _held = dirs.lock("builds")?;
    fetch(dirs, kit)?;
    let mut trunk = trunk(dirs, kit, &dist);
    forget_parts(dirs, &trunk)?;
    let ran = process::stream(&mut trunk, LIMIT);
    process::must_succeed(&ran, "the page's build")?;
    let weight = weigh(kit, &dist)?;
    within_budget(weight)?;
    // Written last, and Trunk empties the folder first: an interrupted build is never taken for a whole one.
    fs::write(&stamp, inputs).map_err(Problem::at(&stamp))?;
    Ok(Some(weight))
}

/// How [`SIZES`] calls its sums.
const FIRST: &str = "before the engine";
const ALL: &str = "in all";

/// Most bytes, in Brotli at its best, that a visitor waits for before the engine, and in all: a little more than
/// they are, so that a page does not grow unnoticed.
const BUDGET_FIRST: u64 = 183_000;
const BUDGET_ALL: u64 = 1_100_000;
/// How many they are to be.
pub(crate) const GOAL_FIRST: u64 = 250_000;
pub(crate) const GOAL_ALL: u64 = 900_000;

/// Lays each file's Brotli form beside it, by Node's own zlib at its best, for servers that send it as it
/// lies there; prints `file bytes brotli` of each, then the sums of all that comes before the engine, and of
/// all. Parts of the page that are split off come after the engine.
const SIZES: &str = r"
const fs = require('node:fs'), path = require('node:path'), zlib = require('node:zlib');
const best = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } };
let first = [0, 0], all = [0, 0];
const row = (name, [raw, small]) => console.log(name.padEnd(44), String(raw).padStart(10), String(small).padStart(10));
row('file', ['bytes', 'brotli']);
for (const name of fs.readdirSync(process.argv[1], { recursive: true }).sort()) {
  const file = path.join(process.argv[1], name);
  if (path.basename(name).startsWith('.') || name.endsWith('.br') || !fs.statSync(file).isFile()) continue;
  const bytes = fs.readFileSync(file), packed = zlib.brotliCompressSync(bytes, best);
  fs.writeFileSync(`${file}.br`, packed);
  const sizes = [bytes.length, packed.length];
  const add = (sum) => sum.map((so_far, at) => so_far + sizes[at]);
  if (!/worker|split_/.test(name)) first = add(first);
  all = add(all);
  row(name, sizes);
}
row('before the engine', first);
row('in all', all);
";

/// What the page weighs in Brotli's bytes: before the engine, and in all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weight {
    pub(crate) first: u64,
    pub(crate) all: u64,
}

/// Compresses the page and prints what it weighs.
pub(crate) fn weigh(kit: &Kit, dist: &Path) -> Result<Weight, Problem> {
    let ran = process::stream(kit.command("node").args(["-e", SIZES]).arg(dist), LIMIT);
    process::must_succeed(&ran, "measuring the page")?;
    let sum = |name: &str| {
        let line = ran.output.lines().find(|line| line.starts_with(name));
        let found = line.and_then(|line| line.split_whitespace().last()?.parse().ok());
        found.ok_or_else(|| Problem::new(format!("{name}: expected its size, found none")))
    };
    Ok(Weight { first: sum(FIRST)?, all: sum(ALL)? })
}

/// Refuses a page that weighs too much.
fn within_budget(weight: Weight) -> Result<(), Problem> {
    for (name, most, found) in [(FIRST, BUDGET_FIRST, weight.first), (ALL, BUDGET_ALL, weight.all)] {
        if found > most {
            return Err(Problem::new(format!(
                "{name}: expected at most {most} bytes in Brotli, found {found}"
            )));
        }
    }
    Ok(())
}

/// Downloads what crates are missing: Trunk is told to do without a network, since by itself it asks for tools as
/// well. It reads the whole lock, with crates for other machines; the standard library has a lock of its own.
fn fetch(dirs: &Dirs, kit: &Kit) -> Result<(), Problem> {
    for more in [&[][..], &["--target", TARGET]] {
        let mut command = kit.shipped_command("cargo");
        command.args(["fetch", "--locked"]).args(more).current_dir(&dirs.root);
        process::must_succeed(&process::stream(&mut command, LIMIT), "downloading the page's crates")?;
    }
    Ok(())
}

fn trunk(dirs: &Dirs, kit: &Kit, dist: &Path) -> Command {
    let mut command = kit.trunk();
    command.args(["build", "--release", "--offline", "--dist"]).arg(dist).current_dir(&dirs.root);
    command
}

/// Removes the parts that earlier builds split off: Trunk copies whatever lies there.
fn forget_parts(dirs: &Dirs, trunk: &Command) -> Result<(), Problem> {
    let snippets = dirs.target_of(trunk).join("wasm-bindgen/release/snippets");
    match fs::remove_dir_all(&snippets) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Problem::at(&snippets)(error)),
        _ => Ok(()),
    }
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
