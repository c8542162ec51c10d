//! The test suites in their order, each under a heading, all of them even after one failed.

use crate::{
    count::{self, Count},
    dirs::Dirs,
    kit::Kit,
    node, page,
    problem::Problem,
    process::{self, End, Ran},
    progress, server,
};
use std::{
    process::Command,
    time::{Duration, Instant},
};

/// One suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suite {
    Format,
    Lint,
    Native,
    Wasm,
    Contracts,
    Page,
    Browser,
}

/// The order in which they run: what is quick to fail comes first.
const ALL: [Suite; 7] =
    [Suite::Format, Suite::Lint, Suite::Native, Suite::Wasm, Suite::Contracts, Suite::Page, Suite::Browser];

/// A suite that hangs is ended, so that the others still run.
const LIMIT: Duration = Duration::from_secs(40 * 60);

impl Suite {
    fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Lint => "lint",
            Self::Native => "native",
            Self::Wasm => "wasm",
            Self::Contracts => "contracts",
            Self::Page => "page",
            Self::Browser => "browser",
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Format => "format: cargo fmt --check",
            Self::Lint => "lint: clippy, warnings denied",
            Self::Native => "native: engine and task runner",
            Self::Wasm => "wasm: engine and page in headless Chromium",
            Self::Contracts => "contracts: Solidity recompiled and compared",
            Self::Page => "page: release build",
            Self::Browser => "browser: end-to-end tests on the served page",
        }
    }

    fn run(self, dirs: &Dirs, kit: &Kit) -> Result<Count, Problem> {
        match self {
            Self::Format => Ok(step(&stream(dirs, kit.command("cargo").args(["fmt", "--all", "--check"])))),
            Self::Lint => Ok(step(&stream(dirs, &mut lint(kit)))),
            Self::Native => Ok(counted(&stream(dirs, &mut native(kit)))),
            Self::Wasm => Ok(counted(&in_browser(|| stream(dirs, &mut wasm(dirs, kit))))),
            Self::Contracts => contracts(dirs, kit),
            Self::Page => {
                page::build(dirs, kit, &dirs.root.join("dist"))?;
                Ok(Count::ONE_PASSED)
            }
            Self::Browser => browser(dirs, kit),
        }
    }
}

/// The suites of these names in the order in which they run, or all of them.
pub(crate) fn choose(names: &[String]) -> Result<Vec<Suite>, Problem> {
    if let Some(unknown) = names.iter().find(|name| !ALL.iter().any(|suite| suite.name() == *name)) {
        let known = ALL.map(Suite::name).join(", ");
        return Err(Problem::new(format!("unknown suite `{unknown}`; expected one of {known}")));
    }
    let wanted = |suite: &Suite| names.is_empty() || names.iter().any(|name| suite.name() == name);
    Ok(ALL.into_iter().filter(wanted).collect())
}

/// Runs the suites one after the other and tells what each came to.
pub(crate) fn run(dirs: &Dirs, kit: &Kit, suites: &[Suite]) -> Result<Count, Problem> {
    let mut lines = Vec::new();
    let mut total = Count::default();
    for (index, suite) in suites.iter().enumerate() {
        println!("\n=== {}/{} {}", index + 1, suites.len(), suite.heading());
        let started = Instant::now();
        let count = suite.run(dirs, kit).unwrap_or_else(|problem| {
            println!("error: {problem}");
            Count::ONE_FAILED
        });
        let time = progress::words(started.elapsed());
        let Count { passed, failed, ignored } = count;
        lines.push(format!(
            "{:<10} {passed} passed, {failed} failed, {ignored} not run, {time}",
            suite.name()
        ));
        total.add(count);
    }
    println!("\n=== summary\n{}", lines.join("\n"));
    Ok(total)
}

fn lint(kit: &Kit) -> Command {
    let mut command = kit.command("cargo");
    command.args(["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"]);
    command
}

fn native(kit: &Kit) -> Command {
    let mut command = kit.command("cargo");
    command.args(["test", "--package", "causeway", "--package", "xtask", "--locked", "--no-fail-fast"]);
    command
}

fn wasm(dirs: &Dirs, kit: &Kit) -> Command {
    let mut command = kit.wasm_command("wasm-pack");
    command
        .args(["test", "--headless", "--chrome", "--release", "--mode", "no-install", "--chromedriver"])
        .arg(&kit.browser.driver)
        .arg(&dirs.root)
        // Chosen together, both packages and the page see the same features and share compiled crates.
        .args(["--package", "causeway", "--package", "causeway-www", "--locked"])
        // Seconds; a test that runs for a minute on a fast machine may take several on a slow one.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "1200")
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", dirs.root.join("webdriver.json"));
    command
}

fn contracts(dirs: &Dirs, kit: &Kit) -> Result<Count, Problem> {
    let folder = dirs.root.join("contracts");
    node::install_packages(dirs, kit, &folder)?;
    let ran = stream(dirs, kit.command("node").arg("check.mjs").current_dir(&folder));
    Ok(if count::tests(&ran.output) == Count::default() { step(&ran) } else { counted(&ran) })
}

fn browser(dirs: &Dirs, kit: &Kit) -> Result<Count, Problem> {
    let folder = dirs.root.join("tests/browser");
    node::install_packages(dirs, kit, &folder)?;
    let dist = dirs.root.join("dist");
    page::build(dirs, kit, &dist)?;
    let server = server::bind(0)?;
    let mut command = kit.command("node");
    command
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(test_files(&folder)?)
        .current_dir(&folder)
        .env("CAUSEWAY_URL", server.url())
        .env("CAUSEWAY_CHROMIUM", &kit.browser.program);
    server.run_aside(dist);
    Ok(counted(&stream(dirs, &mut command)))
}

fn test_files(folder: &std::path::Path) -> Result<Vec<String>, Problem> {
    let entries = std::fs::read_dir(folder).map_err(Problem::at(folder))?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.ends_with(".test.mjs"));
    names.sort();
    if names.is_empty() {
        return Err(Problem::new(format!("{}: no *.test.mjs files", folder.display())));
    }
    Ok(names)
}

fn stream(dirs: &Dirs, command: &mut Command) -> Ran {
    if command.get_current_dir().is_none() {
        command.current_dir(&dirs.root);
    }
    process::stream(command, LIMIT)
}

/// Runs tests in a browser, and once more where it ended without a word on any test that failed: a browser
/// that does not start, or loses its driver, says nothing of the code. What fails fails both times, and what hangs is
/// ended once.
fn in_browser(mut run: impl FnMut() -> Ran) -> Ran {
    let ran = run();
    if !has_crashed(&ran) || !matches!(ran.end, End::Exited(_)) {
        return ran;
    }
    println!("The browser or its driver ended early: once more");
    run()
}

/// Whether it ended badly without a failed test.
fn has_crashed(ran: &Ran) -> bool {
    !ran.end.is_success() && count::tests(&ran.output).failed == 0
}

/// A suite that is one step: it passes or it fails.
fn step(ran: &Ran) -> Count {
    tell_end(ran);
    if ran.end.is_success() { Count::ONE_PASSED } else { Count::ONE_FAILED }
}

/// A suite of counted tests. One that counted nothing ran nothing, and one that ended badly without a failed
/// test has crashed; either is a failure.
fn counted(ran: &Ran) -> Count {
    tell_end(ran);
    let mut count = count::tests(&ran.output);
    let crashed = has_crashed(ran);
    if crashed || count.passed + count.failed == 0 {
        println!("error: {}", if crashed { "the suite ended badly" } else { "the suite ran no tests" });
        count.add(Count::ONE_FAILED);
    }
    count
}

fn tell_end(ran: &Ran) {
    match &ran.end {
        End::Exited(_) => {}
        End::TimedOut(limit) => println!("error: ended after {}", progress::words(*limit)),
        End::NotStarted(why) => println!("error: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, Suite, choose, counted, in_browser};
    use crate::{
        count::Count,
        process::{End, Ran, stream},
    };
    use std::{process::Command, time::Duration};

    fn ran(script: &str) -> Ran {
        stream(Command::new("sh").args(["-c", script]), Duration::from_secs(60))
    }

    #[test]
    fn suites_keep_their_order_and_unknown_ones_are_refused() {
        let names = ["browser".to_owned(), "lint".to_owned()];
        assert_eq!(choose(&names).unwrap(), [Suite::Lint, Suite::Browser]);
        assert_eq!(choose(&[]).unwrap(), ALL);
        assert!(choose(&["lnt".to_owned()]).is_err());
    }

    #[test]
    fn a_crash_or_an_empty_run_is_one_failure() {
        assert_eq!(counted(&ran("exit 101")), Count::ONE_FAILED);
        assert_eq!(counted(&ran("true")), Count::ONE_FAILED);
        let crash_after = counted(&ran("echo 'test result: ok. 2 passed; 0 failed; 0 ignored'; exit 1"));
        assert_eq!((crash_after.passed, crash_after.failed), (2, 1));
        let failed = counted(&ran("echo 'test result: FAILED. 2 passed; 3 failed; 0 ignored'; exit 1"));
        assert_eq!((failed.passed, failed.failed), (2, 3));
        let missing = Ran { output: String::new(), end: End::NotStarted("gone".to_owned()) };
        assert_eq!(counted(&missing), Count::ONE_FAILED);
    }

    #[test]
    fn a_browser_is_started_once_more_and_a_failed_test_is_not_run_again() {
        let runs = |scripts: &[&str]| {
            let mut left = scripts.iter();
            let last = in_browser(|| ran(left.next().unwrap()));
            (counted(&last), left.len())
        };
        let (passes, fails) = (
            "echo 'test result: ok. 2 passed; 0 failed; 0 ignored'",
            "echo 'test result: FAILED. 2 passed; 1 failed; 0 ignored'; exit 1",
        );
        let two = Count { passed: 2, ..Count::default() };
        assert_eq!(runs(&["exit 1", passes]), (two, 0));
        assert_eq!(runs(&["exit 1", "exit 1"]), (Count::ONE_FAILED, 0));
        assert_eq!(runs(&[passes, passes]), (two, 1));
        assert_eq!(runs(&[fails, passes]), (Count { failed: 1, ..two }, 1));
        let mut times = 0;
        in_browser(|| {
            times += 1;
            stream(Command::new("sh").args(["-c", "sleep 5"]), Duration::from_millis(50))
        });
        assert_eq!(times, 1, "what hangs is not run again");
    }
}
