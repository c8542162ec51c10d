//! Says what a link holds before anything of it runs, and opens it on a click.

use crate::{browser::forget_hash, format, handle::use_handle, ui::UiAction, widgets::Dialog};
use causeway::session::{
    protocol::{Request, Response, Source},
    timeline::LinkPreview,
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct OpenLinkProps {
    pub(super) link: AttrValue,
    pub(super) on_close: Callback<()>,
}

/// The dialog.
#[component]
pub(super) fn OpenLink(props: &OpenLinkProps) -> Html {
    let handle = use_handle();
    let found = use_state_eq(|| None::<Result<LinkPreview, String>>);
    {
        let (found, driver) = (found.setter(), handle.driver.clone());
        use_effect_with(props.link.clone(), move |link| {
            let link = link.to_string();
            let driver = driver.clone();
            driver.clone().when_running(move || {
                driver.ask(Request::Preview(link), move |response| {
                    found.set(Some(match response {
                        Response::Preview(preview) => Ok(*preview),
                        other => Err(crate::driver::refusal(other)),
                    }));
                });
            });
        });
    }
    let open = {
        let (link, found) = (props.link.to_string(), found.clone());
        handle.on(move |handle| {
            let (ui, found) = (handle.ui.clone(), found.setter());
            handle.driver.replace(Source::Link(link.clone()), move |outcome| match outcome {
                Ok(()) => ui.dispatch(UiAction::Shut),
                Err(why) => found.set(Some(Err(why))),
            });
        })
    };
    let on_close = {
        let on_close = props.on_close.clone();
        Callback::from(move |()| {
            forget_hash();
            on_close.emit(());
        })
    };
    let stay = on_close.reform(|_: MouseEvent| ());
    html! {
        <Dialog title="Somebody shared a world with you" name="open-link" {on_close}>
            <div class="dialog-body">
                { match &*found {
                    None => html! { <p>{ "Reading the link…" }</p> },
                    Some(Err(why)) => html! {
                        <>
                            <p class="complaint" role="alert" data-testid="link-complaint">{ why }</p>
                            <p>{ "Ask whoever sent it for the whole link or for a file, or stay in the default world." }</p>
                        </>
                    },
                    Some(Ok(preview)) => described(preview),
                } }
            </div>
            <div class="dialog-foot">
                <button type="button" class="quiet framed" data-testid="stay" onclick={stay}>{ "Stay here" }</button>
                { if matches!(&*found, Some(Ok(_))) { html! {
                    <button type="button" class="primary" data-testid="open-link" onclick={open}>{ "Open this world" }</button>
                } } else { html! {} } }
            </div>
        </Dialog>
    }
}

fn described(preview: &LinkPreview) -> Html {
    let deeds = match preview.deeds {
        0 => "nothing was done to it".into(),
        1 => "one thing was done to it".into(),
        count => format!("{} things were done to it", format::grouped(count)),
    };
    html! {
        <>
            <p data-testid="link-title"><strong>{ &preview.title }</strong></p>
            <p>{ &preview.summary }</p>
            <p class="quiet-text">
                { format!(
                    "{} rollups from the start, seed {}; {deeds}. It leads to {} after the world began. Nothing of it runs before you open it.",
                    preview.rollups, preview.seed, format::clock(preview.at),
                ) }
            </p>
        </>
    }
}
