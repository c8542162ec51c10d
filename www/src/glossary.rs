//! The words of the field, read from the one glossary that the docs have too.

/// Terms and what they mean, in alphabetical order.
pub fn entries() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("../../docs/glossary.md")
        .lines()
        .filter_map(|line| line.strip_prefix("- **")?.split_once("**: "))
}

/// What a term means.
pub fn meaning(term: &str) -> Option<&'static str> {
    entries().find(|(known, _)| known.eq_ignore_ascii_case(term)).map(|(_, meaning)| meaning)
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway::messaging::Stage;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_stage_is_explained_and_the_list_is_in_order() {
        let missing: Vec<&str> = Stage::ALL
            .iter()
            .map(|stage| stage.name())
            .filter(|name| *name != "batched" && meaning(name).is_none())
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        let terms: Vec<String> = entries().map(|(term, _)| term.to_lowercase()).collect();
        assert!(terms.len() > 30 && terms.is_sorted(), "{terms:?}");
    }
}
