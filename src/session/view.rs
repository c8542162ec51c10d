//! What a user interface shows: plain data in the user's words. The page pulls it; nothing here
//! names a room of the engine but for ids, times and amounts.

mod contagion;
mod shared;

pub use contagion::{
    BridgeView, CauseView, ContagionView, ForecastView, LossKind, LossView, On, PartyView, RelianceView,
};
pub use shared::{
    BundleView, DryRun, LegView, NodeView, SequencerDetail, SequencerView, SlotDetail, SlotGlance,
};

use super::timeline::Timeline;
use crate::{
    messaging::Stage,
    types::{Amount, BlockNumber, ChainId, MessageId, Span, Time},
};
use alloy_primitives::{Address, B256, Bytes};
use serde::{Deserialize, Serialize};

/// Which part of the world a page shows now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ViewRequest {
    /// First log line wanted; none gives the newest.
    pub log_from: Option<u64>,
    /// How many log lines, at most [`ViewRequest::LOG_LINES_MAX`].
    pub log_lines: u32,
    /// How many messages, newest first and those under way before those at their end, at most
    /// [`ViewRequest::MESSAGES_MAX`].
    pub messages: u32,
    /// What the inspector shows.
    pub inspect: Option<Subject>,
    /// Whether the page shows who relies on whom and who has lost what.
    pub contagion: bool,
}

impl ViewRequest {
    /// Most log lines in one view.
    pub const LOG_LINES_MAX: u32 = 200;
    /// Most messages in one view.
    pub const MESSAGES_MAX: u32 = 200;
}

/// Something that the inspector can show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A chain.
    Chain(ChainId),
    /// A block of a chain.
    Block(ChainId, BlockNumber),
    /// A transaction of a chain.
    Transaction(ChainId, B256),
    /// A message, by its number in order of sending.
    Message(u64),
    /// An account on all chains.
    Account(Address),
    /// The shared sequencer.
    Sequencer,
    /// A slot of the shared sequencer, by its height.
    Slot(u64),
    /// A bundle, by its number in order of sending.
    Bundle(u64),
}

/// The world as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Simulated time.
    pub now: Time,
    /// Unix time that corresponds to it, in seconds.
    pub unix_seconds: u64,
    /// When the next event is due.
    pub next_event: Option<Time>,
    /// The scenario's title and one sentence on what one sees.
    pub title: String,
    /// One sentence on what one is looking at.
    pub summary: String,
    /// The seed.
    pub seed: u64,
    /// The digest over all that happened.
    pub digest: B256,
    /// The L1 first, then the rollups by chain id.
    pub chains: Vec<ChainView>,
    /// Messages under way, counted per pair of chains.
    pub flows: Vec<Flow>,
    /// Messages: those under way first, newest first.
    pub messages: Vec<MessageView>,
    /// How many messages there are in all.
    pub message_count: u64,
    /// The wanted window of the log, oldest first.
    pub log: Vec<LogLine>,
    /// How many log lines there are in all.
    pub log_count: u64,
    /// What the inspector shows; none if it was not asked for or does not exist.
    pub inspected: Option<Inspected>,
    /// People of the world, with their addresses.
    pub people: Vec<Person>,
    /// The world's test token: its symbol and decimals.
    pub token: TokenView,
    /// Where in time the page is, and its other futures.
    pub timeline: Timeline,
    /// The shared sequencer, if there is one.
    pub sequencer: Option<Box<SequencerView>>,
    /// Who relies on whom and who has lost what, if it was asked for.
    pub contagion: Option<Box<ContagionView>>,
}

/// A chain at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainView {
    /// Its id.
    pub id: ChainId,
    /// Its name.
    pub name: String,
    /// `l1`, `optimistic` or `zk`.
    pub kind: String,
    /// `running`, `deploying` (its contracts are not on L1 yet), `halted` or `removed`.
    pub status: String,
    /// Newest block.
    pub head: BlockNumber,
    /// When the newest block was sealed.
    pub head_time: Time,
    /// Newest block that can be rebuilt from L1 (rollups).
    pub safe: BlockNumber,
    /// Newest block that no L1 reorg can undo.
    pub finalized: BlockNumber,
    /// Height that the newest output root on L1 covers (rollups).
    pub proposed: Option<BlockNumber>,
    /// Transactions in the mempool.
    pub pending: u64,
    /// Transactions in all blocks.
    pub transactions: u64,
    /// Base fee in wei per gas.
    pub base_fee: u64,
    /// Blob base fee in wei per blob gas (L1).
    pub blob_base_fee: Option<u64>,
    /// Gas used in the newest block, in thousandths of the limit.
    pub fullness_permille: u32,
    /// Time between blocks.
    pub block_time: Span,
    /// Ether that its portal holds on L1 (rollups).
    pub locked_ether: Option<Amount>,
    /// The least time that a message from here waits on L1 after its proof or claim arrived there
    /// (rollups): the challenge period, or the proving and execution delays.
    pub exit_delay: Option<Span>,
    /// Transfers that somebody sends on it each second.
    pub traffic: u32,
    /// Whether the shared sequencer orders it.
    pub is_member: bool,
    /// Whether it holds a block ready and waits to learn whether to take it.
    pub holds: bool,
    /// What its pool holds, WAVE and USDX (rollups).
    pub pool: Option<[Amount; 2]>,
}

/// Messages under way from one chain to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// Source.
    pub from: ChainId,
    /// Destination.
    pub to: ChainId,
    /// How many.
    pub count: u64,
}

/// A message: where it is, what it waits for, why, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    /// Its number in order of sending.
    pub number: u64,
    /// Its hash, once its transaction is in a block.
    pub id: Option<MessageId>,
    /// Its label, if it was given one.
    pub label: Option<String>,
    /// Source.
    pub from: ChainId,
    /// Destination.
    pub to: ChainId,
    /// Who sent it.
    pub sender: Address,
    /// What it carries.
    pub cargo: Cargo,
    /// What it carries, in words: `1.5 ETH to Bob`.
    pub content: String,
    /// Where it stands.
    pub stage: Stage,
    /// Every stage passed so far, with the moment and the transaction.
    pub passed: Vec<PassedStage>,
    /// What it waits for; none at its end.
    pub waits: Option<Waiting>,
    /// Stages still to come, in order.
    pub ahead: Vec<Stage>,
    /// How far it is along its way in thousandths, by time where that is known, else by stages.
    pub progress_permille: u32,
    /// Why it failed, if it did.
    pub failure: Option<String>,
    /// Whether the world's relayer carries it.
    pub relayed: bool,
}

/// What a message carries, at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cargo {
    /// Ether.
    Ether,
    /// The test token.
    Token,
    /// A call.
    Call,
}

/// A stage that a message passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedStage {
    /// The stage.
    pub stage: Stage,
    /// When.
    pub at: Time,
    /// On which chain.
    pub chain: ChainId,
    /// In which transaction, if it was one.
    pub transaction: Option<B256>,
}

/// What a message waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What, in a short clause: `the challenge period to end`.
    pub what: String,
    /// Why, in one sentence.
    pub why: String,
    /// Until when, as far as it can be told now.
    pub until: Option<Time>,
}

/// A line of the event log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Its number, from 0.
    pub number: u64,
    /// When.
    pub at: Time,
    /// On which chain.
    pub chain: Option<ChainId>,
    /// `block`, `transaction`, `message`, `batch`, `settlement`, `slot`, `bundle`, `fault` or `world`.
    pub kind: String,
    /// What happened, in one sentence.
    pub text: String,
    /// What a click on it inspects.
    pub subject: Option<Subject>,
}

/// Somebody in the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Alice, Bob, the relayer, …
    pub name: String,
    /// The account, the same on every chain.
    pub address: Address,
}

/// The world's test token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenView {
    /// Its symbol.
    pub symbol: String,
    /// Digits after the point.
    pub decimals: u8,
}

/// What the inspector shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inspected {
    /// A chain.
    Chain(Box<ChainDetail>),
    /// A block.
    Block(Box<BlockDetail>),
    /// A transaction.
    Transaction(Box<TransactionDetail>),
    /// A message.
    Message(Box<MessageView>),
    /// An account.
    Account(Box<AccountDetail>),
    /// The shared sequencer.
    Sequencer(Box<SequencerDetail>),
    /// A slot.
    Slot(Box<SlotDetail>),
    /// A bundle.
    Bundle(Box<BundleView>),
}

/// All about a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainDetail {
    /// At a glance.
    pub glance: ChainView,
    /// State root of the newest block.
    pub state_root: B256,
    /// Parameters as name, value and a word on what the value means (`model` where it is one).
    pub parameters: Vec<Parameter>,
    /// Contracts with their role and address.
    pub contracts: Vec<Person>,
    /// The newest blocks, newest first.
    pub recent: Vec<BlockGlance>,
    /// What its bridge holds and who relies on it, asset by asset; empty for the L1.
    pub backing: Vec<BackingView>,
}

/// An asset on a rollup and what stands behind it on L1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackingView {
    /// Its symbol.
    pub symbol: String,
    /// The contract on L1 that holds it.
    pub escrow: Address,
    /// What it holds.
    pub held: Amount,
    /// What is claimed and not held.
    pub missing: Amount,
    /// Whose claims, the largest first, with what is under way and what everybody else has at the end.
    pub claims: Vec<ClaimView>,
}

/// Somebody's claim on a bridge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimView {
    /// Whose.
    pub name: String,
    /// The account, where it is a person's.
    pub account: Option<Address>,
    /// How much.
    pub amount: Amount,
    /// How much of all claims, in thousandths.
    pub permille: u16,
}

/// A parameter of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value with unit.
    pub value: String,
    /// Whether it stands for something that is not simulated.
    pub is_model: bool,
}

/// A block at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockGlance {
    /// Height.
    pub number: BlockNumber,
    /// When it was sealed.
    pub at: Time,
    /// How many transactions it has.
    pub transactions: u64,
    /// `unsafe`, `safe` or `finalized`; on L1 `latest` or `finalized`.
    pub level: String,
}

/// All about a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockDetail {
    /// Its chain.
    pub chain: ChainId,
    /// At a glance.
    pub glance: BlockGlance,
    /// Its hash.
    pub hash: B256,
    /// Its parent's hash.
    pub parent: B256,
    /// Root of the state after it.
    pub state_root: B256,
    /// Root of its receipts.
    pub receipts_root: B256,
    /// Root of its transactions.
    pub transactions_root: B256,
    /// Gas used and limit.
    pub gas_used: u64,
    /// Most gas.
    pub gas_limit: u64,
    /// Base fee in wei per gas.
    pub base_fee: u64,
    /// The L1 block that it knows (rollups).
    pub l1_origin: Option<BlockNumber>,
    /// Its transactions in order.
    pub transactions: Vec<TransactionGlance>,
}

/// A transaction at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionGlance {
    /// Its hash.
    pub hash: B256,
    /// Who sent it.
    pub from: Address,
    /// Who was called; none where a contract was created.
    pub to: Option<Address>,
    /// What it is, in words: `transfer`, `deposit`, `prove withdrawal`, …
    pub kind: String,
    /// Whether it succeeded.
    pub succeeded: bool,
}

/// All about a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionDetail {
    /// Its chain.
    pub chain: ChainId,
    /// Its block.
    pub block: BlockNumber,
    /// When its block was sealed.
    pub at: Time,
    /// At a glance.
    pub glance: TransactionGlance,
    /// Ether that went along.
    pub value: Amount,
    /// Its nonce.
    pub nonce: u64,
    /// EIP-2718 type.
    pub transaction_type: u8,
    /// Gas used and limit.
    pub gas_used: u64,
    /// Gas limit.
    pub gas_limit: u64,
    /// What was paid per gas, in wei.
    pub gas_price: u64,
    /// Calldata, its first 1024 bytes.
    pub data: Bytes,
    /// How long the calldata is.
    pub data_len: u64,
    /// Events.
    pub logs: Vec<LogView>,
    /// Why it reverted, if it did.
    pub failure: Option<String>,
    /// Messages that it belongs to.
    pub messages: Vec<u64>,
}

/// An event of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogView {
    /// The contract.
    pub address: Address,
    /// Its name where it is known: `MessagePassed`, `Transfer`, …
    pub name: Option<String>,
    /// Topics.
    pub topics: Vec<B256>,
    /// Data, its first 1024 bytes.
    pub data: Bytes,
}

/// An account on every chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDetail {
    /// Its address.
    pub address: Address,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its holdings chain by chain.
    pub holdings: Vec<Holding>,
    /// All its ether, on chains and on its way.
    pub ether: Amount,
    /// All its test tokens, on chains and on their way.
    pub token: Amount,
    /// What is on its way to it.
    pub coming: Vec<Coming>,
    /// What all of it is worth at the reference prices, in whole dollars.
    pub worth: u64,
}

/// Ether or tokens on their way to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coming {
    /// The message that carries them, by number.
    pub message: u64,
    /// What, in words.
    pub content: String,
    /// From where.
    pub from: ChainId,
    /// To where.
    pub to: ChainId,
    /// Where it stands.
    pub stage: Stage,
    /// What it waits for, in a short clause.
    pub waits_for: String,
    /// Until when, as far as it can be told now.
    pub until: Option<Time>,
}

/// What an account has on one chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// The chain.
    pub chain: ChainId,
    /// Its ether.
    pub ether: Amount,
    /// Its test tokens.
    pub token: Amount,
    /// Its WAVE and USDX (rollups).
    pub market: Option<[Amount; 2]>,
    /// Its nonce.
    pub nonce: u64,
    /// Whether it has code.
    pub is_contract: bool,
    /// Why its ether can't be spent here now, if it can't.
    pub stranded: Option<String>,
}
