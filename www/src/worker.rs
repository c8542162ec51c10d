//! The worker's side: holds the session, answers one request at a time, and keeps each answer short
//! by a budget of wall time, which the engine itself never reads.

use crate::wire::{FromWorker, ToWorker, pack, unpack};
use causeway::{
    rpc,
    session::{
        Session,
        protocol::{Request, Response},
        view::ViewRequest,
    },
};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Wall time that one request may take, in milliseconds: less than a frame, so that the page can
/// stop what it began.
const BUDGET_MS: f64 = 12.0;

thread_local! {
    static SESSION: RefCell<Option<Session>> = const { RefCell::new(None) };
}

/// Listens to the page from now on.
pub fn run() {
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        match unpack::<ToWorker>(&event.data()) {
            Ok(ToWorker { number, request }) => {
                let response = answer(request);
                post(&FromWorker::Response(number, response));
            }
            Err(error) => web_sys::console::error_1(&error.to_string().into()),
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    post(&FromWorker::Ready);
}

fn answer(request: Request) -> Response {
    SESSION.with_borrow_mut(|session| match (request, session.as_mut()) {
        (Request::Start(source), _) => match Session::start(&source) {
            Ok(mut started) => {
                let look = Request::Frame { millis: 0, view: ViewRequest::default() };
                let response = started.handle(&look, &mut || true);
                *session = Some(started);
                response
            }
            Err(error) => Response::Refused(error),
        },
        (_, None) => Response::Refused("expected a world to be started first, found none".into()),
        (request, Some(session)) => {
            let clock = scope().performance();
            let now = || clock.as_ref().map_or(0.0, web_sys::Performance::now);
            let end = now() + BUDGET_MS;
            rpc::serve(session, &request, &mut || now() < end)
        }
    })
}

fn post(envelope: &FromWorker) {
    let sent = pack(envelope).map(|bytes| {
        let buffer = bytes.buffer();
        scope().post_message_with_transfer(&bytes, &js_sys::Array::of1(&buffer))
    });
    if sent.is_err() {
        web_sys::console::error_1(&"the answer could not be packed".into());
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
