//! Moving through time: at once, by scrubbing, and on journeys that take several frames.

use super::{Driver, Mode, refusal};
use causeway::session::{
    protocol::{Request, Response},
    timeline::{Comparison, Travel},
    view::ViewRequest,
};

impl Driver {
    /// Moves through time; `done` hears why not, where it is refused. What leads to a moment stops there.
    pub fn travel_then(&self, travel: Travel, done: impl FnOnce(Result<(), String>) + 'static) {
        let stops = match travel {
            Travel::To(_)
            | Travel::ToLine(_)
            | Travel::Into
            | Travel::Over
            | Travel::Back
            | Travel::Instead(_) => true,
            Travel::Undo
            | Travel::Redo
            | Travel::Fork(_)
            | Travel::Switch(_)
            | Travel::Forget(_)
            | Travel::Stop => false,
        };
        if stops {
            self.set_mode(Mode::Paused);
        }
        let request = Request::Travel(travel, self.state.borrow().request.clone());
        let me = self.me.clone();
        self.ask(request, move |response| {
            let Some(driver) = me.upgrade() else { return };
            match response {
                Response::View(view) => {
                    driver.state.borrow_mut().snapshot_due = true;
                    driver.take_view(*view);
                    done(Ok(()));
                }
                other => done(Err(refusal(other))),
            }
        });
    }

    /// Moves through time and says why not, where it is refused.
    pub fn travel(&self, travel: Travel) {
        let me = self.me.clone();
        self.travel_then(travel, move |outcome| {
            if let (Some(driver), Err(why)) = (me.upgrade(), outcome) {
                driver.say(why, true);
            }
        });
    }

    /// Goes on past the next moment in which something happened, and stops there.
    pub fn step(&self) {
        self.travel(Travel::Over);
    }

    /// Follows a scrubber: only the newest line that was asked for is gone to, when the engine is free.
    pub fn scrub(&self, line: u64) {
        if self.status().mode != Mode::Paused {
            self.set_mode(Mode::Paused);
        }
        self.state.borrow_mut().scrub = Some(line);
        self.want_frame();
    }

    /// The line that a scrubber wants, once.
    pub(super) fn take_scrub(&self) -> Option<u64> {
        self.state.borrow_mut().scrub.take()
    }

    /// Shows another branch beside this one; asks until the other has come to this one's moment.
    pub fn compare(&self, with: u32, done: impl Fn(Result<Comparison, String>) + 'static) {
        let contagion = self.state.borrow().request.contagion;
        let view = ViewRequest { messages: 20, contagion, ..ViewRequest::default() };
        let me = self.me.clone();
        self.ask(Request::Compare(with, view), move |response| match response {
            Response::Comparison(comparison) => {
                let is_ready = comparison.is_ready;
                done(Ok(*comparison));
                if let (false, Some(driver)) = (is_ready, me.upgrade()) {
                    driver.compare(with, done);
                }
            }
            other => done(Err(refusal(other))),
        });
    }
}
