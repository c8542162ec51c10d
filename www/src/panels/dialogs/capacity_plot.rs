//! The plot of what chains carry: how many of them across, transactions a second upwards. The shape of a point
//! says what bound it, and the level of the L1 alone runs across for comparison.

use crate::{
    chart::{Point, Px, line_path},
    format,
    widgets::use_size,
};
use causeway::session::capacity::{Bound, CapacityPoint, ROLLUPS};
use yew::prelude::*;

/// Room for the axes and their words.
const LEFT: f64 = 46.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 40.0;

#[derive(Properties, PartialEq)]
pub(super) struct PlotProps {
    pub(super) points: Vec<CapacityPoint>,
}

/// The plot. The table beside it says the same.
#[component]
pub(super) fn Plot(props: &PlotProps) -> Html {
    let holder = use_node_ref();
    let (width, height) = use_size(&holder);
    let frame = Frame::of(f64::from(width), f64::from(height), &props.points);
    html! {
        <div class="capacity-plot" ref={holder}>
            <svg
                viewBox={format!("0 0 {width} {height}")}
                role="img"
                aria-label="Transfers a second that were carried, for the L1 alone and for more and more rollups. The table below has the figures."
                data-testid="capacity-plot"
            >
                { axes(&frame) }
                { curve(&frame, &props.points) }
                { for props.points.iter().enumerate().map(|(index, point)| mark(&frame, index, point)) }
            </svg>
        </div>
    }
}

/// Where things lie.
struct Frame {
    width: f64,
    height: f64,
    /// Transactions a second between two lines, in thousandths, and how many lines there are.
    step: u64,
    steps: u64,
}

impl Frame {
    fn of(width: f64, height: f64, points: &[CapacityPoint]) -> Self {
        let most = points.iter().map(CapacityPoint::carried).max().unwrap_or(0).max(1_000);
        let step = round_step(most);
        Self { width, height, step, steps: most.div_ceil(step) }
    }

    fn x(&self, index: usize) -> f64 {
        LEFT + (self.width - LEFT - RIGHT) * (index as f64 + 0.5) / ROLLUPS.len() as f64
    }

    fn y(&self, value: u64) -> f64 {
        let part = value as f64 / (self.step * self.steps) as f64;
        self.height - BOTTOM - (self.height - BOTTOM - TOP) * part
    }
}

/// A round number that covers `most` in three to five steps.
fn round_step(most: u64) -> u64 {
    let mut unit = 100;
    loop {
        if let Some(step) = [unit, unit * 2, unit * 5].into_iter().find(|step| most <= step * 5) {
            return step;
        }
        unit *= 10;
    }
}

/// Thousandths of a transaction a second as people read them.
pub(super) fn rate(thousandths: u64) -> String {
    let tenths = (thousandths + 50) / 100;
    if thousandths < 100_000 && !tenths.is_multiple_of(10) {
        format!("{}.{}", tenths / 10, tenths % 10)
    } else {
        format::grouped((thousandths + 500) / 1_000)
    }
}

fn axes(frame: &Frame) -> Html {
    let (left, right) = (Px(LEFT).to_string(), Px(frame.width - RIGHT).to_string());
    let base = frame.height - BOTTOM;
    html! {
        <g class="capacity-axes">
            { for (0..=frame.steps).map(|line| {
                let value = frame.step * line;
                let y = frame.y(value);
                html! {
                    <>
                        <line class={(line > 0).then_some("capacity-line")} x1={left.clone()} x2={right.clone()} y1={Px(y).to_string()} y2={Px(y).to_string()} />
                        <text x={Px(LEFT - 6.0).to_string()} y={Px(y + 4.0).to_string()} text-anchor="end">{ rate(value) }</text>
                    </>
                }
            }) }
            { for ROLLUPS.iter().enumerate().map(|(index, count)| html! {
                <text x={Px(frame.x(index)).to_string()} y={Px(base + 16.0).to_string()} text-anchor="middle">
                    { if *count == 0 { "L1".to_owned() } else { count.to_string() } }
                </text>
            }) }
            <text class="capacity-axis" x={right} y={Px(base + 33.0).to_string()} text-anchor="end">{ "rollups over the L1" }</text>
            <text class="capacity-axis" x="4" y="14">{ "transfers a second" }</text>
        </g>
    }
}

fn curve(frame: &Frame, points: &[CapacityPoint]) -> Html {
    let line: Vec<Point> = points
        .iter()
        .enumerate()
        .filter(|(_, point)| point.rollups > 0)
        .map(|(index, point)| Point::new(frame.x(index), frame.y(point.carried())))
        .collect();
    let alone = points.iter().find(|point| point.rollups == 0).map(|point| frame.y(point.carried()));
    html! {
        <>
            { alone.map(|y| html! {
                <line class="capacity-alone" x1={Px(frame.x(0)).to_string()} x2={Px(frame.width - RIGHT).to_string()} y1={Px(y).to_string()} y2={Px(y).to_string()} />
            }).unwrap_or_default() }
            <path class="capacity-curve" d={line_path(&line)} />
        </>
    }
}

fn mark(frame: &Frame, index: usize, point: &CapacityPoint) -> Html {
    let (x, y) = (frame.x(index), frame.y(point.carried()));
    // Where points are close, every other figure stands below its point.
    let is_close = frame.x(1) - frame.x(0) < 44.0;
    let has_room = y < frame.height - BOTTOM - 24.0;
    let below = is_close && index % 2 == 1 && has_room;
    html! {
        <g key={point.rollups} class="capacity-point" data-testid={format!("capacity-point-{}", point.rollups)}
            transform={format!("translate({} {})", Px(x), Px(y))}>
            { point_sign(point.bound) }
            <text y={if below { "20" } else { "-11" }} text-anchor="middle">{ rate(point.carried()) }</text>
        </g>
    }
}

/// The shape that stands for a bound, around the origin of an SVG.
pub(super) fn point_sign(bound: Bound) -> Html {
    match bound {
        Bound::Offered => html! { <circle class="capacity-sign is-open" r="4.5" /> },
        Bound::Gas => html! { <path class="capacity-sign" d="M-4.5-4.5h9v9h-9z" /> },
        Bound::Blobs => html! { <path class="capacity-sign" d="M0-6.5L6 0 0 6.5-6 0z" /> },
        Bound::L1Gas => html! { <path class="capacity-sign is-open" d="M-4.5-4.5h9v9h-9z" /> },
        Bound::Committee => html! { <path class="capacity-sign" d="M0 6L6-4.5H-6z" /> },
        Bound::Prover => html! { <path class="capacity-sign" d="M0-6L6 4.5H-6z" /> },
        Bound::Batches => html! { <path class="capacity-sign is-open" d="M-4.5-4.5l9 9M-4.5 4.5l9-9" /> },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn lines_are_at_round_numbers_and_few() {
        for most in [1_000, 8_400, 23_000, 238_000, 583_000, 1_000_000, 31_999_000] {
            let step = round_step(most);
            let digits = step.to_string();
            assert!(matches!(digits.trim_end_matches('0'), "1" | "2" | "5"), "{step}");
            assert!((3..=5).contains(&most.div_ceil(step)), "{step} in {most}");
        }
    }

    #[test]
    fn rates_are_read_as_people_write_them() {
        let read = [0, 8_450, 20_000, 99_960, 238_083, 1_000_400].map(rate);
        assert_eq!(read, ["0", "8.5", "20", "100", "238", "1\u{202f}000"]);
    }
}
