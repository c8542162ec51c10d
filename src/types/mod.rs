//! Words that every room shares: ids, simulated time and amounts, each a type of its own so that
//! a block number can't be taken for a chain id nor milliseconds for seconds.

mod amount;
mod gather;
mod id;
mod json;
mod named;
mod time;

pub use amount::{Amount, AmountError, format_units};
pub use gather::Gather;
pub use id::{BlockNumber, ChainId, MessageId};
pub use json::read_json;
pub use time::{Span, SpanError, Time};
