//! Time as a whole: the scrubber over the log of a branch, steps to and fro, undoing, and other futures.
//! Its scale is lines of the log, not time, so that an idle week takes no more room than it deserves.

use crate::{
    format,
    handle::{Handle, use_handle},
    ui::Dialog,
    widgets::{Icon, icon_button, value_of},
};
use causeway::{
    session::timeline::{Journey, Timeline, Travel},
    types::Time,
};
use std::rc::Rc;
use yew::prelude::*;

/// What the scrubber shows.
#[derive(Properties, PartialEq)]
pub struct ScrubberProps {
    /// Where in time the page is.
    pub timeline: Rc<Timeline>,
    /// Simulated time, in whole seconds.
    pub now: Time,
}

/// The scrubber with its buttons.
#[component]
pub fn Scrubber(props: &ScrubberProps) -> Html {
    let handle = use_handle();
    let timeline = &props.timeline;
    html! {
        <div class="scrubber">
            <div class="scrubber-buttons" role="group" aria-label="Steps and undoing">
                { travel(&handle, Icon::Undo, "undo", &undo_text(timeline.undo.as_deref()), timeline.undo.is_none(), Travel::Undo) }
                { travel(&handle, Icon::Redo, "redo", &redo_text(timeline.redo.as_deref()), timeline.redo.is_none(), Travel::Redo) }
                { travel(&handle, Icon::StepBack, "step-back", "Step back to the moment before", props.now == Time::ZERO, Travel::Back) }
                { travel(&handle, Icon::Into, "step-into", "Step by one event of the engine", false, Travel::Into) }
            </div>
            { slider(&handle, timeline, props.now) }
            { branches(&handle, timeline) }
            { timeline.journey.as_ref().map(|journey| on_the_way(&handle, journey)) }
        </div>
    }
}

fn undo_text(what: Option<&str>) -> String {
    what.map_or_else(|| "Nothing to undo".into(), |what| format!("Undo: {what}"))
}

fn redo_text(what: Option<&str>) -> String {
    what.map_or_else(|| "Nothing to redo".into(), |what| format!("Redo: {what}"))
}

fn travel(handle: &Handle, kind: Icon, testid: &'static str, text: &str, disabled: bool, to: Travel) -> Html {
    let onclick = handle.on(move |handle| handle.driver.travel(to.clone()));
    icon_button(kind, text.to_owned(), testid, disabled, onclick)
}

fn slider(handle: &Handle, timeline: &Timeline, now: Time) -> Html {
    let on_scrub = {
        let driver = handle.driver.clone();
        Callback::from(move |event: InputEvent| {
            if let Ok(line) = value_of(&event).parse() {
                driver.scrub(line);
            }
        })
    };
    let all = timeline.lines.max(1);
    let place = |line: u64| format!("--share:calc({line}/{all})");
    html! {
        <div class="scrubber-track">
            <input
                type="range"
                min="0"
                max={all.to_string()}
                value={timeline.line.to_string()}
                data-testid="scrubber"
                aria-label="Moment of this future"
                aria-valuetext={format!("{} of {}", format::clock(now), format::clock(timeline.horizon))}
                oninput={on_scrub}
            />
            { for ticks(timeline).into_iter().map(|(line, text)| html! {
                <em key={format!("tick-{line}")} class="scrubber-tick number" style={place(line)} aria-hidden="true">{ text }</em>
            }) }
            { for timeline.deeds.iter().enumerate().map(|(index, deed)| html! {
                <span
                    key={index}
                    class={classes!("deed", deed.is_ahead.then_some("is-ahead"))}
                    style={place(deed.line)}
                    title={format!("{}: {}", format::clock(deed.at), deed.text)}
                    aria-hidden="true"
                />
            }) }
        </div>
    }
}

/// The moments to write below the slider: none twice.
fn ticks(timeline: &Timeline) -> Vec<(u64, String)> {
    let mut ticks: Vec<(u64, String)> =
        timeline.ticks.iter().map(|(line, at)| (*line, format::short_clock(*at))).collect();
    ticks.dedup_by(|later, before| later.1 == before.1);
    ticks
}

fn branches(handle: &Handle, timeline: &Timeline) -> Html {
    let on_switch = {
        let driver = handle.driver.clone();
        Callback::from(move |event: Event| {
            if let Ok(id) = value_of(&event).parse() {
                driver.travel(Travel::Switch(id));
            }
        })
    };
    let shown = timeline.branch;
    let other = timeline.branches.iter().rev().find(|branch| branch.id != shown).map(|branch| branch.id);
    let compare_text =
        if other.is_some() { "Compare two futures" } else { "Compare two futures: fork one first" };
    html! {
        <div class="scrubber-branches" role="group" aria-label="Futures">
            { if other.is_some() { html! {
                <select aria-label="The future that is shown" data-testid="branch" onchange={on_switch}>
                    { for timeline.branches.iter().map(|branch| html! {
                        <option key={branch.id} value={branch.id.to_string()} selected={branch.id == shown}>{ &branch.name }</option>
                    }) }
                </select>
            } } else { html! {} } }
            { icon_button(
                Icon::Fork,
                "Fork: open another future here",
                "fork",
                false,
                handle.on(|handle| handle.open(Dialog::Fork)),
            ) }
            { icon_button(
                Icon::Compare,
                compare_text,
                "compare",
                other.is_none(),
                handle.on(move |handle| if let Some(other) = other {
                    handle.driver.pause();
                    handle.open(Dialog::Compare(other));
                }),
            ) }
        </div>
    }
}

fn on_the_way(handle: &Handle, journey: &Journey) -> Html {
    html! {
        <div class="journey" role="status" data-testid="journey">
            <span>{ format!("On the way to {}", format::clock(journey.to)) }</span>
            <progress max="1000" value={journey.permille.to_string()} aria-label="Way through time" />
            <button type="button" class="quiet framed" onclick={handle.on(|handle| handle.driver.travel(Travel::Stop))}>
                { "Stop here" }
            </button>
        </div>
    }
}
