//! Pieces that several dialogs share.

use causeway::{session::view::ChainView, types::ChainId};
use yew::prelude::*;

/// A number as people type it, grouped by spaces or underscores; the complaint names what was found.
pub(super) fn whole_number(text: &str) -> Result<u64, String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    digits.parse().map_err(|_| format!("expected a whole number, found {text:?}"))
}

/// Chains as options of a choice: by name, with the id where two have the same.
pub(super) fn chain_options<'a>(chains: impl IntoIterator<Item = &'a ChainView>) -> Vec<(String, String)> {
    let chains: Vec<&ChainView> = chains.into_iter().collect();
    let text = |chain: &ChainView| {
        let namesakes = chains.iter().filter(|other| other.name == chain.name).count();
        if namesakes > 1 { format!("{} ({})", chain.name, chain.id) } else { chain.name.clone() }
    };
    chains.iter().map(|chain| (chain.id.to_string(), text(chain))).collect()
}

/// The chain that an option stands for.
pub(super) fn chain_of(value: &str) -> ChainId {
    ChainId::new(value.parse().unwrap_or_default())
}

/// The foot of a form: what went wrong as a whole, and the button.
pub(super) fn foot(complaint: Option<&str>, button: &str, busy: bool) -> Html {
    html! {
        <div class="dialog-foot">
            <p class="complaint" role="alert" data-testid="form-complaint">{ complaint.unwrap_or_default().to_owned() }</p>
            <button type="submit" class="primary" data-testid="submit" disabled={busy}>{ button.to_owned() }</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn numbers_may_be_grouped() {
        assert_eq!(whole_number(" 60 000_000 "), Ok(60_000_000));
        assert!(whole_number("6e7").unwrap_err().contains("6e7"));
        assert!(whole_number("").is_err());
    }
}
