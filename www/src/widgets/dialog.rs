//! A native modal dialog: the browser keeps the focus in it and closes it on Escape.

use super::icon::{Icon, icon};
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// A dialog.
#[derive(Properties, PartialEq)]
pub struct DialogProps {
    /// Its heading.
    pub title: AttrValue,
    /// How tests and styles find it.
    pub name: AttrValue,
    /// Called when it is closed in whatever way.
    pub on_close: Callback<()>,
    /// What is in it.
    pub children: Html,
}

/// Opens as soon as it is there.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                // It is refused only where the dialog is open already.
                let _ = dialog.show_modal();
            }
        });
    }
    let on_close = props.on_close.clone();
    let close = {
        let node = node.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    let heading = format!("{}-heading", props.name);
    html! {
        <dialog
            ref={node}
            class="dialog"
            aria-labelledby={heading.clone()}
            data-testid={format!("dialog-{}", props.name)}
            onclose={Callback::from(move |_: Event| on_close.emit(()))}
        >
            <div class="dialog-head">
                <h2 id={heading}>{ &props.title }</h2>
                <button type="button" class="quiet" aria-label="Close" data-testid="dialog-close" onclick={close}>
                    { icon(Icon::Close) }
                </button>
            </div>
            { props.children.clone() }
        </dialog>
    }
}
