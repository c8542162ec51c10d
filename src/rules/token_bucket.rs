//! The token bucket of Chainlink's CCIP (`RateLimiter.sol`, the version with 128-bit state).

use alloy_primitives::U256;

/// What a bucket holds and how fast it fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BucketLimit {
    capacity: u128,
    rate: u128,
}

/// Why a bucket refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BucketError {
    /// The rate is zero, or fills the bucket within a second.
    #[error("expected a rate above 0 and below the capacity of {capacity}, found {rate}")]
    InvalidRate {
        /// Of the limit, in base units.
        capacity: u128,
        /// Of the limit, in base units a second.
        rate: u128,
    },
    /// The time lies before the last change.
    #[error("expected a time from {updated_s} s on, found {now_s} s")]
    TimeRunsBack {
        /// Of the last change.
        updated_s: u64,
        /// The time given.
        now_s: u64,
    },
    /// No wait would be long enough.
    #[error("expected at most the capacity of {capacity}, found {requested}")]
    MaxCapacityExceeded {
        /// Of the bucket.
        capacity: u128,
        /// The amount asked for.
        requested: U256,
    },
    /// There will be enough later.
    #[error("expected at most {available}, found {requested}; enough in {min_wait_s} s at the earliest")]
    RateLimitReached {
        /// What is in the bucket.
        available: u128,
        /// The amount asked for.
        requested: u128,
        /// Seconds until there is enough if nobody else takes any.
        min_wait_s: u128,
    },
}

impl BucketLimit {
    /// A limit of `capacity` base units that fills by `rate` a second. The contract wants 0 < rate < capacity.
    pub const fn new(capacity: u128, rate: u128) -> Result<Self, BucketError> {
        if rate == 0 || rate >= capacity {
            return Err(BucketError::InvalidRate { capacity, rate });
        }
        Ok(Self { capacity, rate })
    }

    /// The most that the bucket holds, in base units.
    pub const fn capacity(self) -> u128 {
        self.capacity
    }

    /// What flows in, in base units a second.
    pub const fn rate(self) -> u128 {
        self.rate
    }
}

/// A bucket: it fills with time, and what leaves takes from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenBucket {
    /// None while it is disabled.
    limit: Option<BucketLimit>,
    tokens: u128,
    updated_s: u64,
}

impl TokenBucket {
    /// A full bucket; without a limit it is disabled and lets everything pass.
    pub const fn full(limit: Option<BucketLimit>, now_s: u64) -> Self {
        let tokens = match limit {
            Some(limit) => limit.capacity,
            None => 0,
        };
        Self { limit, tokens, updated_s: now_s }
    }

    /// What may leave at this time, in base units; none if nothing limits it (`_currentTokenBucketState`).
    pub fn available(&self, now_s: u64) -> Result<Option<u128>, BucketError> {
        let passed_s = now_s
            .checked_sub(self.updated_s)
            .ok_or(BucketError::TimeRunsBack { updated_s: self.updated_s, now_s })?;
        Ok(self.limit.map(|limit| {
            // The contract computes with 256 bits: whatever saturates here lies above the capacity there.
            let refilled = self.tokens.saturating_add(limit.rate.saturating_mul(passed_s.into()));
            refilled.min(limit.capacity)
        }))
    }

    /// Takes `requested` base units (`_consume`). Nothing and a disabled bucket always pass, and leave no trace.
    pub fn consume(&mut self, requested: U256, now_s: u64) -> Result<(), BucketError> {
        let Some(limit) = self.limit.filter(|_| !requested.is_zero()) else { return Ok(()) };
        let available = self.available(now_s)?.unwrap_or_default();
        let beyond = BucketError::MaxCapacityExceeded { capacity: limit.capacity, requested };
        let requested = u128::try_from(requested).map_err(|_| beyond)?;
        if requested > limit.capacity {
            return Err(beyond);
        }
        let Some(tokens) = available.checked_sub(requested) else {
            let min_wait_s = (requested - available).div_ceil(limit.rate);
            return Err(BucketError::RateLimitReached { available, requested, min_wait_s });
        };
        *self = Self { tokens, updated_s: now_s, ..*self };
        Ok(())
    }

    /// Puts another limit in place (`_setTokenBucketConfig`): what is in the bucket stays, up to the new capacity. A
    /// bucket that was disabled is empty.
    pub fn set_limit(&mut self, limit: Option<BucketLimit>, now_s: u64) -> Result<(), BucketError> {
        let tokens = self.available(now_s)?.unwrap_or_default();
        let capacity = limit.map_or(0, BucketLimit::capacity);
        *self = Self { limit, tokens: tokens.min(capacity), updated_s: now_s };
        Ok(())
    }
}
