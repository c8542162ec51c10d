//! A session for callers that speak JSON: commands and moves come as text, views go as text. Integers that
//! JavaScript would round go as hexadecimal text.

use super::{
    Session,
    protocol::{JsonRequest, Request, Response},
    view::ViewRequest,
};
use crate::types::read_json;
use serde::{Serialize, de::DeserializeOwned};
use std::io;

/// Largest integer that a JavaScript Number holds exactly.
const SAFE_MAX: u64 = (1 << 53) - 1;

/// What a caller sees that asks by program: as much as there may be.
const WHOLE: ViewRequest = ViewRequest {
    log_from: None,
    log_lines: ViewRequest::LOG_LINES_MAX,
    messages: ViewRequest::MESSAGES_MAX,
    inspect: None,
    contagion: true,
};

impl Session {
    /// Answers a request in JSON. A view of a moment that is not reached yet comes as it is: ask again.
    pub(super) fn handle_json(&mut self, asked: &JsonRequest, go_on: &mut dyn FnMut() -> bool) -> Response {
        let request = match asked {
            JsonRequest::Dispatch(text) => {
                read("command", text).map(|command| Request::Dispatch(command, WHOLE))
            }
            JsonRequest::Travel(text) => read("travel", text).map(|travel| Request::Travel(travel, WHOLE)),
            JsonRequest::Until(until) => Ok(Request::Until { until: *until, view: WHOLE }),
            JsonRequest::Look => Ok(Request::Frame { millis: 0, view: WHOLE }),
        };
        let request = match request {
            Ok(request) => request,
            Err(why) => return Response::Refused(why),
        };
        match (self.handle(&request, go_on), asked) {
            (Response::View(view), JsonRequest::Until(until)) if view.now < *until => Response::View(view),
            (Response::View(view), _) if view.timeline.journey.is_some() => Response::View(view),
            (Response::View(view), _) => match text_of(&view) {
                Ok(text) => Response::Json(text),
                Err(error) => Response::Refused(error.to_string()),
            },
            (other, _) => other,
        }
    }
}

/// Reads a value; the refusal names the field from `root` on.
fn read<T: DeserializeOwned>(root: &str, text: &str) -> Result<T, String> {
    read_json(text).map_err(|why| format!("{root}: {why}"))
}

fn text_of<T: Serialize>(value: &T) -> serde_json::Result<String> {
    let mut bytes = Vec::new();
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Safe))?;
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}

/// Writes integers that a Number would round as hexadecimal text.
struct Safe;

impl serde_json::ser::Formatter for Safe {
    fn write_u64<W: io::Write + ?Sized>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        if value > SAFE_MAX { write!(writer, "\"{value:#x}\"") } else { write!(writer, "{value}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{command::Command, scenario::Scenario};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn numbers_that_would_be_rounded_become_text() {
        let text = text_of(&[SAFE_MAX, SAFE_MAX + 1, u64::MAX]).unwrap();
        assert_eq!(text, r#"[9007199254740991,"0x20000000000000","0xffffffffffffffff"]"#);
    }

    #[test]
    fn what_is_misspelt_is_named_by_its_field() {
        let why = read::<Command>("command", r#"{"remove_rollup": {"chain": "x"}}"#).unwrap_err();
        assert!(why.starts_with("command: remove_rollup.chain: "), "{why}");
        assert!(read::<Command>("command", "").unwrap_err().starts_with("command: "));
    }

    #[test]
    fn a_command_in_json_is_answered_in_json() {
        let mut session = Session::new(&Scenario::default_world()).unwrap();
        let asked = JsonRequest::Dispatch(r#"{"set_traffic": {"chain": 900, "per_second": 3}}"#.into());
        let Response::Json(text) = session.handle_json(&asked, &mut || true) else { panic!("a view") };
        let view: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(view["chains"][0]["traffic"], 3);
        let refused = session.handle_json(&JsonRequest::Travel("7".into()), &mut || true);
        assert!(matches!(refused, Response::Refused(why) if why.starts_with("travel: ")));
    }
}
