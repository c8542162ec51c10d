//! A Chromium or Chrome and the ChromeDriver of the same major version.

use crate::{dirs::Dirs, packages, problem::Problem, process, progress::Step, versions};
use std::{path::PathBuf, process::Command, time::Duration};

/// A browser and its driver, of one major version.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) program: PathBuf,
    pub(crate) driver: PathBuf,
}

const NAMES: [&str; 4] = ["chromium", "google-chrome-stable", "google-chrome", "chromium-browser"];

/// Finds a matching pair on PATH, or installs Debian's.
pub(crate) fn ensure(dirs: &Dirs) -> Result<Browser, Problem> {
    let found = find();
    if let Ok(browser) = found {
        return Ok(browser);
    }
    packages::refresh(dirs)?;
    packages::install(
        dirs,
        &Step { name: "Chromium and ChromeDriver", estimate: Duration::from_secs(60) },
        &["chromium", "chromium-driver"],
    )?;
    find()
}

/// Chromium names its dependencies poorly to `--version` at times, so the driver alone is asked: Debian's
/// packages depend on each other's exact version, and elsewhere the browser is asked too.
fn find() -> Result<Browser, Problem> {
    let advice = "put a Chrome or Chromium and the ChromeDriver of the same major version on PATH";
    let driver = process::find_on_path("chromedriver")
        .ok_or_else(|| Problem::new("no chromedriver on PATH").next(advice))?;
    let wanted = major(&driver)
        .ok_or_else(|| Problem::new(format!("{} cannot be run", driver.display())).next(advice))?;
    let programs: Vec<PathBuf> = NAMES.iter().filter_map(|name| process::find_on_path(name)).collect();
    let versions: Vec<Option<u32>> = programs.iter().map(major).collect();
    let matching = versions.iter().position(|version| *version == Some(wanted));
    match matching.and_then(|index| programs.into_iter().nth(index)) {
        Some(program) => Ok(Browser { program, driver }),
        None => Err(Problem::new(format!(
            "chromedriver is version {wanted}; expected a browser of that version, found {versions:?}"
        ))
        .next(advice)),
    }
}

fn major(program: &PathBuf) -> Option<u32> {
    let line = process::ask(Command::new(program).arg("--version"))?;
    versions::numbers(&versions::printed(&line)?).first().copied()
}
