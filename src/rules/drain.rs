//! The most that somebody who holds the keys gets out under each limit within a time.
//!
//! Each bound is reached, and holds until somebody changes the limit. Sums that exceed 256 bits saturate.

use super::{BucketLimit, xerc20::DURATION_S};
use alloy_primitives::{U256, U512};

/// Through a token bucket that was full: its capacity, and what flows in. Base units.
pub fn token_bucket(limit: BucketLimit, duration_s: u64) -> U256 {
    U256::from(limit.capacity())
        .saturating_add(U256::from(limit.rate()).saturating_mul(U256::from(duration_s)))
}

/// Minted by a bridge whose daily limit (ERC-7281) was unused: all of it, then all of it again each day, and what comes
/// back evenly in the last part of a day. At most `limit * (1 + duration / 1 day)`, and less where the rate per second
/// was rounded down. Base units.
pub fn xerc20(limit: U256, duration_s: u64) -> U256 {
    let (day, days) = (U256::from(DURATION_S), U256::from(duration_s / DURATION_S));
    let trickle = limit / day * U256::from(duration_s % DURATION_S);
    limit.saturating_mul(days + U256::from(1)).saturating_add(trickle)
}

/// Where each window of `window_s` seconds allows `limit` (T-REX's `TimeTransfersLimits`): all of it in every window
/// that is touched when `duration_s` lie between the first transfer and the last, and so twice the limit within a
/// second. None if windows have no length. Base units.
pub fn fixed_windows(limit: U256, window_s: u64, duration_s: u64) -> Option<U256> {
    let boundaries = (window_s > 0).then(|| duration_s.div_ceil(window_s))?;
    Some(limit.saturating_mul(U256::from(boundaries) + U256::from(1)))
}

/// Out of a circuit breaker (ERC-7265) before it trips, if nothing came in within its window: what may be missing of
/// the liquidity that is older. `min_retained_bps` are ten thousandths. A breaker that is not yet active bounds
/// nothing. Base units.
pub fn circuit_breaker(liquidity: U256, min_retained_bps: u16) -> U256 {
    let retained = U512::from(liquidity) * U512::from(min_retained_bps.min(10_000)) / U512::from(10_000_u32);
    liquidity - U256::checked_from_limbs_slice(retained.as_limbs()).unwrap_or(liquidity)
}
