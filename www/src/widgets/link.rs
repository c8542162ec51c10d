//! Names of things that lead to their place in the inspector.

use crate::{format, handle::use_handle, scene::WorldInfo};
use alloy_primitives::{Address, B256};
use causeway::{
    session::view::Subject,
    types::{BlockNumber, ChainId},
};
use std::rc::Rc;
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

/// A chain by its name.
#[derive(Properties, PartialEq)]
pub struct ChainLinkProps {
    /// The chain.
    pub id: ChainId,
    /// Its name.
    pub name: AttrValue,
}

/// Leads to a chain.
#[component]
pub fn ChainLink(props: &ChainLinkProps) -> Html {
    html! {
        <SubjectLink subject={Subject::Chain(props.id)} testid={format!("chain-{}", props.id)}>
            { &props.name }
        </SubjectLink>
    }
}

/// A block by its height.
#[derive(Properties, PartialEq)]
pub struct BlockLinkProps {
    /// Its chain.
    pub chain: ChainId,
    /// Its height.
    pub number: BlockNumber,
}

/// Leads to a block.
#[component]
pub fn BlockLink(props: &BlockLinkProps) -> Html {
    let (chain, number) = (props.chain, props.number);
    html! {
        <SubjectLink subject={Subject::Block(chain, number)} testid={format!("block-{chain}-{number}")}>
            <span class="number">{ format::grouped(number.get()) }</span>
        </SubjectLink>
    }
}

/// A transaction by its hash.
#[derive(Properties, PartialEq)]
pub struct TransactionLinkProps {
    /// Its chain.
    pub chain: ChainId,
    /// Its hash.
    pub hash: B256,
}

/// Leads to a transaction.
#[component]
pub fn TransactionLink(props: &TransactionLinkProps) -> Html {
    html! {
        <SubjectLink
            subject={Subject::Transaction(props.chain, props.hash)}
            title={props.hash.to_string()}
            testid={format!("transaction-{}", props.hash)}
        >
            <span class="hash">{ format::short_hash(&props.hash) }</span>
        </SubjectLink>
    }
}

/// A message by its number.
#[derive(Properties, PartialEq)]
pub struct MessageLinkProps {
    /// Its number.
    pub number: u64,
    /// What stands there.
    pub children: Html,
}

/// Leads to a message.
#[component]
pub fn MessageLink(props: &MessageLinkProps) -> Html {
    html! {
        <SubjectLink subject={Subject::Message(props.number)} testid={format!("message-{}", props.number)}>
            { props.children.clone() }
        </SubjectLink>
    }
}

/// An account by its name, or by its address where it has none.
#[derive(Properties, PartialEq)]
pub struct AccountLinkProps {
    /// Its address.
    pub address: Address,
    /// The world, with its people.
    pub world: Rc<WorldInfo>,
}

/// Leads to an account.
#[component]
pub fn AccountLink(props: &AccountLinkProps) -> Html {
    let name = crate::scene::person_name(&props.world.people, props.address);
    let shown = match name {
        Some(name) => html! { <>{ name.to_owned() }</> },
        None => html! { <span class="hash">{ format::short_address(&props.address) }</span> },
    };
    html! {
        <SubjectLink
            subject={Subject::Account(props.address)}
            title={props.address.to_string()}
            testid={format!("account-{}", props.address)}
        >
            { shown }
        </SubjectLink>
    }
}

/// A long value of which the middle may be cut, whole in its title and when it is selected.
#[derive(Properties, PartialEq)]
pub struct CopyableProps {
    /// The whole value.
    pub text: AttrValue,
}

/// Shows a long value.
#[component]
pub fn Copyable(props: &CopyableProps) -> Html {
    html! { <code class="copyable" title={props.text.clone()} tabindex="0">{ &props.text }</code> }
}
