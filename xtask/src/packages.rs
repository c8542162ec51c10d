//! Debian packages: installed as root, through passwordless sudo, or by the reader.

use crate::{dirs::Dirs, problem::Problem, process, progress::Step};
use std::{process::Command, time::Duration};

/// A package's candidate version, if apt knows the package.
pub(crate) fn candidate(package: &str) -> Option<String> {
    let policy = process::ask(Command::new("apt-cache").args(["policy", package]))?;
    let line = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "))?;
    (line != "(none)").then(|| line.to_owned())
}

/// Refreshes apt's lists, so that candidates are today's.
pub(crate) fn refresh(dirs: &Dirs) -> Result<(), Problem> {
    let step = Step { name: "package lists", estimate: Duration::from_secs(15) };
    step.run(dirs, apt_get("the package lists", "update")?.arg("update"))
}

/// Installs packages without their recommendations; their lists must be fresh.
pub(crate) fn install(dirs: &Dirs, step: &Step<'_>, packages: &[&str]) -> Result<(), Problem> {
    let arguments = format!("install --no-install-recommends {}", packages.join(" "));
    let mut command = apt_get(step.name, &arguments)?;
    step.run(dirs, command.args(["install", "--yes", "--no-install-recommends"]).args(packages))
}

fn apt_get(what: &str, arguments: &str) -> Result<Command, Problem> {
    if process::find_on_path("apt-get").is_none() {
        return Err(Problem::new(format!("{what}: not found, and there is no apt-get to install it with")));
    }
    let root = process::ask(Command::new("id").arg("-u")).as_deref() == Some("0");
    let mut command = if root {
        Command::new("apt-get")
    } else if process::ask(Command::new("sudo").args(["-n", "true"])).is_some() {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    } else {
        return Err(Problem::new(format!("{what}: installing it needs root, and sudo asks for a password"))
            .next(format!("sudo apt-get {arguments}, then the same command again")));
    };
    // Another apt at work is waited for rather than failed on.
    command.env("DEBIAN_FRONTEND", "noninteractive").args(["-o", "DPkg::Lock::Timeout=600"]);
    Ok(command)
}
