//! A button that folds a region away and back.

use super::icon::{Icon, icon};
use crate::{
    handle::use_handle,
    ui::{Region, UiAction},
};
use yew::prelude::*;

/// Which region, and how it is now.
#[derive(Properties, PartialEq)]
pub struct FoldButtonProps {
    /// The region.
    pub region: Region,
    /// What the region is called.
    pub label: AttrValue,
    /// Whether it is folded away now.
    pub folded: bool,
}

/// The button.
#[component]
pub fn FoldButton(props: &FoldButtonProps) -> Html {
    let handle = use_handle();
    let region = props.region;
    let verb = if props.folded { "Unfold" } else { "Fold" };
    html! {
        <button
            type="button"
            class={classes!("quiet", "fold", props.folded.then_some("is-folded"))}
            aria-expanded={(!props.folded).to_string()}
            aria-label={format!("{verb} {}", props.label)}
            title={format!("{verb} {}", props.label)}
            data-testid={format!("fold-{}", region.name())}
            onclick={handle.on(move |handle| handle.ui.dispatch(UiAction::Fold(region)))}
        >
            { icon(Icon::Fold) }
        </button>
    }
}
