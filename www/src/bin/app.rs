//! Starts the page.

fn main() {
    if let Some(body) = web_sys::window().and_then(|window| window.document()).and_then(|page| page.body()) {
        body.set_text_content(Some("Causeway"));
    }
}
