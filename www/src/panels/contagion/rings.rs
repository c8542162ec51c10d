//! The rings as a drawing: a bridge is a square, a party a float that fills with what it lost, a wreck marks who has
//! defaulted. Lines are as wide as what they carry, and say by their dashes why.

use super::{
    layout::Plan,
    web::{Edge, Node, Web, Who},
};
use crate::{
    chart::{Point, Px},
    format,
};
use yew::prelude::*;

/// Radius of a float in pixels.
const RADIUS: f64 = 8.0;
/// The widest line.
const WIDEST: f64 = 7.0;
/// Pixels of a letter, about.
const LETTER: f64 = 6.7;

/// What is drawn, and how.
pub(super) struct Drawing<'a> {
    pub(super) web: &'a Web,
    pub(super) plan: &'a Plan,
    /// Whether losses are drawn.
    pub(super) is_flood: bool,
    /// The outermost ring that is shown.
    pub(super) until: u32,
    /// Who was picked, and from where losses came to it.
    pub(super) picked: Option<&'a Who>,
    pub(super) trail: Option<Vec<bool>>,
    /// The one tab stop.
    pub(super) stop: usize,
    pub(super) on_pick: Callback<Who>,
}

impl Drawing<'_> {
    fn shows(&self, place: usize) -> bool {
        self.web.nodes[place].ring <= self.until
    }

    /// How something stands to what was picked.
    fn trail_class(&self, is_on: impl Fn(&[bool]) -> bool) -> Option<&'static str> {
        self.trail.as_ref().map(|trail| if is_on(trail) { "is-trail" } else { "is-aside" })
    }
}

/// All of it.
pub(super) fn drawing(drawing: &Drawing<'_>) -> Html {
    let Plan { width, height, rings, .. } = drawing.plan;
    let (cx, cy) = (Px(width / 2.0).to_string(), Px(height / 2.0).to_string());
    let most = drawing.web.edges.iter().map(|edge| edge.worth).max().unwrap_or(0).max(1);
    let edges = drawing.web.edges.iter().filter(|edge| drawing.shows(edge.to) && drawing.shows(edge.from));
    html! {
        <>
            { for rings.iter().enumerate().rev().filter(|(ring, (across, _))| *across > 0.0 && *ring as u32 <= drawing.until).map(|(ring, (across, up))| html! {
                <g key={format!("ring-{ring}")} class={if drawing.is_flood { "tide" } else { "sounding" }} style={format!("--hop:{ring}")}>
                    <ellipse cx={cx.clone()} cy={cy.clone()} rx={Px(*across).to_string()} ry={Px(*up).to_string()} />
                    { if drawing.is_flood && ring > 0 { html! {
                        <text x={cx.clone()} y={Px(height / 2.0 - up - 5.0).to_string()} text-anchor="middle" aria-hidden="true">{ format!("hop {ring}") }</text>
                    } } else { html! {} } }
                </g>
            }) }
            <g class="flows" aria-hidden="true">{ for edges.map(|edge| line(drawing, edge, most)) }</g>
            <g class="floats">
                { for drawing.web.nodes.iter().enumerate().filter(|(place, _)| drawing.shows(*place)).map(|(place, node)| float(drawing, place, node)) }
            </g>
        </>
    }
}

/// A line from where a loss came, with a barb where it went.
fn line(drawing: &Drawing<'_>, edge: &Edge, most: u64) -> Html {
    let (from, to) = (drawing.plan.points[edge.from], drawing.plan.points[edge.to]);
    let wide = 0.8 + (WIDEST - 0.8) * libm::sqrt(edge.worth as f64 / most as f64);
    let class = classes!(
        "flow",
        format!("is-{}", edge.kind),
        drawing.trail_class(|trail| trail[edge.from] && trail[edge.to])
    );
    let path = if edge.from == edge.to {
        // What comes from itself goes round in a loop above it.
        format!("M{} {}c-16-26 16-26 8 0", Px(to.x - 4.0), Px(to.y - RADIUS))
    } else {
        let length = from.distance(to).max(1.0);
        let (across, down) = ((to.x - from.x) / length, (to.y - from.y) / length);
        // Bent a little, so that what goes to and fro is two lines.
        let bend = length * 0.1;
        let middle = Point::new((from.x + to.x) / 2.0 - down * bend, (from.y + to.y) / 2.0 + across * bend);
        let end = to.toward(middle, (RADIUS + 3.0) / (length / 2.0).max(RADIUS + 3.0));
        let barb = 4.0 + wide * 0.6;
        let near = end.distance(middle).max(1.0);
        let (across, down) = ((end.x - middle.x) / near, (end.y - middle.y) / near);
        let tail = |side: f64| {
            let x = end.x - barb * (across + side * down * 0.6);
            let y = end.y - barb * (down - side * across * 0.6);
            format!("{} {}", Px(x), Px(y))
        };
        let tip = format!("{} {}", Px(end.x), Px(end.y));
        let curve = format!("M{} {}Q{} {} {tip}", Px(from.x), Px(from.y), Px(middle.x), Px(middle.y));
        return html! {
            <g key={format!("{}-{}-{}", drawing.web.nodes[edge.from].name, drawing.web.nodes[edge.to].name, edge.kind)} {class} style={hop_style(drawing, edge.to)}>
                <path d={curve} style={format!("stroke-width:{}", Px(wide))} />
                <path class="barb" d={format!("M{}L{tip}L{}", tail(1.0), tail(-1.0))} />
            </g>
        };
    };
    html! {
        <g key={format!("{}-itself", drawing.web.nodes[edge.to].name)} {class} style={hop_style(drawing, edge.to)}>
            <path d={path} style={format!("stroke-width:{}", Px(wide.min(3.0)))} />
        </g>
    }
}

fn hop_style(drawing: &Drawing<'_>, place: usize) -> String {
    format!("--hop:{}", drawing.web.nodes[place].ring)
}

/// Somebody: a sign, a name, an amount.
fn float(drawing: &Drawing<'_>, place: usize, node: &Node) -> Html {
    let at = drawing.plan.points[place];
    let width = drawing.plan.width;
    let is_right = at.x >= width / 2.0;
    let (x, anchor) = if is_right { ("14", "start") } else { ("-14", "end") };
    let room = if is_right { width - at.x } else { at.x } - RADIUS - 8.0;
    let is_picked = drawing.picked == Some(&node.who);
    let onclick = {
        let (on_pick, who) = (drawing.on_pick.clone(), node.who.clone());
        Callback::from(move |_: MouseEvent| on_pick.emit(who.clone()))
    };
    let class = classes!(
        "float",
        node.is_fallen.then_some("is-fallen"),
        is_picked.then_some("is-picked"),
        drawing.trail_class(|trail| trail[place])
    );
    html! {
        <g
            key={node.name.clone()}
            {class}
            transform={format!("translate({} {})", Px(at.x), Px(at.y))}
            role="button"
            tabindex={if place == drawing.stop { "0" } else { "-1" }}
            aria-pressed={is_picked.to_string()}
            data-place={place.to_string()}
            data-testid={format!("ring-{}", node.name)}
            {onclick}
        >
            <title>{ format!("{}, {}", node.name, node.text) }</title>
            <g class="float-sign" aria-hidden="true" style={hop_style(drawing, place)}>
                <circle class="float-target" r="14" />
                { sign(node, drawing.is_flood) }
                <text {x} y="0" text-anchor={anchor}>{ short(&node.name, room) }</text>
                <text class="float-amount" {x} y="13" text-anchor={anchor}>{ format::dollars(node.amount) }</text>
            </g>
        </g>
    }
}

fn sign(node: &Node, is_flood: bool) -> Html {
    let body = match node.who {
        Who::Bridge(_) => html! { <path class="float-body" d="M-8-8H8V8H-8Z" /> },
        Who::Party(_) => html! { <circle class="float-body" r={Px(RADIUS).to_string()} /> },
    };
    let wreck = match node.who {
        Who::Bridge(_) => "M-5-5L5 5M-5 5L5-5",
        // The chart sign of a wreck.
        Who::Party(_) => "M-11 0H11M-6-4.5V4.5M0-7V7M6-4.5V4.5",
    };
    html! {
        <>
            { body }
            { if is_flood && matches!(node.who, Who::Party(_)) { html! { <path class="float-water" d={water(node.lost)} /> } } else { html! {} } }
            { if node.is_fallen { html! { <path class="wreck" d={wreck} /> } } else { html! {} } }
        </>
    }
}

/// A round float that is full to so many thousandths of its height.
fn water(permille: u32) -> String {
    let y = RADIUS * (1.0 - f64::from(permille) / 500.0);
    let x = libm::sqrt((RADIUS * RADIUS - y * y).max(0.0));
    match permille {
        0 => String::new(),
        1_000 => format!("M0-{r}a{r} {r} 0 1 0 .1 0Z", r = Px(RADIUS)),
        _ => format!(
            "M{} {}A{r} {r} 0 {} 0 {} {}Z",
            Px(-x),
            Px(y),
            u8::from(permille > 500),
            Px(x),
            Px(y),
            r = Px(RADIUS)
        ),
    }
}

/// A name cut to the pixels that there are for it.
fn short(name: &str, room: f64) -> String {
    let most = ((room / LETTER) as usize).max(4);
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let kept: String = name.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

/// What signs and lines mean.
pub(super) fn key(is_flood: bool) -> Html {
    let sign = |path: &'static str, class: &'static str, text: &'static str| {
        html! {
            <li>
                <svg viewBox="-14 -9 28 18" width="28" height="18" aria-hidden="true"><path {class} d={path} /></svg>
                { text }
            </li>
        }
    };
    let line = |kind: &'static str, text: &'static str| {
        html! {
            <li>
                <svg viewBox="-14 -9 28 18" width="28" height="18" aria-hidden="true">
                    <g class={format!("flow is-{kind}")}><path d="M-13 0H13" stroke-width="2.5" /></g>
                </svg>
                { text }
            </li>
        }
    };
    html! {
        <ul class="rings-key">
            { if is_flood { html! {
                <>
                    { sign("M-8-8H8V8H-8ZM-5-5L5 5M-5 5L5-5", "float-body", "where losses began") }
                    { sign("M-7 4A8 8 0 0 0 7 4Z", "float-water", "the share that is lost") }
                    { sign("M-11 0H11M-6-4.5V4.5M0-7V7M6-4.5V4.5", "wreck", "has defaulted") }
                    { line("backing", "nothing behind it") }
                    { line("frozen", "stands still") }
                    { line("default", "not paid") }
                    { line("cost", "cost of a default") }
                    { line("reserve", "stolen from an issuer or a pool") }
                </>
            } } else { html! {
                <>
                    { sign("M-8-8H8V8H-8Z", "float-body", "a bridge") }
                    { sign("M0-8a8 8 0 1 0 .1 0Z", "float-body", "somebody who relies on it") }
                    { line("holding", "what rests on a bridge") }
                    { line("debt", "what is owed") }
                </>
            } } }
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_float_fills_from_below() {
        assert_eq!(water(0), "");
        assert_eq!(water(500), "M-8 0A8 8 0 0 0 8 0Z");
        assert!(water(250).starts_with("M-6.9 4A"), "{}", water(250));
        assert!(water(750).contains("0 1 0"), "{}", water(750));
    }

    #[test]
    fn a_long_name_is_cut_where_the_sheet_ends() {
        assert_eq!(short("Doris Bank", 100.0), "Doris Bank");
        assert_eq!(short("others on Zakynthos", 70.0), "others on…");
        assert_eq!(short("Caria Trading", 0.0), "Car…");
    }
}
