//! What the engine promises of its speed and memory, measured: natively and, compiled to wasm, in Node.
//!
//! `cargo run --release --example bench -- blocks|trie|idle|memory|time|committee|bundles|contagion`,
//! or `cargo xtask bench` for all of them in both places. Rates are compared within one run, so that a ratio
//! means something on a busy machine.

mod blocks;
mod bundles;
mod committee;
mod contagion;
mod host;
mod idle;
mod time;
mod trie;

fn main() {
    match host::argument().as_deref() {
        Some("blocks") => blocks::measure(),
        Some("trie") => trie::measure(),
        Some("idle") => idle::measure_time(),
        Some("memory") => idle::measure_memory(),
        Some("time") => time::measure(),
        Some("committee") => committee::measure(),
        Some("bundles") => bundles::measure(),
        Some("contagion") => contagion::measure(),
        other => host::say(&format!(
            "expected blocks, trie, idle, memory, time, committee, bundles or contagion, found {other:?}"
        )),
    }
}

/// Prints a figure and whether its goal is met.
fn report(name: &str, figure: &str, goal: &str, met: bool) {
    let verdict = if met { "ok" } else { "missed" };
    host::say(&format!("{name:<44} {figure:>12}   {goal:<16} {verdict}"));
}

/// Prints what has no goal of its own.
fn note(name: &str, figure: &str) {
    host::say(&format!("{name:<44} {figure:>12}"));
}
