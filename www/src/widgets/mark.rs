//! The chart's small signs: what a message carries and what kind a rollup is. Shape says it first,
//! colour only repeats it.

use crate::chart::Px;
use causeway::session::view::{Cargo, NodeView};
use yew::{Html, classes, html};

/// The shape of what a message carries, around the origin of an SVG: a round float for ether, a
/// diamond for a token, a sail for a call.
pub fn cargo_shape(cargo: Cargo) -> Html {
    match cargo {
        Cargo::Ether => html! { <circle class="cargo cargo-ether" r="5.5" /> },
        Cargo::Token => html! { <path class="cargo cargo-token" d="M0-7L6.5 0 0 7-6.5 0z" /> },
        Cargo::Call => html! { <path class="cargo cargo-call" d="M0-7.5L6.5 5h-13z" /> },
    }
}

/// The sign of a sequencer node, `size` pixels in radius around the origin of an SVG: round where it is
/// honest, square where it is Byzantine, crossed and dashed where it is down. What it voted fills it: a dot for a
/// prevote, all of it for a precommit, a bar for a vote for nothing. A flag marks the leader.
pub fn node_sign(node: &NodeView, size: f64) -> Html {
    let is_bad = node.behaviour != "honest";
    let (half, dot) = (Px(size * 0.88).to_string(), Px(size * 0.4).to_string());
    let fill = match (node.is_crashed, node.prevote.as_str(), node.precommit.as_str()) {
        (true, ..) => {
            let arm = Px(size * 0.55);
            html! { <path class="node-cross" d={format!("M-{arm}-{arm}L{arm} {arm}M{arm}-{arm}L-{arm} {arm}")} /> }
        }
        (_, _, "value") => html! { <circle class="node-dot" r={Px(size * 0.66).to_string()} /> },
        (_, _, "nil") | (_, "nil", _) => html! { <path class="node-bar" d={format!("M-{dot} 0H{dot}")} /> },
        (_, "value", _) => html! { <circle class="node-dot" r={dot} /> },
        _ => html! {},
    };
    let class = classes!("node", node.is_crashed.then_some("is-down"), is_bad.then_some("is-bad"));
    html! {
        <g {class}>
            { if is_bad {
                html! { <path class="node-shape" d={format!("M-{half}-{half}H{half}V{half}H-{half}Z")} /> }
            } else {
                html! { <circle class="node-shape" r={Px(size).to_string()} /> }
            } }
            { fill }
            { if node.is_leader && !node.is_crashed {
                let (up, out) = (Px(size * 2.6), Px(size * 1.5));
                html! { <path class="node-flag" d={format!("M0-{}V-{up}L{out}-{}L0-{}", Px(size), Px(size * 2.1), Px(size * 1.6))} /> }
            } else {
                html! {}
            } }
        </g>
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
