//! The shape of an island: its shore, the heights within and the depths around, all from its id.

use super::{Point, closed_path, noise};

/// Points along a shore.
const POINTS: u64 = 36;
/// Waves that make up a shore, slowest first.
const WAVES: u64 = 5;

/// The lines of one island, as SVG path data around the origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The shore.
    pub shore: String,
    /// Heights, outermost first.
    pub heights: Vec<String>,
    /// Depths, innermost first.
    pub depths: Vec<String>,
}

impl Outline {
    /// How far the outermost depth reaches, as a multiple of the radius.
    pub const REACH: f64 = 1.3;

    /// The island of chain `id` whose shore reaches `radius` from its centre and no further.
    pub fn of(id: u64, radius: f64) -> Self {
        let ring = |scale: f64, calm: f64| closed_path(&shore(id, radius * scale, calm));
        Self {
            shore: ring(1.0, 1.0),
            heights: [0.74, 0.5, 0.27].into_iter().map(|scale| ring(scale, 0.9)).collect(),
            depths: [1.13, Self::REACH].into_iter().map(|scale| ring(scale, 0.75)).collect(),
        }
    }
}

/// A closed line that touches `radius` at its farthest point; `calm` below 1 smooths it.
fn shore(id: u64, radius: f64, calm: f64) -> Vec<Point> {
    let reach = |angle: f64| {
        let waves = (0..WAVES).map(|wave| {
            let times = (wave + 2) as f64;
            let strength = 0.19 / (1.0 + wave as f64 * 0.75) * (0.45 + 0.55 * noise::unit(id, wave));
            strength * calm * noise::sine(times * angle + noise::unit(id, wave + 20))
        });
        1.0 + waves.sum::<f64>()
    };
    // In turns.
    let angles = (0..POINTS).map(|step| step as f64 / POINTS as f64);
    let farthest = angles.clone().map(reach).fold(0.0, f64::max);
    let turned = |angle: f64| {
        let distance = radius * reach(angle) / farthest;
        // A little flatter than round: islands on charts lie along the coast.
        Point::new(noise::sine(angle + 0.25) * distance, noise::sine(angle) * distance * 0.88)
    };
    angles.map(turned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_shore_stays_within_its_radius_and_is_no_dot() {
        for id in 1..200 {
            let reach: Vec<f64> =
                shore(id, 50.0, 1.0).iter().map(|p| p.distance(Point::new(0.0, 0.0))).collect();
            assert!(reach.iter().all(|r| *r <= 50.0 + 1e-9), "{id}");
            assert!(reach.iter().all(|r| *r > 12.0), "{id}: {reach:?}");
        }
    }

    #[test]
    fn an_island_is_known_by_its_id() {
        assert_eq!(Outline::of(901, 40.0), Outline::of(901, 40.0));
        assert_ne!(Outline::of(901, 40.0), Outline::of(902, 40.0));
    }
}
