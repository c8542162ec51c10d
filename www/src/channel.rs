//! The page's side of the worker: a queue with one request outstanding, so that frames of the page
//! and calls of its JavaScript API take turns.

use crate::driver::now_ms;
use crate::wire::{FromWorker, ToWorker, pack, unpack};
use causeway::session::protocol::{Request, Response};
use std::{cell::RefCell, collections::VecDeque, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{ErrorEvent, MessageEvent, Worker};

/// What is done with an answer.
pub type OnResponse = Box<dyn FnOnce(Response)>;

/// What the worker does of its own accord.
#[derive(Clone, Debug, PartialEq)]
pub enum Sign {
    /// So much of the engine has arrived: bytes so far, and in all where that is known.
    Loading(f64, f64),
    /// It is loaded and listens.
    Ready,
    /// It died and answers no more.
    Died(String),
}

/// A worker and what waits for it.
pub struct Channel {
    worker: Worker,
    state: Rc<RefCell<State>>,
    // Kept alive as long as the worker may call them.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

struct State {
    /// Whether requests may go out: the worker listens and lives.
    open: bool,
    number: u32,
    outstanding: Option<(u32, OnResponse)>,
    /// When the outstanding request was sent, in wall milliseconds; before the first, when the worker
    /// was started.
    sent_at: f64,
    /// When the last message came.
    heard_at: f64,
    waiting: VecDeque<(Request, OnResponse)>,
}

impl Channel {
    /// Starts a worker; `on_sign` hears of its life.
    pub fn open(script: &str, on_sign: impl Fn(Sign) + 'static) -> Result<Self, JsValue> {
        let worker = Worker::new(script)?;
        let state = Rc::new(RefCell::new(State {
            open: false,
            number: 0,
            outstanding: None,
            sent_at: now_ms(),
            heard_at: now_ms(),
            waiting: VecDeque::new(),
        }));
        let on_sign = Rc::new(on_sign);
        let on_message = {
            let (state, worker, on_sign) = (state.clone(), worker.clone(), on_sign.clone());
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                hear(&state, &worker, &*on_sign, &event.data());
            })
        };
        let on_error = {
            let state = state.clone();
            Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
                event.prevent_default();
                state.borrow_mut().open = false;
                on_sign(Sign::Died(event.message()));
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, state, _on_message: on_message, _on_error: on_error })
    }

    /// Sends a request when its turn comes.
    pub fn ask(&self, request: Request, on_response: OnResponse) {
        self.state.borrow_mut().waiting.push_back((request, on_response));
        send_next(&self.state, &self.worker);
    }

    /// Refuses whatever is outstanding or waits, in these words.
    pub fn abandon(&self, why: &str) {
        let unanswered: Vec<OnResponse> = {
            let mut state = self.state.borrow_mut();
            state.open = false;
            let outstanding = state.outstanding.take().map(|(_, on_response)| on_response);
            outstanding.into_iter().chain(state.waiting.drain(..).map(|(_, waiting)| waiting)).collect()
        };
        for on_response in unanswered {
            on_response(Response::Refused(why.into()));
        }
    }

    /// Since when the worker owes an answer, or the sign that it listens.
    pub fn waits_since(&self) -> Option<f64> {
        let state = self.state.borrow();
        (!state.open || state.outstanding.is_some()).then_some(state.sent_at)
    }

    /// When the message at hand came, before it was read.
    pub fn heard_at(&self) -> f64 {
        self.state.borrow().heard_at
    }

    /// Whether nothing is outstanding nor waits.
    pub fn is_idle(&self) -> bool {
        let state = self.state.borrow();
        state.open && state.outstanding.is_none() && state.waiting.is_empty()
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn hear(state: &Rc<RefCell<State>>, worker: &Worker, on_sign: &dyn Fn(Sign), data: &JsValue) {
    if let Some(progress) = data.dyn_ref::<js_sys::Array>() {
        // The loader speaks before the engine is there, hence not in postcard.
        let number = |index| progress.get(index).as_f64();
        match (number(0), number(1)) {
            (Some(current), Some(total)) => {
                state.borrow_mut().sent_at = now_ms();
                on_sign(Sign::Loading(current, total));
            }
            _ => on_sign(Sign::Died(progress.get(0).as_string().unwrap_or_default())),
        }
        return;
    }
    state.borrow_mut().heard_at = now_ms();
    match unpack::<FromWorker>(data) {
        Ok(FromWorker::Ready) => {
            state.borrow_mut().open = true;
            on_sign(Sign::Ready);
            send_next(state, worker);
        }
        Ok(FromWorker::Response(number, response)) => {
            let outstanding = state.borrow_mut().outstanding.take();
            match outstanding {
                Some((expected, on_response)) if expected == number => on_response(response),
                other => state.borrow_mut().outstanding = other,
            }
            send_next(state, worker);
        }
        Err(error) => on_sign(Sign::Died(error.to_string())),
    }
}

fn send_next(state: &Rc<RefCell<State>>, worker: &Worker) {
    let mut state = state.borrow_mut();
    if !state.open || state.outstanding.is_some() {
        return;
    }
    let Some((request, on_response)) = state.waiting.pop_front() else { return };
    state.number = state.number.wrapping_add(1);
    let number = state.number;
    state.outstanding = Some((number, on_response));
    state.sent_at = now_ms();
    let sent = pack(&ToWorker { number, request }).map(|bytes| {
        let buffer = bytes.buffer();
        worker.post_message_with_transfer(&bytes, &js_sys::Array::of1(&buffer))
    });
    if !matches!(sent, Ok(Ok(()))) {
        web_sys::console::error_1(&"a request could not be sent to the worker".into());
    }
}
