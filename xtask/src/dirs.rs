//! Where things lie: the clone, its compiled crates, and the tools shared by all clones.

use crate::problem::Problem;
use std::{
    env,
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    process::Command,
};

/// The folders that every chore needs.
#[derive(Debug)]
pub(crate) struct Dirs {
    /// The root of this clone.
    pub(crate) root: PathBuf,
    /// Tools and logs, shared by all clones of this user.
    pub(crate) tools: PathBuf,
    /// Cargo's target folder: this clone's own, for cargo tells the workspace's crates of two clones
    /// apart by nothing but the time of their files.
    pub(crate) target: PathBuf,
}

impl Dirs {
    /// Finds the folders and creates those that are shared.
    pub(crate) fn find() -> Result<Self, Problem> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("invariant: xtask lies in a folder of the workspace")
            .to_owned();
        let tools = tools_dir(&|name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from))
            .ok_or_else(|| {
                Problem::new("no folder for tools: neither CAUSEWAY_TOOLS nor a home folder is set")
                    .next("set CAUSEWAY_TOOLS to a folder with 2 GB of room and run the command again")
            })?;
        let target = ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"]
            .iter()
            .find_map(env::var_os)
            .map_or_else(|| root.join("target"), PathBuf::from);
        let dirs = Self { target: absolute(&target)?, tools: absolute(&tools)?, root };
        for dir in [&dirs.tools, &dirs.logs(), &dirs.target] {
            fs::create_dir_all(dir).map_err(Problem::at(dir))?;
        }
        Ok(dirs)
    }

    /// Where the output of long steps is kept for reading after a failure.
    pub(crate) fn logs(&self) -> PathBuf {
        self.tools.join("logs")
    }

    /// Holds `name` for this process alone until the result is dropped, waiting for another clone's run.
    pub(crate) fn lock(&self, name: &str) -> Result<File, Problem> {
        let path = self.tools.join(format!(".{name}.lock"));
        let file = File::create(&path).map_err(Problem::at(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                println!("Waiting for another `cargo xtask` to finish with the {name} ...");
                file.lock().map_err(Problem::at(&path))?;
            }
            Err(TryLockError::Error(error)) => return Err(Problem::at(&path)(error)),
        }
        Ok(file)
    }

    /// Where this command builds to: a compiler of its own has a folder of its own.
    pub(crate) fn target_of(&self, command: &Command) -> PathBuf {
        let set = command.get_envs().find(|(name, _)| *name == "CARGO_TARGET_DIR");
        set.and_then(|(_, value)| value).map_or_else(|| self.target.clone(), PathBuf::from)
    }
}

fn absolute(path: &Path) -> Result<PathBuf, Problem> {
    std::path::absolute(path).map_err(Problem::at(path))
}

fn tools_dir(variable: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if let Some(chosen) = variable("CAUSEWAY_TOOLS") {
        return Some(chosen);
    }
    let cache = variable("XDG_CACHE_HOME").or_else(|| {
        let home = variable("HOME")?;
        Some(if cfg!(target_os = "macos") { home.join("Library/Caches") } else { home.join(".cache") })
    });
    cache.map(|cache| cache.join("causeway"))
}

#[cfg(test)]
mod tests {
    use super::tools_dir;
    use std::path::PathBuf;

    fn with(variables: &[(&str, &str)]) -> Option<PathBuf> {
        tools_dir(&|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| PathBuf::from(value))
        })
    }

    #[test]
    fn the_users_choice_comes_first() {
        let all = [("CAUSEWAY_TOOLS", "/t"), ("XDG_CACHE_HOME", "/x"), ("HOME", "/h")];
        assert_eq!(with(&all), Some(PathBuf::from("/t")));
        assert_eq!(with(&all[1..]), Some(PathBuf::from("/x/causeway")));
        assert!(with(&all[2..]).is_some_and(|dir| dir.starts_with("/h")));
        assert_eq!(with(&[]), None);
    }
}
