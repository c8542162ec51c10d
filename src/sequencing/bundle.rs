//! Bundles: transactions on several rollups, and what is promised of them together.
//!
//! Three promises that are easily taken for one another: *inclusion* (all legs are in blocks of one slot, or
//! none is; each may revert by itself), *execution* (all succeed, or none has any effect), *settlement* (all
//! of that, and if what one member claims on L1 is rejected, all roll back to what is final).

use crate::{
    chain::{Draft, Transaction},
    types::{ChainId, Gather as _, Time},
};
use alloy_primitives::{Address, B256};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, sync::Arc};

/// The number of a bundle in order of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BundleId(u64);

impl BundleId {
    /// Wraps a number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The bare number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is promised of the legs of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Guarantee {
    /// All legs are in blocks of one slot, or none is. One may revert while the others stand.
    Inclusion,
    /// All legs succeed, or none has any effect.
    Execution,
    /// As execution; and if the settlement of one member is rejected on L1, all members roll back to their
    /// last final state.
    Settlement,
}

impl Guarantee {
    /// All of them, weakest first.
    pub const ALL: [Self; 3] = [Self::Inclusion, Self::Execution, Self::Settlement];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inclusion => "inclusion",
            Self::Execution => "execution",
            Self::Settlement => "settlement",
        }
    }

    /// Whether legs must succeed together.
    pub const fn is_all_or_nothing(self) -> bool {
        match self {
            Self::Inclusion => false,
            Self::Execution | Self::Settlement => true,
        }
    }
}

/// A transaction of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Its rollup.
    pub chain: ChainId,
    /// What is executed there.
    pub cargo: LegCargo,
}

/// What a leg executes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LegCargo {
    /// A signed transaction, as it is.
    Signed(Arc<Transaction>),
    /// What a simulated actor does; it takes the sender's next nonce when it executes.
    Actor(Draft),
}

impl Leg {
    /// Who sends it.
    pub fn from(&self) -> Address {
        match &self.cargo {
            LegCargo::Signed(transaction) => transaction.from(),
            LegCargo::Actor(draft) => draft.from,
        }
    }

    /// Who is called.
    pub fn to(&self) -> Option<Address> {
        match &self.cargo {
            LegCargo::Signed(transaction) => transaction.to(),
            LegCargo::Actor(draft) => draft.to,
        }
    }

    /// The hash of a signed one.
    pub fn hash(&self) -> Option<B256> {
        match &self.cargo {
            LegCargo::Signed(transaction) => Some(transaction.hash()),
            LegCargo::Actor(_) => None,
        }
    }
}

/// Transactions on several rollups with a promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// Its number.
    pub id: BundleId,
    /// A name by which queries find it.
    pub label: Option<String>,
    /// Its legs in the order in which they execute.
    pub legs: Vec<Leg>,
    /// The promise.
    pub guarantee: Guarantee,
    /// When it is given up at last.
    pub deadline: Time,
    /// When it was sent.
    pub sent_at: Time,
}

/// Why a bundle is refused before it costs anyone anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleRefusal {
    /// It has no legs, or too many.
    #[error("bundle.legs: expected 1 to {most}, found {found}")]
    Count {
        /// Most allowed.
        most: usize,
        /// What was given.
        found: usize,
    },
    /// A leg is for a chain that the shared sequencer does not order.
    #[error(
        "bundle.legs[{leg}].chain: expected a member of the shared sequencer ({members:?}), found {found}"
    )]
    NotAMember {
        /// Which leg.
        leg: usize,
        /// The members.
        members: Vec<ChainId>,
        /// What was given.
        found: ChainId,
    },
    /// Two legs use one nonce.
    #[error("bundle.legs[{leg}]: expected a nonce of its own, found {nonce} of {sender} on {chain} again")]
    DuplicateNonce {
        /// Which leg.
        leg: usize,
        /// The chain.
        chain: ChainId,
        /// Whose.
        sender: Address,
        /// The nonce.
        nonce: u64,
    },
    /// A leg's bytes are no transaction for its chain.
    #[error("bundle.legs[{leg}]: {reason}")]
    Leg {
        /// Which leg.
        leg: usize,
        /// Why.
        reason: String,
    },
    /// Its deadline is not ahead.
    #[error("bundle.deadline: expected a time after {now}, found {found}")]
    Deadline {
        /// Now.
        now: Time,
        /// What was given.
        found: Time,
    },
    /// Its legs wait for each other's messages, or for some that no leg writes.
    #[error(
        "bundle: expected legs whose mailbox reads come to rest, found leg {leg} waiting for a message that no leg writes first"
    )]
    CyclicWait {
        /// Which leg.
        leg: usize,
    },
}

impl Bundle {
    /// Most legs of a bundle.
    pub const LEGS_MAX: usize = 32;

    /// Refuses what no slot can hold. What depends on state is not looked at.
    pub fn check(&self, members: &BTreeSet<ChainId>, now: Time) -> Result<(), BundleRefusal> {
        let found = self.legs.len();
        if found == 0 || found > Self::LEGS_MAX {
            return Err(BundleRefusal::Count { most: Self::LEGS_MAX, found });
        }
        if self.deadline <= now {
            return Err(BundleRefusal::Deadline { now, found: self.deadline });
        }
        let mut nonces = BTreeSet::new();
        for (leg, Leg { chain, cargo }) in self.legs.iter().enumerate() {
            if !members.contains(chain) {
                let members = members.iter().copied().collect();
                return Err(BundleRefusal::NotAMember { leg, members, found: *chain });
            }
            if let LegCargo::Signed(transaction) = cargo {
                let (sender, nonce) = (transaction.from(), transaction.nonce().unwrap_or_default());
                if !nonces.insert((*chain, sender, nonce)) {
                    return Err(BundleRefusal::DuplicateNonce { leg, chain: *chain, sender, nonce });
                }
            }
        }
        Ok(())
    }

    /// The rollups that it touches.
    pub fn chains(&self) -> BTreeSet<ChainId> {
        self.legs.iter().map(|leg| leg.chain).gather()
    }
}
