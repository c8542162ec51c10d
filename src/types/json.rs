//! Reading JSON that people write: what is wrong is named by its place.
//!
//! The parser tells line and column; the place is found by walking the text up to there. (A deserializer that
//! keeps track of the place while it reads costs every visitor 40 KB in Brotli, whether anything is wrong or not.)

use super::named::Named;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use std::fmt::Write as _;

/// Reads a value; the refusal begins with the place of what is wrong, such as `rollups[2].chain_id: `, where
/// it is not the whole text.
pub fn read_json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let mut parser = serde_json::Deserializer::from_str(text);
    let read = T::deserialize(Named(&mut parser)).and_then(|value| parser.end().map(|()| value));
    read.map_err(|error| {
        let place = match error.classify() {
            Category::Data => place(text, error.line(), error.column()),
            Category::Io | Category::Syntax | Category::Eof => String::new(),
        };
        if place.is_empty() { error.to_string() } else { format!("{place}: {error}") }
    })
}

/// One step from the whole text to a part of it.
enum Step<'a> {
    /// The member of that name.
    Member(&'a str),
    /// The element of that number, from 0.
    Element(usize),
}

/// Names the part of a JSON text that its parser was at, by the line, from 1, and the column, of the last
/// byte that it had read.
fn place(text: &str, line: usize, column: usize) -> String {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let end = before.saturating_add(column).min(text.len());
    let mut steps: Vec<Step<'_>> = Vec::new();
    // The name that was read last, as long as it may turn out to be a member's.
    let mut name = None;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < end {
        match bytes[at] {
            b'"' => {
                let begin = at + 1;
                at = begin;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                name = text.get(begin..at.min(text.len()));
            }
            b'}' | b']' => {
                steps.pop();
            }
            b'{' => steps.push(Step::Member("")),
            b'[' => steps.push(Step::Element(0)),
            b':' => {
                if let (Some(Step::Member(member)), Some(read)) = (steps.last_mut(), name.take()) {
                    *member = read;
                }
            }
            b',' => match steps.last_mut() {
                Some(Step::Element(number)) => *number += 1,
                Some(Step::Member(member)) => *member = "",
                None => {}
            },
            _ => {}
        }
        at += 1;
    }
    written(&steps, name)
}

/// The steps as people write them; a name that no colon follows yet is a member that is not known.
fn written(steps: &[Step<'_>], name: Option<&str>) -> String {
    let mut text = String::new();
    let last = steps.len().saturating_sub(1);
    for (index, step) in steps.iter().enumerate() {
        let member = match step {
            Step::Element(number) => {
                // Writing to a string does not fail.
                let _ = write!(text, "[{number}]");
                continue;
            }
            Step::Member("") if index == last => name.unwrap_or_default(),
            Step::Member(member) => member,
        };
        if !text.is_empty() && !member.is_empty() {
            text.push('.');
        }
        text.push_str(member);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::read_json;
    use serde::Deserialize;
    use std::collections::BTreeMap;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only refusals are looked at")]
    struct Outer {
        first: u8,
        #[serde(default)]
        inner: Vec<BTreeMap<String, u8>>,
    }

    fn refusal(text: &str) -> String {
        read_json::<Outer>(text).unwrap_err()
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place() {
        type Lists = BTreeMap<String, Vec<u8>>;
        assert_eq!(read_json::<Lists>(r#"{"a": [1, 2]}"#).unwrap()["a"], [1, 2]);
        assert!(read_json::<Lists>(r#"{"a": [1, "b"]}"#).unwrap_err().starts_with("a[1]: invalid type"));
        assert!(read_json::<Lists>("[]").unwrap_err().starts_with("invalid type"));
        assert!(read_json::<Lists>("{} {}").unwrap_err().starts_with("trailing characters"));
    }

    #[test]
    fn what_has_names_is_read_by_them() {
        #[derive(Debug, Deserialize)]
        #[allow(dead_code, reason = "only refusals are looked at")]
        enum Choice {
            Named { first: u8 },
            Plain(u8, u8),
        }
        assert!(read_json::<Choice>(r#"{"Named": {"first": 1}}"#).is_ok());
        assert!(read_json::<Choice>(r#"{"Plain": [1, 2]}"#).is_ok());
        let listed = read_json::<Vec<Choice>>(r#"[{"Named": [1]}]"#).unwrap_err();
        assert!(listed.starts_with("[0].Named: invalid type: sequence, expected struct variant"), "{listed}");
        assert!(refusal("[1]").starts_with("invalid type: sequence, expected struct Outer"));
    }

    #[test]
    fn members_and_elements_are_counted_over_lines_and_escapes() {
        let deep = "{\"first\": 1,\n \"inner\": [{\"a\": 1}, {\"b\\\"]\": 2,\n  \"c\": true}]}";
        assert!(refusal(deep).starts_with("inner[1].c: invalid type: boolean"), "{}", refusal(deep));
        let unknown = r#"{"first": 1, "second": [1, {"x": 2}]}"#;
        assert!(refusal(unknown).starts_with("second: unknown field"), "{}", refusal(unknown));
        let missing = r#"{"inner": []}"#;
        assert!(refusal(missing).starts_with("missing field `first`"), "{}", refusal(missing));
        let large = r#"{"first": 300}"#;
        assert!(refusal(large).starts_with("first: invalid value"), "{}", refusal(large));
    }
}
