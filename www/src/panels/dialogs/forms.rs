//! Pieces that several dialogs share.

use alloy_primitives::U256;
use causeway::{
    session::view::{ChainView, Person},
    types::{Amount, ChainId},
};
use yew::prelude::*;

/// A number as people type it, grouped by spaces or underscores; the complaint names what was found.
pub(in crate::panels) fn whole_number(text: &str) -> Result<u64, String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    digits.parse().map_err(|_| format!("expected a whole number, found {text:?}"))
}

/// A decimal number in units of `decimals` digits after the point.
pub(in crate::panels) fn units(text: &str, decimals: u8) -> Result<Amount, String> {
    let text = text.trim();
    let wrong = || format!("Amount: expected a number such as 1.5, found {text:?}");
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) || text.ends_with('.') {
        return Err(wrong());
    }
    let width = usize::from(decimals);
    if fraction.len() > width {
        return Err(format!(
            "Amount: expected at most {decimals} digits after the point, found {}",
            fraction.len()
        ));
    }
    U256::from_str_radix(&format!("{whole}{fraction:0<width$}"), 10).map(Amount::new).map_err(|_| wrong())
}

/// Chains as options of a choice: by name, with the id where two have the same.
pub(in crate::panels) fn chain_options<'a>(
    chains: impl IntoIterator<Item = &'a ChainView>,
) -> Vec<(String, String)> {
    let chains: Vec<&ChainView> = chains.into_iter().collect();
    let text = |chain: &ChainView| {
        let namesakes = chains.iter().filter(|other| other.name == chain.name).count();
        if namesakes > 1 { format!("{} ({})", chain.name, chain.id) } else { chain.name.clone() }
    };
    chains.iter().map(|chain| (chain.id.to_string(), text(chain))).collect()
}

/// People as options of a choice.
pub(super) fn people_options(people: &[Person]) -> Vec<(String, String)> {
    people.iter().map(|person| (person.address.to_string(), person.name.clone())).collect()
}

/// The chain that an option stands for.
pub(in crate::panels) fn chain_of(value: &str) -> ChainId {
    ChainId::new(value.parse().unwrap_or_default())
}

/// The foot of a form: what went wrong as a whole, and the button.
pub(in crate::panels) fn foot(complaint: Option<&str>, button: &str, busy: bool) -> Html {
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
    fn amounts_are_read_in_the_units_of_what_is_sent() {
        assert_eq!(units("1.5", 6), Ok(Amount::new(U256::from(1_500_000u64))));
        assert_eq!(units(" 2 ", 18), Ok(Amount::ether(2)));
        for wrong in ["", ".5", "1.", "-1", "1e3", "1.0000001", "1,5"] {
            assert!(units(wrong, 6).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_may_be_grouped() {
        assert_eq!(whole_number(" 60 000_000 "), Ok(60_000_000));
        assert!(whole_number("6e7").unwrap_err().contains("6e7"));
        assert!(whole_number("").is_err());
    }
}
