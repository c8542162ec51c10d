//! What only the browser can do: the page's address, the clipboard, files.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Event, HtmlAnchorElement, HtmlInputElement, Url, Window};

/// What a link's text follows in the page's address.
const LINK_MARK: &str = "#w=";

fn window() -> Option<Window> {
    web_sys::window()
}

/// The link in the page's address, if there is one.
pub fn link_in_address() -> Option<String> {
    link_in(&window()?.location().hash().ok()?)
}

/// The link in an address, if there is one.
pub fn link_in(address: &str) -> Option<String> {
    address.split_once(LINK_MARK).map(|(_, link)| link.to_owned())
}

/// The page's address with a link in it.
pub fn address_with(link: &str) -> String {
    let here = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let page = here.split('#').next().unwrap_or_default();
    format!("{page}{LINK_MARK}{link}")
}

/// Takes the link out of the page's address.
pub fn forget_hash() {
    let Some(window) = window() else { return };
    let here = window.location().href().unwrap_or_default();
    let page = here.split('#').next().unwrap_or_default();
    if let Ok(history) = window.history() {
        // Where a frame forbids it, the address keeps its link, which does no harm.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(page));
    }
}

/// Calls back when the link in the page's address changes; the page lives as long as its document.
pub fn on_link(call: impl Fn(String) + 'static) {
    let on_change = Closure::<dyn FnMut()>::new(move || {
        if let Some(link) = link_in_address() {
            call(link);
        }
    });
    if let Some(window) = window() {
        window.set_onhashchange(Some(on_change.as_ref().unchecked_ref()));
    }
    on_change.forget();
}

/// Puts text in the clipboard; `done` hears whether the browser let it.
pub fn copy(text: &str, done: impl FnOnce(bool) + 'static) {
    let Some(window) = window() else { return done(false) };
    // Pages that are not served securely have no clipboard.
    let has =
        js_sys::Reflect::get(&window.navigator(), &"clipboard".into()).is_ok_and(|it| !it.is_undefined());
    if !has {
        return done(false);
    }
    let written = window.navigator().clipboard().write_text(text);
    wasm_bindgen_futures::spawn_local(async move { done(JsFuture::from(written).await.is_ok()) });
}

/// Has the browser save bytes as a file.
pub fn save_file(name: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence(&parts)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let document = window().and_then(|window| window.document()).ok_or("expected a document")?;
    let anchor: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    Url::revoke_object_url(&address)
}

/// Reads the file that was picked in an input; refuses one that is longer than `most` bytes without
/// reading it.
pub fn read_file(event: &Event, most: u32, done: impl FnOnce(Result<Vec<u8>, String>) + 'static) {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some(file) = input.and_then(|input| input.files()?.get(0)) else { return };
    if file.size() > f64::from(most) {
        let (found, most) = ((file.size() as u64).div_ceil(1 << 20), most >> 20);
        return done(Err(format!("file: expected at most {most} MB, found {found} MB")));
    }
    let read = file.array_buffer();
    wasm_bindgen_futures::spawn_local(async move {
        done(match JsFuture::from(read).await {
            Ok(buffer) => Ok(Uint8Array::new(&buffer).to_vec()),
            Err(_) => Err("file: expected one that can be read, found that the browser cannot".into()),
        });
    });
}
