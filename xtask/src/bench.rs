//! Benchmarks: the runner's own natively and in wasm, and the sizes of what a visitor downloads.

use crate::{dirs::Dirs, kit::Kit, page, problem::Problem, process};
use std::{path::Path, time::Duration};

const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Raw and Brotli sizes by Node's own zlib, which is what a static host's best setting yields.
const SIZES: &str = r"
const fs = require('node:fs'), path = require('node:path'), zlib = require('node:zlib');
const best = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } };
let raw = 0, brotli = 0;
const row = (name, a, b) => console.log(name.padEnd(44), String(a).padStart(10), String(b).padStart(10));
row('file', 'bytes', 'brotli');
for (const name of fs.readdirSync(process.argv[1], { recursive: true }).sort()) {
  const file = path.join(process.argv[1], name);
  if (path.basename(name).startsWith('.') || !fs.statSync(file).isFile()) continue;
  const bytes = fs.readFileSync(file), small = zlib.brotliCompressSync(bytes, best).length;
  raw += bytes.length;
  brotli += small;
  row(name, bytes.length, small);
}
row('total', raw, brotli);
";

/// Runs every benchmark and prints its figures.
pub(crate) fn run(dirs: &Dirs, kit: &Kit) -> Result<(), Problem> {
    println!("\n=== engine, native");
    let mut native = kit.command("cargo");
    native.args(["run", "--release", "--package", "causeway", "--locked", "--", "bench"]);
    process::must_succeed(&process::stream(native.current_dir(&dirs.root), LIMIT), "the native benchmark")?;
    println!("\n=== page");
    let dist = dirs.root.join("dist");
    page::build(dirs, kit, &dist)?;
    sizes(kit, &dist)
}

fn sizes(kit: &Kit, dist: &Path) -> Result<(), Problem> {
    let ran = process::stream(kit.command("node").args(["-e", SIZES]).arg(dist), LIMIT);
    process::must_succeed(&ran, "measuring the page")
}
