//! Pessimistic accounting of AggLayer (`pessimistic-proof-core`, `local_state`): nothing leaves a chain that did not
//! come into it, whatever the chain itself claims.
//!
//! Here are the balances and nullifiers and their rule, without the trees that commit to them and without the proof
//! that an import was sent: whoever calls has checked it.

use alloy_primitives::{Address, U256, U512};
use imbl::{OrdMap, OrdSet};
use std::collections::BTreeMap;

/// The network of ether.
const L1: u32 = 0;

/// A token by where it is native.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenId {
    /// The network that it is native to, 0 for L1.
    pub origin_network: u32,
    /// Its contract there.
    pub address: Address,
}

impl TokenId {
    /// Ether.
    pub const ETHER: Self = Self { origin_network: L1, address: Address::ZERO };
}

/// Tokens that come into the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Import {
    /// The network that they left.
    pub source: u32,
    /// The number of their exit there.
    pub leaf: u32,
    /// What they are.
    pub token: TokenId,
    /// How many, in base units.
    pub amount: U256,
}

/// Tokens that leave the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Where they go.
    pub destination: u32,
    /// What they are.
    pub token: TokenId,
    /// How many, in base units.
    pub amount: U256,
}

/// What a chain asks to be settled at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// Credited first.
    pub imports: Vec<Import>,
    /// Debited then.
    pub exits: Vec<Exit>,
}

/// Why a certificate is refused, all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PessimisticError {
    /// From the chain to itself.
    #[error("expected a network other than {network}, found the same")]
    CannotExitToSameNetwork {
        /// The chain's.
        network: u32,
    },
    /// An import that was settled before.
    #[error("expected an import that was not settled yet, found exit {leaf} of network {source_network}")]
    AlreadyNullified {
        /// The network that it left.
        source_network: u32,
        /// Its number there.
        leaf: u32,
    },
    /// Ether that is native to another network than L1.
    #[error("expected ether of network 0, found of network {found}")]
    InvalidL1Token {
        /// The network named.
        found: u32,
    },
    /// More leaves than there is.
    #[error("expected at most {balance} to leave, found {amount}")]
    BalanceUnderflowInBridgeExit {
        /// What is left of the token.
        balance: U512,
        /// What was to leave.
        amount: U256,
    },
    /// More than 256 bits of a token.
    #[error("expected a balance within 256 bits, found {found}")]
    BalanceOverflowInBridgeExit {
        /// The balance.
        found: U512,
    },
}

/// How much of each token of other networks a chain has, and which imports are settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalBalances {
    network: u32,
    balances: OrdMap<TokenId, U256>,
    nullified: OrdSet<(u32, u32)>,
}

impl LocalBalances {
    /// A chain that has got nothing.
    pub fn new(network: u32) -> Self {
        Self { network, balances: OrdMap::new(), nullified: OrdSet::new() }
    }

    /// How much the chain has, in base units. What is native to it is not counted.
    pub fn balance(&self, token: &TokenId) -> U256 {
        self.balances.get(token).copied().unwrap_or_default()
    }

    /// Settles a certificate (`apply_batch_header`).
    pub fn apply(&mut self, certificate: &Certificate) -> Result<(), PessimisticError> {
        let mut after = self.clone();
        let mut touched: BTreeMap<TokenId, U512> = BTreeMap::new();
        for import in &certificate.imports {
            self.check_other(import.source)?;
            if after.nullified.insert((import.source, import.leaf)).is_some() {
                let (source_network, leaf) = (import.source, import.leaf);
                return Err(PessimisticError::AlreadyNullified { source_network, leaf });
            }
            if import.token.origin_network != self.network {
                let balance = self.entry(&mut touched, import.token);
                // Fewer than 2^256 imports: within 512 bits.
                *balance += U512::from(import.amount);
            }
        }
        for exit in &certificate.exits {
            self.check_other(exit.destination)?;
            let TokenId { origin_network, address } = exit.token;
            if address == Address::ZERO && origin_network != L1 {
                return Err(PessimisticError::InvalidL1Token { found: origin_network });
            }
            if origin_network != self.network {
                let balance = self.entry(&mut touched, exit.token);
                let underflow =
                    PessimisticError::BalanceUnderflowInBridgeExit { balance: *balance, amount: exit.amount };
                *balance = balance.checked_sub(U512::from(exit.amount)).ok_or(underflow)?;
            }
        }
        for (token, found) in touched {
            let balance = U256::checked_from_limbs_slice(found.as_limbs())
                .ok_or(PessimisticError::BalanceOverflowInBridgeExit { found })?;
            after.balances.insert(token, balance);
        }
        *self = after;
        Ok(())
    }

    fn entry<'a>(&self, touched: &'a mut BTreeMap<TokenId, U512>, token: TokenId) -> &'a mut U512 {
        touched.entry(token).or_insert_with(|| U512::from(self.balance(&token)))
    }

    const fn check_other(&self, network: u32) -> Result<(), PessimisticError> {
        if network == self.network {
            return Err(PessimisticError::CannotExitToSameNetwork { network });
        }
        Ok(())
    }
}
