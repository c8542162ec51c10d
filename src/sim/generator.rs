//! Random numbers: one ChaCha8 stream per actor or link, keyed by the world's seed and the actor's
//! name, so that adding an actor does not shift what the others draw.

use alloy_primitives::keccak256;
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use serde::{Deserialize, Serialize};

/// A stream of random numbers that depends on nothing but the seed, the name and the draws so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generator(ChaCha8Rng);

impl Generator {
    /// The stream of the actor `name` in a world of `seed`.
    pub fn new(seed: u64, name: &str) -> Self {
        let mut key = seed.to_be_bytes().to_vec();
        key.extend_from_slice(name.as_bytes());
        Self(ChaCha8Rng::from_seed(keccak256(&key).0))
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from 0 to `bound`, both included, without bias beyond 2^-64 × bound.
    pub fn up_to(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.draw()) * (u128::from(bound) + 1);
        u64::try_from(wide >> 64).expect("a product of two 64-bit numbers shifted by 64 bits fits")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn streams_depend_on_seed_and_name_only() {
        let draw = |seed, name| {
            let mut stream = Generator::new(seed, name);
            [stream.draw(), stream.draw()]
        };
        assert_eq!(draw(1, "a"), draw(1, "a"));
        assert_ne!(draw(1, "a"), draw(1, "b"));
        assert_ne!(draw(1, "a"), draw(2, "a"));
        // The same on every target: a change here changes every digest.
        assert_eq!(Generator::new(0, "").draw(), 15_966_735_514_961_590_975);
    }

    #[test]
    fn bounds_are_kept_and_reached() {
        let mut stream = Generator::new(7, "dice");
        let draws: Vec<_> = (0..200).map(|_| stream.up_to(5)).collect();
        assert_eq!((draws.iter().min(), draws.iter().max()), (Some(&0), Some(&5)));
        assert_eq!(stream.up_to(0), 0);
    }
}
