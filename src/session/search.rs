//! Search over the whole log, newest first, in slices of a caller's time.

use super::{
    Session, describe,
    protocol::{Found, LogSearch},
};

impl Session {
    /// Lines of the log that match. `go_on` is asked now and then and says whether there is time for more.
    pub(super) fn search(&self, wanted: &LogSearch, go_on: &mut dyn FnMut() -> bool) -> Found {
        let world = self.world();
        let facts = world.trace().facts();
        let text = wanted.text.trim().to_ascii_lowercase();
        let before = wanted.before.and_then(|before| usize::try_from(before).ok());
        let mut at = before.map_or(facts.len(), |before| before.min(facts.len()));
        let mut lines = Vec::new();
        while at > 0 && lines.len() < LogSearch::LINES_MAX && (!at.is_multiple_of(32) || go_on()) {
            at -= 1;
            let Some((time, fact)) = facts.get(at) else { break };
            let line = describe::log_line(world, at as u64, *time, fact);
            let is_meant = wanted.kind.as_ref().is_none_or(|kind| line.kind == *kind)
                && wanted.chain.is_none_or(|chain| line.chain == Some(chain))
                && (text.is_empty() || line.text.to_ascii_lowercase().contains(&text));
            if is_meant {
                lines.push(line);
            }
        }
        Found { lines, before: (at > 0).then_some(at as u64) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{scenario::Scenario, types::Time};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// All matches, asked for in slices of one look each.
    fn all(session: &Session, mut wanted: LogSearch) -> Vec<u64> {
        let mut lines = Vec::new();
        loop {
            let mut looks = 0;
            let found = session.search(&wanted, &mut || {
                looks += 1;
                looks < 3
            });
            lines.extend(found.lines.iter().map(|line| line.number));
            match found.before {
                Some(before) => wanted.before = Some(before),
                None => return lines,
            }
        }
    }

    #[test]
    fn every_match_is_found_once_newest_first() {
        let mut session = Session::new(&Scenario::default_world()).unwrap();
        session.run_until(Time::new(600_000));
        let whole = session.world().trace().facts().len() as u64;
        let every = all(&session, LogSearch::default());
        assert_eq!(every, (0..whole).rev().collect::<Vec<_>>());
        let batches = all(&session, LogSearch { kind: Some("batch".into()), ..LogSearch::default() });
        let arrived = all(&session, LogSearch { text: " HAS Arrived ".into(), ..LogSearch::default() });
        assert!(batches.len() > 5 && batches.len() < every.len());
        assert!(!arrived.is_empty() && arrived.is_sorted_by(|a, b| a > b));
        assert!(all(&session, LogSearch { text: "no such thing".into(), ..LogSearch::default() }).is_empty());
    }
}
