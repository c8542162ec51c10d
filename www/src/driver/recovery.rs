//! The worker's life: started, heard of, lost, replaced.

use super::{Driver, Mode, Phase, refusal};
use crate::channel::{Channel, Sign};
use causeway::session::protocol::{Request, Response, Source};
use std::rc::Rc;

/// The worker's script, beside the page.
const SCRIPT: &str = "./boot-worker.js";

impl Driver {
    /// Starts a new worker with a world from the last snapshot, or anew where there is none or it is
    /// not wanted.
    pub fn restart(&self, from_snapshot: bool) {
        let source = {
            let mut state = self.state.borrow_mut();
            state.status.phase = Phase::Loading(0.0, 0.0);
            if !from_snapshot {
                state.snapshot = None;
            }
            state.snapshot.clone().map_or(Source::Default { seed: None }, Source::Snapshot)
        };
        self.publish();
        self.open_worker(source);
    }

    pub(super) fn open_worker(&self, source: Source) {
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
                Response::View(_) => driver.world_began(),
                other => driver.die(refusal(other)),
            }
        });
    }

    /// A world was started: look at it.
    pub(super) fn world_began(&self) {
        {
            let mut state = self.state.borrow_mut();
            state.status.phase = Phase::Running;
            state.status.world += 1;
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
            Sign::Died(text) => self.die(text),
        }
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
