//! A long installation step: told beforehand, ticking while it runs, its output kept in a log.

use crate::{dirs::Dirs, problem::Problem};
use std::{
    fs::{self, File},
    io::{IsTerminal, Read, Seek, SeekFrom, Write},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// What a step does and about how long it takes on two cores.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    /// Names the thing installed; also names the log.
    pub(crate) name: &'a str,
    pub(crate) estimate: Duration,
}

/// Without a terminal a line now and then shows that the step lives.
const QUIET_TICK: Duration = Duration::from_secs(15);
const LIVE_TICK: Duration = Duration::from_secs(1);

impl Step<'_> {
    /// Runs the command; on failure the log's last lines are shown.
    pub(crate) fn run(&self, dirs: &Dirs, command: &mut Command) -> Result<(), Problem> {
        println!("  {}: installing, about {}", self.name, words(self.estimate));
        let path = dirs.logs().join(format!("{}.log", self.name.replace([' ', '/'], "-")));
        let log = File::create(&path).map_err(Problem::at(&path))?;
        let also = log.try_clone().map_err(Problem::at(&path))?;
        let started = Instant::now();
        let mut child = command.stdin(Stdio::null()).stdout(log).stderr(also).spawn().map_err(|error| {
            Problem::new(format!("{}: cannot run {:?}: {error}", self.name, command.get_program()))
        })?;
        let live = std::io::stdout().is_terminal();
        let mut told = started;
        let status = loop {
            if let Some(status) = child.try_wait().map_err(Problem::at(&path))? {
                break status;
            }
            if told.elapsed() >= if live { LIVE_TICK } else { QUIET_TICK } {
                told = Instant::now();
                self.tick(started.elapsed(), &path, live);
            }
            thread::sleep(Duration::from_millis(50));
        };
        if live {
            print!("\r\x1b[2K");
        }
        if status.success() {
            println!("  {}: done in {}", self.name, words(started.elapsed()));
            return Ok(());
        }
        let text =
            fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        Err(Problem::new(format!("{}: {status}\n{}", self.name, last_lines(&text, 25)))
            .next(format!("read {} and run the command again: finished steps are kept", path.display())))
    }

    fn tick(&self, elapsed: Duration, log: &Path, live: bool) {
        let done = tail(log).and_then(|text| fraction(&text));
        let units = done.map(|(done, of)| format!("{done} of {of} crates, ")).unwrap_or_default();
        let line = format!("  {}: {units}{} of about {}", self.name, words(elapsed), words(self.estimate));
        if live {
            print!("\r\x1b[2K{line}");
            // The ticking line is a courtesy; a closed terminal must not stop the step.
            let _ = std::io::stdout().flush();
        } else {
            println!("{line}");
        }
    }
}

/// A duration as a reader says it.
pub(crate) fn words(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..=99 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// The last `count` lines; Cargo's progress bar overwrites itself, so what precedes a return is dropped.
fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> =
        text.lines().map(|line| line.rsplit('\r').find(|part| !part.is_empty()).unwrap_or("")).collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

fn tail(path: &Path) -> Option<String> {
    const TAIL: u64 = 4096;
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL))).ok()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The last `] 12/345` of Cargo's progress bar.
fn fraction(text: &str) -> Option<(u32, u32)> {
    text.rsplit("] ").find_map(|rest| {
        let (done, rest) = rest.split_once('/')?;
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        Some((done.trim().parse().ok()?, rest[..digits].parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::{fraction, last_lines, words};
    use std::time::Duration;

    #[test]
    fn cargos_bar_is_read_from_its_end() {
        let bar = "   Compiling serde v1.0\r    Building [=>     ] 9/412: serde\r    Building [==>    ] 131/412: syn, quote(build)...";
        assert_eq!(fraction(bar), Some((131, 412)));
        assert_eq!(fraction("Compiling a/b v1"), None);
        assert_eq!(fraction("[1] x/y"), None);
    }

    #[test]
    fn overwritten_bars_are_not_shown() {
        assert_eq!(last_lines("a\nbar 1\rbar 2\rerror: no\nb\n", 2), "error: no\nb");
    }

    #[test]
    fn durations_in_words() {
        assert_eq!(words(Duration::from_secs(59)), "59 s");
        assert_eq!(words(Duration::from_secs(245)), "4 min 05 s");
    }
}
