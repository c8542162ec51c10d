//! Where parties lie: on rings around what everything rests on, no two of them at the same height on one side, so
//! that no name covers another. A closed form, so that the same losses always look the same.

use crate::chart::{Point, within};

/// Pixels from one name to the next below it.
const ROW: f64 = 32.0;
/// Least height of a sheet.
const HEIGHT_MIN: f64 = 300.0;
/// Above the first and below the last.
const MARGIN: f64 = 30.0;
/// How far up its ring one may lie, the ring's height being 1.
const REACH: f64 = 0.9;
/// A ring is at least so much higher than the one in it, in pixels.
const STEP: f64 = 14.0;

/// What has to be placed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Seed {
    /// Its ring, from 0 in the middle.
    pub(super) ring: u32,
    /// Whom it leans on most: the place of an earlier one.
    pub(super) source: Option<usize>,
}

/// Where everything lies.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) width: f64,
    pub(super) height: f64,
    /// In the order of what was placed.
    pub(super) points: Vec<Point>,
    /// Half the width and half the height of each ring.
    pub(super) rings: Vec<(f64, f64)>,
}

impl Plan {
    /// Lays out what comes ring by ring, the heaviest of a ring first.
    pub(super) fn of(seeds: &[Seed], width: f64) -> Self {
        let last = seeds.iter().map(|seed| seed.ring).max().unwrap_or(0);
        let is_alone = seeds.iter().filter(|seed| seed.ring == 0).count() < 2;
        // Several in the middle are a small ring of their own.
        let inmost = if is_alone { 0.0 } else { 0.6 };
        let even = |ring: u32| (f64::from(ring) + inmost) / (f64::from(last) + inmost).max(1.0);
        let places = places(seeds, is_alone);
        // A ring is as high as those on it and in it need, and higher than the one before.
        let mut heights: Vec<f64> = Vec::new();
        for ring in 0..=last {
            let within_it = seeds.iter().zip(&places).filter(|(seed, _)| seed.ring <= ring);
            let farthest = within_it.map(|(_, place)| libm::fabs(place.y)).fold(0.0, f64::max);
            let before = heights.last().map_or(0.0, |height| height + STEP);
            let least = (HEIGHT_MIN / 2.0 - MARGIN) * even(ring);
            let is_point = ring == 0 && is_alone;
            heights.push(if is_point { 0.0 } else { (farthest / REACH).max(before).max(least) });
        }
        let half_height = heights.last().copied().unwrap_or_default().max(HEIGHT_MIN / 2.0 - MARGIN);
        let half_width = width / 2.0 - (width * 0.29).min(150.0);
        let least = if is_alone { 0.0 } else { (half_width * 0.4).min(60.0) };
        let across =
            |(ring, up): (u32, &f64)| ((half_width * (up / half_height + even(ring)) / 2.0).max(least), *up);
        let rings: Vec<(f64, f64)> = (0..=last).zip(&heights).map(across).collect();
        let height = 2.0 * (half_height + MARGIN);
        let point = |(seed, place): (&Seed, &Place)| {
            let (across, up) = rings[seed.ring as usize];
            let part = if up > 0.0 { within(place.y / up, -REACH, REACH) } else { 0.0 };
            let x = across * libm::sqrt(1.0 - part * part);
            Point::new(width / 2.0 + if place.is_right { x } else { -x }, height / 2.0 + place.y)
        };
        let points = seeds.iter().zip(&places).map(point).collect();
        Self { width, height, points, rings }
    }
}

/// Where one lies before rings are as high as they must be.
#[derive(Clone, Copy)]
struct Place {
    is_right: bool,
    /// How far below the middle, in pixels.
    y: f64,
}

/// Each goes to the side of whom it leans on, and above or below the middle as that one, unless it is crowded there;
/// a row further out than those before it, so that whoever lies on a ring lies within the next.
fn places(seeds: &[Seed], is_alone: bool) -> Vec<Place> {
    // Above on the left, below on the left, above on the right, below on the right.
    let mut counts = [0_u32; 4];
    let mut places: Vec<Place> = Vec::new();
    for seed in seeds {
        if seed.ring == 0 && is_alone {
            places.push(Place { is_right: true, y: 0.0 });
            continue;
        }
        let source = seed.source.filter(|source| !(is_alone && seeds[*source].ring == 0));
        let source = source.and_then(|source| places.get(source)).copied();
        let [left, right] = [counts[0] + counts[1], counts[2] + counts[3]];
        let is_right = match source {
            Some(Place { is_right: true, .. }) => right <= left + 2,
            Some(_) => left > right + 2,
            None => right <= left,
        };
        let side = if is_right { 2 } else { 0 };
        let [above, below] = [counts[side], counts[side + 1]];
        let is_below = match source {
            Some(place) if place.is_right == is_right && place.y < 0.0 => above > below + 1,
            Some(place) if place.is_right == is_right => below <= above + 1,
            _ => below < above,
        };
        let count = &mut counts[side + usize::from(is_below)];
        // The name of one that is alone in the middle stands on its right.
        let first = if is_alone && is_right { 1.0 } else { 0.5 };
        let y = (f64::from(*count) + first) * ROW;
        *count += 1;
        places.push(Place { is_right, y: if is_below { y } else { -y } });
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn seeds(counts: &[usize]) -> Vec<Seed> {
        let mut seeds: Vec<Seed> = vec![];
        for (ring, count) in counts.iter().enumerate() {
            let before = seeds.len();
            for nth in 0..*count {
                let source = (ring > 0).then(|| before - 1 - nth % counts[ring - 1]);
                seeds.push(Seed { ring: ring as u32, source });
            }
        }
        seeds
    }

    #[test]
    fn no_name_covers_another_and_all_are_on_the_sheet() {
        for counts in [&[1, 3, 2, 1][..], &[1, 40, 12, 6], &[12, 30, 10, 5, 3], &[2], &[1, 1], &[]] {
            for width in [250.0, 700.0, 1_400.0] {
                let seeds = seeds(counts);
                let plan = Plan::of(&seeds, width);
                for (index, point) in plan.points.iter().enumerate() {
                    assert!((8.0..=width - 8.0).contains(&point.x), "{counts:?} {point:?}");
                    assert!((8.0..=plan.height - 8.0).contains(&point.y), "{counts:?} {point:?}");
                    let is_right = point.x >= width / 2.0;
                    for other in &plan.points[..index] {
                        let is_beside = (other.x >= width / 2.0) == is_right && point.x != width / 2.0;
                        let apart = (other.y - point.y).abs();
                        assert!(!is_beside || apart >= ROW - 0.01, "{counts:?} {width}: {apart} px apart");
                    }
                }
            }
        }
    }

    #[test]
    fn all_lie_on_their_rings() {
        for counts in [&[1, 3, 2, 1][..], &[1, 1, 1, 1, 1], &[1, 40, 12, 6], &[12, 30, 10, 5, 3]] {
            let seeds = seeds(counts);
            let plan = Plan::of(&seeds, 700.0);
            let alone = usize::from(counts[0] == 1);
            for (seed, point) in seeds.iter().zip(&plan.points).skip(alone) {
                let (across, up) = plan.rings[seed.ring as usize];
                let (x, y) = ((point.x - plan.width / 2.0) / across, (point.y - plan.height / 2.0) / up);
                assert!((x * x + y * y - 1.0).abs() < 1e-9, "{counts:?} {seed:?} {point:?}");
            }
        }
    }

    #[test]
    fn a_later_ring_lies_further_out() {
        let seeds = seeds(&[1, 2, 2, 2]);
        let plan = Plan::of(&seeds, 800.0);
        assert!(plan.rings.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", plan.rings);
        let middle = plan.points[0];
        let far: Vec<f64> = [1, 3, 5].map(|first| plan.points[first].distance(middle)).to_vec();
        assert!(far.is_sorted(), "{far:?}");
    }
}
