//! The worker's life: started, heard of, lost, replaced.

use super::{Driver, Mode, Phase, refusal};
use crate::channel::{Channel, Sign};
use causeway::session::protocol::{Request, Response, Source};
use std::rc::Rc;
use wasm_bindgen::{JsCast, prelude::Closure};

/// The worker's script, beside the page.
const SCRIPT: &str = "./boot-worker.js";
/// Wall milliseconds between two looks at whether the worker still answers.
const WATCH_EVERY_MS: i32 = 1_000;
/// Wall milliseconds in which a request is answered by a worker that lives: its budget is a frame's.
const ANSWER_MS: f64 = 5_000.0;
/// The same while a world is started, which restores and checks all of it.
const START_MS: f64 = 60_000.0;
/// A worker that dies sooner than this after its world began had no chance.
const SHORT_LIFE_MS: f64 = 500.0;
/// So many short lives in a row, and no further worker is tried without being asked for.
const SHORT_LIVES_MAX: u32 = 3;

impl Driver {
    /// Starts a new worker with a world from the last snapshot, or anew where there is none or it is
    /// not wanted.
    pub fn restart(&self, from_snapshot: bool) {
        let source = {
            let mut state = self.state.borrow_mut();
            state.status.phase = Phase::Loading(0.0, 0.0);
            if !from_snapshot {
                state.snapshot = None;
                state.status.scene = None;
            }
            state.snapshot.clone().map_or(Source::Default { seed: None }, Source::Snapshot)
        };
        self.publish();
        self.open_worker(source);
    }

    /// Looks every second at whether the worker still answers, as long as the page lives. A worker that
    /// closes itself, or that hangs, says nothing.
    pub(super) fn watch(&self) {
        let me = self.me.clone();
        let look = Closure::<dyn FnMut()>::new(move || {
            let Some(driver) = me.upgrade() else { return };
            let limit = match driver.state.borrow().status.phase {
                Phase::Running => ANSWER_MS,
                Phase::Loading(..) => START_MS,
                Phase::Dead(..) => return,
            };
            let waits = driver.channel.borrow().as_ref().and_then(|channel| channel.waits_since());
            if waits.is_some_and(|since| now_ms() - since > limit) {
                driver.lose(format!("the engine gave no answer for {} seconds", (limit / 1000.0) as u32));
            }
        });
        if let Some(window) = web_sys::window() {
            // Without timers there is no watch; a worker that dies with an error is noticed all the same.
            let _ = window.set_interval_with_callback_and_timeout_and_arguments_0(
                look.as_ref().unchecked_ref(),
                WATCH_EVERY_MS,
            );
        }
        look.forget();
    }

    pub(super) fn open_worker(&self, source: Source) {
        let is_kept = matches!(source, Source::Snapshot(_));
        let me = self.me.clone();
        let opened = Channel::open(SCRIPT, move |sign| {
            if let Some(driver) = me.upgrade() {
                driver.hear(sign);
            }
        });
        match opened {
            Ok(channel) => {
                let before = self.channel.replace(Some(Rc::new(channel)));
                drop(before);
            }
            Err(error) => return self.die(format!("the browser started no worker: {error:?}")),
        }
        let me = self.me.clone();
        self.ask(Request::Start(source), move |response| {
            let Some(driver) = me.upgrade() else { return };
            match response {
                Response::View(_) if is_kept => driver.world_goes_on(),
                Response::View(_) => driver.world_began(),
                other => driver.die(refusal(other)),
            }
        });
    }

    /// The world that was kept runs in a new worker.
    fn world_goes_on(&self) {
        {
            let mut state = self.state.borrow_mut();
            state.status.phase = Phase::Running;
            state.owed = 0.0;
            state.began_at = now_ms();
        }
        self.look();
    }

    /// A world was started: look at it.
    pub(super) fn world_began(&self) {
        {
            let mut state = self.state.borrow_mut();
            state.status.phase = Phase::Running;
            state.status.world += 1;
            state.began_at = now_ms();
            state.owed = 0.0;
            state.request.inspect = None;
            state.request.log_from = None;
            if matches!(state.status.mode, Mode::Arriving { .. }) {
                state.status.mode = Mode::Playing;
            }
        }
        self.look();
    }

    fn hear(&self, sign: Sign) {
        match sign {
            Sign::Loading(current, total) => {
                self.state.borrow_mut().status.phase = Phase::Loading(current, total);
                self.publish();
            }
            Sign::Ready => {}
            Sign::Died(text) => self.lose(text),
        }
    }

    /// The worker is lost: a new one goes on from what was kept, unless that was tried too often.
    fn lose(&self, text: String) {
        let can_go_on = {
            let mut state = self.state.borrow_mut();
            let lived = state.status.phase == Phase::Running && now_ms() - state.began_at > SHORT_LIFE_MS;
            state.short_lives = if lived { 0 } else { state.short_lives + 1 };
            state.snapshot.is_some() && state.short_lives < SHORT_LIVES_MAX
        };
        if !can_go_on {
            return self.die(text);
        }
        let channel = self.channel.borrow_mut().take();
        if let Some(channel) = channel {
            channel.abandon("the engine stopped before it answered; try again");
        }
        self.say("The engine stopped and was replaced; the world goes on from what was kept of it.", false);
        self.restart(true);
    }

    fn die(&self, text: String) {
        let already_dead = {
            let mut state = self.state.borrow_mut();
            let can_restore = state.snapshot.is_some();
            let already_dead = matches!(state.status.phase, Phase::Dead(..));
            if !already_dead {
                state.status.phase = Phase::Dead(text, can_restore);
                state.status.mode = Mode::Paused;
            }
            already_dead
        };
        let channel = self.channel.borrow_mut().take();
        if let Some(channel) = channel {
            channel.abandon("the engine has stopped");
        }
        if !already_dead {
            self.publish();
        }
    }
}

/// Wall milliseconds since the page began.
pub(crate) fn now_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}
