//! Shares this very moment: as a link, or as a file where a link would be too long.

use crate::{
    browser::{address_with, copy, save_file},
    format,
    handle::{Handle, use_handle},
    widgets::Dialog,
};
use causeway::session::protocol::{Request, Response};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct ShareProps {
    pub(super) on_close: Callback<()>,
}

/// The dialog.
#[component]
pub(super) fn Share(props: &ShareProps) -> Html {
    let handle = use_handle();
    let link = use_state_eq(|| None::<Result<String, String>>);
    {
        let (link, driver) = (link.setter(), handle.driver.clone());
        use_effect_with((), move |()| {
            driver.ask(Request::Link, move |response| {
                link.set(Some(match response {
                    Response::Link(text) => Ok(address_with(&text)),
                    other => Err(crate::driver::refusal(other)),
                }));
            });
        });
    }
    html! {
        <Dialog title="Share this moment" name="share" on_close={props.on_close.clone()}>
            <div class="dialog-body">
                <p class="quiet-text">
                    { "Whoever opens it sees this very world at this moment, with its past, and can go on from here. It holds the scenario, the seed and what was done: nothing is sent anywhere." }
                </p>
                { match &*link {
                    None => html! { <p>{ "Writing the link…" }</p> },
                    Some(Ok(address)) => link_field(&handle, address),
                    Some(Err(why)) => html! { <p class="complaint" role="alert" data-testid="share-complaint">{ why }</p> },
                } }
            </div>
            <div class="dialog-foot">
                <p class="quiet-text">{ "A file holds the other futures too." }</p>
                <button type="button" class="quiet framed" data-testid="save-file" onclick={handle.on(save)}>
                    { "Save as a file" }
                </button>
            </div>
        </Dialog>
    }
}

fn link_field(handle: &Handle, address: &str) -> Html {
    let copied = {
        let address = address.to_owned();
        handle.on(move |handle| {
            let say = handle.clone();
            copy(&address, move |copied| match copied {
                true => say.say("The link is copied.", false),
                false => {
                    say.say("The browser does not let the page copy: select the link and copy it.", true)
                }
            });
        })
    };
    html! {
        <div class="field">
            <label for="field-link">{ format!("Link, {} characters", format::grouped(address.len() as u64)) }</label>
            <div class="field-line">
                <input id="field-link" type="text" readonly=true value={address.to_owned()} data-testid="field-link"
                    onfocus={Callback::from(|event: FocusEvent| select_all(&event))} />
                <button type="button" class="primary" data-testid="copy-link" onclick={copied}>{ "Copy" }</button>
            </div>
        </div>
    }
}

fn select_all(event: &FocusEvent) {
    if let Some(input) = event.target_dyn_into::<web_sys::HtmlInputElement>() {
        input.select();
    }
}

/// Saves the whole session; a journey that it is on is left where it has come.
fn save(handle: &Handle) {
    let say = handle.clone();
    handle.driver.ask(Request::Snapshot, move |response| match response {
        Response::Snapshot { bytes, .. } => {
            if save_file("world.causeway", &bytes).is_err() {
                say.say("The browser does not let the page save a file.", true);
            }
        }
        other => say.say(crate::driver::refusal(other), true),
    });
}
