//! The constant-product pool of Uniswap v2 (v2-core `UniswapV2Pair`, v2-periphery `UniswapV2Library`), in its integers.
//!
//! Of what comes in, 3 of 1000 parts stay in the pool. Every rounding favours the pool.

use crate::contracts::Reserves;
use alloy_primitives::{U256, uint};

/// Liquidity that the first provider leaves in the pool for ever.
pub const MINIMUM_LIQUIDITY: U256 = uint!(1000_U256);

/// What is left of 1000 parts after the fee.
pub(super) const KEPT: U256 = uint!(997_U256);
/// The parts of a whole.
pub(super) const WHOLE: U256 = uint!(1000_U256);

/// Why a pool cannot do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmmError {
    /// Nothing was brought or asked for.
    #[error("expected an amount above 0, found 0")]
    NoAmount,
    /// A reserve is empty.
    #[error("expected reserves of both tokens, found {reserve_in} and {reserve_out}")]
    NoReserves {
        /// Of the token that comes in.
        reserve_in: U256,
        /// Of the other.
        reserve_out: U256,
    },
    /// More was asked for than there is.
    #[error("expected to give less than the reserve of {reserve}, found {asked}")]
    BeyondReserve {
        /// The amount asked for.
        asked: U256,
        /// What the pool has.
        reserve: U256,
    },
    /// More would be given than is paid for.
    #[error("expected a product of reserves of at least {expected} after the fee, found {found}")]
    ProductFalls {
        /// The product before, a million times.
        expected: U256,
        /// The product afterwards without the fee, a million times.
        found: U256,
    },
    /// What was brought is worth no liquidity.
    #[error("expected amounts that are worth liquidity, found {amount0} and {amount1}")]
    NothingMinted {
        /// Of token 0.
        amount0: U256,
        /// Of token 1.
        amount1: U256,
    },
    /// What was given back is worth nothing of one token, or there is not that much.
    #[error("expected liquidity worth something of both tokens and at most {supply}, found {liquidity}")]
    NothingBurned {
        /// The liquidity given back.
        liquidity: U256,
        /// All there is.
        supply: U256,
    },
    /// The contract would revert: its arithmetic has 256 bits, its reserves 112.
    #[error("expected arithmetic within 256 bits and reserves within 112, found more")]
    Overflow,
}

/// What comes out for `amount_in`, rounded down.
pub fn amount_out(amount_in: U256, reserve_in: U256, reserve_out: U256) -> Result<U256, AmmError> {
    if amount_in.is_zero() {
        return Err(AmmError::NoAmount);
    }
    check_reserves(reserve_in, reserve_out)?;
    let without_fee = product(amount_in, KEPT)?;
    Ok(product(without_fee, reserve_out)? / sum(product(reserve_in, WHOLE)?, without_fee)?)
}

/// What must come in for `amount_out`, rounded up.
pub fn amount_in(amount_out: U256, reserve_in: U256, reserve_out: U256) -> Result<U256, AmmError> {
    if amount_out.is_zero() {
        return Err(AmmError::NoAmount);
    }
    check_reserves(reserve_in, reserve_out)?;
    if amount_out >= reserve_out {
        return Err(AmmError::BeyondReserve { asked: amount_out, reserve: reserve_out });
    }
    let numerator = product(product(reserve_in, amount_out)?, WHOLE)?;
    sum(numerator / product(reserve_out - amount_out, KEPT)?, U256::from(1))
}

/// What an amount of one token is worth in the other at the reserves' ratio, rounded down.
pub fn quote(amount: U256, reserve: U256, reserve_other: U256) -> Result<U256, AmmError> {
    if amount.is_zero() {
        return Err(AmmError::NoAmount);
    }
    check_reserves(reserve, reserve_other)?;
    Ok(product(amount, reserve_other)? / reserve)
}

/// One of a pool's two tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Token {
    /// The one with the lower address.
    Zero,
    /// The other.
    One,
}

/// A pool as its contract's storage has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// What it has of both tokens.
    pub reserves: Reserves,
    /// All liquidity that exists.
    pub supply: U256,
    /// The product of the reserves after the last change of liquidity, zero before the first, where the protocol takes
    /// a sixth of the fees; none where it takes nothing.
    pub protocol_fee: Option<U256>,
}

/// What came of adding liquidity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minted {
    /// The pool afterwards.
    pub pool: Pool,
    /// What the provider got.
    pub liquidity: U256,
    /// What the protocol got.
    pub protocol_liquidity: U256,
}

/// What came of taking liquidity away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burned {
    /// The pool afterwards.
    pub pool: Pool,
    /// What the provider got of token 0.
    pub amount0: U256,
    /// What the provider got of token 1.
    pub amount1: U256,
    /// What the protocol got.
    pub protocol_liquidity: U256,
}

impl Pool {
    /// A pool without anything; `protocol_fee` says whether the protocol takes its sixth.
    pub const fn empty(protocol_fee: bool) -> Self {
        let reserves = Reserves { reserve0: U256::ZERO, reserve1: U256::ZERO };
        let protocol_fee = if protocol_fee { Some(U256::ZERO) } else { None };
        Self { reserves, supply: U256::ZERO, protocol_fee }
    }

    /// Sells `amount_in` of a token: the pool afterwards, and what comes out.
    pub fn sell(self, token: Token, amount_in: U256) -> Result<(Self, U256), AmmError> {
        let oriented = self.oriented(token);
        let out = amount_out(amount_in, oriented.reserve0, oriented.reserve1)?;
        let after = Reserves {
            reserve0: sum(oriented.reserve0, amount_in)?,
            // `amount_out` is less than the reserve.
            reserve1: oriented.reserve1 - out,
        };
        let pool = Self { reserves: after, ..self };
        Ok((Self { reserves: pool.oriented(token), ..self }.checked()?, out))
    }

    /// Takes and gives any of both tokens, each as (of token 0, of token 1), as the contract's `swap` does: the pool
    /// afterwards, whose product without the fee has not fallen.
    pub fn swap(self, taken: (U256, U256), given: (U256, U256)) -> Result<Self, AmmError> {
        let zero = (U256::ZERO, U256::ZERO);
        if taken == zero || given == zero {
            return Err(AmmError::NoAmount);
        }
        let Reserves { reserve0, reserve1 } = self.reserves;
        for (asked, reserve) in [(given.0, reserve0), (given.1, reserve1)] {
            if asked >= reserve {
                return Err(AmmError::BeyondReserve { asked, reserve });
            }
        }
        let reserve0 = sum(reserve0 - given.0, taken.0)?;
        let reserve1 = sum(reserve1 - given.1, taken.1)?;
        // Not below zero: what was taken is part of the reserve.
        let without_fee = |reserve, taken| Ok(product(reserve, WHOLE)? - product(taken, WHOLE - KEPT)?);
        let found = product(without_fee(reserve0, taken.0)?, without_fee(reserve1, taken.1)?)?;
        let expected = product(self.k()?, WHOLE * WHOLE)?;
        if found < expected {
            return Err(AmmError::ProductFalls { expected, found });
        }
        Self { reserves: Reserves { reserve0, reserve1 }, ..self }.checked()
    }

    /// The reserves as (of this token, of the other).
    pub fn oriented(&self, token: Token) -> Reserves {
        match token {
            Token::Zero => self.reserves,
            Token::One => self.reserves.flipped(),
        }
    }

    /// Adds both tokens.
    pub fn mint(self, amount0: U256, amount1: U256) -> Result<Minted, AmmError> {
        let nothing = AmmError::NothingMinted { amount0, amount1 };
        let Reserves { reserve0, reserve1 } = self.reserves;
        let protocol_liquidity = self.protocol_liquidity()?;
        let supply = sum(self.supply, protocol_liquidity)?;
        let (liquidity, locked) = if supply.is_zero() {
            let root = isqrt(product(amount0, amount1)?);
            (root.saturating_sub(MINIMUM_LIQUIDITY), MINIMUM_LIQUIDITY)
        } else {
            let share0 = product(amount0, supply)?.checked_div(reserve0).ok_or(nothing)?;
            let share1 = product(amount1, supply)?.checked_div(reserve1).ok_or(nothing)?;
            (share0.min(share1), U256::ZERO)
        };
        if liquidity.is_zero() {
            return Err(nothing);
        }
        let reserves = Reserves { reserve0: sum(reserve0, amount0)?, reserve1: sum(reserve1, amount1)? };
        let supply = sum(supply, sum(liquidity, locked)?)?;
        let pool = Self { reserves, supply, ..self }.after_change()?;
        Ok(Minted { pool, liquidity, protocol_liquidity })
    }

    /// Takes liquidity away.
    pub fn burn(self, liquidity: U256) -> Result<Burned, AmmError> {
        let protocol_liquidity = self.protocol_liquidity()?;
        let supply = sum(self.supply, protocol_liquidity)?;
        let nothing = AmmError::NothingBurned { liquidity, supply: self.supply };
        if liquidity > self.supply {
            return Err(nothing);
        }
        let Reserves { reserve0, reserve1 } = self.reserves;
        let amount0 = product(liquidity, reserve0)?.checked_div(supply).ok_or(nothing)?;
        let amount1 = product(liquidity, reserve1)?.checked_div(supply).ok_or(nothing)?;
        if amount0.is_zero() || amount1.is_zero() {
            return Err(nothing);
        }
        let reserves = Reserves { reserve0: reserve0 - amount0, reserve1: reserve1 - amount1 };
        let pool = Self { reserves, supply: supply - liquidity, ..self }.after_change()?;
        Ok(Burned { pool, amount0, amount1, protocol_liquidity })
    }

    /// What liquidity is worth of both tokens, with the protocol's share taken off (v2-periphery
    /// `computeLiquidityValue`).
    pub fn value(&self, liquidity: U256) -> Result<(U256, U256), AmmError> {
        let supply = sum(self.supply, self.protocol_liquidity()?)?;
        let share = |reserve| {
            let nothing = AmmError::NothingBurned { liquidity, supply };
            product(reserve, liquidity)?.checked_div(supply).ok_or(nothing)
        };
        Ok((share(self.reserves.reserve0)?, share(self.reserves.reserve1)?))
    }

    /// The liquidity that the next change mints to the protocol: worth a sixth of what the root of the product has
    /// grown by since the last.
    pub fn protocol_liquidity(&self) -> Result<U256, AmmError> {
        let Some(k_last) = self.protocol_fee.filter(|k_last| !k_last.is_zero()) else {
            return Ok(U256::ZERO);
        };
        let (root, root_last) = (isqrt(self.k()?), isqrt(k_last));
        let Some(growth) = root.checked_sub(root_last).filter(|growth| !growth.is_zero()) else {
            return Ok(U256::ZERO);
        };
        Ok(product(self.supply, growth)? / sum(product(root, U256::from(5))?, root_last)?)
    }

    /// The product of the reserves.
    fn k(&self) -> Result<U256, AmmError> {
        product(self.reserves.reserve0, self.reserves.reserve1)
    }

    fn after_change(self) -> Result<Self, AmmError> {
        let pool = self.checked()?;
        let k = pool.k()?;
        Ok(Self { protocol_fee: pool.protocol_fee.map(|_| k), ..pool })
    }

    fn checked(self) -> Result<Self, AmmError> {
        let Reserves { reserve0, reserve1 } = self.reserves;
        let fits = reserve0.bit_len() <= Reserves::BITS && reserve1.bit_len() <= Reserves::BITS;
        if fits { Ok(self) } else { Err(AmmError::Overflow) }
    }
}

/// The square root, rounded down.
pub fn isqrt(square: U256) -> U256 {
    if square.is_zero() {
        return square;
    }
    // Newton's method from above: falls until it is there.
    let mut root = U256::from(1) << square.bit_len().div_ceil(2);
    loop {
        let next = (root + square / root) >> 1;
        if next >= root {
            return root;
        }
        root = next;
    }
}

fn check_reserves(reserve_in: U256, reserve_out: U256) -> Result<(), AmmError> {
    if reserve_in.is_zero() || reserve_out.is_zero() {
        return Err(AmmError::NoReserves { reserve_in, reserve_out });
    }
    Ok(())
}

fn product(a: U256, b: U256) -> Result<U256, AmmError> {
    a.checked_mul(b).ok_or(AmmError::Overflow)
}

fn sum(a: U256, b: U256) -> Result<U256, AmmError> {
    a.checked_add(b).ok_or(AmmError::Overflow)
}
