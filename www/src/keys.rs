//! Single keys: one table says what each does, does it, and is the help sheet's list.

use crate::{
    handle::Handle,
    ui::{Dialog, Look, UiAction},
};
use causeway::session::{timeline::Travel, view::Subject};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// A key.
pub struct Key {
    /// As the browser names it.
    pub name: &'static str,
    /// As people call it.
    pub label: &'static str,
    /// What it does.
    pub text: &'static str,
    act: fn(&Handle),
}

const fn key(name: &'static str, label: &'static str, text: &'static str, act: fn(&Handle)) -> Key {
    Key { name, label, text, act }
}

/// All of them, in the order of the help sheet.
pub const KEYS: [Key; 20] = [
    key(" ", "Space", "play or pause", |handle| handle.driver.toggle()),
    key(".", ".", "step to the next moment in which something happens", |handle| handle.driver.step()),
    key(",", ",", "step back to the moment before", |handle| handle.driver.travel(Travel::Back)),
    key(";", ";", "step by one event of the engine", |handle| handle.driver.travel(Travel::Into)),
    key("u", "U", "undo", |handle| handle.driver.travel(Travel::Undo)),
    key("r", "R", "redo", |handle| handle.driver.travel(Travel::Redo)),
    key("f", "F", "fork: open another future here", |handle| handle.open(Dialog::Fork)),
    key("s", "S", "send a message", |handle| handle.open(Dialog::Send(None, None))),
    key("a", "A", "send a bundle: transactions on several rollups, together", |handle| {
        handle.open(Dialog::Bundle);
    }),
    key("n", "N", "spawn a new rollup", |handle| handle.open(Dialog::Spawn)),
    key("t", "T", "traffic on a chain", |handle| handle.open(Dialog::Traffic(None))),
    key("c", "C", "capacity: how much the chains carry", |handle| handle.open(Dialog::Capacity)),
    key("b", "B", "break something, or mend it", |handle| handle.open(Dialog::Break(None))),
    key("e", "E", "exposure: who relies on whom, and who has lost what", |handle| {
        handle.ui.dispatch(UiAction::Look(Look::Contagion));
    }),
    key("w", "W", "your wallet", open_wallet),
    key("l", "L", "lessons", |handle| handle.open(Dialog::Lessons)),
    key("g", "G", "glossary", |handle| handle.open(Dialog::Glossary)),
    key("/", "/", "search the event log", |_| focus("log-search")),
    key("m", "M", "go to the chart; arrow keys move over it", |_| focus_chart()),
    key("?", "?", "this list", |handle| handle.open(Dialog::Help)),
];

/// What keys do while the chart has the focus: how people call them, and what they do.
pub const CHART_KEYS: [(&str, &str); 5] = [
    ("Arrows", "on the chart: go from one thing to the next"),
    ("Enter", "on the chart: inspect"),
    ("+ −", "on the chart: zoom in, zoom out"),
    ("0", "on the chart: show all of it"),
    ("Shift Arrows", "on the chart: move what is in sight"),
];

/// Shows what Alice owns: the visitor is she.
pub fn open_wallet(handle: &Handle) {
    let scene = handle.driver.status().scene;
    if let Some(you) = scene.and_then(|scene| scene.world.people.first().map(|person| person.address)) {
        handle.inspect(Subject::Account(you));
    }
}

fn by_test_id(id: &str) -> Option<HtmlElement> {
    let document = web_sys::window()?.document()?;
    document.query_selector(&format!("[data-testid=\"{id}\"]")).ok()??.dyn_into().ok()
}

/// Moves the focus to what has a test id, if it takes it.
pub fn focus(id: &str) {
    if let Some(element) = by_test_id(id) {
        // What is not focusable keeps the focus where it is.
        let _ = element.focus();
    }
}

fn focus_chart() {
    let document = web_sys::window().and_then(|window| window.document());
    let stop = document.and_then(|document| {
        document.query_selector("[data-testid=\"network-map\"] [tabindex=\"0\"]").ok()?
    });
    if let Some(stop) = stop {
        // SVG elements have focus() as HTML ones do.
        let _ = stop.unchecked_into::<web_sys::SvgElement>().focus();
    }
}

/// Whether a key pressed there belongs to what it was pressed in.
fn is_taken(target: &Element, key: &str) -> bool {
    // A dialog that was just closed may hold the focus for a moment longer.
    if target.closest("dialog[open], [popover]").is_ok_and(|found| found.is_some()) {
        return true;
    }
    let name = target.tag_name().to_ascii_lowercase();
    let types = matches!(name.as_str(), "input" | "textarea" | "select");
    let is_pressed = key == " " && (name == "button" || target.get_attribute("role").is_some());
    types || is_pressed
}

/// Listens to single keys from now on; `is_on` says whether they do something.
pub fn listen(handle: &Handle, is_on: impl Fn() -> bool + 'static) {
    let handle = handle.clone();
    let on_key = Closure::<dyn FnMut(KeyboardEvent)>::new(move |event: KeyboardEvent| {
        let chorded = event.ctrl_key() || event.meta_key() || event.alt_key();
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let pressed = event.key();
        if chorded || event.default_prevented() || target.is_some_and(|target| is_taken(&target, &pressed)) {
            return;
        }
        // The list of keys is there for whoever has switched them off, too.
        let found = KEYS.iter().find(|key| key.name.eq_ignore_ascii_case(&pressed));
        if let Some(key) = found.filter(|key| is_on() || key.name == "?") {
            event.prevent_default();
            (key.act)(&handle);
        }
    });
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(document) = document {
        // Every document lets keys be listened to.
        let _ = document.add_event_listener_with_callback("keydown", on_key.as_ref().unchecked_ref());
    }
    // The page lives as long as its document.
    on_key.forget();
}

/// Switches single keys on or off.
pub fn switch(handle: &Handle, on: bool) {
    handle.ui.dispatch(UiAction::Keys(on));
}

#[cfg(test)]
mod tests {
    use super::KEYS;
    use std::collections::BTreeSet;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_key_does_one_thing() {
        let names: BTreeSet<&str> = KEYS.iter().map(|key| key.name).collect();
        assert_eq!(names.len(), KEYS.len());
    }
}
