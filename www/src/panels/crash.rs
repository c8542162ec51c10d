//! What the page shows when the engine has died: what the browser says of it and the ways on.

use crate::handle::use_handle;
use yew::prelude::*;

/// How it died.
#[derive(Properties, PartialEq)]
pub struct CrashProps {
    /// What the browser says of it.
    pub text: AttrValue,
    /// Whether there is a moment to restore.
    pub can_restore: bool,
}

/// The panel.
#[component]
pub fn Crash(props: &CrashProps) -> Html {
    let handle = use_handle();
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(element) = node.cast::<web_sys::HtmlElement>() {
                // Where focus can't be moved, the dialog is announced all the same.
                let _ = element.focus();
            }
        });
    }
    html! {
        <div ref={node} class="crash" tabindex="-1" role="alertdialog" aria-labelledby="crash-heading" data-testid="crash">
            <h2 id="crash-heading">{ "The engine has stopped" }</h2>
            <p>{ "Something in the simulation went wrong that it could not go on from. The page itself is well." }</p>
            <pre>{ &props.text }</pre>
            <div class="buttons">
                { if props.can_restore { html! {
                    <button
                        type="button"
                        class="primary"
                        data-testid="restore"
                        onclick={handle.on(|handle| handle.driver.restart(true))}
                    >
                        { "Restore the moment before" }
                    </button>
                } } else { html! {} } }
                <button
                    type="button"
                    class="secondary"
                    data-testid="restart"
                    onclick={handle.on(|handle| handle.driver.restart(false))}
                >
                    { "Restart the world" }
                </button>
            </div>
        </div>
    }
}
