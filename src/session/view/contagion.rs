//! Who relies on whom, who has lost what and because of whom, as a page shows it. Worth is in dollars of 18 decimals
//! at reference prices.

use crate::types::{Amount, ChainId, Time};
use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

/// All of it, at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContagionView {
    /// Rollups' bridges by chain id: what everything rests on in the end.
    pub bridges: Vec<BridgeView>,
    /// Those who have or owe something; those whom losses reached first, by hop and amount.
    pub parties: Vec<PartyView>,
    /// Who relies on what: those of most worth.
    pub reliances: Vec<RelianceView>,
    /// How many more there are.
    pub smaller_reliances: u64,
    /// How losses travelled: the ledger, the lines of most worth.
    pub losses: Vec<LossView>,
    /// How many more lines it has.
    pub smaller_losses: u64,
    /// What has been lost in all.
    pub total: Amount,
    /// How many steps losses went.
    pub hops: u32,
    /// What was broken, oldest first.
    pub causes: Vec<CauseView>,
    /// What the loss of each bridge would come to, most first; only as long as nothing is lost.
    pub forecasts: Vec<ForecastView>,
}

/// A rollup's bridge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeView {
    /// The rollup.
    pub chain: ChainId,
    /// Its name.
    pub name: String,
    /// What rests on it.
    pub claimed: Amount,
    /// What was lost there first: what is missing, what stands still, and what an issuer was robbed of.
    pub begun: Amount,
    /// Whether it holds less than is claimed of it.
    pub is_short: bool,
    /// What a test token of the rollup costs in its pool, in ten thousandths of a USDX; none without a pool.
    pub price_bps: Option<u32>,
    /// Whether the rollup stands still.
    pub is_frozen: bool,
}

/// Somebody who has or owes something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyView {
    /// Its name.
    pub name: String,
    /// Its account; none for all on a rollup whom nobody knows by name.
    pub account: Option<Address>,
    /// Whether it is a firm.
    pub is_firm: bool,
    /// Steps from where losses began; 0 if none reached it.
    pub hop: u32,
    /// What it has and is owed, less what it owes, if nothing is lost.
    pub had: Amount,
    /// What losses reached it.
    pub reached: Amount,
    /// What of them it passed on by not paying.
    pub passed_on: Amount,
    /// What it bears itself.
    pub borne: Amount,
    /// Whether it has defaulted.
    pub is_fallen: bool,
}

/// What somebody relies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// The bridge of a rollup.
    Bridge(ChainId),
    /// A party, by its place.
    Party(u32),
}

/// What somebody has that rests on somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelianceView {
    /// The party, by its place.
    pub party: u32,
    /// On whom.
    pub on: On,
    /// The rollup where it stands.
    pub chain: ChainId,
    /// What, in words: `100 TEST`.
    pub what: String,
    /// What it is worth.
    pub worth: Amount,
    /// Until when it is to be paid, for a debt.
    pub due: Option<Time>,
}

/// Why something was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossKind {
    /// A bridge holds less than is claimed of it.
    Backing,
    /// A rollup stands still with it.
    Frozen,
    /// A debtor did not pay.
    Default,
    /// What its own default cost.
    Cost,
    /// Somebody took what an issuer kept.
    Reserve,
    /// Somebody took what was in a pool.
    Pool,
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LossView {
    /// Where it came from.
    pub from: On,
    /// Whom it reached, by its place.
    pub to: u32,
    /// Why.
    pub kind: LossKind,
    /// What, in words: `100 TEST`.
    pub what: String,
    /// What it is worth.
    pub worth: Amount,
}

/// Something that was broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseView {
    /// When.
    pub at: Time,
    /// Its line in the log.
    pub line: u64,
    /// What, in one sentence.
    pub text: String,
    /// Which rollup, if it was one.
    pub chain: Option<ChainId>,
}

/// What the loss of all that a bridge holds would come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastView {
    /// The rollup.
    pub chain: ChainId,
    /// What would be lost in all.
    pub total: Amount,
    /// How many steps it would go.
    pub hops: u32,
    /// Who would default, by place.
    pub falls: Vec<u32>,
    /// What each would bear, by place, most first, at most 20.
    pub borne: Vec<(u32, Amount)>,
}
