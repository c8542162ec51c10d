//! Where a shared sequencer's causeway runs: between its members, each joined to the nearest, and to the ring of
//! its nodes, which lies where the sea is free.

use super::{Outline, Place, Point, Route, Sheet};

/// Largest radius of the ring.
const RING_MAX: f64 = 34.0;
/// Smallest radius at which it can be seen.
const RING_MIN: f64 = 7.0;

/// A causeway.
#[derive(Clone, Debug, PartialEq)]
pub struct Causeway {
    /// The middle of the ring.
    pub hub: Point,
    /// The ring's radius.
    pub ring: f64,
    /// Stretches from one end to the other.
    pub stretches: Vec<(Point, Point)>,
    /// For each member the way from the ring to it.
    ways: Vec<(u64, Route)>,
}

impl Causeway {
    /// The causeway between these members; none where a sheet has none of them.
    pub fn between(members: &[u64], sheet: &Sheet) -> Option<Self> {
        let places: Vec<&Place> = members.iter().filter_map(|id| sheet.place(*id)).collect();
        let (hub, ring) = free_sea(&places, sheet)?;
        // Prim's tree from the ring on; each new end remembers the end that it hangs on.
        let mut ends = vec![(hub, 0)];
        let mut left = places;
        let mut ways = Vec::new();
        while let Some((at, from)) = nearest(&left, &ends) {
            let place = left.swap_remove(at);
            ends.push((place.centre, from));
            ways.push((place.id, Route::new(way(&ends, ends.len() - 1))));
        }
        let stretches = ends.iter().skip(1).map(|(end, from)| (ends[*from].0, *end)).collect();
        Some(Self { hub, ring, stretches, ways })
    }

    /// The way from the ring to a member.
    pub fn way(&self, id: u64) -> Option<&Route> {
        self.ways.iter().find(|(other, _)| *other == id).map(|(_, way)| way)
    }
}

/// Of the islands that are left the one that lies nearest to an end, and that end.
fn nearest(left: &[&Place], ends: &[(Point, usize)]) -> Option<(usize, usize)> {
    let pairs = left.iter().enumerate().flat_map(|(at, place)| {
        ends.iter().enumerate().map(move |(from, (end, _))| (place.centre.distance(*end), at, from))
    });
    pairs.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, at, from)| (at, from))
}

/// The points from the ring to an end.
fn way(ends: &[(Point, usize)], end: usize) -> Vec<Point> {
    let mut points = vec![ends[end].0];
    let mut at = end;
    while at != 0 {
        at = ends[at].1;
        points.push(ends[at].0);
    }
    points.reverse();
    points
}

/// The middle and radius of the largest ring that touches no island, label or frame; of several the one
/// nearest to the members.
fn free_sea(members: &[&Place], sheet: &Sheet) -> Option<(Point, f64)> {
    let count = members.len() as f64;
    let sum = members.iter().fold((0.0, 0.0), |sum, place| (sum.0 + place.centre.x, sum.1 + place.centre.y));
    let middle = (!members.is_empty()).then(|| Point::new(sum.0 / count, sum.1 / count))?;
    let (width, bottom) = (sheet.size.width, sheet.coast_level - 24.0);
    let room = |point: Point| {
        let frame = (point.x - 14.0).min(width - 14.0 - point.x).min(point.y - 14.0).min(bottom - point.y);
        sheet.places.iter().fold(frame, |room, place| {
            let label = Point::new(place.centre.x, place.centre.y + place.radius + sheet.label_height);
            let sea = place.centre.distance(point) - place.radius * Outline::REACH - 3.0;
            // Names are wider than high: a point below the island counts from their middle.
            let below = if sheet.label_height > 20.0 { label.distance(point) - 30.0 } else { f64::INFINITY };
            let lane =
                place.lane.points().iter().map(|at| at.distance(point) - 3.0).fold(f64::INFINITY, f64::min);
            room.min(sea).min(below).min(lane)
        })
    };
    let steps = |most: f64| (1..24u32).map(move |step| most * f64::from(step) / 24.0);
    let points = steps(width).flat_map(|x| steps(bottom).map(move |y| Point::new(x, y)));
    let worth = |point: &Point| room(*point).min(RING_MAX + 12.0) - point.distance(middle) * 0.03;
    let hub = points.max_by(|a, b| worth(a).total_cmp(&worth(b)))?;
    Some((hub, (room(hub) - 10.0).clamp(RING_MIN, RING_MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Size;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn sheet(count: u64, width: f64, height: f64) -> (Vec<u64>, Sheet) {
        let ids: Vec<u64> = (0..count).map(|index| 901 + index * 7).collect();
        let sheet = Sheet::lay_out(&ids, Size { width, height });
        (ids, sheet)
    }

    #[test]
    fn every_member_is_reached_and_the_ring_lies_in_the_sea() {
        for (width, height) in [(900.0, 560.0), (640.0, 420.0), (304.0, 420.0), (1700.0, 800.0)] {
            for count in [1, 2, 4, 9, 16, 33, 64] {
                let (ids, sheet) = sheet(count, width, height);
                let found = Causeway::between(&ids, &sheet).unwrap();
                assert_eq!(found.stretches.len(), ids.len());
                for place in &sheet.places {
                    let way = found.way(place.id).unwrap();
                    assert_eq!(way.at(0.0), found.hub);
                    assert!(way.at(way.length()).distance(place.centre) < 0.01);
                    let apart = place.centre.distance(found.hub);
                    assert!(apart > place.radius, "{count} islands on {width}: {apart}");
                }
                assert!(found.hub.y < sheet.coast_level);
            }
        }
    }

    #[test]
    fn four_islands_leave_a_ring_that_can_be_read() {
        let (ids, sheet) = sheet(4, 900.0, 560.0);
        assert!(Causeway::between(&ids[..3], &sheet).unwrap().ring >= 24.0);
        assert!(Causeway::between(&[], &sheet).is_none());
        assert!(Causeway::between(&[7], &sheet).is_none());
    }
}
