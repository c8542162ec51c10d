//! The words of the field, with a search.

use crate::{
    glossary,
    widgets::{Dialog, Field},
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct GlossaryProps {
    pub(super) on_close: Callback<()>,
}

/// The list.
#[component]
pub(super) fn Glossary(props: &GlossaryProps) -> Html {
    let wanted = use_state_eq(String::new);
    let on_input = {
        let wanted = wanted.clone();
        Callback::from(move |text: String| wanted.set(text))
    };
    let sought = wanted.trim().to_ascii_lowercase();
    let found: Vec<(&str, &str)> = glossary::entries()
        .filter(|(term, meaning)| {
            term.to_ascii_lowercase().contains(&sought) || meaning.to_ascii_lowercase().contains(&sought)
        })
        .collect();
    html! {
        <Dialog title="Glossary" name="glossary" on_close={props.on_close.clone()}>
            <div class="dialog-body">
                <Field name="glossary-search" label="Search" value={(*wanted).clone()} {on_input} />
                <dl class="glossary" aria-live="polite">
                    { for found.iter().map(|(term, meaning)| html! {
                        <div key={*term}><dt>{ *term }</dt><dd>{ *meaning }</dd></div>
                    }) }
                </dl>
                { if found.is_empty() { html! { <p class="empty">{ "No such word here." }</p> } } else { html! {} } }
            </div>
        </Dialog>
    }
}
