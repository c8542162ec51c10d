//! Running other programs: asking one for a line, and streaming a long one's output while keeping it.

use crate::problem::Problem;
use std::{
    env,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// What a program's run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    /// Standard output and error, in the order in which the lines arrived.
    pub(crate) output: String,
    pub(crate) end: End,
}

/// How a program's run ended.
#[derive(Debug)]
pub(crate) enum End {
    Exited(ExitStatus),
    TimedOut(Duration),
    NotStarted(String),
}

impl End {
    pub(crate) fn is_success(&self) -> bool {
        matches!(self, Self::Exited(status) if status.success())
    }
}

/// The first program of that name on `PATH`.
pub(crate) fn find_on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(program)).find(|path| path.is_file())
}

/// Standard output of a quick command, if it could be run and succeeded.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a command, passing its output on line by line and keeping it; ends it after `limit`.
pub(crate) fn stream(command: &mut Command, limit: Duration) -> Ran {
    let started = Instant::now();
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            let program = Path::new(command.get_program()).display().to_string();
            return Ran { output: String::new(), end: End::NotStarted(format!("{program}: {error}")) };
        }
    };
    let kept = Arc::new(Mutex::new(String::new()));
    let readers = [
        child.stdout.take().map(|pipe| pass_on(pipe, Arc::clone(&kept))),
        child.stderr.take().map(|pipe| pass_on(pipe, Arc::clone(&kept))),
    ];
    let end = wait(&mut child, started, limit);
    for reader in readers.into_iter().flatten() {
        // A reader that panicked has lost lines only; the exit status still counts.
        let _ = reader.join();
    }
    let output = kept.lock().map(|text| text.clone()).unwrap_or_default();
    Ran { output, end }
}

/// Fails with the command's name unless it ran and succeeded.
pub(crate) fn must_succeed(ran: &Ran, what: &str) -> Result<(), Problem> {
    match &ran.end {
        End::Exited(status) if status.success() => Ok(()),
        End::Exited(status) => Err(Problem::new(format!("{what} failed ({status}); its output is above"))),
        End::TimedOut(limit) => {
            Err(Problem::new(format!("{what} was ended after {} minutes", limit.as_secs() / 60)))
        }
        End::NotStarted(why) => Err(Problem::new(format!("{what} could not be started: {why}"))),
    }
}

fn wait(child: &mut Child, started: Instant, limit: Duration) -> End {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return End::Exited(status),
            Ok(None) if started.elapsed() > limit => {
                end_with_children(child);
                return End::TimedOut(limit);
            }
            Ok(None) => thread::sleep(Duration::from_millis(50)),
            Err(error) => return End::NotStarted(error.to_string()),
        }
    }
}

/// A test runner that hangs has children of its own (a browser, a driver), which would keep the pipes open.
fn end_with_children(child: &mut Child) {
    let table = ask(Command::new("ps").args(["-A", "-o", "pid=,ppid="])).unwrap_or_default();
    for pid in descendants(&table, child.id()) {
        let _ = ask(Command::new("kill").args(["-KILL", &pid.to_string()]));
    }
    let _ = child.kill();
    let _ = child.wait();
}

fn descendants(table: &str, root: u32) -> Vec<u32> {
    let pairs: Vec<(u32, u32)> = table
        .lines()
        .filter_map(|line| {
            let mut numbers = line.split_whitespace().map_while(|word| word.parse().ok());
            Some((numbers.next()?, numbers.next()?))
        })
        .collect();
    let mut found = vec![root];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found
            .extend(pairs.iter().filter(|(pid, ppid)| *ppid == parent && *pid != parent).map(|(pid, _)| pid));
        next += 1;
    }
    found.remove(0);
    found
}

fn pass_on(pipe: impl Read + Send + 'static, kept: Arc<Mutex<String>>) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n') {
            let Ok(line) = line else { return };
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            if let Ok(mut kept) = kept.lock() {
                kept.push_str(&line);
                kept.push('\n');
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{End, descendants, stream};
    use std::{process::Command, time::Duration};

    #[test]
    fn descendants_are_found_through_generations() {
        let table = "  1   0\n 10   1\n 11  10\n 12  11\n 20   1\nPID PPID\n";
        assert_eq!(descendants(table, 10), [11, 12]);
        assert_eq!(descendants(table, 12), Vec::<u32>::new());
    }

    #[test]
    fn output_and_status_are_kept() {
        let ran = stream(Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"]), Duration::MAX);
        assert!(ran.output.contains("one\n") && ran.output.contains("two\n"));
        assert!(matches!(ran.end, End::Exited(status) if status.code() == Some(3)));
    }

    #[test]
    fn a_hanging_program_is_ended_with_its_children() {
        let ran = stream(Command::new("sh").args(["-c", "sleep 60; true"]), Duration::from_millis(200));
        assert!(matches!(ran.end, End::TimedOut(_)));
    }

    #[test]
    fn a_missing_program_is_told() {
        let ran = stream(&mut Command::new("no-such-program-here"), Duration::MAX);
        assert!(matches!(ran.end, End::NotStarted(why) if why.contains("no-such-program-here")));
    }
}
