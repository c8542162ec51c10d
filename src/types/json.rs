//! Reading JSON that people write: what is wrong is named by its place.

use serde::de::DeserializeOwned;

/// Reads a value; the refusal begins with the place of what is wrong, such as `rollups[2].chain_id: `, where
/// it is not the whole text.
pub fn read_json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        match error.path().to_string() {
            path if path == "." => error.into_inner().to_string(),
            path => format!("{path}: {}", error.into_inner()),
        }
    })?;
    deserializer.end().map_err(|error| error.to_string())?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::read_json;
    use std::collections::BTreeMap;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn what_is_wrong_is_named_by_its_place() {
        type Lists = BTreeMap<String, Vec<u8>>;
        assert_eq!(read_json::<Lists>(r#"{"a": [1, 2]}"#).unwrap()["a"], [1, 2]);
        assert!(read_json::<Lists>(r#"{"a": [1, "b"]}"#).unwrap_err().starts_with("a[1]: invalid type"));
        assert!(read_json::<Lists>("[]").unwrap_err().starts_with("invalid type"));
        assert!(read_json::<Lists>("{} {}").unwrap_err().starts_with("trailing characters"));
    }
}
