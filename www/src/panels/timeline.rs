//! Time around now on one strip: what happened to the left, what messages wait for to the right.
//! Both ways the scale is logarithmic, so that a second and a week are on it at once.

use crate::{chart::Px, format, handle::use_handle, scene::LogWindow};
use causeway::{
    session::view::{MessageView, Subject},
    types::{Span, Time},
};
use std::rc::Rc;
use yew::prelude::*;

/// Where on the strip now is, in thousandths.
const NOW: f64 = 400.0;
/// The farthest that the strip shows.
const FARTHEST: Span = Span::days(30);
/// Distances that are written on the strip.
const TICKS: [(Span, &str); 6] = [
    (Span::seconds(1), "1s"),
    (Span::seconds(10), "10s"),
    (Span::minutes(2), "2m"),
    (Span::minutes(20), "20m"),
    (Span::hours(6), "6h"),
    (Span::days(7), "7d"),
];

/// What the strip shows.
#[derive(Properties, PartialEq)]
pub struct TimelineProps {
    /// Now.
    pub now: Time,
    /// Recent lines of the log.
    pub log: Rc<LogWindow>,
    /// Messages with what they wait for.
    pub messages: Rc<Vec<MessageView>>,
}

/// The strip.
#[component]
pub fn Timeline(props: &TimelineProps) -> Html {
    let handle = use_handle();
    let now = props.now;
    let past = props.log.lines.iter().rev().take(60).filter(|line| line.kind != "block").map(|line| {
        let x = percent(place(line.at, now));
        html! { <line class={format!("event is-{}", line.kind)} x1={x.clone()} x2={x} y1="9" y2="19" /> }
    });
    let due: Vec<(Time, &MessageView)> = props
        .messages
        .iter()
        .filter(|message| !message.stage.is_last())
        .filter_map(|message| Some((message.waits.as_ref()?.until?, message)))
        .take(24)
        .collect();
    let ticks = TICKS.iter().flat_map(|(span, text)| {
        let ahead = (place(now.plus(*span), now), *text, "middle");
        let behind = (now >= Time::ZERO.plus(*span)).then(|| (place(now.minus(*span), now), *text, "middle"));
        [Some(ahead), behind].into_iter().flatten()
    });
    html! {
        <div class="timeline" data-testid="timeline" role="group" aria-label="Time around now, on a logarithmic scale">
            <svg class="timeline-strip" width="100%" height="34" aria-hidden="true">
                <line class="axis" x1="0" x2="100%" y1="19" y2="19" />
                { for ticks.map(|(at, text, anchor)| {
                    let x = percent(at);
                    html! {
                        <>
                            <line class="tick" x1={x.clone()} x2={x.clone()} y1="16" y2="19" />
                            <text {x} y="31" text-anchor={anchor}>{ text }</text>
                        </>
                    }
                }) }
                { for past }
                <line class="now" x1={percent(NOW)} x2={percent(NOW)} y1="3" y2="22" />
                <text class="now-text" x={percent(NOW)} y="31" text-anchor="middle">{ "now" }</text>
            </svg>
            // A second way to what the list of messages leads to: for the mouse alone, since marks that
            // fall together could be no targets of their own.
            { for due.iter().map(|(until, message)| {
                let number = message.number;
                let text = format!("Message {number}, {}: {}", message.content, format::relative(*until, now));
                html! {
                    <span
                        key={number}
                        class={format!("due is-{}", crate::words::cargo(message.cargo))}
                        style={format!("--at:{}", percent(place(*until, now)))}
                        title={text}
                        aria-hidden="true"
                        data-testid={format!("due-{number}")}
                        onclick={handle.on(move |handle| handle.inspect(Subject::Message(number)))}
                    />
                }
            }) }
        </div>
    }
}

/// Where a moment lies on the strip, in thousandths of its width.
fn place(moment: Time, now: Time) -> f64 {
    let far = |span: Span| {
        let span = span.as_millis().min(FARTHEST.as_millis()) as f64;
        libm::log(1.0 + span / 400.0) / libm::log(1.0 + FARTHEST.as_millis() as f64 / 400.0)
    };
    if moment >= now {
        NOW + (1000.0 - NOW) * far(moment.since(now))
    } else {
        NOW - NOW * far(now.since(moment))
    }
}

fn percent(thousandths: f64) -> String {
    format!("{}%", Px(thousandths / 10.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_strip_is_ordered_and_bounded() {
        let now = Time::new(10_000_000_000);
        let moments = [0, 9_000_000_000, 9_999_000_000, 10_000_000_000, 10_000_001_000, 10_604_800_000];
        let places: Vec<f64> = moments.iter().map(|at| place(Time::new(*at), now)).collect();
        assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{places:?}");
        assert_eq!(place(now, now), NOW);
        assert!(places.iter().all(|at| (0.0..=1000.0).contains(at)));
    }
}
