//! The built runner as separate processes.

use std::process::{Command, Output};

const SCENARIO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/optimistic-and-zk.json");

fn causeway(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_causeway")).args(arguments).output().unwrap()
}

fn json(arguments: &[&str]) -> serde_json::Value {
    let output = causeway(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn two_processes_reach_one_digest() {
    let run = || json(&["run", SCENARIO, "--until", "15m", "--json"]);
    let report = run();
    assert!(report["digest"].as_str().unwrap().starts_with("0x"));
    assert_eq!(report, run());
    let other = json(&["run", SCENARIO, "--until", "15m", "--json", "--seed", "2"]);
    assert_ne!(report["digest"], other["digest"]);
}

#[test]
fn the_expectations_of_the_shipped_scenario_hold() {
    let output = causeway(&["run", SCENARIO, "--check"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(text.ends_with("10 passed, 0 failed\n"), "{text}");
    for (name, file, count) in [
        ("contagion", include_str!("../vectors/contagion.json"), 26),
        ("rules", include_str!("../vectors/rules.json"), 5),
    ] {
        let cases: serde_json::Value = serde_json::from_str(file).unwrap();
        let (code, text) = model(name, &cases["vectors"]);
        assert_eq!(code, Some(0), "{text}");
        assert!(text.ends_with(&format!("{count} passed, 0 failed\n")), "{text}");
    }
}

#[test]
fn a_check_that_fails_says_so() {
    let output = causeway(&["run", SCENARIO, "--check", "--until", "20m"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("FAIL every message arrived: expected 4 got 3"), "{text}");
}

#[test]
fn a_process_with_only_the_bytes_of_l1_rebuilds_the_rollups() {
    let folder = std::env::temp_dir().join(format!("causeway-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("l1.bin");
    let path = file.to_str().unwrap();
    let written = causeway(&["export-l1", SCENARIO, "--until", "15m", "-o", path]);
    assert!(written.status.success());
    let report = json(&["run", SCENARIO, "--until", "15m", "--json"]);
    for (place, chain) in ["901", "902"].into_iter().enumerate() {
        let derived = json(&["derive", path, "--chain", chain, "--json"]);
        let safe = &report["chains"][place + 1]["safe"];
        assert_eq!(derived["safe_head"], safe["number"]);
        assert_eq!(derived["hash"], safe["hash"]);
        assert_eq!(derived["state_root"], safe["state_root"]);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// What `causeway model` says about these cases.
fn model(name: &str, cases: &serde_json::Value) -> (Option<i32>, String) {
    let file = std::env::temp_dir().join(format!("causeway-{}-{name}.json", std::process::id()));
    std::fs::write(&file, serde_json::json!({ "vectors": cases }).to_string()).unwrap();
    let output = causeway(&["model", file.to_str().unwrap()]);
    std::fs::remove_file(&file).unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn worked_cases_pass() {
    let amm: serde_json::Value = serde_json::from_str(include_str!("../vectors/amm.json")).unwrap();
    let (code, text) = model("amm", &amm["vectors"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.ends_with("11 passed, 0 failed\n"), "{text}");
    let fees: serde_json::Value = serde_json::from_str(include_str!("../vectors/fees.json")).unwrap();
    // F09 is about forks before Fjord too, which the engine has no formulas for.
    let known = fees["vectors"].as_array().unwrap().iter().filter(|case| case["id"] != "F09");
    let (code, text) = model("fees", &known.cloned().collect());
    assert_eq!(code, Some(0), "{text}");
    assert!(text.ends_with("10 passed, 0 failed\n"), "{text}");
}

#[test]
fn a_case_that_fails_and_a_model_that_is_unknown_say_so() {
    let blobs = "blob base fee (Cancun fraction 3338477)";
    let cases = serde_json::json!([
        { "id": "good", "model": blobs, "inputs": { "excess": [0] }, "expected": [1], "tol": "exact" },
        { "id": "wrong", "model": blobs, "inputs": { "excess": [0] }, "expected": ["2"], "tol": "exact" },
        { "id": "unknown", "model": "alchemy", "inputs": {}, "expected": [] },
    ]);
    let (code, text) = model("failing", &cases);
    assert_eq!(code, Some(1));
    let expected = [
        "PASS good",
        "FAIL wrong expected [\"2\"] got [\"1\"]",
        "FAIL unknown expected a model that is known got \"alchemy\"",
        "1 passed, 2 failed",
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}
