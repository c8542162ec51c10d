//! A thing on the chart that the keyboard can reach.

use causeway::{session::view::Subject, types::ChainId};
use wasm_bindgen::JsCast;

/// A chain or a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// A chain.
    Chain(ChainId),
    /// A message by its number.
    Message(u64),
    /// The shared sequencer.
    Sequencer,
    /// A bundle by its number.
    Bundle(u64),
}

impl Spot {
    /// What the inspector shows of it.
    pub(super) fn subject(self) -> Subject {
        match self {
            Self::Chain(id) => Subject::Chain(id),
            Self::Message(number) => Subject::Message(number),
            Self::Sequencer => Subject::Sequencer,
            Self::Bundle(number) => Subject::Bundle(number),
        }
    }

    /// Its id in the document.
    pub(super) fn element_id(self) -> String {
        match self {
            Self::Chain(id) => format!("spot-chain-{id}"),
            Self::Message(number) => format!("spot-message-{number}"),
            Self::Sequencer => "spot-sequencer".into(),
            Self::Bundle(number) => format!("spot-bundle-{number}"),
        }
    }
}

/// 0 for the one tab stop of the chart, −1 for all else.
pub(super) fn tab_index(spot: Spot, here: Option<Spot>) -> &'static str {
    if here == Some(spot) { "0" } else { "-1" }
}

/// Moves the focus to a spot.
pub(super) fn focus_spot(spot: Spot) {
    let element = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(&spot.element_id()));
    if let Some(element) = element {
        // SVG elements have focus() as HTML ones do; web-sys names it on both.
        let _ = element.unchecked_into::<web_sys::SvgElement>().focus();
    }
}
