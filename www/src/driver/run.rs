//! The loop over animation frames. A frame asks the worker for a little more time if it is idle; it
//! is scheduled only while time passes, a look is wanted or something on the chart moves.

use super::{Driver, Mode, Phase, recovery::now_ms, refusal};
use crate::chart::within;
use causeway::{
    session::{
        protocol::{Request, Response},
        timeline::Travel,
        view::{Inspected, MessageView, Subject, View, ViewRequest},
    },
    types::{Span, Time},
};
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::spawn_local;

/// Least and most wall milliseconds between two drawings of the panels; marks move every frame.
const DRAW_EVERY_MS: (f64, f64) = (100.0, 1_000.0);
/// Of the time that passes at most one part in so many goes to drawing the panels: a crowded world, or a slow
/// machine, has them drawn less often and moves as smoothly.
const DRAWING_SHARE: f64 = 70.0;
/// Most wall time that one frame makes up for: a page that was away does not leap.
const FRAME_MS_MAX: f64 = 100.0;
/// Wall milliseconds between two snapshots while time passes.
const SNAPSHOT_EVERY_MS: f64 = 10_000.0;
/// Of the time that passes at most one part in so many goes to these: a crowded world is kept less often, but for what
/// a visitor changes in it.
const SNAPSHOT_SHARE: f64 = 20.0;
/// Least wall milliseconds between two snapshots, however often the world is changed.
const SNAPSHOT_GAP_MS: f64 = 1_000.0;
/// How far to go at once while nobody can tell when a message moves on.
const FEEL_AHEAD: Span = Span::seconds(2);
/// Simulated time after which a message that does not arrive is given up.
const ARRIVE_WITHIN: Span = Span::days(60);

impl Driver {
    pub(super) fn prepare_frames(&self) {
        let me = self.me.clone();
        let frame = Closure::<dyn FnMut(f64)>::new(move |now| {
            if let Some(driver) = me.upgrade() {
                driver.frame_due.set(false);
                driver.on_frame(now);
            }
        });
        *self.frame.borrow_mut() = Some(frame);
    }

    pub(crate) fn want_frame(&self) {
        if self.frame_due.get() {
            return;
        }
        let frame = self.frame.borrow();
        let (Some(window), Some(frame)) = (web_sys::window(), frame.as_ref()) else { return };
        if window.request_animation_frame(frame.as_ref().unchecked_ref()).is_ok() {
            self.frame_due.set(true);
        }
    }

    fn on_frame(&self, now: f64) {
        let passed = {
            let mut state = self.state.borrow_mut();
            let passed = within(now - state.last_frame.unwrap_or(now), 0.0, FRAME_MS_MAX);
            state.last_frame = Some(now);
            state.owed = (state.owed + passed).min(FRAME_MS_MAX);
            passed
        };
        let animator = self.animator.borrow().clone();
        let moves = animator.is_some_and(|animate| animate(&self.motion.borrow(), passed));
        self.use_worker(now);
        let state = self.state.borrow();
        let alive = state.status.phase == Phase::Running;
        let waits =
            state.look || state.scrub.is_some() || state.snapshot_due || state.status.mode != Mode::Paused;
        let again = moves || (alive && waits);
        drop(state);
        if again {
            self.want_frame();
        } else {
            self.state.borrow_mut().last_frame = None;
        }
    }

    /// Asks the worker for what comes next, if it is idle.
    fn use_worker(&self, now: f64) {
        let idle = self.channel.borrow().as_ref().is_some_and(|channel| channel.is_idle());
        if !idle || self.state.borrow().status.phase != Phase::Running {
            return;
        }
        if self.wants_snapshot(now) {
            self.take_snapshot();
        }
        match self.take_scrub() {
            Some(line) => self.travel(Travel::ToLine(line)),
            None => self.next_request(now),
        }
    }

    /// Owes again what of so much simulated time the worker did not get through in its turn; tells whether that is some.
    fn owe(&self, asked: u64, now: Time) -> bool {
        let mut state = self.state.borrow_mut();
        let came = now.since(std::mem::replace(&mut state.heard, now)).as_millis();
        let missing = asked.saturating_sub(came);
        // On a journey the shown world stands still, and each frame looks how far it is.
        if came == 0 || missing == 0 || state.status.mode != Mode::Playing {
            return false;
        }
        state.owed = (state.owed + missing as f64 / state.status.speed as f64).min(FRAME_MS_MAX);
        true
    }

    fn next_request(&self, now: f64) {
        let mut state = self.state.borrow_mut();
        let pause = within(state.drawing_took * DRAWING_SHARE, DRAW_EVERY_MS.0, DRAW_EVERY_MS.1);
        let due = state.look || now - state.last_published >= pause;
        let view = if due {
            state.request.clone()
        } else {
            ViewRequest { messages: state.request.messages, ..ViewRequest::default() }
        };
        let mode = state.status.mode;
        let request = match mode {
            Mode::Paused if state.look => Request::Frame { millis: 0, view },
            Mode::Paused => return,
            Mode::Playing => {
                let millis = (state.owed * state.status.speed as f64) as u64;
                if millis == 0 && !due {
                    return;
                }
                state.owed -= millis as f64 / state.status.speed as f64;
                Request::Frame { millis, view }
            }
            Mode::Arriving { message, .. } => {
                let view = ViewRequest { inspect: Some(Subject::Message(message)), ..state.request.clone() };
                let Some(scene) = &state.status.scene else { return };
                let known = scene.messages.iter().find(|known| known.number == message);
                Request::Until { until: next_stop(scene.now, known), view }
            }
        };
        let whole = due || matches!(mode, Mode::Arriving { .. });
        if whole {
            state.look = false;
        }
        drop(state);
        self.send(request, whole);
    }

    /// Notes how long the panels take to draw: Yew draws them in a microtask that was queued just now.
    fn note_drawing(&self, began: f64) {
        let me = self.me.clone();
        spawn_local(async move {
            if let Some(driver) = me.upgrade() {
                driver.state.borrow_mut().drawing_took = now_ms() - began;
            }
        });
    }

    fn wants_snapshot(&self, now: f64) -> bool {
        let state = self.state.borrow();
        let age = now - state.last_snapshot;
        match state.status.mode {
            _ if state.snapshot_due => age > SNAPSHOT_GAP_MS,
            Mode::Paused => false,
            Mode::Playing | Mode::Arriving { .. } => {
                age > SNAPSHOT_EVERY_MS.max(state.snapshot_took * SNAPSHOT_SHARE)
            }
        }
    }

    fn send(&self, request: Request, whole: bool) {
        let me = self.me.clone();
        let asked = if let Request::Frame { millis, .. } = request { millis } else { 0 };
        self.ask(request, move |response| {
            let Some(driver) = me.upgrade() else { return };
            let is_behind = matches!(&response, Response::View(view) if driver.owe(asked, view.now));
            match response {
                Response::View(view) if whole => {
                    // To read what the worker says is a part of drawing.
                    let began =
                        driver.channel.borrow().as_ref().map_or_else(now_ms, |channel| channel.heard_at());
                    driver.check_arrival(&view);
                    driver.take_view(*view);
                    driver.note_drawing(began);
                }
                Response::View(view) => driver.motion.borrow_mut().follow(&view.messages),
                other => {
                    if driver.status().phase == Phase::Running {
                        driver.set_mode(Mode::Paused);
                        driver.say(refusal(other), true);
                    }
                }
            }
            // A worker that can't keep up does not wait for the next frame.
            if is_behind {
                driver.use_worker(now_ms());
            }
        });
    }

    /// Keeps the world as it is now, in case the worker dies.
    pub(crate) fn take_snapshot(&self) {
        {
            let mut state = self.state.borrow_mut();
            state.last_snapshot = state.last_frame.unwrap_or(state.last_snapshot);
            state.snapshot_due = false;
        }
        let (me, began) = (self.me.clone(), now_ms());
        self.ask(Request::Snapshot, move |response| {
            if let (Some(driver), Response::Snapshot { bytes, .. }) = (me.upgrade(), response) {
                let mut state = driver.state.borrow_mut();
                state.snapshot_took = now_ms() - began;
                state.snapshot = Some(bytes);
            }
        });
    }

    fn check_arrival(&self, view: &View) {
        let Mode::Arriving { message, since, then_play } = self.status().mode else { return };
        let found = match &view.inspected {
            Some(Inspected::Message(found)) if found.number == message => Some(&**found),
            _ => view.messages.iter().find(|found| found.number == message),
        };
        let ended = match found {
            None => Some((format!("Message {message} is not there any more."), true)),
            Some(found) if found.stage.is_last() => {
                Some((format!("Message {message} is {}.", found.stage.name()), found.failure.is_some()))
            }
            Some(_) if view.now.since(since) > ARRIVE_WITHIN => {
                Some((format!("Message {message} did not arrive within {ARRIVE_WITHIN}."), true))
            }
            Some(_) => None,
        };
        if let Some((text, is_failure)) = ended {
            self.set_mode(if then_play { Mode::Playing } else { Mode::Paused });
            self.say(text, is_failure);
        }
    }
}

/// The moment up to which a message will not have moved on, as far as it tells.
fn next_stop(now: Time, message: Option<&MessageView>) -> Time {
    let until = message.and_then(|message| message.waits.as_ref()?.until);
    match until {
        Some(until) if until > now => until,
        _ => now.plus(FEEL_AHEAD),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn an_unknown_wait_is_felt_out() {
        assert_eq!(next_stop(Time::new(5_000), None), Time::new(7_000));
    }
}
