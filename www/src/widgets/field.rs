//! Fields of forms with their label, unit and complaint joined for eye and screen reader alike.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// What an input or select holds after an event.
pub fn value_of(event: &Event) -> String {
    let Some(target) = event.target() else { return String::new() };
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        return input.value();
    }
    target.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value).unwrap_or_default()
}

/// A text field.
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// Its name in the document, unique in its dialog.
    pub name: AttrValue,
    /// What it is called.
    pub label: AttrValue,
    /// What it holds.
    pub value: AttrValue,
    /// Its unit or form, after it.
    #[prop_or_default]
    pub unit: AttrValue,
    /// What is wrong with it.
    #[prop_or_default]
    pub complaint: Option<AttrValue>,
    /// Takes what is typed.
    pub on_input: Callback<String>,
}

/// A labelled text field.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let on_input = props.on_input.clone();
    let id = format!("field-{}", props.name);
    let unit_id = format!("{id}-unit");
    let complaint_id = format!("{id}-complaint");
    html! {
        <div class={classes!("field", props.complaint.is_some().then_some("is-wrong"))}>
            <label for={id.clone()}>{ &props.label }</label>
            <div class="field-line">
                <input
                    id={id.clone()}
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    value={props.value.clone()}
                    aria-invalid={props.complaint.is_some().then_some("true")}
                    aria-describedby={format!("{unit_id} {complaint_id}")}
                    data-testid={id}
                    oninput={Callback::from(move |event: InputEvent| on_input.emit(value_of(&event)))}
                />
                <span class="unit" id={unit_id}>{ &props.unit }</span>
            </div>
            <p class="complaint" id={complaint_id}>{ props.complaint.clone().unwrap_or_default() }</p>
        </div>
    }
}

/// A choice among few.
#[derive(Properties, PartialEq)]
pub struct ChoiceProps {
    /// Its name in the document, unique in its dialog.
    pub name: AttrValue,
    /// What it is called.
    pub label: AttrValue,
    /// Values and what stands for them.
    pub options: Vec<(String, String)>,
    /// The value that is chosen.
    pub value: AttrValue,
    /// What is wrong with it.
    #[prop_or_default]
    pub complaint: Option<AttrValue>,
    /// Takes what is chosen.
    pub on_change: Callback<String>,
}

/// A labelled select.
#[component]
pub fn Choice(props: &ChoiceProps) -> Html {
    let on_change = props.on_change.clone();
    let id = format!("field-{}", props.name);
    let complaint_id = format!("{id}-complaint");
    html! {
        <div class={classes!("field", props.complaint.is_some().then_some("is-wrong"))}>
            <label for={id.clone()}>{ &props.label }</label>
            <select
                id={id.clone()}
                aria-describedby={complaint_id.clone()}
                data-testid={id}
                onchange={Callback::from(move |event: Event| on_change.emit(value_of(&event)))}
            >
                { for props.options.iter().map(|(value, text)| html! {
                    <option key={value.clone()} value={value.clone()} selected={*value == *props.value}>{ text }</option>
                }) }
            </select>
            <p class="complaint" id={complaint_id}>{ props.complaint.clone().unwrap_or_default() }</p>
        </div>
    }
}
