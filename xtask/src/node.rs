//! Node.js with npm, and packages installed from a lock file.

use crate::{dirs::Dirs, kit::Kit, packages, problem::Problem, process, progress::Step, versions};
use std::{fs, path::Path, process::Command, time::Duration};

/// The oldest Node that runs the browser tests and wasm-opt.
const OLDEST: u32 = 18;

/// A Node that is recent enough; the value proves that it was looked for.
#[derive(Debug)]
pub(crate) struct Node(());

/// Finds Node and npm, or installs Debian's.
pub(crate) fn ensure(dirs: &Dirs) -> Result<Node, Problem> {
    if let Some(node) = find()? {
        return Ok(node);
    }
    packages::refresh(dirs)?;
    packages::install(
        dirs,
        &Step { name: "Node.js", estimate: Duration::from_secs(60) },
        &["nodejs", "npm"],
    )?;
    find()?.ok_or_else(|| {
        Problem::new("Node.js was installed but cannot be run")
            .next("install Node 20 and npm and put them on PATH")
    })
}

/// Installs exactly what `package-lock.json` names into the folder's `node_modules`, once per lock file.
pub(crate) fn install_packages(dirs: &Dirs, kit: &Kit, folder: &Path) -> Result<(), Problem> {
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).map_err(Problem::at(&lock))?;
    let stamp = folder.join("node_modules/.installed-from");
    if fs::read(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    let place = folder.strip_prefix(&dirs.root).unwrap_or(folder).display().to_string();
    let name = format!("npm packages of {place}");
    let step = Step { name: &name, estimate: Duration::from_secs(20) };
    step.run(dirs, kit.command("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(folder))?;
    fs::write(&stamp, wanted).map_err(Problem::at(&stamp))
}

fn find() -> Result<Option<Node>, Problem> {
    let Some(line) = process::ask(Command::new("node").arg("--version")) else { return Ok(None) };
    if process::find_on_path("npm").is_none() {
        return Ok(None);
    }
    let version = versions::printed(&line).unwrap_or(line);
    match versions::numbers(&version).first() {
        Some(major) if *major >= OLDEST => Ok(Some(Node(()))),
        _ => Err(Problem::new(format!("Node on PATH: expected {OLDEST} or newer, found {version}"))
            .next("put a newer Node on PATH and run the command again")),
    }
}
