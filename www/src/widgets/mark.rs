//! The chart's small signs: what a message carries and what kind a rollup is. Shape says it first,
//! colour only repeats it.

use causeway::session::view::Cargo;
use yew::{Html, html};

/// The shape of what a message carries, around the origin of an SVG: a round float for ether, a
/// diamond for a token, a sail for a call.
pub fn cargo_shape(cargo: Cargo) -> Html {
    match cargo {
        Cargo::Ether => html! { <circle class="cargo cargo-ether" r="5.5" /> },
        Cargo::Token => html! { <path class="cargo cargo-token" d="M0-7L6.5 0 0 7-6.5 0z" /> },
        Cargo::Call => html! { <path class="cargo cargo-call" d="M0-7.5L6.5 5h-13z" /> },
    }
}

/// The sign of a kind of rollup, around the origin of an SVG: an hourglass where a claim waits out
/// its challenges, a triangulation point where it is proven.
pub fn kind_glyph(kind: &str) -> Html {
    match kind {
        "zk" => html! {
            <g class="kind-glyph"><path d="M0-8L7.5 5.5h-15z" /><circle class="dot" r="1.4" cy="0.6" /></g>
        },
        "optimistic" => html! {
            <g class="kind-glyph"><path d="M-5-7h10l-10 14h10z" /></g>
        },
        _ => html! {},
    }
}
