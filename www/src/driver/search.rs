//! Searching the log: asks on until enough is found or all of it is searched.

use super::Driver;
use causeway::session::{
    protocol::{LogSearch, Request, Response},
    view::LogLine,
};

/// Calls back with what was found so far, and whether there may be more.
type OnFound = Box<dyn FnOnce(Vec<LogLine>, bool)>;

impl Driver {
    /// The newest lines that match; a world that changes meanwhile may add some that are not among them.
    pub fn search(&self, wanted: LogSearch, done: impl FnOnce(Vec<LogLine>, bool) + 'static) {
        self.search_on(wanted, Vec::new(), Box::new(done));
    }

    fn search_on(&self, wanted: LogSearch, mut lines: Vec<LogLine>, done: OnFound) {
        let me = self.me.clone();
        self.ask(Request::Search(wanted.clone()), move |response| {
            let (Some(driver), Response::Found(found)) = (me.upgrade(), response) else {
                return done(lines, false);
            };
            lines.extend(found.lines);
            match found.before {
                Some(before) if lines.len() < LogSearch::LINES_MAX => {
                    driver.search_on(LogSearch { before: Some(before), ..wanted }, lines, done);
                }
                more => done(lines, more.is_some()),
            }
        });
    }
}
