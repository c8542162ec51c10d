//! `window.causeway`: the world for scripts. Every call goes through the same queue to the worker as
//! the page's own frames. The types are in `causeway.d.ts`.

mod convert;
mod provider;

use crate::{
    browser,
    driver::{Driver, refusal},
};
use causeway::{
    command::Command,
    session::{
        protocol::{Request, Response, Source},
        timeline::Travel,
        view::View,
    },
    types::{ChainId, Span, Time},
};
use convert::{error, from_js, object, promise, to_js, whole_number};
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
        ("view", method(driver, |driver, _| ask_view(driver, |view| to_js(&view))).into()),
        (
            "digest",
            method(driver, |driver, _| ask_view(driver, |view| Ok(view.digest.to_string().into()))).into(),
        ),
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
    promise(|settle| match from_js::<Command>("command", argument) {
        Err(why) => settle.reject(&error(&why)),
        Ok(command) => driver.dispatch(command, move |outcome| match outcome {
            Ok(view) => settle.settle(to_js(&view)),
            Err(why) => settle.reject(&error(&why)),
        }),
    })
}

fn advance(driver: &Rc<Driver>, argument: JsValue) -> js_sys::Promise {
    promise(|settle| match whole_number("ms", &argument) {
        Err(why) => settle.reject(&error(&why)),
        Ok(millis) => {
            let then = driver.clone();
            look(driver, move |outcome| match outcome {
                Err(why) => settle.reject(&error(&why)),
                Ok(view) => go_to(&then, view.now.plus(Span::millis(millis)), settle),
            });
        }
    })
}

/// Asks for slices of time until the moment is reached.
fn go_to(driver: &Rc<Driver>, until: Time, settle: convert::Settle) {
    let then = driver.clone();
    driver.ask(Request::Until { until, view: Driver::whole_view() }, move |response| match response {
        Response::View(view) if view.now < until => go_to(&then, until, settle),
        Response::View(view) => {
            then.look();
            settle.settle(to_js(&view));
        }
        other => settle.reject(&error(&refusal(other))),
    });
}

fn ask_view(driver: &Rc<Driver>, show: fn(View) -> Result<JsValue, String>) -> js_sys::Promise {
    promise(|settle| {
        look(driver, move |outcome| match outcome {
            Ok(view) => settle.settle(show(view)),
            Err(why) => settle.reject(&error(&why)),
        });
    })
}

fn look(driver: &Driver, then: impl FnOnce(Result<View, String>) + 'static) {
    let request = Request::Frame { millis: 0, view: Driver::whole_view() };
    driver.ask(request, move |response| match response {
        Response::View(view) => then(Ok(*view)),
        other => then(Err(refusal(other))),
    });
}

fn load(driver: &Rc<Driver>, argument: JsValue) -> js_sys::Promise {
    let source = if let Some(text) = argument.as_string() {
        Ok(browser::link_in(&text).map_or(Source::Scenario(text), Source::Link))
    } else if let Some(bytes) = argument.dyn_ref::<Uint8Array>() {
        Ok(Source::Snapshot(bytes.to_vec()))
    } else if argument.is_object() {
        js_sys::JSON::stringify(&argument)
            .ok()
            .and_then(|text| text.as_string())
            .map(Source::Scenario)
            .ok_or_else(|| "scenario: expected an object that JSON can hold".to_owned())
    } else {
        let found = argument.js_typeof().as_string().unwrap_or_default();
        Err(format!("scenario: expected JSON text, an object or a snapshot's Uint8Array, found {found}"))
    };
    let then = driver.clone();
    promise(|settle| match source {
        Err(why) => settle.reject(&error(&why)),
        Ok(source) => driver.replace(source, move |outcome| match outcome {
            Ok(()) => arrive(&then, settle),
            Err(why) => settle.reject(&error(&why)),
        }),
    })
}

/// Looks on until no journey through time is under way, and gives the view.
fn arrive(driver: &Rc<Driver>, settle: convert::Settle) {
    let then = driver.clone();
    look(driver, move |outcome| match outcome {
        Ok(view) if view.timeline.journey.is_some() => arrive(&then, settle),
        Ok(view) => settle.settle(to_js(&view)),
        Err(why) => settle.reject(&error(&why)),
    });
}

fn travel(driver: &Rc<Driver>, argument: JsValue) -> js_sys::Promise {
    let then = driver.clone();
    promise(|settle| match from_js::<Travel>("travel", argument) {
        Err(why) => settle.reject(&error(&why)),
        Ok(travel) => driver.travel_then(travel, move |outcome| match outcome {
            Ok(()) => arrive(&then, settle),
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
                    ("bytes", Uint8Array::from(bytes.as_slice()).into()),
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
