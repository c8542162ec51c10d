//! The worked cases of `tests/vectors/` by id, for the tests of the rooms.

use serde_json::Value;

const FILES: [&str; 4] = [
    include_str!("../tests/vectors/amm.json"),
    include_str!("../tests/vectors/contagion.json"),
    include_str!("../tests/vectors/fees.json"),
    include_str!("../tests/vectors/rules.json"),
];

/// A case: `id`, `model`, `inputs`, `expected`.
pub(crate) fn vector(id: &str) -> Value {
    let files = FILES.iter().map(|text| serde_json::from_str::<Value>(text).expect("the vectors are JSON"));
    let mut cases = files.flat_map(|file| file["vectors"].as_array().expect("a list of cases").clone());
    cases.find(|case| case["id"] == id).unwrap_or_else(|| panic!("expected a case {id}, found none"))
}
