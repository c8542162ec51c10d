//! Pieces that several pages of the inspector share.

use yew::prelude::*;

/// The heading of a page: what kind of thing it is and its name.
pub(super) fn heading(kind: &str, name: Html) -> Html {
    html! {
        <header class="page-head">
            <p class="page-kind">{ kind.to_owned() }</p>
            <h3>{ name }</h3>
        </header>
    }
}

/// Names and values, one below the other.
pub(super) fn facts(rows: impl IntoIterator<Item = (&'static str, Html)>) -> Html {
    html! {
        <dl class="facts">
            { for rows.into_iter().map(|(name, value)| html! { <div><dt>{ name }</dt><dd>{ value }</dd></div> }) }
        </dl>
    }
}

/// A part of a page with a heading of its own.
pub(super) fn part(title: &str, body: Html) -> Html {
    html! { <section class="part"><h4>{ title.to_owned() }</h4>{ body }</section> }
}

/// A part of the inspector that stands below no heading of a page.
pub(super) fn section(title: &str, body: Html) -> Html {
    html! { <section class="part"><h3>{ title.to_owned() }</h3>{ body }</section> }
}

/// A number set for columns.
pub(super) fn number(text: impl Into<String>) -> Html {
    let text: String = text.into();
    html! { <span class="number">{ text }</span> }
}
