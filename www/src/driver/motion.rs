//! Where the marks of the chart are to be: fresher than the page, which is drawn less often.

use causeway::session::view::MessageView;
use std::{collections::BTreeMap, rc::Rc};

/// Moves the marks; given the motion and the milliseconds since the last frame, it tells whether
/// something still moves.
pub type Animator = Rc<dyn Fn(&Motion, f64) -> bool>;

/// Progress of messages in thousandths.
#[derive(Clone, Debug, Default)]
pub struct Motion {
    progress: BTreeMap<u64, u32>,
}

impl Motion {
    /// Takes the progress of these messages and forgets all others.
    pub fn follow(&mut self, messages: &[MessageView]) {
        self.progress.clear();
        self.progress.extend(messages.iter().map(|message| (message.number, message.progress_permille)));
    }

    /// The progress of a message.
    pub fn of(&self, message: u64) -> Option<u32> {
        self.progress.get(&message).copied()
    }
}
