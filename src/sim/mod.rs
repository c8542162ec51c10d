//! The machinery of a deterministic simulation: an event queue, one generator of random numbers per
//! actor, links that delay, lose and partition, and a trace that folds all that happened into a digest.

mod generator;
mod link;
mod queue;
mod trace;

pub use generator::Generator;
pub use link::{Delivery, Link, PerMillion};
pub use queue::Queue;
pub use trace::Trace;
