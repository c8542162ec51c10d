//! Worked cases of models: each case of a file is computed anew by the engine and compared with what it expects.
//!
//! A file is `{"vectors": [{"id", "model", "inputs", "expected", "tol"}]}`. A model's name says which function of its
//! inputs is meant (`MODELS`); `tol` is `"exact"`, or `{"rel"}` and `{"abs"}`, of which the larger counts. A list `uses`
//! of ids among the inputs stands for the inputs of those cases.

mod contagion;
mod controls;
mod fees;
mod inputs;
mod market;

use inputs::Inputs;
use serde::Deserialize;
use serde_json::Value;
use std::{error::Error, fmt, fs, path::Path, process::ExitCode};

/// Computes what a case expects. Fails if the inputs are not the model's.
type Model = fn(Inputs<'_>) -> Result<Value, String>;

/// Every model by its name.
const MODELS: [&[(&str, Model)]; 4] = [market::MODELS, fees::MODELS, contagion::MODELS, controls::MODELS];

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    model: String,
    inputs: Value,
    expected: Value,
    #[serde(default)]
    tol: Tolerance,
}

/// How near is near enough.
#[derive(Deserialize)]
#[serde(untagged)]
enum Tolerance {
    Exact(Exact),
    Near {
        #[serde(default)]
        rel: f64,
        #[serde(default)]
        abs: f64,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Exact {
    Exact,
}

impl Default for Tolerance {
    fn default() -> Self {
        Self::Exact(Exact::Exact)
    }
}

/// How a case came out.
enum Outcome {
    Passes,
    Fails { expected: String, found: String },
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passes => f.write_str("PASS"),
            Self::Fails { .. } => f.write_str("FAIL"),
        }
    }
}

/// Evaluates a file's cases and prints how each came out; exit code 1 if one fails.
pub(crate) fn run(file: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let path = file.display();
    let text = fs::read_to_string(file).map_err(|error| format!("{path}: {error}"))?;
    let vectors: Vectors = serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
    let mut failed = 0;
    for case in &vectors.vectors {
        let outcome = case.evaluate(&vectors.vectors);
        match &outcome {
            Outcome::Passes => println!("{outcome} {}", case.id),
            Outcome::Fails { expected, found } => {
                failed += 1;
                println!("{outcome} {} expected {expected} got {found}", case.id);
            }
        }
    }
    println!("{} passed, {failed} failed", vectors.vectors.len() - failed);
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Case {
    /// The inputs, with those of other cases that they name.
    fn full_inputs(&self, cases: &[Self]) -> Value {
        let mut inputs = self.inputs.clone();
        if let Some(used) = inputs.get_mut("uses").and_then(Value::as_array_mut) {
            for id in used {
                let case = cases.iter().find(|case| *id == case.id);
                *id = case.map_or(Value::Null, |case| case.inputs.clone());
            }
        }
        inputs
    }

    fn evaluate(&self, cases: &[Self]) -> Outcome {
        let known = MODELS.iter().flat_map(|models| models.iter());
        let Some((_, model)) = known.into_iter().find(|(name, _)| *name == self.model) else {
            return Outcome::Fails {
                expected: "a model that is known".into(),
                found: format!("\"{}\"", self.model),
            };
        };
        match model(Inputs::new(&self.full_inputs(cases))) {
            Ok(found) if self.tol.accepts(&self.expected, &found) => Outcome::Passes,
            Ok(found) => Outcome::Fails { expected: self.expected.to_string(), found: found.to_string() },
            Err(error) => Outcome::Fails { expected: self.expected.to_string(), found: error },
        }
    }
}

impl Tolerance {
    /// Whether all that is expected is there. What is found besides does not matter.
    fn accepts(&self, expected: &Value, found: &Value) -> bool {
        match (expected, found) {
            (Value::Array(expected), Value::Array(found)) => {
                let mut pairs = expected.iter().zip(found);
                expected.len() == found.len() && pairs.all(|(expected, found)| self.accepts(expected, found))
            }
            (Value::Object(expected), Value::Object(found)) => expected
                .iter()
                .all(|(key, expected)| found.get(key).is_some_and(|found| self.accepts(expected, found))),
            _ => self.accepts_scalar(expected, found),
        }
    }

    fn accepts_scalar(&self, expected: &Value, found: &Value) -> bool {
        // Integers beyond 53 bits stand as text.
        let exactly =
            expected == found || inputs::units(expected).is_ok_and(|e| Ok(e) == inputs::units(found));
        match (self, expected.as_f64(), found.as_f64()) {
            (Self::Near { rel, abs }, Some(expected), Some(found)) => {
                exactly || (found - expected).abs() <= abs.max(rel * expected.abs())
            }
            (Self::Exact(Exact::Exact), Some(expected), Some(found)) => exactly || expected == found,
            _ => exactly,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn outcome(model: &str, inputs: Value, expected: Value, tol: Value) -> bool {
        let case = json!({ "id": "X", "model": model, "inputs": inputs, "expected": expected, "tol": tol });
        let case: Case = serde_json::from_value(case).unwrap();
        matches!(case.evaluate(&[]), Outcome::Passes)
    }

    #[test]
    fn a_wrong_value_an_unknown_model_and_wrong_inputs_fail() {
        let model = "EIP-7918 reserve price";
        let inputs = json!({ "base_fee_wei": [16] });
        assert!(outcome(model, inputs.clone(), json!([1]), json!("exact")));
        assert!(outcome(model, inputs.clone(), json!(["1"]), json!("exact")));
        assert!(!outcome(model, inputs.clone(), json!([2]), json!("exact")));
        assert!(!outcome(model, inputs.clone(), json!([1, 1]), json!("exact")));
        assert!(!outcome(model, inputs.clone(), json!({}), json!("exact")));
        assert!(!outcome("EIP-0", inputs, json!([1]), json!("exact")));
        assert!(!outcome(model, json!({ "base_fee_wei": ["x"] }), json!([1]), json!("exact")));
        assert!(!outcome(model, json!({}), json!([]), json!("exact")));
        let unknown = json!({ "uses": ["a case that is not there"] });
        assert!(!outcome("conservation identity", unknown, json!({}), json!("exact")));
    }

    #[test]
    fn tolerances_bind() {
        let near: Tolerance = serde_json::from_value(json!({ "rel": 1e-3, "mc_rel": 1.0 })).unwrap();
        assert!(near.accepts(&json!({ "a": [1000.0] }), &json!({ "a": [1000.9], "b": 1 })));
        assert!(!near.accepts(&json!({ "a": [1000.0] }), &json!({ "a": [1001.1] })));
        assert!(!near.accepts(&json!({ "a": 0.0 }), &json!({ "a": 1e-12 })));
        assert!(!near.accepts(&json!({ "a": 1.0 }), &json!({})));
        assert!(!near.accepts(&json!(1.0), &json!(null)));
        assert!(Tolerance::default().accepts(&json!(0.0), &json!(-0.0)));
        assert!(serde_json::from_value::<Tolerance>(json!("about")).is_err());
    }
}
