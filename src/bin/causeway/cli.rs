//! The commands of the headless runner.

use crate::{model, report::Report};
use causeway::{
    command::Verdict,
    l1,
    rollup::{Rebuild, RebuiltBlocks},
    scenario::{self, Expectation, Scenario},
    session::Session,
    types::{ChainId, Span, Time},
};
use clap::{Args, Parser, Subcommand};
use serde::Serialize;
use std::{
    error::Error,
    fs,
    io::{IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

/// A simulated L1, real EVM rollups, and messages between them, without a page.
#[derive(Parser)]
#[command(name = "causeway", version)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Runs a scenario and reports what came of it.
    Run {
        #[command(flatten)]
        world: WorldArgs,
        /// Prints the report as JSON.
        #[arg(long)]
        json: bool,
        /// Evaluates the scenario's expectations; exit code 1 if one fails.
        #[arg(long)]
        check: bool,
    },
    /// Prints the JSON Schema of scenario files.
    Schema,
    /// Runs a scenario and writes the bytes of its L1.
    ExportL1 {
        #[command(flatten)]
        world: WorldArgs,
        /// The file to write.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// Rebuilds a rollup from the bytes of an L1 and nothing else.
    Derive {
        /// What `export-l1` wrote.
        file: PathBuf,
        /// Chain id of the rollup.
        #[arg(long)]
        chain: u64,
        /// Prints the last safe head as JSON instead of each one on its line.
        #[arg(long)]
        json: bool,
    },
    /// Computes worked cases of models anew; exit code 1 if one fails or a model is unknown.
    Model {
        /// The file of cases.
        file: PathBuf,
    },
}

#[derive(Args)]
struct WorldArgs {
    /// The scenario file.
    scenario: PathBuf,
    /// Another seed than the scenario's.
    #[arg(long)]
    seed: Option<u64>,
    /// Another end than the scenario's, such as 7d or "1h 30m".
    #[arg(long)]
    until: Option<Span>,
}

/// How a check came out.
#[derive(Serialize)]
pub(crate) struct Checked {
    /// The expectation.
    pub name: String,
    /// Whether it holds.
    pub passed: bool,
    /// What would have made it true, if it does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What there was instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

pub(crate) fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Task::Run { world, json, check } => run(&world, json, check),
        Task::Schema => schema(),
        Task::ExportL1 { world, output } => export_l1(&world, &output),
        Task::Model { file } => model::run(&file),
        Task::Derive { file, chain, json } => derive(&file, ChainId::new(chain), json),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

/// The scenario of these arguments, with the end and the seed that they name.
fn read(args: &WorldArgs) -> Result<Scenario, Box<dyn Error>> {
    let path = args.scenario.display();
    let text = fs::read_to_string(&args.scenario).map_err(|error| format!("{path}: {error}"))?;
    let mut scenario = Scenario::from_json(&text).map_err(|error| format!("{path}: {error}"))?;
    scenario.seed = args.seed.unwrap_or(scenario.seed);
    scenario.until = args.until.unwrap_or(scenario.until);
    Ok(scenario)
}

fn run(args: &WorldArgs, json: bool, check: bool) -> Result<ExitCode, Box<dyn Error>> {
    let scenario = read(args)?;
    let mut session = Session::new(&scenario)?;
    let end = Time::ZERO.plus(scenario.until);
    let mut checks = Vec::new();
    if check {
        let mut expectations: Vec<&Expectation> = scenario.expectations.iter().collect();
        // Stable, so that expectations of one moment stay in the order of the file.
        expectations.sort_by_key(|expectation| expectation.at.unwrap_or(scenario.until));
        for expectation in expectations {
            let at = expectation.at.map_or(end, |at| Time::ZERO.plus(at));
            if at <= end {
                advance(&mut session, at, end);
            }
            checks.push(judge(&session, expectation, at));
        }
    }
    advance(&mut session, end, end);
    let failed = checks.iter().filter(|check| !check.passed).count();
    let report = Report::of(session.world(), checks);
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn judge(session: &Session, expectation: &Expectation, at: Time) -> Checked {
    let now = session.world().now();
    let verdict = if at > now {
        Ok(Verdict::Fails {
            expected: format!("a run that lasts until {at}"),
            found: format!("its end at {now}"),
        })
    } else {
        session.check(&expectation.holds)
    };
    let name = expectation.name.clone();
    match verdict {
        Ok(Verdict::Holds) => Checked { name, passed: true, expected: None, found: None },
        Ok(Verdict::Fails { expected, found }) => {
            Checked { name, passed: false, expected: Some(expected), found: Some(found) }
        }
        Err(error) => Checked {
            name,
            passed: false,
            expected: Some("a question that has an answer".into()),
            found: Some(error.to_string()),
        },
    }
}

/// Runs until `until`; on a terminal a line tells how far the run is on its way to `end`.
fn advance(session: &mut Session, until: Time, end: Time) {
    if !std::io::stderr().is_terminal() {
        session.run_until(until);
        return;
    }
    let percent_at = |time: Time| time.millis() * 100 / end.millis().max(1);
    let mut shown = percent_at(session.world().now());
    while let Some(next) = session.world().next_event().filter(|next| *next <= until) {
        session.run_until(next);
        let percent = percent_at(next);
        if percent > shown {
            shown = percent;
            eprint!("\r{percent:3} % of {end}");
            // A lost progress line is no reason to stop.
            let _ = std::io::stderr().flush();
        }
    }
    session.run_until(until);
    if until == end {
        eprint!("\r{:40}\r", "");
    }
}

fn schema() -> Result<ExitCode, Box<dyn Error>> {
    println!("{}", serde_json::to_string_pretty(&scenario::schema())?);
    Ok(ExitCode::SUCCESS)
}

fn export_l1(args: &WorldArgs, output: &PathBuf) -> Result<ExitCode, Box<dyn Error>> {
    let scenario = read(args)?;
    let mut session = Session::new(&scenario)?;
    let end = Time::ZERO.plus(scenario.until);
    advance(&mut session, end, end);
    let l1 = session.world().l1();
    let bytes = l1::export(l1);
    fs::write(output, &bytes).map_err(|error| format!("{}: {error}", output.display()))?;
    let head = l1.chain().head();
    println!("{} L1 blocks, head {}, {} bytes", head.number().get() + 1, head.hash, bytes.len());
    Ok(ExitCode::SUCCESS)
}

/// Where a rebuilt rollup ends.
#[derive(Serialize)]
struct Derived {
    chain: ChainId,
    safe_head: u64,
    hash: String,
    state_root: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<String>,
}

fn derive(file: &PathBuf, chain: ChainId, json: bool) -> Result<ExitCode, Box<dyn Error>> {
    let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let l1 = l1::import(&bytes)?;
    let mut rebuild = Rebuild::new(&l1, chain)?;
    let mut stopped = None;
    for step in &mut rebuild {
        match step {
            Ok(blocks) if !json => print_step(&blocks),
            Ok(_) => {}
            Err(error) => stopped = Some(error.to_string()),
        }
    }
    if json {
        let head = rebuild.rebuilt().head();
        let derived = Derived {
            chain,
            safe_head: head.header.number,
            hash: head.hash.to_string(),
            state_root: head.header.state_root.to_string(),
            stopped: stopped.clone(),
        };
        println!("{}", serde_json::to_string_pretty(&derived)?);
    }
    match stopped {
        Some(error) => Err(error.into()),
        None => Ok(ExitCode::SUCCESS),
    }
}

fn print_step(blocks: &RebuiltBlocks) {
    let RebuiltBlocks { l1_block, safe: (number, hash, root), ignored } = blocks;
    println!("L1 block {l1_block}: safe head {number} {hash} state root {root}");
    for reason in ignored {
        println!("L1 block {l1_block}: batch ignored: {reason}");
    }
}
