//! Set-up and chores of Causeway: what a contributor runs is here and nowhere else.
//!
//! `cargo xtask help` lists the commands. The crate uses the standard library alone, so that the very
//! first command on a fresh machine starts within seconds.
#![expect(clippy::disallowed_methods, reason = "chores measure real time; only the engine must not")]

mod args;
mod bench;
mod browser;
mod cargo_tools;
mod count;
mod dirs;
mod kit;
mod node;
mod packages;
mod page;
mod problem;
mod process;
mod progress;
mod server;
mod suites;
mod versions;
mod wasm_bindgen;
mod wasm_debian;
mod wasm_opt;
mod wasm_target;

use crate::{args::Args, dirs::Dirs, kit::Kit, problem::Problem};
use std::{path::PathBuf, process::ExitCode};

const HELP: &str = "\
Usage: cargo xtask COMMAND [OPTIONS]

Commands
  serve [--port N] [--no-open] [--dist DIR]
                 set up, build the page for release and serve it on http://127.0.0.1:8080
  test [SUITE...]
                 set up and run every suite, or only those named: format, lint, native, wasm,
                 contracts, page, browser
  bench          set up, run the benchmarks natively, in wasm and in a browser, print the sizes of
                 the page; says which goals are missed
  screenshots [FOLDER]
                 set up, build the page and take its pictures in both themes at three widths
                 (default: docs/screenshots)
  setup          only find or install the tools

Environment
  CAUSEWAY_TOOLS   where tools are kept for all clones (default: causeway in your cache folder)
  CARGO_TARGET_DIR respected when set; otherwise builds go to target in the clone
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("\nerror: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode, Problem> {
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    match command {
        "serve" => serve(rest),
        "test" => test(rest),
        "bench" => {
            Args::parse(rest, &[], &[])?.no_names()?;
            let dirs = Dirs::find()?;
            let kit = Kit::set_up(&dirs)?;
            let missed = bench::run(&dirs, &kit)?;
            Ok(if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        "screenshots" => {
            let args = Args::parse(rest, &[], &[])?;
            let dirs = Dirs::find()?;
            let folder = match args.names() {
                [] => dirs.root.join("docs/screenshots"),
                [folder] => PathBuf::from(folder),
                [_, second, ..] => {
                    return Err(Problem::new(format!("expected one folder, found `{second}` too")));
                }
            };
            let kit = Kit::set_up(&dirs)?;
            bench::screenshots(&dirs, &kit, &folder)?;
            Ok(ExitCode::SUCCESS)
        }
        "setup" => {
            Args::parse(rest, &[], &[])?.no_names()?;
            Kit::set_up(&Dirs::find()?)?;
            println!("Everything is in place.");
            Ok(ExitCode::SUCCESS)
        }
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => Err(Problem::new(format!("unknown command `{other}`")).next("cargo xtask help")),
    }
}

fn serve(rest: &[String]) -> Result<ExitCode, Problem> {
    let args = Args::parse(rest, &["--port", "--dist"], &["--no-open"])?;
    args.no_names()?;
    let port = match args.value("--port") {
        None => 8080,
        Some(text) => {
            text.parse().map_err(|_| Problem::new(format!("--port expects 0 to 65535, found `{text}`")))?
        }
    };
    let dirs = Dirs::find()?;
    // The port is taken before the long work, so that a busy one is told at once.
    let server = server::bind(port)?;
    let kit = Kit::set_up(&dirs)?;
    let dist = args.value("--dist").map_or_else(|| dirs.root.join("dist"), PathBuf::from);
    page::build(&dirs, &kit, &dist)?;
    println!("\nCauseway is at {} (stop with Ctrl-C)", server.url());
    if !args.flag("--no-open") {
        server::open_in_browser(&server.url());
    }
    server.run(&dist);
    Ok(ExitCode::SUCCESS)
}

fn test(rest: &[String]) -> Result<ExitCode, Problem> {
    let args = Args::parse(rest, &[], &[])?;
    let chosen = suites::choose(args.names())?;
    let dirs = Dirs::find()?;
    let kit = Kit::set_up(&dirs)?;
    let total = suites::run(&dirs, &kit, &chosen)?;
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
