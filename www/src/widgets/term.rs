//! A word that the glossary explains: a press opens its meaning, Escape or a press elsewhere closes it.

use crate::glossary;
use yew::prelude::*;

/// A word.
#[derive(Properties, PartialEq)]
pub struct TermProps {
    /// As the glossary has it.
    pub word: AttrValue,
    /// Makes its id unique where the word stands more than once.
    #[prop_or_default]
    pub place: AttrValue,
}

/// Shows the word, with its meaning where the glossary has one.
#[component]
pub fn Term(props: &TermProps) -> Html {
    let Some(meaning) = glossary::meaning(&props.word) else { return html! { <>{ &props.word }</> } };
    let id = format!("term-{}-{}", props.place, props.word.replace(' ', "-"));
    html! {
        <>
            <button type="button" class="term" popovertarget={id.clone()}>{ &props.word }</button>
            <span {id} class="meaning" popover="auto" role="note"><strong>{ &props.word }</strong>{ ": " }{ meaning }</span>
        </>
    }
}
