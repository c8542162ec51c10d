//! Controls on a rollup's bridge.

use super::BridgedAsset;
use crate::types::{Amount, ChainId, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A control on an asset of a bridge, set by an L1 transaction of the rollup's guardian.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetControl {
    /// The rollup.
    pub chain: ChainId,
    /// The asset that leaves its bridge, or enters it.
    pub asset: BridgedAsset,
    /// What is set. Other controls stay as they are.
    pub control: Control,
}

/// What limits a bridge. Any of them work together; what one refuses can be tried again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Control {
    /// What leaves takes from a bucket that fills by the second (CCIP). A new one is full.
    TokenBucket {
        /// The most that it holds.
        capacity: Amount,
        /// What flows in each second: above 0 and below the capacity.
        rate: Amount,
    },
    /// So much may leave at once, and comes back evenly over a day (ERC-7281).
    DailyLimit {
        /// How much.
        limit: Amount,
    },
    /// Nothing leaves any more once too much has left (ERC-7265), until it is cleared.
    Breaker {
        /// Ten thousandths of what the bridge held that must stay within a window: 1 to 10000.
        min_retained_bps: u16,
        /// How long a change counts as recent. Default 4h.
        #[serde(default = "four_hours")]
        window: Span,
        /// Changes within such a time are one; at least 1s. Default 5m.
        #[serde(default = "five_minutes")]
        tick: Span,
        /// How long after it tripped anybody may clear it. Default 3d.
        #[serde(default = "three_days")]
        cooldown: Span,
        /// It watches once the bridge holds so much. Default 0.
        #[serde(default)]
        begin_threshold: Amount,
    },
    /// Lets outflows pass a breaker whose cooldown is over.
    ClearBreaker,
    /// Lets outflows pass a breaker now; nothing trips it for the rest of a window.
    OverrideBreaker,
    /// What would make the bridge hold more may not enter.
    ExposureCap {
        /// The most that it may hold.
        cap: Amount,
    },
    /// Nothing leaves.
    Pause {
        /// Whether it is paused.
        on: bool,
    },
    /// From now on each release pays the same share: what is held now by what is claimed now.
    WindDown {
        /// What is claimed. Default all that there is on the rollup and that is under way.
        #[serde(default)]
        claimed: Option<Amount>,
    },
    /// No control any more.
    Off,
}

impl Control {
    /// A breaker with its defaults, beside which so many ten thousandths must stay.
    pub fn breaker(min_retained_bps: u16) -> Self {
        Self::Breaker {
            min_retained_bps,
            window: four_hours(),
            tick: five_minutes(),
            cooldown: three_days(),
            begin_threshold: Amount::ZERO,
        }
    }
}

const fn four_hours() -> Span {
    Span::hours(4)
}

const fn five_minutes() -> Span {
    Span::minutes(5)
}

const fn three_days() -> Span {
    Span::days(3)
}
