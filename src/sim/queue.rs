//! The event queue: earliest first, and first come first served within a millisecond.

use crate::types::Time;
use imbl::OrdMap;
use serde::{Deserialize, Serialize};

/// Pending events in the order in which they will happen. Cloning shares everything.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Queue<E: Clone> {
    events: OrdMap<(Time, u64), E>,
    next_sequence: u64,
}

impl<E: Clone> Default for Queue<E> {
    fn default() -> Self {
        Self { events: OrdMap::new(), next_sequence: 0 }
    }
}

impl<E: Clone> Queue<E> {
    /// Adds an event; of two at one time the one added first happens first.
    pub fn push(&mut self, at: Time, event: E) {
        self.events.insert((at, self.next_sequence), event);
        self.next_sequence += 1;
    }

    /// When the next event is due.
    pub fn next_time(&self) -> Option<Time> {
        self.events.get_min().map(|((at, _), _)| *at)
    }

    /// Takes the next event if it is due at or before `until`.
    pub fn pop_until(&mut self, until: Time) -> Option<(Time, E)> {
        let key = self.events.get_min().map(|(key, _)| *key).filter(|(at, _)| *at <= until)?;
        self.events.remove(&key).map(|event| (key.0, event))
    }

    /// Pending events in order.
    pub fn iter(&self) -> impl Iterator<Item = (Time, &E)> {
        self.events.iter().map(|((at, _), event)| (*at, event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn order_is_time_then_arrival() {
        let mut queue = Queue::default();
        for (at, name) in [(5, "c"), (3, "a"), (5, "d"), (3, "b")] {
            queue.push(Time::new(at), name);
        }
        let order: Vec<_> =
            std::iter::from_fn(|| queue.pop_until(Time::new(9))).map(|(_, name)| name).collect();
        assert_eq!(order, ["a", "b", "c", "d"]);
    }

    #[test]
    fn nothing_comes_before_its_time() {
        let mut queue = Queue::default();
        queue.push(Time::new(5), ());
        assert!(queue.pop_until(Time::new(4)).is_none());
        assert!(queue.pop_until(Time::new(5)).is_some());
    }
}
