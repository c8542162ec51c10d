//! Limits on what may cross a bridge, each in the integers and with the order of checks of its reference.
//!
//! Times are seconds, as contracts see them. Whatever is refused leaves the state as it was.
//!
//! - `token_bucket`: the rate limiter of CCIP
//! - `xerc20`: limits of minting and burning by bridge (ERC-7281)
//! - `breaker`: the circuit breaker (ERC-7265)
//! - `pessimistic`: what came into a chain against what leaves it (AggLayer)
//! - `drain`: the most that gets out under each of them

mod breaker;
pub mod drain;
mod pessimistic;
mod token_bucket;
mod xerc20;

pub use breaker::{BreakerConfig, BreakerError, CircuitBreaker, LimitStatus, OnLimit, Outflow};
pub use pessimistic::{Certificate, Exit, Import, LocalBalances, PessimisticError, TokenId};
pub use token_bucket::{BucketError, BucketLimit, TokenBucket};
pub use xerc20::{BridgeLimits, LimitError, RollingLimit, XErc20Limits};

#[cfg(test)]
mod tests;
