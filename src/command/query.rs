//! Reads of a world: each gives one plain answer, so that predicates and tests can compare it.

use crate::{
    contracts::{Reserves, TEST_TOKEN_ON_L2, addresses},
    sequencing::{Guarantee, committee::NodeId},
    types::{Amount, BlockNumber, ChainId, Time},
};
use alloy_primitives::{Address, B256, U256};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A question about a world as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Query {
    /// Milliseconds since the world began. A number.
    Now,
    /// The digest over all that happened. A hash.
    Digest,
    /// How many rollups exist, removed ones left out. A number.
    RollupCount,
    /// The height of a chain's newest block. A number.
    Head {
        /// The chain.
        chain: ChainId,
    },
    /// The height up to which a rollup can be rebuilt from L1. A number.
    SafeHead {
        /// The rollup.
        chain: ChainId,
    },
    /// The height that no reorg of L1 undoes any more. A number.
    FinalizedHead {
        /// The chain.
        chain: ChainId,
    },
    /// The state root of a chain's newest block. A hash.
    StateRoot {
        /// The chain.
        chain: ChainId,
    },
    /// An account's ether. An amount.
    Balance {
        /// The chain.
        chain: ChainId,
        /// The account.
        #[schemars(with = "String")]
        account: Address,
    },
    /// An account's balance of the world's test token. An amount.
    TokenBalance {
        /// The chain.
        chain: ChainId,
        /// The account.
        #[schemars(with = "String")]
        account: Address,
    },
    /// A storage slot of a contract. A hash.
    Storage {
        /// The chain.
        chain: ChainId,
        /// The contract.
        #[schemars(with = "String")]
        account: Address,
        /// The slot.
        #[schemars(with = "String")]
        slot: B256,
    },
    /// Where a labelled message is. A text: the stage's name.
    MessageStage {
        /// The label that `send_message` gave it.
        label: String,
    },
    /// When a labelled message reached a stage, in milliseconds since the world began. A number,
    /// or nothing if it has not.
    MessageReached {
        /// The label.
        label: String,
        /// The stage's name.
        stage: String,
    },
    /// How many messages there are of those that are described. A number.
    MessageCount {
        /// At this stage; none takes all stages.
        #[serde(default)]
        stage: Option<String>,
        /// From this chain; none takes all.
        #[serde(default)]
        from: Option<ChainId>,
        /// To this chain; none takes all.
        #[serde(default)]
        to: Option<ChainId>,
        /// Carried by the world's relayer, or not; none takes both.
        #[serde(default)]
        relayed: Option<bool>,
    },
    /// How long the newest message from one chain to another that is at its end took, in milliseconds. A
    /// number, or nothing where none is.
    MessageLatency {
        /// Source.
        from: ChainId,
        /// Destination.
        to: ChainId,
    },
    /// How many transactions a chain's blocks hold. A number.
    TransactionCount {
        /// The chain.
        chain: ChainId,
    },
    /// How many transactions of an account reverted in a chain's blocks. A number.
    RevertCount {
        /// The chain.
        chain: ChainId,
        /// Who sent them.
        #[schemars(with = "String")]
        sender: Address,
    },
    /// How many transactions wait in a chain's mempool. A number.
    Pending {
        /// The chain.
        chain: ChainId,
    },
    /// An account's balance of a token of a rollup's pools. An amount.
    MarketBalance {
        /// The rollup.
        chain: ChainId,
        /// The account.
        #[schemars(with = "String")]
        account: Address,
        /// The token.
        token: MarketToken,
    },
    /// What a rollup's pool holds of a token: the market's, or that of the test token. An amount.
    PoolReserve {
        /// The rollup.
        chain: ChainId,
        /// The token.
        token: MarketToken,
    },
    /// What a test token costs in a rollup's pool, in ten thousandths of a USDX. A number; nothing without a pool.
    TokenPrice {
        /// The rollup.
        chain: ChainId,
    },
    /// What a reporter last told a rollup's price feed that a test token costs, in ten thousandths of a dollar. A number;
    /// nothing before.
    ReportedPrice {
        /// The rollup.
        chain: ChainId,
        /// The reporter's account.
        #[schemars(with = "String")]
        reporter: Address,
    },
    /// Where a labelled bundle stands. A text: `waiting`, `ordered`, `held`, `landed` or `aborted`.
    BundleState {
        /// The label that `submit_bundle` gave it.
        label: String,
    },
    /// How many bundles there are of those that are described. A number.
    BundleCount {
        /// In this state; none takes all states.
        #[serde(default)]
        state: Option<String>,
        /// Under this promise; none takes all.
        #[serde(default)]
        guarantee: Option<Guarantee>,
        /// With a leg that reverted in its block, or without; none takes both.
        #[serde(default)]
        reverted: Option<bool>,
    },
    /// How long the newest bundle that landed took from being sent, in milliseconds. A number, or nothing
    /// where none has.
    BundleLatency,
    /// How many slots the shared sequencer has decided. A number.
    SlotCount,
    /// The highest round, from 0, in which a slot was decided. A number, or nothing where none is decided.
    SlotRoundMax,
    /// How many transactions leaders put in around those of others. A number.
    InsertedCount,
    /// How many nodes of the shared sequencer are down. A number.
    NodesDown,
    /// How many rollups the shared sequencer orders. A number.
    MemberCount,
    /// What a node of the shared sequencer has bonded on L1. An amount.
    NodeBond {
        /// The node.
        node: NodeId,
    },
    /// What a rollup's bridge holds of an asset on L1. An amount.
    Escrowed {
        /// The rollup.
        chain: ChainId,
        /// The asset.
        asset: BridgedAsset,
    },
    /// What there is of an asset on a rollup that could leave it, each unit a claim on the bridge. An amount.
    Claimed {
        /// The rollup.
        chain: ChainId,
        /// The asset.
        asset: BridgedAsset,
    },
    /// What has been lost in all, by theft, standstill and the cost of defaults, in dollars of 18 decimals. An amount.
    TotalLoss,
    /// What an account bears of it, in dollars of 18 decimals. An amount.
    LossBorne {
        /// The account.
        #[schemars(with = "String")]
        account: Address,
    },
    /// How many steps losses went from where they began. A number; 0 where nobody has lost anything.
    LossHops,
    /// How many debtors have defaulted. A number.
    DefaultCount,
    /// The most of an asset that the controls of a rollup's bridge let go in one go now. An amount, or nothing where
    /// none limits it.
    Releasable {
        /// The rollup.
        chain: ChainId,
        /// The asset.
        asset: BridgedAsset,
    },
}

/// What a rollup's bridge carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BridgedAsset {
    /// Ether.
    Ether,
    /// The world's test token.
    Token,
}

/// A token of a rollup's pools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarketToken {
    /// The token that is traded.
    Wave,
    /// The token that stands for a dollar.
    Usdx,
    /// The test token, which came over the bridge; its pool has no other of these.
    Test,
}

impl MarketToken {
    /// Its contract, the same on every rollup.
    pub const fn address(self) -> Address {
        match self {
            Self::Wave => addresses::WAVE,
            Self::Usdx => addresses::USDX,
            Self::Test => TEST_TOKEN_ON_L2,
        }
    }

    /// The pool that is meant, the same on every rollup.
    pub const fn pool(self) -> Address {
        match self {
            Self::Wave | Self::Usdx => addresses::PAIR,
            Self::Test => addresses::TOKEN_PAIR,
        }
    }

    /// What that pool has of it.
    pub const fn reserve(self, pool: Reserves) -> U256 {
        match self {
            Self::Wave | Self::Test => pool.reserve0,
            Self::Usdx => pool.reserve1,
        }
    }
}

/// The answer to a [`Query`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Answer {
    /// A count, a height or milliseconds.
    Number(u64),
    /// Wei or a token's smallest unit, or a hash: hexadecimal text.
    Text(String),
    /// There is no such thing yet.
    Nothing,
}

impl Answer {
    /// The answer that is this amount.
    pub fn amount(amount: Amount) -> Self {
        Self::Text(format!("{:#x}", amount.get()))
    }

    /// The answer that is this hash.
    pub fn hash(hash: B256) -> Self {
        Self::Text(hash.to_string())
    }

    /// The answer that is this height.
    pub const fn height(number: BlockNumber) -> Self {
        Self::Number(number.get())
    }

    /// The answer that is this moment.
    pub const fn time(time: Time) -> Self {
        Self::Number(time.millis())
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
            Self::Nothing => f.write_str("nothing"),
        }
    }
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// There is no such chain.
    #[error("chain: expected one of {known:?}, found {found}")]
    UnknownChain {
        /// What was asked for.
        found: ChainId,
        /// What there is.
        known: Vec<ChainId>,
    },
    /// The chain is the L1.
    #[error("chain: expected a rollup, found the L1 {0}")]
    NotARollup(ChainId),
    /// No message has that label.
    #[error("label: expected one of {known:?}, found {found:?}")]
    UnknownLabel {
        /// What was asked for.
        found: String,
        /// What there is.
        known: Vec<String>,
    },
    /// There is no shared sequencer.
    #[error("sequencer: expected a world with a shared sequencer, found none")]
    NoSequencer,
    /// No state of a bundle has that name.
    #[error("state: expected one of {known:?}, found {found:?}")]
    UnknownState {
        /// What was asked for.
        found: String,
        /// What there is.
        known: Vec<String>,
    },
    /// No stage has that name.
    #[error("stage: expected one of {known:?}, found {found:?}")]
    UnknownStage {
        /// What was asked for.
        found: String,
        /// What there is.
        known: Vec<String>,
    },
}
