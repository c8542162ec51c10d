//! How losses are distributed: bars by loss, in powers of ten, since most trials lose nothing and few lose much. With
//! the shared sequencer they are filled, without it hollow.

use super::{analysis::edge, bet::whole};
use crate::{chart::Px, format, widgets::use_size};
use causeway::session::analysis::{Distribution, TrialsView};
use yew::prelude::*;

/// Room for the axes and their words.
const LEFT: f64 = 56.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 40.0;

#[derive(Properties, PartialEq)]
pub(super) struct HistogramProps {
    pub(super) trials: TrialsView,
}

/// The bars with their key. The table below says the same.
#[component]
pub(super) fn Histogram(props: &HistogramProps) -> Html {
    let holder = use_node_ref();
    let (width, height) = use_size(&holder);
    let (width, height) = (f64::from(width), f64::from(height));
    let TrialsView { together, apart, .. } = &props.trials;
    let most = together.bins.iter().chain(apart.iter().flat_map(|found| &found.bins)).max();
    let powers = 1 + most.copied().unwrap_or(1).max(1).ilog10();
    let base = height - BOTTOM;
    let y = |level: f64| base - (base - TOP) * level / f64::from(powers + 1);
    let step = (width - LEFT - RIGHT) / f64::from(Distribution::BINS);
    // Two bars stand in each bin, one where nothing is shared.
    let wide = step * if apart.is_some() { 0.42 } else { 0.84 };
    let bars = |found: &Distribution, class: &'static str, from: f64| -> Html {
        let path: String = found
            .bins
            .iter()
            .enumerate()
            .filter(|(_, trials)| **trials > 0)
            .map(|(bin, trials)| {
                let x = LEFT + step * (bin as f64 + 0.08) + from;
                format!("M{} {}V{}h{}V{}", Px(x), Px(base), Px(y(level(*trials))), Px(wide), Px(base))
            })
            .collect();
        html! { <path {class} d={path} /> }
    };
    let text = |x: f64, y: f64, anchor: &'static str, text: String| {
        html! { <text x={Px(x).to_string()} y={Px(y).to_string()} text-anchor={anchor}>{ text }</text> }
    };
    let bins = Distribution::BINS as usize;
    html! {
        <>
            <div class="capacity-plot" ref={holder}>
                <svg
                    viewBox={format!("0 0 {} {}", Px(width), Px(height))}
                    role="img"
                    aria-label="How many trials lost how much, with the shared sequencer and with each rollup by itself. The table below has the figures."
                    data-testid="analysis-histogram"
                >
                    <g class="capacity-axes">
                        { for (0..=powers).map(|power| {
                            let at = y(f64::from(power + 1));
                            html! {
                                <>
                                    <line class="capacity-line" x1={Px(LEFT).to_string()} x2={Px(width - RIGHT).to_string()} y1={Px(at).to_string()} y2={Px(at).to_string()} />
                                    { text(LEFT - 6.0, at + 4.0, "end", format::grouped(10_u64.pow(power))) }
                                </>
                            }
                        }) }
                        <line x1={Px(LEFT).to_string()} x2={Px(width - RIGHT).to_string()} y1={Px(base).to_string()} y2={Px(base).to_string()} />
                        { text(LEFT, base + 16.0, "start", whole(0)) }
                        { text(LEFT + step * bins as f64 / 2.0, base + 16.0, "middle", whole(edge(&props.trials, bins / 2))) }
                        { text(width - RIGHT, base + 16.0, "end", whole(props.trials.worst)) }
                        { text(width - RIGHT, base + 33.0, "end", "lost in a trial".into()) }
                        { text(4.0, 14.0, "start", "trials, in powers of ten".into()) }
                    </g>
                    { bars(together, "analysis-bar", 0.0) }
                    { apart.as_ref().map(|apart| bars(apart, "analysis-bar is-open", wide)).unwrap_or_default() }
                </svg>
            </div>
            { if apart.is_some() { html! {
                <ul class="rings-key">
                    <li>{ sign("analysis-bar") }{ "with the shared sequencer" }</li>
                    <li>{ sign("analysis-bar is-open") }{ "each rollup by itself, as often" }</li>
                </ul>
            } } else { html! {} } }
        </>
    }
}

fn sign(class: &'static str) -> Html {
    html! { <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path {class} d="M5 15V2h6v13" /></svg> }
}

/// How high a count stands: 1 for one, 2 for ten and so on, and evenly between.
fn level(count: u32) -> f64 {
    let Some(power) = count.checked_ilog10() else { return 0.0 };
    let unit = f64::from(10_u32.pow(power));
    1.0 + f64::from(power) + (f64::from(count) / unit - 1.0) / 9.0
}

#[cfg(test)]
mod tests {
    use super::level;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn levels_are_powers_of_ten_and_rise_between() {
        assert_eq!([0, 1, 10, 100_000].map(level), [0.0, 1.0, 2.0, 6.0]);
        assert_eq!(level(55), 2.5);
        assert!((0..2_000).map(level).is_sorted());
    }
}
