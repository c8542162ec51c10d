//! The order of the rooms and the house rules, read off the sources.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

fn is_test(path: &Path) -> bool {
    let name = name(path);
    name.contains("/tests/") || name.ends_with("/tests.rs")
}

/// A file's code: without comments, and without the test module at its end.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

fn rooms() -> Vec<String> {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let modules = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    modules.map(str::to_owned).collect()
}

/// The rooms that code names: what follows `crate::`, also where braces list several.
fn named_rooms(code: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        let Some(list) = after.strip_prefix('{') else {
            named.extend(words(after).next().map(str::to_owned));
            continue;
        };
        let (mut depth, mut item) = (0, String::new());
        for c in list.chars() {
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    named.extend(words(&std::mem::take(&mut item)).next().map(str::to_owned));
                    continue;
                }
                _ => {}
            }
            item.push(c);
        }
        named.extend(words(&item).next().map(str::to_owned));
    }
    named
}

#[test]
fn a_room_uses_only_rooms_above_it() {
    let rooms = rooms();
    assert!(rooms.len() > 10, "the list of rooms can't be read: {rooms:?}");
    let mut wrong = Vec::new();
    for (place, room) in rooms.iter().enumerate() {
        for path in rust_files(&root().join("src").join(room)).iter().filter(|path| !is_test(path)) {
            for named in named_rooms(&code(path)) {
                if rooms.iter().skip(place + 1).any(|below| *below == named) {
                    wrong.push(format!("{} uses {named}, which lies below {room}", name(path)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn named_rooms_are_found_in_lists_too() {
    let code = "use crate::{evm::{A, B}, types::C, sim};\nlet x = crate::l1::export();";
    assert_eq!(named_rooms(code).into_iter().collect::<Vec<_>>(), ["evm", "l1", "sim", "types"]);
}

#[test]
fn the_engine_names_nothing_that_differs_between_places() {
    let everywhere = ["Instant", "SystemTime", "yew", "web_sys", "js_sys", "wasm_bindgen"];
    let outside_evm = ["HashMap", "HashSet"];
    let mut wrong = Vec::new();
    for path in rust_files(&root().join("src")).iter().filter(|path| !is_test(path)) {
        let (name, code) = (name(path), code(path));
        let banned = everywhere.iter().chain(outside_evm.iter().filter(|_| !name.starts_with("src/evm/")));
        for word in banned.filter(|banned| words(&code).any(|word| word == **banned)) {
            wrong.push(format!("{name}: {word}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "examples", "www/src", "xtask/src"] {
        for path in rust_files(&root().join(folder)) {
            let text = fs::read_to_string(&path).unwrap();
            if text.lines().count() > 600 {
                wrong.push(format!("{}: {} lines, at most 600 expected", name(&path), text.lines().count()));
            }
            if !text.starts_with("//!") {
                wrong.push(format!("{}: its first line is not //!", name(&path)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_that_the_documents_name_exist() {
    let mut wrong = Vec::new();
    for document in ["ARCHITECTURE.md", "README.md"] {
        let Ok(text) = fs::read_to_string(root().join(document)) else { continue };
        for quoted in text.split('`').skip(1).step_by(2) {
            let path = quoted.split(['#', ':']).next().unwrap_or_default();
            let folders = ["src/", "www/", "tests/", "contracts/", "scenarios/", "xtask/"];
            let is_plain = !path.contains(['*', '<', '{', ' ', '\n', '…']);
            if folders.iter().any(|folder| path.starts_with(folder))
                && is_plain
                && !root().join(path).exists()
            {
                wrong.push(format!("{document} names {path}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_waits_for_the_page_reads_what_the_first_world_is() {
    let page = fs::read_to_string(root().join("index.html")).unwrap();
    let world = fs::read_to_string(root().join("scenarios/default.json")).unwrap();
    let world: serde_json::Value = serde_json::from_str(&world).unwrap();
    let summary = world["summary"].as_str().unwrap();
    assert!(summary.len() > 40 && page.contains(&format!("<p class=\"summary\">{summary}</p>")), "{summary}");
}

/// The names of an enum's variants that have fields, as scenario files write them.
fn variants(schema: &serde_json::Value, name: &str) -> Vec<String> {
    let all = schema["$defs"][name]["oneOf"].as_array().unwrap();
    all.iter().filter_map(|one| Some(one["properties"].as_object()?.keys().next()?.clone())).collect()
}

#[test]
fn the_published_types_know_every_command_and_fault() {
    let types = fs::read_to_string(root().join("www/causeway.d.ts")).unwrap();
    let schema = fs::read_to_string(root().join("scenarios/schema.json")).unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    let names =
        ["Command", "Fault", "SequencerFault", "Control"].map(|name| variants(&schema, name)).concat();
    assert!(names.len() > 30, "{names:?}");
    let missing: Vec<&String> = names.iter().filter(|name| !types.contains(&format!("{{ {name}:"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
