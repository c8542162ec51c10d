//! What can go wrong with the shared sequencer, and how it is mended.

use super::forms::{chain_of, chain_options, people_options};
use crate::{scene::WorldInfo, widgets::Choice};
use causeway::{
    command::{Fault, SequencerFault},
    sequencing::committee::{Behaviour, NodeId},
    session::view::{ChainView, SequencerView},
};
use yew::prelude::*;

/// Faults in the order in which they are offered: name, what it is called, what it does.
pub(super) const FAULTS: [(&str, &str, &str); 9] = [
    ("crash", "Crash nodes", "They stop. With more than a third of the weight down nothing is decided."),
    ("split", "Split the committee", "Its halves do not reach each other: neither can decide alone."),
    (
        "equivocate",
        "Have nodes equivocate",
        "They sign two conflicting messages each time: evidence that costs their bond.",
    ),
    ("silent", "Have nodes keep silent", "They run and say nothing, as if they were down."),
    (
        "censor",
        "Censor somebody",
        "Leaders leave out one account's transactions. The way out is through the L1.",
    ),
    ("censor-rollup", "Censor a rollup", "Leaders leave out all transactions of one member."),
    (
        "sandwich",
        "Sandwich trades",
        "Leaders let somebody buy right before and sell right after others in the pools.",
    ),
    (
        "promises",
        "Break promises",
        "Leaders include what they promised to execute as a whole. It costs their bond.",
    ),
    (
        "votes",
        "Withhold a member's votes",
        "A rollup builds blocks with bundles and does not vote: they fall after a while.",
    ),
];

/// How many nodes a fault concerns.
const WHICH: [(&str, &str); 4] = [
    ("leader", "the leader"),
    ("f", "f: as many as are tolerated"),
    ("f1", "f + 1: one more than that"),
    ("all", "all"),
];

/// What the form holds of it.
#[derive(Clone, PartialEq)]
pub(super) struct SequencerForm {
    pub(super) which: String,
    pub(super) who: String,
    pub(super) member: String,
}

impl SequencerForm {
    pub(super) fn first(chains: &[ChainView], world: &WorldInfo) -> Self {
        let member = chains.iter().find(|chain| chain.is_member).map(|chain| chain.id.to_string());
        let who = world.people.first().map(|person| person.address.to_string());
        Self { which: "leader".into(), who: who.unwrap_or_default(), member: member.unwrap_or_default() }
    }
}

/// The nodes that a choice means: from the leader on, until their weight is what it says.
pub(super) fn nodes_of(which: &str, sequencer: &SequencerView) -> Vec<NodeId> {
    let count = sequencer.nodes.len();
    let leader = leader(sequencer);
    let from_leader = (0..count).filter_map(|step| sequencer.nodes.get((leader + step) % count));
    let mut weight = 0;
    let mut nodes = Vec::new();
    for node in from_leader {
        let next = weight + node.weight;
        let takes = match which {
            "leader" => nodes.is_empty(),
            "f" => next <= sequencer.tolerated,
            "f1" => weight <= sequencer.tolerated,
            _ => true,
        };
        if takes {
            weight = next;
            nodes.push(NodeId::new(node.node));
        }
    }
    nodes
}

/// Who leads the next round that is decided: as the nodes that run have it.
fn leader(sequencer: &SequencerView) -> usize {
    let runs = sequencer.nodes.iter().position(|node| node.is_leader && !node.is_crashed);
    runs.or_else(|| sequencer.nodes.iter().position(|node| node.is_leader)).unwrap_or(0)
}

fn nodes_that(
    sequencer: &SequencerView,
    is_meant: impl Fn(&causeway::session::view::NodeView) -> bool,
) -> Vec<NodeId> {
    sequencer.nodes.iter().filter(|node| is_meant(node)).map(|node| NodeId::new(node.node)).collect()
}

/// The fault of that name, or what mends it.
pub(super) fn fault(
    name: &str,
    form: &SequencerForm,
    mends: bool,
    sequencer: &SequencerView,
) -> Result<Fault, String> {
    let behave = |behaviour, word: &str| {
        let (nodes, behaviour) = match mends {
            true => (nodes_that(sequencer, |node| node.behaviour == word), Behaviour::Honest),
            false => (nodes_of(&form.which, sequencer), behaviour),
        };
        SequencerFault::Behave { nodes, behaviour }
    };
    let who = || form.who.parse().map_err(|_| format!("Who: expected an account, found {:?}", form.who));
    let member = chain_of(&form.member);
    Ok(Fault::Sequencer(match name {
        "crash" if mends => {
            SequencerFault::Crash { nodes: nodes_that(sequencer, |node| node.is_crashed), crashed: false }
        }
        "crash" => SequencerFault::Crash { nodes: nodes_of(&form.which, sequencer), crashed: true },
        "split" if mends => SequencerFault::Split { groups: Vec::new() },
        "split" => {
            let half = u8::try_from(sequencer.nodes.len() / 2).unwrap_or(u8::MAX);
            SequencerFault::Split { groups: vec![nodes_that(sequencer, |node| node.node < half)] }
        }
        "equivocate" => behave(Behaviour::Equivocate, "equivocate"),
        "silent" => behave(Behaviour::Silent, "silent"),
        "censor" => {
            let accounts = if mends { Vec::new() } else { vec![who()?] };
            SequencerFault::Censor { accounts, chains: Vec::new(), nodes: None }
        }
        "censor-rollup" => {
            let chains = if mends { Vec::new() } else { vec![member] };
            SequencerFault::Censor { accounts: Vec::new(), chains, nodes: None }
        }
        "sandwich" => SequencerFault::Sandwich { attacker: if mends { None } else { Some(who()?) } },
        "promises" => SequencerFault::BreakPromises { broken: !mends },
        _ => return Ok(Fault::WithholdVotes { chain: member, withheld: !mends }),
    }))
}

/// What a fault needs to know.
pub(super) fn fields(
    name: &str,
    form: &SequencerForm,
    mends: bool,
    chains: &[ChainView],
    world: &WorldInfo,
    set: &dyn Fn(fn(&mut SequencerForm, String)) -> Callback<String>,
) -> Html {
    match name {
        "crash" | "equivocate" | "silent" if !mends => {
            let options: Vec<(String, String)> =
                WHICH.iter().map(|(value, text)| ((*value).into(), (*text).into())).collect();
            html! {
                <Choice name="which" label="Which nodes" {options} value={form.which.clone()}
                    on_change={set(|form, value| form.which = value)} />
            }
        }
        "censor" | "sandwich" if !mends => html! {
            <Choice name="who" label={if name == "censor" { "Whom" } else { "Who gains" }}
                options={people_options(&world.people)} value={form.who.clone()}
                on_change={set(|form, value| form.who = value)} />
        },
        "censor-rollup" if mends => html! {},
        "censor-rollup" | "votes" => html! {
            <Choice name="member" label="Which member" value={form.member.clone()}
                options={chain_options(chains.iter().filter(|chain| chain.is_member))}
                on_change={set(|form, value| form.member = value)} />
        },
        _ => html! {},
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway::{
        session::view::NodeView,
        types::{Amount, Span},
    };
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn sequencer(count: u8, leader: u8) -> SequencerView {
        let node = |number| NodeView {
            node: number,
            weight: 1,
            behaviour: "honest".into(),
            is_crashed: false,
            group: 0,
            round: 0,
            step: "idle".into(),
            is_leader: number == leader,
            prevote: "unseen".into(),
            precommit: "unseen".into(),
            bond: Amount::ZERO,
        };
        SequencerView {
            slot: Span::seconds(2),
            is_open: true,
            members: Vec::new(),
            nodes: (0..count).map(node).collect(),
            height: 0,
            is_deciding: false,
            tolerated: u64::from(count - 1) / 3,
            weight: count.into(),
            slots: Vec::new(),
            bundles: Vec::new(),
            troubles: Vec::new(),
        }
    }

    #[test]
    fn f_is_tolerated_and_one_more_is_not() {
        let found = |which, count, leader| -> Vec<u8> {
            nodes_of(which, &sequencer(count, leader)).into_iter().map(NodeId::get).collect()
        };
        assert_eq!(found("leader", 4, 2), [2]);
        assert_eq!(found("f", 4, 3), [3]);
        assert_eq!(found("f1", 4, 3), [3, 0]);
        assert_eq!(found("f1", 7, 0), [0, 1, 2]);
        assert_eq!(found("f", 1, 0), [0u8; 0]);
        assert_eq!(found("f1", 1, 0), [0]);
        assert_eq!(found("all", 4, 1).len(), 4);
    }
}
