//! An EIP-1193 provider for each chain, announced by EIP-6963.

use super::convert::{error, object, promise, rpc_error};
use crate::driver::{Driver, refusal};
use causeway::{
    session::{
        protocol::{Request, Response},
        view::ChainView,
    },
    types::ChainId,
};
use js_sys::{Function, Object, Promise, Reflect};
use serde::Serialize;
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{CustomEvent, CustomEventInit, Window};

/// An island, for lists of wallets.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cpath fill='%23ead9b0' stroke='%2322303a' d='M2 15c3-1 4-7 9-8s8 3 11 8c-5 3-15 3-20 0z'/%3E%3C/svg%3E";

/// The providers, each made once.
pub(super) struct Providers {
    driver: Rc<Driver>,
    made: RefCell<BTreeMap<ChainId, Object>>,
}

impl Providers {
    pub(super) fn new(driver: Rc<Driver>) -> Rc<Self> {
        Rc::new(Self { driver, made: RefCell::new(BTreeMap::new()) })
    }

    /// The provider of a chain of the world that runs.
    pub(super) fn of(&self, id: ChainId) -> Result<Object, JsValue> {
        let known: Vec<ChainId> = self.chains().iter().map(|chain| chain.id).collect();
        if !known.contains(&id) {
            let known: Vec<String> = known.iter().map(ChainId::to_string).collect();
            return Err(error(&format!("chainId: expected one of {}, found {id}", known.join(", "))));
        }
        if let Some(provider) = self.made.borrow().get(&id) {
            return Ok(provider.clone());
        }
        let provider = provider(self.driver.clone(), id)?;
        self.made.borrow_mut().insert(id, provider.clone());
        Ok(provider)
    }

    /// Announces every chain now, and again whenever somebody asks.
    pub(super) fn announce_when_asked(self: &Rc<Self>, window: &Window) -> Result<(), JsValue> {
        let providers = self.clone();
        let on_request = Closure::<dyn Fn()>::new(move || providers.announce());
        let listener = on_request.into_js_value().unchecked_into();
        window.add_event_listener_with_callback("eip6963:requestProvider", &listener)?;
        let providers = self.clone();
        self.driver.when_running(move || providers.announce());
        Ok(())
    }

    fn announce(&self) {
        for chain in self.chains().iter() {
            if let Err(error) = self.announce_one(chain) {
                web_sys::console::error_2(&"a provider could not be announced:".into(), &error);
            }
        }
    }

    fn announce_one(&self, chain: &ChainView) -> Result<(), JsValue> {
        let info = Info {
            uuid: uuid(chain.id),
            name: format!("Causeway: {}", chain.name),
            icon: ICON,
            rdns: "dev.causeway.playground",
        };
        let info: Object = serde_wasm_bindgen::to_value(&info)?.unchecked_into();
        let detail =
            object(&[("info", Object::freeze(&info).into()), ("provider", self.of(chain.id)?.into())])?;
        let init = CustomEventInit::new();
        init.set_detail(&Object::freeze(&detail));
        let event = CustomEvent::new_with_event_init_dict("eip6963:announceProvider", &init)?;
        let window = web_sys::window().ok_or("expected a window, found none")?;
        window.dispatch_event(&event).map(|_| ())
    }

    fn chains(&self) -> Rc<Vec<ChainView>> {
        self.driver.status().scene.map(|scene| scene.chains.clone()).unwrap_or_default()
    }
}

fn provider(driver: Rc<Driver>, id: ChainId) -> Result<Object, JsValue> {
    let request = Closure::<dyn Fn(JsValue) -> Promise>::new(move |argument| request(&driver, id, &argument));
    // Neither the chain nor the accounts of a provider ever change here, so there is nothing to tell
    // its listeners; EIP-1193 wants the two methods all the same.
    let ignore = || -> Function {
        Closure::<dyn Fn(JsValue, JsValue)>::new(|_: JsValue, _: JsValue| ()).into_js_value().unchecked_into()
    };
    object(&[
        ("request", request.into_js_value()),
        ("on", ignore().into()),
        ("removeListener", ignore().into()),
    ])
}

/// What EIP-6963 says of a provider.
#[derive(Serialize)]
struct Info {
    uuid: String,
    name: String,
    icon: &'static str,
    rdns: &'static str,
}

fn request(driver: &Rc<Driver>, chain: ChainId, argument: &JsValue) -> Promise {
    let field = |name: &str| Reflect::get(argument, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let params = match field("params") {
        params if params.is_undefined() || params.is_null() => Some("[]".to_owned()),
        params => js_sys::JSON::stringify(&params).ok().and_then(|text| text.as_string()),
    };
    promise(|settle| {
        let (Some(method), Some(params)) = (field("method").as_string(), params) else {
            let why = "expected { method: string, params?: array or object }, found something else";
            return settle.reject(&rpc_error(-32602, why, None));
        };
        let then = driver.clone();
        driver.ask(Request::Rpc { chain, method, params }, move |response| {
            then.look();
            match response {
                Response::Rpc(json) => match js_sys::JSON::parse(&json) {
                    Ok(value) => settle.resolve(&value),
                    Err(error) => settle.reject(&error),
                },
                Response::RpcError { code, message, data } => {
                    settle.reject(&rpc_error(code, &message, data.as_deref()));
                }
                other => settle.reject(&rpc_error(-32603, &refusal(other), None)),
            }
        });
    })
}

/// A name of the shape of a version 4 UUID, the same for a chain id each time.
fn uuid(id: ChainId) -> String {
    let mut bytes: [u8; 16] = alloy_primitives::keccak256(id.get().to_be_bytes()).0[..16]
        .try_into()
        .expect("invariant: a hash has more than 16 bytes");
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = alloy_primitives::hex::encode(bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn uuids_are_of_version_4_and_differ() {
        let (a, b) = (uuid(ChainId::new(900)), uuid(ChainId::new(901)));
        assert_ne!(a, b);
        assert_eq!((a.len(), &a[14..15]), (36, "4"));
        assert!(["8", "9", "a", "b"].contains(&&a[19..20]));
    }
}
