//! The top bar: the world's name, time and how it passes, the theme.

use crate::{
    driver::{Mode, SPEED_STEPS, position_of_speed, speed_at},
    format,
    handle::use_handle,
    storage,
    ui::Dialog,
    widgets::{Icon, icon, icon_button, value_of},
};
use causeway::types::{Span, Time};
use yew::prelude::*;

/// What the top bar shows.
#[derive(Properties, PartialEq)]
pub struct TopBarProps {
    /// The world's title.
    pub title: AttrValue,
    /// How time passes.
    pub mode: Mode,
    /// How fast.
    pub speed: u64,
    /// Simulated time.
    pub now: Time,
    /// Unix time in seconds.
    pub unix_seconds: u64,
    /// Whether a world runs.
    pub ready: bool,
}

/// The top bar.
#[component]
pub fn TopBar(props: &TopBarProps) -> Html {
    let handle = use_handle();
    let plays = props.mode != Mode::Paused;
    let play_text = if plays { "Pause" } else { "Play" };
    html! {
        <header class="top-bar">
            <h1 class="wordmark">{ "Causeway" }</h1>
            <p class="world-title">{ &props.title }</p>
            <div class="time" role="group" aria-label="Time">
                <button
                    type="button"
                    class="quiet framed"
                    data-testid="play"
                    aria-label={play_text}
                    title={play_text}
                    disabled={!props.ready}
                    onclick={handle.on(|handle| handle.driver.toggle())}
                >
                    { icon(if plays { Icon::Pause } else { Icon::Play }) }
                </button>
                <button
                    type="button"
                    class="quiet framed"
                    data-testid="step"
                    aria-label="Step to the next event"
                    title="Step to the next event"
                    disabled={!props.ready}
                    onclick={handle.on(|handle| handle.driver.step())}
                >
                    { icon(Icon::Step) }
                </button>
                <Speed speed={props.speed} />
                <time class="clock number" data-testid="clock" title={format!("{} UTC in the world", format::date(props.unix_seconds))}>
                    { format::clock(props.now) }
                </time>
            </div>
            <div class="top-bar-end">
                <button
                    type="button"
                    class="quiet"
                    data-testid="share"
                    aria-label="Share this moment"
                    title="Share this moment"
                    disabled={!props.ready}
                    onclick={handle.on(|handle| handle.open(Dialog::Share))}
                >
                    { icon(Icon::Share) }
                </button>
                <button
                    type="button"
                    class="quiet"
                    data-testid="new-world"
                    aria-label="Start another world"
                    title="Start another world"
                    disabled={!props.ready}
                    onclick={handle.on(|handle| handle.open(Dialog::NewWorld))}
                >
                    { icon(Icon::World) }
                </button>
                <ThemeButton />
                <button
                    type="button"
                    class="quiet"
                    data-testid="help"
                    aria-label="Keys and settings"
                    title="Keys and settings (?)"
                    onclick={handle.on(|handle| handle.open(Dialog::Help))}
                >
                    { icon(Icon::Help) }
                </button>
            </div>
        </header>
    }
}

#[derive(Properties, PartialEq)]
struct SpeedProps {
    speed: u64,
}

/// Sets the speed, in steps.
#[component]
fn Speed(props: &SpeedProps) -> Html {
    let handle = use_handle();
    let on_speed = {
        let driver = handle.driver.clone();
        Callback::from(move |event: InputEvent| {
            if let Ok(step) = value_of(&event).parse::<u32>() {
                driver.set_speed(speed_at(step));
            }
        })
    };
    let step = position_of_speed(props.speed);
    let pace = format!("{} a second", Span::seconds(props.speed));
    html! {
        <label class="speed" title={pace.clone()}>
            <span class="visually-hidden">{ "Speed of simulated time" }</span>
            <input
                type="range"
                min="0"
                max={SPEED_STEPS.to_string()}
                value={step.to_string()}
                data-testid="speed"
                aria-valuetext={format!("{} times, {pace}", props.speed)}
                oninput={on_speed}
            />
            <output class="number">{ format!("{}×", format::grouped(props.speed)) }</output>
        </label>
    }
}

/// Changes between day and night; what was chosen holds for the next visit too.
#[component]
fn ThemeButton() -> Html {
    let dark = use_state_eq(is_dark);
    let onclick = {
        let dark = dark.clone();
        Callback::from(move |_: MouseEvent| {
            let next = if *dark { "light" } else { "dark" };
            storage::set("theme", next);
            let root = web_sys::window().and_then(|window| window.document()?.document_element());
            if let Some(root) = root {
                // The attribute has a plain name, which no browser refuses.
                let _ = root.set_attribute("data-theme", next);
            }
            dark.set(!*dark);
        })
    };
    let text = if *dark { "Day chart" } else { "Night chart" };
    icon_button(if *dark { Icon::Sun } else { Icon::Moon }, text, "theme", false, onclick)
}

fn is_dark() -> bool {
    match storage::get("theme").as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => web_sys::window()
            .and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok()?)
            .is_some_and(|query| query.matches()),
    }
}
