//! Where parties lie: on rings around what everything rests on, no two of them at the same height on one side, so
//! that no name covers another. A closed form, so that the same losses always look the same.

use crate::{
    chart::{Point, within},
    order::sort_by_number,
};

/// Pixels from one name to the next below it.
const ROW: f64 = 32.0;
/// Least height of a sheet.
const HEIGHT_MIN: f64 = 300.0;
/// Above the first and below the last.
const MARGIN: f64 = 30.0;

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

/// What one is of its side while it is placed.
#[derive(Clone, Copy)]
struct Place {
    is_right: bool,
    /// How far below the middle, half the sheet being 1.
    y: f64,
}

impl Plan {
    /// Lays out what comes ring by ring, the heaviest of a ring first.
    pub(super) fn of(seeds: &[Seed], width: f64) -> Self {
        let last = seeds.iter().map(|seed| seed.ring).max().unwrap_or(0);
        let is_alone = seeds.iter().filter(|seed| seed.ring == 0).count() < 2;
        // Several in the middle are a small ring of their own. A ring is as high as those on it and in it need, and a
        // little higher than the one before.
        let inmost = if is_alone { 0.0 } else { 0.6 };
        let even = |ring: u32| (f64::from(ring) + inmost) / (f64::from(last) + inmost).max(1.0);
        let share = |ring: u32| {
            let inner =
                seeds.iter().filter(|seed| seed.ring <= ring).count().saturating_sub(usize::from(is_alone));
            let full = inner as f64 / (seeds.len().max(2) - usize::from(is_alone)) as f64;
            if ring == 0 && is_alone { 0.0 } else { 0.85 * full + 0.15 * even(ring) }
        };
        let places = places(seeds, is_alone, &share);
        let count = |is_right| places.iter().filter(|place| place.is_right == is_right).count() as f64;
        let height = (count(true).max(count(false)) * ROW * 1.2 + 2.0 * MARGIN).max(HEIGHT_MIN);
        let (half_width, half_height) = (width / 2.0 - (width * 0.29).min(150.0), height / 2.0 - MARGIN);
        let rings: Vec<(f64, f64)> = (0..=last)
            .map(|ring| {
                let least = if is_alone { 0.0 } else { (half_width * 0.4).min(60.0) };
                let across = half_width * (share(ring) + even(ring)) / 2.0;
                (across.max(least), half_height * share(ring))
            })
            .collect();
        let mut points = vec![Point::new(width / 2.0, height / 2.0); seeds.len()];
        for is_right in [false, true] {
            for (index, y) in rows(&places, is_right, half_height) {
                let (across, up) = rings[seeds[index].ring as usize];
                let part = if up > 0.0 { within(y / up, -0.9, 0.9) } else { 0.0 };
                let x = across * libm::sqrt(1.0 - part * part);
                points[index] = Point::new(width / 2.0 + if is_right { x } else { -x }, height / 2.0 + y);
            }
        }
        Self { width, height, points, rings }
    }
}

/// Each goes to the side of whom it leans on, unless that one is crowded, and to a height in the order of those.
fn places(seeds: &[Seed], is_alone: bool, share: &dyn Fn(u32) -> f64) -> Vec<Place> {
    let mut places = vec![Place { is_right: true, y: 0.0 }; seeds.len()];
    let mut begin = 0;
    while let Some(ring) = seeds.get(begin).map(|seed| seed.ring) {
        let end = begin + seeds[begin..].iter().take_while(|seed| seed.ring == ring).count();
        let mut sides = [vec![], vec![]];
        for index in begin..end {
            let source = seeds[index].source.filter(|source| *source < begin);
            let central = source.is_none_or(|source| is_alone && seeds[source].ring == 0);
            let lighter = sides[1].len() <= sides[0].len();
            let wanted = source.filter(|_| !central).map_or(lighter, |source| places[source].is_right);
            let is_crowded = sides[usize::from(wanted)].len() > sides[usize::from(!wanted)].len() + 1;
            places[index].is_right = wanted != is_crowded;
            sides[usize::from(places[index].is_right)].push(index);
        }
        for side in &mut sides {
            // The first of several lies in the middle, the next beside it.
            let height = |index: &usize| {
                seeds[*index].source.map_or(1_000, |source| ((places[source].y + 2.0) * 500.0) as u64)
            };
            sort_by_number(side, height);
            let count = side.len() as f64;
            for (nth, index) in side.iter().enumerate() {
                let even = share(ring) * 0.9 * ((2 * nth + 1) as f64 / count - 1.0);
                // Whoever has a way to go keeps near to whom it leans on.
                let source = seeds[*index].source.filter(|source| seeds[*source].ring > 0);
                places[*index].y = source.map_or(even, |source| (even + places[source].y) / 2.0);
            }
        }
        begin = end;
    }
    places
}

/// Those of a side with how far below the middle they lie in pixels: a row apart at least.
fn rows(places: &[Place], is_right: bool, half_height: f64) -> Vec<(usize, f64)> {
    let mut rows: Vec<(usize, f64)> = places
        .iter()
        .enumerate()
        .filter(|(_, place)| place.is_right == is_right)
        .map(|(index, place)| (index, place.y * half_height))
        .collect();
    sort_by_number(&mut rows, |(_, y)| ((y + 100_000.0) * 16.0) as u64);
    // From the middle up and down, so that no end is crowded more than the other.
    let middle = rows.partition_point(|(_, y)| *y < 0.0);
    let mut most = rows.get(middle).map_or(half_height, |(_, y)| *y) - ROW;
    for (_, y) in rows[..middle].iter_mut().rev() {
        *y = y.min(most);
        most = *y - ROW;
    }
    let mut least = -half_height;
    for (_, y) in &mut rows {
        *y = y.max(least);
        least = *y + ROW;
    }
    let mut most = half_height;
    for (_, y) in rows.iter_mut().rev() {
        *y = y.min(most);
        most = *y - ROW;
    }
    rows
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
    fn a_later_ring_lies_further_out() {
        let seeds = seeds(&[1, 2, 2, 2]);
        let plan = Plan::of(&seeds, 800.0);
        assert!(plan.rings.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", plan.rings);
        let middle = plan.points[0];
        let far: Vec<f64> = [1, 3, 5].map(|first| plan.points[first].distance(middle)).to_vec();
        assert!(far.is_sorted(), "{far:?}");
    }
}
