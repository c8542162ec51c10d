//! Names of things that lead to their place in the inspector.

use crate::{format, handle::use_handle, scene::WorldInfo};
use alloy_primitives::{Address, B256};
use causeway::{
    session::view::Subject,
    types::{BlockNumber, ChainId},
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
struct SubjectLinkProps {
    subject: Subject,
    children: Html,
    #[prop_or_default]
    title: Option<AttrValue>,
    testid: AttrValue,
}

#[component]
fn SubjectLink(props: &SubjectLinkProps) -> Html {
    let handle = use_handle();
    let subject = props.subject.clone();
    html! {
        <button
            type="button"
            class="link"
            title={props.title.clone()}
            data-testid={props.testid.clone()}
            onclick={handle.on(move |handle| handle.inspect(subject.clone()))}
        >
            { props.children.clone() }
        </button>
    }
}

fn link(subject: Subject, testid: String, title: Option<String>, shown: Html) -> Html {
    html! { <SubjectLink {subject} {testid} title={title.map(AttrValue::from)}>{ shown }</SubjectLink> }
}

/// A chain by its name.
pub fn chain_link(id: ChainId, name: &str) -> Html {
    link(Subject::Chain(id), format!("chain-{id}"), None, html! { <>{ name.to_owned() }</> })
}

/// A block by its height.
pub fn block_link(chain: ChainId, number: BlockNumber) -> Html {
    let shown = html! { <span class="number">{ format::grouped(number.get()) }</span> };
    link(Subject::Block(chain, number), format!("block-{chain}-{number}"), None, shown)
}

/// A transaction by its hash.
pub fn transaction_link(chain: ChainId, hash: B256) -> Html {
    let shown = html! { <span class="hash">{ format::short_hash(&hash) }</span> };
    let whole = hash.to_string();
    link(Subject::Transaction(chain, hash), format!("transaction-{whole}"), Some(whole), shown)
}

/// A message by its number.
pub fn message_link(number: u64, shown: &str) -> Html {
    link(Subject::Message(number), format!("message-{number}"), None, html! { <>{ shown.to_owned() }</> })
}

/// The shared sequencer.
pub fn sequencer_link(shown: &str) -> Html {
    link(Subject::Sequencer, "sequencer".into(), None, html! { <>{ shown.to_owned() }</> })
}

/// A slot by its height.
pub fn slot_link(height: u64) -> Html {
    let shown = html! { <span class="number">{ format!("slot {}", format::grouped(height)) }</span> };
    link(Subject::Slot(height), format!("slot-{height}"), None, shown)
}

/// A bundle by its number.
pub fn bundle_link(number: u64) -> Html {
    link(
        Subject::Bundle(number),
        format!("bundle-{number}"),
        None,
        html! { <>{ format!("bundle {number}") }</> },
    )
}

/// Something that has words, and maybe a place of its own.
pub fn subject_link(subject: Option<Subject>, shown: &str) -> Html {
    let Some(subject) = subject else { return html! { <>{ shown.to_owned() }</> } };
    link(subject, "part".into(), None, html! { <>{ shown.to_owned() }</> })
}

/// An account by its name, or by its address where it has none.
pub fn account_link(address: Address, world: &WorldInfo) -> Html {
    let shown = match crate::scene::person_name(&world.people, address) {
        Some(name) => html! { <>{ name.to_owned() }</> },
        None => html! { <span class="hash">{ format::short_address(&address) }</span> },
    };
    let whole = address.to_string();
    link(Subject::Account(address), format!("account-{whole}"), Some(whole), shown)
}

/// A long value of which the middle may be cut, whole in its title and when it is selected.
pub fn copyable(text: String) -> Html {
    html! { <code class="copyable" title={text.clone()} tabindex="0">{ text }</code> }
}
