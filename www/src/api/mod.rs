//! `window.causeway`: the world for scripts. Every call goes through the same queue to the worker as
//! the page's own frames. The types are in `causeway.d.ts`.

mod convert;
mod provider;

use crate::{
    browser,
    driver::{Driver, refusal},
};
use causeway::{
    session::{
        protocol::{JsonRequest, Request, Response, Source},
        view::{View, ViewRequest},
    },
    types::{ChainId, Span},
};
use convert::{Settle, error, json_of, object, promise, whole_number};
use js_sys::{Function, Object, Uint8Array};
use provider::Providers;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};

/// Sets `window.causeway` and answers wallets that ask who is there (EIP-6963).
pub fn install(driver: &Rc<Driver>) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or("expected a window, found none")?;
    let providers = Providers::new(driver.clone());
    let api = object(&[
        ("ready", ready(driver).into()),
        ("dispatch", method(driver, dispatch).into()),
        ("advance", method(driver, advance).into()),
        ("view", method(driver, |driver, _| view(driver)).into()),
        ("digest", method(driver, |driver, _| digest(driver)).into()),
        ("load", method(driver, load).into()),
        ("share", method(driver, |driver, _| share(driver)).into()),
        ("travel", method(driver, travel).into()),
        ("snapshot", method(driver, |driver, _| snapshot(driver)).into()),
        ("provider", provider_of(&providers).into()),
    ])?;
    js_sys::Reflect::set(&window, &"causeway".into(), &api)?;
    providers.announce_when_asked(&window)
}

/// Resolves when the first world runs.
fn ready(driver: &Rc<Driver>) -> js_sys::Promise {
    promise(|settle| driver.when_running(move || settle.resolve(&JsValue::UNDEFINED)))
}

/// A function of JavaScript over the driver and one argument; it gives a promise.
fn method(driver: &Rc<Driver>, call: fn(&Rc<Driver>, JsValue) -> js_sys::Promise) -> Function {
    let driver = driver.clone();
    Closure::<dyn Fn(JsValue) -> js_sys::Promise>::new(move |argument| call(&driver, argument))
        .into_js_value()
        .unchecked_into()
}

fn dispatch(driver: &Rc<Driver>, argument: JsValue) -> js_sys::Promise {
    promise(|settle| match json_of("command", &argument) {
        Err(why) => settle.reject(&error(&why)),
        Ok(text) => change(driver, JsonRequest::Dispatch(text), settle),
    })
}

fn advance(driver: &Rc<Driver>, argument: JsValue) -> js_sys::Promise {
    promise(|settle| match whole_number("ms", &argument) {
        Err(why) => settle.reject(&error(&why)),
        Ok(millis) => {
            let then = driver.clone();
            look(driver, move |outcome| match outcome {
                Err(why) => settle.reject(&error(&why)),
                Ok(view) => change(&then, JsonRequest::Until(view.now.plus(Span::millis(millis))), settle),
            });
        }
    })
}

fn travel(driver: &Rc<Driver>, argument: JsValue) -> js_sys::Promise {
    promise(|settle| match json_of("travel", &argument) {
        Err(why) => settle.reject(&error(&why)),
        Ok(text) => {
            driver.pause();
            change(driver, JsonRequest::Travel(text), settle);
        }
    })
}

/// Asks what changes the world, in JSON, until it is done, and has the page look.
fn change(driver: &Rc<Driver>, asked: JsonRequest, settle: Settle) {
    let then = driver.clone();
    driver.ask(Request::Json(asked.clone()), move |response| match response {
        Response::Json(text) => {
            then.changed();
            settle_json(&text, &settle);
        }
        // Not there yet: a journey goes on by looking, any other way by asking again.
        Response::View(_) => {
            let again = match asked {
                JsonRequest::Travel(_) => JsonRequest::Look,
                other => other,
            };
            change(&then, again, settle);
        }
        other => settle.reject(&error(&refusal(other))),
    });
}

fn settle_json(text: &str, settle: &Settle) {
    match js_sys::JSON::parse(text) {
        Ok(value) => settle.resolve(&value),
        Err(error) => settle.reject(&error),
    }
}

fn view(driver: &Rc<Driver>) -> js_sys::Promise {
    promise(|settle| {
        driver.ask(Request::Json(JsonRequest::Look), move |response| match response {
            Response::Json(text) => settle_json(&text, &settle),
            Response::View(_) => settle.reject(&error("the world is on its way through time; ask again")),
            other => settle.reject(&error(&refusal(other))),
        });
    })
}

fn digest(driver: &Rc<Driver>) -> js_sys::Promise {
    promise(|settle| {
        look(driver, move |outcome| match outcome {
            Ok(view) => settle.resolve(&view.digest.to_string().into()),
            Err(why) => settle.reject(&error(&why)),
        });
    })
}

fn look(driver: &Driver, then: impl FnOnce(Result<View, String>) + 'static) {
    let request = Request::Frame { millis: 0, view: ViewRequest::default() };
    driver.ask(request, move |response| match response {
        Response::View(view) => then(Ok(*view)),
        other => then(Err(refusal(other))),
    });
}

fn load(driver: &Rc<Driver>, argument: JsValue) -> js_sys::Promise {
    let source = if let Some(text) = argument.as_string() {
        Ok(browser::link_in(&text).map_or(Source::Scenario(text), Source::Link))
    } else if let Some(bytes) = argument.dyn_ref::<Uint8Array>() {
        Ok(Source::Snapshot(bytes.to_vec().into()))
    } else if argument.is_object() {
        json_of("scenario", &argument).map(Source::Scenario)
    } else {
        let found = argument.js_typeof().as_string().unwrap_or_default();
        Err(format!("scenario: expected JSON text, an object or a snapshot's Uint8Array, found {found}"))
    };
    let then = driver.clone();
    promise(|settle| match source {
        Err(why) => settle.reject(&error(&why)),
        Ok(source) => driver.replace(source, move |outcome| match outcome {
            Ok(()) => change(&then, JsonRequest::Look, settle),
            Err(why) => settle.reject(&error(&why)),
        }),
    })
}

fn share(driver: &Rc<Driver>) -> js_sys::Promise {
    promise(|settle| {
        driver.ask(Request::Link, move |response| match response {
            Response::Link(text) => settle.resolve(&browser::address_with(&text).into()),
            other => settle.reject(&error(&refusal(other))),
        });
    })
}

fn snapshot(driver: &Rc<Driver>) -> js_sys::Promise {
    promise(|settle| {
        driver.ask(Request::Snapshot, move |response| match response {
            Response::Snapshot { bytes, digest } => settle.settle(
                object(&[
                    ("bytes", Uint8Array::from(bytes.as_ref()).into()),
                    ("digest", digest.to_string().into()),
                ])
                .map(Into::into)
                .map_err(|_| "the snapshot could not be handed over".into()),
            ),
            other => settle.reject(&error(&refusal(other))),
        });
    })
}

fn provider_of(providers: &Rc<Providers>) -> Function {
    let providers = providers.clone();
    Closure::<dyn Fn(JsValue) -> Result<Object, JsValue>>::new(move |argument: JsValue| {
        let id = whole_number("chainId", &argument).map_err(|why| error(&why))?;
        providers.of(ChainId::new(id))
    })
    .into_js_value()
    .unchecked_into()
}
