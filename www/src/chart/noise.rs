//! Small repeatable irregularities, so that lines look drawn by hand and yet are the same each time.

/// A number from 0 up to 1 that belongs to `seed` and `index` (SplitMix64's finalizer).
pub(super) fn unit(seed: u64, index: u64) -> f64 {
    let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

/// A number from −1 up to 1 that belongs to `seed` and `index`.
pub(super) fn signed(seed: u64, index: u64) -> f64 {
    unit(seed, index) * 2.0 - 1.0
}

/// A gentle wave along a line: from −1 to 1, with neither jumps nor an obvious period.
pub(super) fn wave(seed: u64, x: f64) -> f64 {
    let part = |index: u64, period: f64| sine(x / period + unit(seed, index));
    (part(0, 410.0) * 0.5) + (part(1, 167.0) * 0.28) + (part(2, 61.0) * 0.14) + (part(3, 23.0) * 0.08)
}

/// The sine of an angle in turns, to a ten-millionth: its series needs none of the tables that libm has for angles
/// of any size.
pub(super) fn sine(turns: f64) -> f64 {
    let turns = turns - libm::round(turns);
    let steep = if turns.abs() > 0.25 { 0.5_f64.copysign(turns) - turns } else { turns };
    let x = steep * core::f64::consts::TAU;
    let square = x * x;
    let series = [110.0, 72.0, 42.0, 20.0, 6.0].iter().fold(1.0, |rest, next| 1.0 - square / next * rest);
    x * series
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_sine_is_libms() {
        for step in -4_000..4_000 {
            let turns = f64::from(step) / 777.0;
            let error = sine(turns) - libm::sin(turns * core::f64::consts::TAU);
            assert!(error.abs() < 1e-7, "{turns}: {error}");
        }
    }
}
