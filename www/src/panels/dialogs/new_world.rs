//! Starts another world: the default one with a seed, or a scenario from text.

use super::forms::{foot, whole_number};
use crate::{
    browser,
    handle::use_handle,
    ui::UiAction,
    widgets::{Dialog, Field},
};
use causeway::session::{Session, protocol::Source};
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// Larger files than this are not even read.
const FILE_BYTES_MAX: u32 = 32 << 20;

#[derive(Properties, PartialEq)]
pub(super) struct NewWorldProps {
    pub(super) on_close: Callback<()>,
}

/// The dialog.
#[component]
pub(super) fn NewWorld(props: &NewWorldProps) -> Html {
    let handle = use_handle();
    let seed = use_state_eq(|| propose_seed().to_string());
    let scenario = use_state_eq(String::new);
    let complaint = use_state_eq(|| None::<String>);
    let on_seed = {
        let seed = seed.clone();
        Callback::from(move |text: String| seed.set(text))
    };
    let on_scenario = {
        let scenario = scenario.clone();
        Callback::from(move |event: InputEvent| {
            let area = event.target().and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok());
            if let Some(area) = area {
                scenario.set(area.value());
            }
        })
    };
    let on_file = {
        let (handle, complaint) = (handle.clone(), complaint.clone());
        Callback::from(move |event: Event| {
            let (handle, complaint) = (handle.clone(), complaint.clone());
            browser::read_file(&event, FILE_BYTES_MAX, move |read| {
                let source = match read.map(from_file) {
                    Ok(source) => source,
                    Err(why) => return complaint.set(Some(why)),
                };
                let driver = handle.driver.clone();
                driver.replace(source, move |outcome| match outcome {
                    Ok(()) => handle.ui.dispatch(UiAction::Shut),
                    Err(why) => complaint.set(Some(why)),
                });
            });
        })
    };
    let onsubmit = {
        let (seed, scenario, complaint) = (seed.clone(), scenario.clone(), complaint.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let source = if scenario.trim().is_empty() {
                match whole_number(&seed) {
                    Ok(seed) => Source::Default { seed: Some(seed) },
                    Err(why) => return complaint.set(Some(format!("Seed: {why}"))),
                }
            } else {
                Source::Scenario((*scenario).clone())
            };
            let (handle, complaint) = (handle.clone(), complaint.clone());
            let driver = handle.driver.clone();
            driver.replace(source, move |outcome| match outcome {
                Ok(()) => handle.ui.dispatch(UiAction::Shut),
                Err(why) => complaint.set(Some(why)),
            });
        })
    };
    html! {
        <Dialog title="Start another world" name="new-world" on_close={props.on_close.clone()}>
            <form {onsubmit} novalidate=true>
                <div class="dialog-body">
                    <p class="quiet-text">{ "The world that runs now ends. The same seed and the same commands always give the same world." }</p>
                    <Field name="seed" label="Seed" unit="of all that is random" value={(*seed).clone()} on_input={on_seed} />
                    <div class="field">
                        <label for="field-scenario">{ "Or a scenario (JSON)" }</label>
                        <textarea
                            id="field-scenario"
                            rows="6"
                            spellcheck="false"
                            data-testid="field-scenario"
                            value={(*scenario).clone()}
                            oninput={on_scenario}
                        />
                    </div>
                    <div class="field">
                        <label for="field-file">{ "Or a file: a scenario or a saved world" }</label>
                        <input id="field-file" type="file" accept=".json,.causeway" data-testid="field-file" onchange={on_file} />
                    </div>
                </div>
                { foot(complaint.as_deref(), "Start", false) }
            </form>
        </Dialog>
    }
}

/// A saved world begins with its mark; everything else is taken for a scenario.
fn from_file(bytes: Vec<u8>) -> Source {
    match String::from_utf8(bytes) {
        Ok(text) if !text.starts_with(Session::SNAPSHOT_MARK) => Source::Scenario(text),
        Ok(text) => Source::Snapshot(text.into_bytes().into()),
        Err(error) => Source::Snapshot(error.into_bytes().into()),
    }
}

/// A seed that nobody chose; short enough to be read out.
fn propose_seed() -> u32 {
    // Where the browser gives no randomness, a fixed proposal does as well: the visitor may change it.
    getrandom::u32().unwrap_or(1)
}
