//! What a screen reader hears: how messages fare, in a summary at most every two seconds, and what
//! the page says at once.

use crate::{scene::Scene, ui::Notice};
use std::{cell::RefCell, rc::Rc};
use yew::prelude::*;

/// Simulated scenes come many times a second; speech does not.
const QUIET_MS: f64 = 2_000.0;

/// What there is to say.
#[derive(Properties, PartialEq)]
pub struct LiveProps {
    /// The world.
    pub scene: Option<Rc<Scene>>,
    /// What the page says.
    pub notice: Option<Notice>,
}

#[derive(Default)]
struct Spoken {
    at: f64,
    under_way: u64,
    count: u64,
    text: String,
}

/// The live regions.
#[component]
pub fn Live(props: &LiveProps) -> Html {
    let spoken = use_mut_ref(Spoken::default);
    let summary = props.scene.as_ref().map(|scene| summarise(&spoken, scene)).unwrap_or_default();
    let (said, failed) = match &props.notice {
        Some(notice) if notice.is_failure => (String::new(), notice.text.clone()),
        Some(notice) => (notice.text.clone(), String::new()),
        None => Default::default(),
    };
    html! {
        <div class="visually-hidden">
            <p aria-live="polite" data-testid="live">{ summary }</p>
            <p role="status">{ said }</p>
            <p role="alert">{ failed }</p>
        </div>
    }
}

fn summarise(spoken: &Rc<RefCell<Spoken>>, scene: &Scene) -> String {
    let mut spoken = spoken.borrow_mut();
    let under_way: u64 = scene.flows.iter().map(|flow| flow.count).sum();
    let now = web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now());
    let changed = (under_way, scene.message_count) != (spoken.under_way, spoken.count);
    if changed && now - spoken.at >= QUIET_MS {
        let ended = scene.message_count.saturating_sub(under_way);
        *spoken = Spoken {
            at: now,
            under_way,
            count: scene.message_count,
            text: format!("{under_way} messages under way, {ended} at their end."),
        };
    }
    spoken.text.clone()
}
