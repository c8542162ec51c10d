//! The only way into a world, and the only way to read it: [`Command`] changes it, [`Query`] does
//! not, [`Predicate`] says yes or no over queries. Page, lesson, link, JSON-RPC, headless runner and
//! tests all speak these.

mod control;
mod predicate;
mod query;

pub use control::{Control, SetControl};
pub use predicate::{Comparison, Predicate, Verdict};
pub use query::{Answer, BridgedAsset, MarketToken, Query, QueryError};

use crate::{
    rollup::RollupConfig,
    sequencing::{
        Guarantee,
        committee::{Behaviour, NodeId},
    },
    sim::Link,
    types::{Amount, ChainId, Span},
};
use alloy_primitives::{Address, Bytes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A change to the world, made at the moment at which it is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Adds a rollup; its contracts are deployed on L1 by a transaction of the next slot.
    SpawnRollup(Box<RollupConfig>),
    /// Halts a rollup for ever. What it owes stays owed.
    RemoveRollup {
        /// The rollup.
        chain: ChainId,
    },
    /// Sends ether, a token or a call from one chain to another.
    SendMessage(SendMessage),
    /// Puts a signed Ethereum transaction in a chain's mempool.
    SendRawTransaction {
        /// The chain.
        chain: ChainId,
        /// The EIP-2718 bytes.
        #[schemars(with = "String")]
        raw: Bytes,
    },
    /// Puts a transaction of a simulated actor in a chain's mempool, without a signature.
    Transact(Transact),
    /// Breaks or mends something.
    Fault(Fault),
    /// Sends the proof of a message that leaves a rollup to the rollup's portal on L1.
    ProveMessage(ProveMessage),
    /// Has the portal execute a message that the same account proved. Too early, it reverts.
    FinalizeMessage {
        /// Its number in order of sending.
        message: u64,
        /// Who sends; default Alice.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        sender: Option<Address>,
    },
    /// Has somebody send so many transfers of one wei each second from now on.
    SetTraffic(SetTraffic),
    /// Sends transactions on several rollups to the shared sequencer, with a promise about them together.
    SubmitBundle(SubmitBundle),
    /// Has the shared sequencer order a rollup from now on, or the rollup itself again.
    SetOrdering {
        /// The rollup.
        chain: ChainId,
        /// Whether it is a member of the shared sequencer.
        shared: bool,
    },
    /// Gives a command later: several of them make failures that are staged in time.
    Later {
        /// After which time, at most ten years.
        after: Span,
        /// What; not itself one for later.
        command: Box<Self>,
    },
    /// Has the guardian of a rollup's bridge set a control on what leaves and enters it.
    SetControl(SetControl),
}

impl Command {
    /// The longest that a command is put off.
    pub const LATER_MAX: Span = Span::days(3_660);

    /// Whether it breaks something, now or later.
    pub fn is_failure(&self) -> bool {
        match self {
            Self::Fault(_) | Self::RemoveRollup { .. } => true,
            Self::Later { command, .. } => command.is_failure(),
            _ => false,
        }
    }
}

/// Transactions on several rollups, sent together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitBundle {
    /// A name by which queries find the bundle. Default none.
    #[serde(default)]
    pub label: Option<String>,
    /// What is promised of the legs together. Default execution.
    #[serde(default = "execution")]
    pub guarantee: Guarantee,
    /// How long it is tried. Default 1m.
    #[serde(default = "minute")]
    pub deadline: Span,
    /// Its transactions in the order in which they execute, at most 32.
    pub legs: Vec<LegOrder>,
}

const fn execution() -> Guarantee {
    Guarantee::Execution
}

const fn minute() -> Span {
    Span::minutes(1)
}

/// A transaction of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LegOrder {
    /// A signed transaction.
    Signed {
        /// Its rollup.
        chain: ChainId,
        /// The EIP-2718 bytes.
        #[schemars(with = "String")]
        raw: Bytes,
    },
    /// A transaction of a simulated actor. Its gas limit is a million where none is given: what a leg needs
    /// can't be told before the others have run.
    Actor(Transact),
}

/// The proof of a message, sent by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProveMessage {
    /// Its number in order of sending.
    pub message: u64,
    /// Who sends; default Alice.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub sender: Option<Address>,
    /// What is altered before it is sent. Default nothing.
    #[serde(default)]
    pub forgery: Option<Forgery>,
}

/// Something that a forger alters in a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Forgery {
    /// The message carries one ether more than was sent.
    Amount,
    /// One bit of the last node of the storage proof.
    ProofBit,
    /// One bit of the state root that the output root is made of.
    StateRoot,
}

impl Forgery {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Amount, Self::ProofBit, Self::StateRoot];
}

/// Transfers that one account sends on a chain, evenly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTraffic {
    /// The chain.
    pub chain: ChainId,
    /// How many each second, at most 500; 0 ends it.
    pub per_second: u32,
    /// Who sends; default Judy, the last of the people.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub from: Option<Address>,
}

impl SetTraffic {
    /// Most transfers a second.
    pub const PER_SECOND_MAX: u32 = 500;
}

/// A transaction that a simulated actor sends as itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transact {
    /// The chain.
    pub chain: ChainId,
    /// Who sends.
    #[schemars(with = "String")]
    pub from: Address,
    /// Who is called; none creates a contract.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub to: Option<Address>,
    /// Ether that goes along. Default 0.
    #[serde(default)]
    pub value: Amount,
    /// Calldata, or the init code of a contract. Default empty.
    #[serde(default)]
    #[schemars(with = "String")]
    pub data: Bytes,
    /// Gas limit. Default: an estimate made now, plus a fifth.
    #[serde(default)]
    pub gas_limit: Option<u64>,
}

/// A message from one chain to another over the L1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    /// A name by which queries find the message. Default none.
    #[serde(default)]
    pub label: Option<String>,
    /// Where it starts: the L1 or a rollup.
    pub from: ChainId,
    /// Where it is to arrive.
    pub to: ChainId,
    /// Who sends it; default Alice.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub sender: Option<Address>,
    /// What it carries.
    pub content: MessageContent,
    /// Whether the world's relayer proves and finalizes it on L1. Default true.
    #[serde(default = "yes")]
    pub relay: bool,
}

const fn yes() -> bool {
    true
}

/// What a message carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MessageContent {
    /// Ether for somebody.
    Ether {
        /// How much.
        amount: Amount,
        /// For whom; default the sender.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        recipient: Option<Address>,
    },
    /// The world's test token: locked on L1, minted on rollups.
    Token {
        /// How much, in the token's smallest unit.
        amount: Amount,
        /// For whom; default the sender.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        recipient: Option<Address>,
    },
    /// A call of a contract on the other chain.
    Call {
        /// The contract; default the chain's `ValueStore`.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        target: Option<Address>,
        /// Ether that goes along. Default 0.
        #[serde(default)]
        value: Amount,
        /// The calldata.
        #[schemars(with = "String")]
        data: Bytes,
        /// Gas for the call. Default 200 000.
        #[serde(default = "call_gas")]
        gas_limit: u64,
    },
}

const fn call_gas() -> u64 {
    200_000
}

/// Something that goes wrong, or right again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// The last blocks of the L1 are replaced; their transactions return to the mempool.
    L1Reorg {
        /// How many blocks; only blocks that are not final can be replaced.
        depth: u64,
    },
    /// The link between a rollup's actors and L1 changes.
    SetLink {
        /// The rollup.
        chain: ChainId,
        /// How it is from now on.
        link: Link,
    },
    /// A rollup's sequencer stops sealing blocks; with `false` it goes on.
    HaltSequencer {
        /// The rollup.
        chain: ChainId,
        /// Whether it is halted.
        halted: bool,
    },
    /// The data of a rollup's batches is no longer handed out (committee or operator only).
    WithholdData {
        /// The rollup.
        chain: ChainId,
        /// Whether it is withheld.
        withheld: bool,
    },
    /// Holds back or lets through an L1 transaction type of a rollup: its batches.
    HaltBatcher {
        /// The rollup.
        chain: ChainId,
        /// Whether it is halted.
        halted: bool,
    },
    /// A rollup builds blocks with bundles and does not vote for them; with `false` it votes again.
    WithholdVotes {
        /// The rollup.
        chain: ChainId,
        /// Whether it keeps silent.
        withheld: bool,
    },
    /// What a rollup has claimed on L1 beyond its last final state is rejected. It rolls back to that state,
    /// and with it every rollup that a bundle with atomic settlement ties to it, however indirectly. Until
    /// fraud and validity proofs say so themselves, this is the only way for it to happen.
    RejectSettlement {
        /// The rollup.
        chain: ChainId,
    },
    /// Something happens to the nodes of the shared sequencer.
    Sequencer(SequencerFault),
    /// The keys of a rollup's portal are stolen, and somebody takes ether that backs the rollup's. The thief sends
    /// as the portal, in place of a malicious upgrade.
    RobPortal {
        /// The rollup.
        chain: ChainId,
        /// How much; default all but a hundredth of an ether for the fee.
        #[serde(default)]
        amount: Option<Amount>,
        /// Who gets it; default an account of its own.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        thief: Option<Address>,
    },
    /// A rollup's proposer claims a state that is the rollup's own but for one withdrawal to a thief, proves that
    /// withdrawal and has it executed once the claim is final. Nothing but the guardian stops it.
    ForgeRoot {
        /// The rollup.
        chain: ChainId,
        /// What is withdrawn. Default ether.
        #[serde(default = "ether")]
        asset: BridgedAsset,
        /// How much; default all that the rollup's bridge holds now.
        #[serde(default)]
        amount: Option<Amount>,
        /// Who gets it; default an account of its own.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        thief: Option<Address>,
    },
    /// The keys of a rollup's bridge on L1 are stolen, and somebody takes test tokens that back the rollup's.
    RobBridge {
        /// The rollup.
        chain: ChainId,
        /// How many; default all.
        #[serde(default)]
        amount: Option<Amount>,
        /// Who gets them; default an account of its own.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        thief: Option<Address>,
    },
    /// The keys of a rollup's own bridge are stolen, and somebody mints test tokens that nothing backs.
    MintUnbacked {
        /// The rollup.
        chain: ChainId,
        /// How many.
        amount: Amount,
        /// Who gets them; default an account of its own.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        thief: Option<Address>,
    },
    /// A rollup's pool has a bug, and somebody takes what it holds of a token.
    DrainPool {
        /// The rollup.
        chain: ChainId,
        /// Which, of the market's pool or the test token of its own; default the market's one that stands for a dollar.
        #[serde(default = "usdx")]
        token: MarketToken,
        /// How much; default all but the smallest unit, without which the pool has no price.
        #[serde(default)]
        amount: Option<Amount>,
        /// Who gets it; default an account of its own.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        thief: Option<Address>,
    },
    /// Somebody takes test tokens that an issuer keeps on a rollup for its USDX.
    ImpairIssuer {
        /// The rollup.
        chain: ChainId,
        /// How many; default all.
        #[serde(default)]
        amount: Option<Amount>,
        /// Who gets them; default an account of its own.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        thief: Option<Address>,
    },
    /// The price feed of a rollup is stuck or wrong, for all its reporters.
    SetFeed {
        /// The rollup.
        chain: ChainId,
        /// How; none mends it.
        #[serde(default)]
        fault: Option<FeedFault>,
    },
}

/// What is amiss with a price feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FeedFault {
    /// Nothing is reported any more.
    Stuck,
    /// A price is reported that is none.
    Wrong {
        /// Which, in ten thousandths of a dollar.
        price_bps: u32,
    },
}

const fn ether() -> BridgedAsset {
    BridgedAsset::Ether
}

const fn usdx() -> MarketToken {
    MarketToken::Usdx
}

/// Something that goes wrong with the shared sequencer, or right again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SequencerFault {
    /// Nodes stop, or go on where they stopped.
    Crash {
        /// Which, by number.
        nodes: Vec<NodeId>,
        /// Whether they are down.
        crashed: bool,
    },
    /// The committee falls into groups that do not reach each other; no groups heal it.
    Split {
        /// The groups; nodes that are in none form one more.
        groups: Vec<Vec<NodeId>>,
    },
    /// The links between the nodes, and to the members, change.
    SetLink {
        /// How they are from now on.
        link: Link,
    },
    /// Nodes behave otherwise.
    Behave {
        /// Which, by number.
        nodes: Vec<NodeId>,
        /// How.
        behaviour: Behaviour,
    },
    /// Leaders leave out accounts and rollups.
    Censor {
        /// Accounts whose transactions they leave out; none censors nobody.
        #[serde(default)]
        #[schemars(with = "Vec<String>")]
        accounts: Vec<Address>,
        /// Rollups that they leave out.
        #[serde(default)]
        chains: Vec<ChainId>,
        /// Which nodes do it when they lead; default all.
        #[serde(default)]
        nodes: Option<Vec<NodeId>>,
    },
    /// Leaders let an account trade right before and right after others in the market.
    Sandwich {
        /// Who gains; none ends it.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        attacker: Option<Address>,
    },
    /// Leaders promise execution and include only.
    BreakPromises {
        /// Whether they do.
        broken: bool,
    },
}
