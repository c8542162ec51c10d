//! To and fro in time, other futures, undoing, and links to a moment.

use crate::support::{at, shipped};
use alloy_primitives::B256;
use causeway::{
    command::Command,
    scenario::Scenario,
    session::{
        Session, TravelError,
        timeline::Travel,
        view::{View, ViewRequest},
    },
    types::{Span, Time},
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn send(wei: u64) -> Command {
    let text = format!(
        r#"{{"send_message": {{"from": 900, "to": 901, "content": {{"ether": {{"amount": "{wei}"}}}}}}}}"#
    );
    serde_json::from_str(&text).unwrap()
}

fn view(session: &Session) -> View {
    session.view(&ViewRequest { log_lines: 5, ..ViewRequest::default() })
}

/// Goes and arrives, in slices of one event, as a page does.
fn go(session: &mut Session, travel: &Travel) {
    session.travel(travel).unwrap();
    for _ in 0..1_000_000 {
        if session.go_on(&mut || false) {
            return;
        }
    }
    panic!("it never arrives");
}

fn digest(session: &Session) -> B256 {
    session.world().digest()
}

/// A session at five minutes with deeds at one and at three.
fn lived() -> Session {
    let mut session = Session::new(&shipped()).unwrap();
    session.run_until(at("1m"));
    session.dispatch(&send(5)).unwrap();
    session.run_until(at("3m 30ms"));
    session.dispatch(&send(7)).unwrap();
    session.run_until(at("5m"));
    session
}

#[test]
fn every_moment_is_the_same_however_it_is_come_to() {
    let mut session = lived();
    let end = digest(&session);
    let moments = ["0s", "59s", "1m", "61s", "2m 13s", "3m", "3m 30ms", "4m", "5m"];
    // As they were when they were lived, without any travel.
    let known = moments.map(|moment| {
        let mut fresh = Session::new(&shipped()).unwrap();
        for (when, wei) in [("1m", 5), ("3m 30ms", 7)] {
            if at(when) <= at(moment) {
                fresh.run_until(at(when));
                fresh.dispatch(&send(wei)).unwrap();
            }
        }
        fresh.run_until(at(moment));
        digest(&fresh)
    });
    for place in [4, 0, 8, 2, 1, 3, 6, 5, 7, 8, 0, 7] {
        go(&mut session, &Travel::To(at(moments[place])));
        assert_eq!(session.world().now(), at(moments[place]));
        assert_eq!(digest(&session), known[place], "at {}", moments[place]);
    }
    go(&mut session, &Travel::To(at("30s")));
    session.run_until(at("5m"));
    assert_eq!(digest(&session), end, "what was done is done again when time plays on");
    assert_eq!(view(&session).timeline.branches.len(), 1, "looking changes nothing");
}

#[test]
fn the_scrubber_goes_by_lines_of_the_whole_log() {
    let mut session = lived();
    let all = view(&session).timeline.lines;
    go(&mut session, &Travel::ToLine(all / 2));
    let middle = view(&session).timeline;
    assert_eq!(middle.lines, all, "the log ahead is still counted");
    assert!(middle.line >= all / 2 && middle.line < all, "{middle:?}");
    assert_eq!((middle.ticks.first().unwrap().0, middle.ticks.last().unwrap().0), (0, all));
    assert!(middle.deeds.iter().any(|deed| deed.is_ahead) && middle.deeds.iter().any(|deed| !deed.is_ahead));
    go(&mut session, &Travel::ToLine(u64::MAX));
    assert_eq!(view(&session).timeline.line, all);
    go(&mut session, &Travel::ToLine(0));
    assert_eq!(session.world().now(), Time::ZERO);
}

#[test]
fn steps_lead_on_and_back() {
    let mut session = lived();
    go(&mut session, &Travel::To(at("2m")));
    let (before, events) = (digest(&session), session.world().events());
    go(&mut session, &Travel::Into);
    assert_eq!(session.world().events(), events + 1, "one event");
    go(&mut session, &Travel::To(at("2m")));
    go(&mut session, &Travel::Over);
    assert_ne!(digest(&session), before, "something happened");
    let after = session.world().now();
    go(&mut session, &Travel::Back);
    assert!(session.world().now() < after);
    assert_eq!(digest(&session), before);
    for _ in 0..200 {
        go(&mut session, &Travel::Back);
    }
    assert_eq!(session.world().now(), Time::ZERO, "back ends at the beginning");
}

#[test]
fn what_is_done_is_undone_and_redone() {
    let mut session = Session::new(&shipped()).unwrap();
    session.run_until(at("1m"));
    let before = digest(&session);
    session.dispatch(&send(5)).unwrap();
    let once = digest(&session);
    session.dispatch(&send(6)).unwrap();
    let twice = digest(&session);
    session.run_until(at("2m"));
    for expected in [once, before] {
        assert!(view(&session).timeline.undo.unwrap().starts_with("Send a message"));
        session.travel(&Travel::Undo).unwrap();
        assert_eq!((digest(&session), session.world().now()), (expected, at("1m")));
    }
    assert_eq!(session.travel(&Travel::Undo), Err(TravelError::NothingToUndo));
    for expected in [once, twice] {
        session.travel(&Travel::Redo).unwrap();
        assert_eq!(digest(&session), expected);
    }
    assert_eq!(session.travel(&Travel::Redo), Err(TravelError::NothingToRedo));
    session.travel(&Travel::Undo).unwrap();
    session.dispatch(&send(8)).unwrap();
    assert_eq!(session.travel(&Travel::Redo), Err(TravelError::NothingToRedo), "a new deed ends redoing");
}

#[test]
fn a_changed_past_keeps_the_future_that_was() {
    let mut session = lived();
    let end = digest(&session);
    go(&mut session, &Travel::To(at("2m")));
    session.dispatch(&send(1)).unwrap();
    session.run_until(at("5m"));
    assert_ne!(digest(&session), end);
    let timeline = view(&session).timeline;
    assert_eq!(timeline.branches.len(), 2);
    assert_eq!(timeline.branches[1].name, "Main before the change");
    go(&mut session, &Travel::Switch(timeline.branches[1].id));
    session.run_until(at("5m"));
    assert_eq!(digest(&session), end);
}

#[test]
fn a_changed_past_leads_through_no_moment_of_the_old_future() {
    let mut session = lived();
    go(&mut session, &Travel::To(at("2m")));
    let mut fresh = Session::new(&shipped()).unwrap();
    fresh.run_until(at("1m"));
    fresh.dispatch(&send(5)).unwrap();
    fresh.run_until(at("2m"));
    for changed in [&mut session, &mut fresh] {
        changed.dispatch(&send(9)).unwrap();
    }
    session.run_until(at("5m"));
    // From the second deed of the old future on.
    for quarter in 0..40 {
        let moment = at("3m 30ms").plus(Span::millis(250 * quarter));
        fresh.run_until(moment);
        go(&mut session, &Travel::To(moment));
        assert_eq!(digest(&session), digest(&fresh), "at {}", moment.millis());
    }
}

#[test]
fn a_deed_earlier_in_the_same_gap_between_events_keeps_its_moment() {
    let mut session = lived();
    let mut start = session.world().now();
    while view(&session).next_event.is_some_and(|next| next <= start.plus(Span::millis(100))) {
        start = start.plus(Span::millis(100));
        session.run_until(start);
    }
    let [middle, soon, late] = [50, 60, 100].map(|millis| start.plus(Span::millis(millis)));
    session.run_until(late);
    session.dispatch(&send(11)).unwrap();
    go(&mut session, &Travel::To(middle));
    session.dispatch(&send(13)).unwrap();
    let done = digest(&session);
    go(&mut session, &Travel::Undo);
    assert_eq!(session.world().now(), middle);
    go(&mut session, &Travel::Redo);
    assert_eq!(digest(&session), done);

    let mut fresh = lived();
    fresh.run_until(middle);
    fresh.dispatch(&send(13)).unwrap();
    assert_eq!(digest(&fresh), done);
    fresh.run_until(soon);
    session.run_until(late);
    go(&mut session, &Travel::To(soon));
    assert_eq!(digest(&session), digest(&fresh));
}

#[test]
fn two_forks_are_compared_at_one_moment() {
    let mut session = Session::new(&shipped()).unwrap();
    session.run_until(at("2m"));
    go(&mut session, &Travel::Fork("What if".into()));
    let same = session.compare(0, &ViewRequest::default(), &mut || true).unwrap();
    assert!(same.is_ready && same.difference.is_none() && same.rows.is_empty(), "{same:?}");
    session.run_until(at("2m 5s"));
    session.dispatch(&send(9)).unwrap();
    session.run_until(at("6m"));
    let mut compared = session.compare(0, &ViewRequest::default(), &mut || false).unwrap();
    assert!(!compared.is_ready, "the other one has to come after first");
    while !compared.is_ready {
        compared = session.compare(0, &ViewRequest::default(), &mut || false).unwrap();
    }
    let difference = compared.difference.unwrap();
    assert_eq!(difference.at, at("2m 5s"));
    assert!(difference.here.unwrap().text.starts_with("Command: send a message"));
    assert_eq!(compared.other.now, at("6m"));
    assert!(compared.rows.iter().any(|row| row.name == "messages" && row.here != row.there));
}

#[test]
fn impossible_travels_change_nothing() {
    let mut session = lived();
    let (end, name) = (digest(&session), "x".repeat(41));
    let refused = [
        Travel::Switch(9),
        Travel::Forget(0),
        Travel::Forget(7),
        Travel::Fork("  ".into()),
        Travel::Fork(name),
        Travel::To(Time::new(u64::MAX)),
    ];
    for travel in refused {
        session.travel(&travel).unwrap_err();
    }
    for number in 1..Session::BRANCHES_MAX {
        session.travel(&Travel::Fork(number.to_string())).unwrap();
    }
    let full = session.travel(&Travel::Fork("one more".into())).unwrap_err();
    assert_eq!(full, TravelError::TooMany { most: Session::BRANCHES_MAX });
    session.travel(&Travel::Forget(3)).unwrap();
    session.travel(&Travel::Fork("one more".into())).unwrap();
    assert_eq!(digest(&session), end);
}

#[test]
fn a_link_leads_to_the_very_moment() {
    let mut session = lived();
    session.run_until(at("5m 1ms"));
    let link = session.link().unwrap();
    let preview = Session::preview(&link).unwrap();
    assert_eq!((preview.deeds, preview.at), (2, at("5m 1ms")));
    let mut opened = Session::open_link(&link).unwrap();
    while !opened.go_on(&mut || false) {}
    assert_eq!((digest(&opened), opened.world().now()), (digest(&session), at("5m 1ms")));
    assert!(!view(&opened).timeline.differs_from_link);
    // Its past is there, and goes on being undone.
    opened.travel(&Travel::Undo).unwrap();
    session.travel(&Travel::Undo).unwrap();
    assert_eq!(digest(&opened), digest(&session));
    let default = Session::new(&Scenario { seed: 77, ..Scenario::default_world() }).unwrap();
    let link = default.link().unwrap();
    assert!(link.len() < 200, "the default world goes without saying: {} characters", link.len());
    assert_eq!(Session::preview(&link).unwrap().seed, 77);
}

#[test]
fn an_altered_link_is_refused() {
    let link = lived().link().unwrap();
    assert!(Session::open_link(&link).is_ok());
    for place in 0..link.len() {
        let mut altered = link.clone().into_bytes();
        altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).unwrap();
        // The last character's lowest bits are padding.
        if place + 1 < link.len() {
            assert!(Session::open_link(&altered).is_err(), "character {place}");
        }
        assert!(Session::open_link(&link[..place]).is_err(), "cut at {place}");
    }
    for strange in ["", "A", "Ω", "<script>", "AQ", &"A".repeat(40_000)] {
        assert!(Session::preview(strange).is_err(), "{strange:.20}");
    }
}

#[test]
fn a_snapshot_keeps_the_past_and_other_futures() {
    let mut session = lived();
    let end = digest(&session);
    go(&mut session, &Travel::Fork("Other".into()));
    session.dispatch(&send(3)).unwrap();
    session.run_until(at("6m"));
    let other = digest(&session);
    let mut restored = Session::restore(&session.snapshot()).unwrap();
    assert_eq!(digest(&restored), other);
    go(&mut restored, &Travel::Switch(0));
    assert_eq!((digest(&restored), restored.world().now()), (end, at("5m")));
    go(&mut restored, &Travel::Switch(1));
    go(&mut restored, &Travel::Undo);
    assert_eq!(digest(&restored), end);
    go(&mut restored, &Travel::To(at("2m")));
    go(&mut session, &Travel::To(at("2m")));
    assert_eq!(digest(&restored), digest(&session));
}

#[test]
fn a_journey_is_stopped_where_it_has_come() {
    let mut session = Session::new(&shipped()).unwrap();
    session.travel(&Travel::To(at("1h"))).unwrap();
    for _ in 0..40 {
        assert!(!session.go_on(&mut || false));
    }
    let journey = view(&session).timeline.journey.unwrap();
    assert_eq!(journey.to, at("1h"));
    session.travel(&Travel::Stop).unwrap();
    let here = session.world().now();
    assert!(session.go_on(&mut || false) && here < at("1h") && here > Time::ZERO);
    session.run_until(here.plus(Span::seconds(1)));
    assert_eq!(session.world().now(), here.plus(Span::seconds(1)));
}
