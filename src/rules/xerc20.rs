//! Limits of minting and burning by bridge (ERC-7281, as `XERC20.sol` of defi-wonderland computes them).

use alloy_primitives::{Address, U256, uint};
use imbl::OrdMap;

/// Seconds in which a limit comes back.
pub(super) const DURATION_S: u64 = 86_400;

/// Why a token refuses a bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// A limit that the contract's sums might not hold.
    #[error("expected a limit of at most 2^255 - 1, found {found}")]
    LimitsTooHigh {
        /// The limit given.
        found: U256,
    },
    /// More was asked for than is left.
    #[error("expected at most {current}, found {asked}")]
    NotHighEnough {
        /// What is left at this time.
        current: U256,
        /// The amount asked for.
        asked: U256,
    },
    /// The time lies before the last change.
    #[error("expected a time from {updated_s} s on, found {now_s} s")]
    TimeRunsBack {
        /// Of the last change.
        updated_s: u64,
        /// The time given.
        now_s: u64,
    },
}

/// One limit: what is used comes back evenly, and all of it a day after the last use. Below 86 400 base units nothing
/// comes back before that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RollingLimit {
    max: U256,
    current: U256,
    updated_s: u64,
}

impl RollingLimit {
    /// The most that is ever left, in base units.
    pub const fn max(&self) -> U256 {
        self.max
    }

    /// What is left at this time, in base units (`_getCurrentLimit`).
    pub fn current(&self, now_s: u64) -> Result<U256, LimitError> {
        let passed_s = now_s
            .checked_sub(self.updated_s)
            .ok_or(LimitError::TimeRunsBack { updated_s: self.updated_s, now_s })?;
        if self.current == self.max || passed_s >= DURATION_S {
            return Ok(self.max);
        }
        // At most twice the highest limit: within 256 bits.
        Ok(self.max.min(self.current + self.rate() * U256::from(passed_s)))
    }

    /// What comes back, in base units a second, rounded down.
    pub fn rate(&self) -> U256 {
        self.max / U256::from(DURATION_S)
    }

    /// Another limit: what is left shifts by the difference, down to nothing (`_calculateNewCurrentLimit`).
    fn set(&self, max: U256, now_s: u64) -> Result<Self, LimitError> {
        const HIGHEST: U256 = uint!(0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff_U256);
        if max > HIGHEST {
            return Err(LimitError::LimitsTooHigh { found: max });
        }
        let current = self.current(now_s)?;
        let current =
            if self.max > max { current.saturating_sub(self.max - max) } else { current + (max - self.max) };
        Ok(Self { max, current, updated_s: now_s })
    }

    fn spend(&self, asked: U256, now_s: u64) -> Result<Self, LimitError> {
        let current = self.current(now_s)?;
        let left = current.checked_sub(asked).ok_or(LimitError::NotHighEnough { current, asked })?;
        Ok(Self { current: left, updated_s: now_s, ..*self })
    }
}

/// Both limits of a bridge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BridgeLimits {
    /// Of what it mints.
    pub mint: RollingLimit,
    /// Of what it burns.
    pub burn: RollingLimit,
}

/// The limits of one token. A bridge without limits may do nothing, the lockbox everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct XErc20Limits {
    lockbox: Option<Address>,
    bridges: OrdMap<Address, BridgeLimits>,
}

impl XErc20Limits {
    /// A token without bridges.
    pub fn new(lockbox: Option<Address>) -> Self {
        Self { lockbox, bridges: OrdMap::new() }
    }

    /// The limits of a bridge.
    pub fn of(&self, bridge: &Address) -> BridgeLimits {
        self.bridges.get(bridge).copied().unwrap_or_default()
    }

    /// Sets both limits of a bridge, in base units a day (`setLimits`).
    pub fn set_limits(
        &mut self,
        bridge: Address,
        mint: U256,
        burn: U256,
        now_s: u64,
    ) -> Result<(), LimitError> {
        let limits = self.of(&bridge);
        let limits =
            BridgeLimits { mint: limits.mint.set(mint, now_s)?, burn: limits.burn.set(burn, now_s)? };
        self.bridges.insert(bridge, limits);
        Ok(())
    }

    /// `caller` mints so many base units.
    pub fn mint(&mut self, caller: Address, amount: U256, now_s: u64) -> Result<(), LimitError> {
        self.spend(caller, amount, now_s, |limits| &mut limits.mint)
    }

    /// `caller` burns so many base units.
    pub fn burn(&mut self, caller: Address, amount: U256, now_s: u64) -> Result<(), LimitError> {
        self.spend(caller, amount, now_s, |limits| &mut limits.burn)
    }

    fn spend(
        &mut self,
        caller: Address,
        amount: U256,
        now_s: u64,
        which: fn(&mut BridgeLimits) -> &mut RollingLimit,
    ) -> Result<(), LimitError> {
        if self.lockbox != Some(caller) {
            let mut limits = self.of(&caller);
            let limit = which(&mut limits);
            *limit = limit.spend(amount, now_s)?;
            self.bridges.insert(caller, limits);
        }
        Ok(())
    }
}
