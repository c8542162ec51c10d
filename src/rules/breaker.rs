//! The circuit breaker of ERC-7265 as its reference has it (DeFi-Circuit-Breaker/v1-core: `CircuitBreaker.sol`,
//! `LimiterLib.sol`): it trips when too much of an asset's liquidity leaves within a period.
//!
//! Its weaknesses are kept: what comes in within the period makes up for what leaves; one asset that trips it stops
//! all; after an override nothing trips it for the rest of a period.

use alloy_primitives::{Address, I256, U256};
use imbl::{OrdMap, Vector};

/// The parts of a whole.
const WHOLE_BPS: u16 = 10_000;

/// Times of a breaker, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerConfig {
    /// How long a change counts as recent.
    pub period_s: u64,
    /// Changes within such a time are one.
    pub tick_s: u64,
    /// How long after it tripped anybody may clear it.
    pub cooldown_s: u64,
}

/// What an asset's liquidity looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitStatus {
    /// The asset is not registered.
    Uninitialized,
    /// Too little liquidity to care.
    Inactive,
    /// Enough is left.
    Ok,
    /// Too little would be left.
    Triggered,
}

/// What becomes of an outflow that may not leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnLimit {
    /// It is locked for its recipient.
    Lock,
    /// It is refused.
    Revert,
}

/// What became of an outflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outflow {
    /// It left.
    Paid,
    /// It tripped the breaker and is locked.
    Tripped,
    /// The breaker had tripped before: it is locked.
    Locked,
}

/// Why a breaker refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BreakerError {
    /// Ticks of no length.
    #[error("expected ticks of at least 1 s, found 0")]
    NoTick,
    /// The share that must stay is none or more than all.
    #[error("expected 1 to 10000 ten thousandths to stay, found {found}")]
    InvalidShare {
        /// The share given.
        found: u16,
    },
    /// The asset has its limits.
    #[error("expected an asset without limits, found {asset}")]
    AlreadyInitialized {
        /// The asset.
        asset: Address,
    },
    /// The breaker has tripped.
    #[error("expected a breaker that has not tripped, found it tripped at {tripped_s} s")]
    RateLimited {
        /// When it did, or would by this outflow.
        tripped_s: u64,
    },
    /// The breaker has not tripped.
    #[error("expected a breaker that has tripped, found it at rest")]
    NotRateLimited,
    /// It is too early for everybody but the administrator.
    #[error("expected {until_s} s or later, found {now_s} s")]
    CooldownNotOver {
        /// When the cooldown is over.
        until_s: u64,
        /// The time given.
        now_s: u64,
    },
    /// Nothing is locked.
    #[error("expected locked funds, found none")]
    NoLockedFunds,
    /// The time lies before the last change.
    #[error("expected a time from {updated_s} s on, found {now_s} s")]
    TimeRunsBack {
        /// Of the last change.
        updated_s: u64,
        /// The time given.
        now_s: u64,
    },
    /// The contract would revert: its liquidity has 256 bits with a sign.
    #[error("expected liquidity within 255 bits, found more")]
    Overflow,
}

/// An asset's liquidity, as far as the breaker saw it come and go.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Limiter {
    min_retained_bps: u16,
    begin_threshold: U256,
    /// All changes that are older than a period.
    total: I256,
    /// All that are not.
    recent: I256,
    /// The recent ones by tick.
    changes: Vector<(u64, I256)>,
}

impl Limiter {
    fn record(&mut self, amount: I256, now_s: u64, config: BreakerConfig) -> Result<(), BreakerError> {
        let tick_s = now_s - now_s % config.tick_s;
        self.recent = sum(self.recent, amount)?;
        match self.changes.front() {
            None => self.changes.push_back((tick_s, amount)),
            Some((oldest_s, _)) => {
                if now_s.saturating_sub(*oldest_s) >= config.period_s {
                    self.sync(now_s, config)?;
                }
                match self.changes.back_mut() {
                    Some((last_s, change)) if *last_s == tick_s => *change = sum(*change, amount)?,
                    _ => self.changes.push_back((tick_s, amount)),
                }
            }
        }
        Ok(())
    }

    /// Counts to the total what is no longer recent.
    fn sync(&mut self, now_s: u64, config: BreakerConfig) -> Result<(), BreakerError> {
        let mut aged = I256::ZERO;
        while let Some((changed_s, change)) = self.changes.front().copied()
            && now_s.saturating_sub(changed_s) >= config.period_s
        {
            aged = sum(aged, change)?;
            self.changes.pop_front();
        }
        if self.changes.is_empty() {
            // The reference begins its list anew at this second, which is no tick: what follows ages from here.
            self.changes.push_back((now_s, I256::ZERO));
        }
        self.total = sum(self.total, aged)?;
        self.recent = self.recent.checked_sub(aged).ok_or(BreakerError::Overflow)?;
        Ok(())
    }

    fn status(&self) -> Result<LimitStatus, BreakerError> {
        // As the reference compares: a total below zero is more than any threshold.
        if self.begin_threshold > self.total.into_raw() {
            return Ok(LimitStatus::Inactive);
        }
        let bps = |share: u16| I256::unchecked_from(share);
        let scaled = self.total.checked_mul(bps(self.min_retained_bps)).ok_or(BreakerError::Overflow)?;
        let triggered = sum(self.total, self.recent)? < scaled / bps(WHOLE_BPS);
        Ok(if triggered { LimitStatus::Triggered } else { LimitStatus::Ok })
    }
}

/// A breaker before the assets of a protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CircuitBreaker {
    config: BreakerConfig,
    limiters: OrdMap<Address, Limiter>,
    /// Of each recipient and asset.
    locked: OrdMap<(Address, Address), U256>,
    is_limited: bool,
    tripped_s: u64,
    /// The last second of the grace that an override gives.
    grace_until_s: u64,
    updated_s: u64,
}

impl CircuitBreaker {
    /// A breaker that watches nothing yet.
    pub fn new(config: BreakerConfig) -> Result<Self, BreakerError> {
        if config.tick_s == 0 {
            return Err(BreakerError::NoTick);
        }
        Ok(Self {
            config,
            limiters: OrdMap::new(),
            locked: OrdMap::new(),
            is_limited: false,
            tripped_s: 0,
            grace_until_s: 0,
            updated_s: 0,
        })
    }

    /// Watches an asset (`registerAsset`): `min_retained_bps` ten thousandths of its liquidity must stay within a
    /// period, once there are `begin_threshold` base units of it.
    pub fn register(
        &mut self,
        asset: Address,
        min_retained_bps: u16,
        begin_threshold: U256,
    ) -> Result<(), BreakerError> {
        self.register_holding(asset, min_retained_bps, begin_threshold, U256::ZERO)
    }

    /// As `register`, where `held` base units are there already and count as older than a period.
    pub fn register_holding(
        &mut self,
        asset: Address,
        min_retained_bps: u16,
        begin_threshold: U256,
        held: U256,
    ) -> Result<(), BreakerError> {
        if min_retained_bps == 0 || min_retained_bps > WHOLE_BPS {
            return Err(BreakerError::InvalidShare { found: min_retained_bps });
        }
        if self.limiters.contains_key(&asset) {
            return Err(BreakerError::AlreadyInitialized { asset });
        }
        let limiter = Limiter {
            min_retained_bps,
            begin_threshold,
            total: signed(held)?,
            recent: I256::ZERO,
            changes: Vector::new(),
        };
        self.limiters.insert(asset, limiter);
        Ok(())
    }

    /// `amount` base units come in (`onTokenInflow`).
    pub fn inflow(&mut self, asset: Address, amount: U256, now_s: u64) -> Result<(), BreakerError> {
        self.check_time(now_s)?;
        if let Some(mut limiter) = self.limiters.get(&asset).cloned() {
            limiter.record(signed(amount)?, now_s, self.config)?;
            self.limiters.insert(asset, limiter);
        }
        self.updated_s = now_s;
        Ok(())
    }

    /// `amount` base units are to leave for `recipient` (`onTokenOutflow`). What is locked counts as gone.
    pub fn outflow(
        &mut self,
        asset: Address,
        amount: U256,
        recipient: Address,
        now_s: u64,
        on_limit: OnLimit,
    ) -> Result<Outflow, BreakerError> {
        self.check_time(now_s)?;
        let mut outflow = Outflow::Paid;
        if let Some(mut limiter) = self.limiters.get(&asset).cloned() {
            limiter.record(-signed(amount)?, now_s, self.config)?;
            if self.is_limited {
                outflow = Outflow::Locked;
            } else if limiter.status()? == LimitStatus::Triggered && now_s > self.grace_until_s {
                outflow = Outflow::Tripped;
            }
            if outflow != Outflow::Paid {
                let tripped_s = if self.is_limited { self.tripped_s } else { now_s };
                if on_limit == OnLimit::Revert {
                    return Err(BreakerError::RateLimited { tripped_s });
                }
                let locked =
                    self.locked(recipient, asset).checked_add(amount).ok_or(BreakerError::Overflow)?;
                self.locked.insert((recipient, asset), locked);
                (self.is_limited, self.tripped_s) = (true, tripped_s);
            }
            self.limiters.insert(asset, limiter);
        }
        self.updated_s = now_s;
        Ok(outflow)
    }

    /// Pays out what is locked for a recipient, in base units (`claimLockedFunds`).
    pub fn claim(&mut self, recipient: Address, asset: Address) -> Result<U256, BreakerError> {
        let locked = self.locked(recipient, asset);
        if locked.is_zero() {
            return Err(BreakerError::NoLockedFunds);
        }
        if self.is_limited {
            return Err(BreakerError::RateLimited { tripped_s: self.tripped_s });
        }
        self.locked.remove(&(recipient, asset));
        Ok(locked)
    }

    /// Anybody lets outflows pass again (`overrideExpiredRateLimit`).
    pub fn clear(&mut self, now_s: u64) -> Result<(), BreakerError> {
        self.check_time(now_s)?;
        if !self.is_limited {
            return Err(BreakerError::NotRateLimited);
        }
        let until_s = self.tripped_s.saturating_add(self.config.cooldown_s);
        if now_s < until_s {
            return Err(BreakerError::CooldownNotOver { until_s, now_s });
        }
        self.is_limited = false;
        Ok(())
    }

    /// The administrator lets outflows pass again (`overrideRateLimit`), and nothing trips the breaker until a period
    /// after it tripped.
    pub const fn override_limit(&mut self) -> Result<(), BreakerError> {
        if !self.is_limited {
            return Err(BreakerError::NotRateLimited);
        }
        self.is_limited = false;
        self.grace_until_s = self.tripped_s.saturating_add(self.config.period_s);
        Ok(())
    }

    /// What an asset's liquidity looked like at its last change.
    pub fn status(&self, asset: &Address) -> Result<LimitStatus, BreakerError> {
        self.limiters.get(asset).map_or(Ok(LimitStatus::Uninitialized), Limiter::status)
    }

    /// Whether outflows are locked.
    pub const fn is_limited(&self) -> bool {
        self.is_limited
    }

    /// An asset's liquidity at its last change: what is older than a period, and the change since, in base units.
    pub fn liquidity(&self, asset: &Address) -> (I256, I256) {
        self.limiters.get(asset).map_or((I256::ZERO, I256::ZERO), |limiter| (limiter.total, limiter.recent))
    }

    /// What is locked for a recipient, in base units.
    pub fn locked(&self, recipient: Address, asset: Address) -> U256 {
        self.locked.get(&(recipient, asset)).copied().unwrap_or_default()
    }

    const fn check_time(&self, now_s: u64) -> Result<(), BreakerError> {
        if now_s < self.updated_s {
            return Err(BreakerError::TimeRunsBack { updated_s: self.updated_s, now_s });
        }
        Ok(())
    }
}

fn sum(a: I256, b: I256) -> Result<I256, BreakerError> {
    a.checked_add(b).ok_or(BreakerError::Overflow)
}

fn signed(amount: U256) -> Result<I256, BreakerError> {
    I256::try_from(amount).map_err(|_| BreakerError::Overflow)
}
