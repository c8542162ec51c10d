//! Links between actors: what is sent arrives late, out of order, or not at all.

use crate::{sim::Generator, types::Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A probability in millionths, 0 to 1 000 000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct PerMillion(#[schemars(range(max = 1_000_000))] u32);

impl PerMillion {
    /// Certain.
    pub const ONE: Self = Self(1_000_000);

    /// A probability of `millionths` in a million; more is certainty.
    pub const fn new(millionths: u32) -> Self {
        Self(if millionths > Self::ONE.0 { Self::ONE.0 } else { millionths })
    }

    /// The number of millionths.
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// How a link treats what is sent over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Link {
    /// Least time from sending to arrival. Default 50ms.
    pub delay: Span,
    /// Most that is added to `delay`, drawn evenly for each message. Default 20ms.
    pub jitter: Span,
    /// Chance that a message is lost, in millionths. Default 0.
    pub loss: PerMillion,
    /// While true nothing arrives. Default false.
    pub partitioned: bool,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            delay: Span::millis(50),
            jitter: Span::millis(20),
            loss: PerMillion::default(),
            partitioned: false,
        }
    }
}

/// What becomes of one message on a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It arrives after this time.
    After(Span),
    /// It never arrives.
    Lost,
}

impl Link {
    /// Decides the fate of one message. Draws the same count of numbers whatever the outcome, so
    /// that a change of loss does not shift later delays.
    pub fn carry(&self, generator: &mut Generator) -> Delivery {
        let extra = generator.up_to(self.jitter.as_millis());
        let chance = generator.up_to(u64::from(PerMillion::ONE.0) - 1);
        if self.partitioned || chance < u64::from(self.loss.get()) {
            return Delivery::Lost;
        }
        Delivery::After(self.delay.plus(Span::millis(extra)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn fates(link: &Link) -> Vec<Delivery> {
        let mut generator = Generator::new(3, "link");
        (0..1_000).map(|_| link.carry(&mut generator)).collect()
    }

    #[test]
    fn delays_lie_between_delay_and_delay_plus_jitter() {
        let link = Link { delay: Span::millis(100), jitter: Span::millis(10), ..Link::default() };
        for fate in fates(&link) {
            let Delivery::After(span) = fate else { panic!("lost on a lossless link") };
            assert!((100..=110).contains(&span.as_millis()));
        }
    }

    #[test]
    fn loss_and_partition_lose() {
        let lossy = Link { loss: PerMillion::new(300_000), ..Link::default() };
        let lost = fates(&lossy).iter().filter(|fate| **fate == Delivery::Lost).count();
        assert!((250..350).contains(&lost), "{lost} of 1000 lost at 30 %");
        let cut = Link { partitioned: true, ..Link::default() };
        assert!(fates(&cut).iter().all(|fate| *fate == Delivery::Lost));
    }
}
