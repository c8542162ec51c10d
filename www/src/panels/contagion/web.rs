//! Parties and what ties them, from a view: who relies on whom while nothing is lost, then how losses travelled.

use super::layout::Seed;
use crate::{format, order::sort_by_number};
use alloy_primitives::U256;
use causeway::{
    session::view::{BridgeView, ContagionView, LossKind, On, PartyView},
    types::{Amount, ChainId},
};

/// Most bridges and most parties that are drawn.
const BRIDGES_MAX: usize = 12;
const PARTIES_MAX: usize = 46;
/// Most rings of debts, however long a chain of them is.
const RINGS_MAX: u32 = 5;

/// A bridge by its rollup, or a party by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Bridge(ChainId),
    Party(String),
}

impl Who {
    /// Whom a view means.
    pub(super) fn of(on: On, view: &ContagionView) -> Option<Self> {
        match on {
            On::Bridge(chain) => Some(Self::Bridge(chain)),
            On::Party(place) => Some(Self::Party(view.parties.get(place as usize)?.name.clone())),
        }
    }

    /// What it is called.
    pub(super) fn name(&self, view: &ContagionView) -> String {
        match self {
            Self::Bridge(chain) => {
                let bridge = view.bridges.iter().find(|bridge| bridge.chain == *chain);
                bridge.map_or_else(|| format!("chain {chain}"), |bridge| bridge.name.clone())
            }
            Self::Party(name) => name.clone(),
        }
    }
}

/// Somebody on a ring.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) who: Who,
    pub(super) name: String,
    pub(super) ring: u32,
    pub(super) source: Option<usize>,
    /// What is written below the name: all that rests on it, or what it bears.
    pub(super) amount: Amount,
    /// How much of what it had is lost, in thousandths.
    pub(super) lost: u32,
    pub(super) is_fallen: bool,
    /// All about it in one sentence, after its name.
    pub(super) text: String,
}

/// What ties two.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Its kind in the style sheet.
    pub(super) kind: &'static str,
    /// In whole dollars.
    pub(super) worth: u64,
}

/// All that is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Web {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    /// Parties that are not drawn.
    pub(super) more: usize,
}

/// Whole dollars of an amount of 18 decimals.
pub(super) fn whole(amount: Amount) -> u64 {
    (amount.get() / Amount::ether(1).get()).saturating_to()
}

/// `part` of `whole` in thousandths.
pub(super) fn permille(part: Amount, whole: Amount) -> u32 {
    let parts = part.get().saturating_mul(U256::from(1_000));
    parts.checked_div(whole.get()).map_or(0, |permille| permille.saturating_to::<u32>().min(1_000))
}

/// An amount in words with no more than three digits after the point: `≈ 99.999 ETH`.
pub(super) fn in_short(what: &str) -> String {
    let (amount, unit) = what.split_once(' ').unwrap_or((what, ""));
    match amount.split_once('.') {
        Some((whole, fraction)) if fraction.len() > 3 => format!("≈ {whole}.{} {unit}", &fraction[..3]),
        _ => what.to_owned(),
    }
}

/// Whom losses reached, by hop; what is less than a dollar is none.
pub(super) fn reached(view: &ContagionView) -> impl Iterator<Item = &PartyView> {
    view.parties.iter().filter(|party| party.hop > 0 && whole(party.reached) > 0)
}

/// Why something was lost: its kind in the style sheet, and in words.
pub(super) const fn kind(kind: LossKind) -> (&'static str, &'static str) {
    match kind {
        LossKind::Backing => ("backing", "nothing is behind it"),
        LossKind::Frozen => ("frozen", "stands still"),
        LossKind::Default => ("default", "not paid"),
        LossKind::Cost => ("cost", "the cost of its default"),
        LossKind::Reserve => ("reserve", "stolen of what it kept for its USDX"),
        LossKind::Pool => ("pool", "stolen from a pool that it had a share of"),
    }
}

impl Web {
    /// Who relies on whom, or how losses travelled if there are any.
    pub(super) fn of(view: &ContagionView) -> Self {
        let (mut web, ties) = if view.losses.is_empty() { exposure(view) } else { flood(view) };
        for (from, to, kind, worth) in ties {
            let place = |who: Option<Who>| web.nodes.iter().position(|node| Some(&node.who) == who.as_ref());
            let to = place(Who::of(On::Party(to), view));
            let (Some(from), Some(to)) = (place(Who::of(from, view)), to) else { continue };
            let same = |edge: &&mut Edge| edge.from == from && edge.to == to && edge.kind == kind;
            match web.edges.iter_mut().find(same) {
                Some(edge) => edge.worth = edge.worth.saturating_add(whole(worth)),
                None => web.edges.push(Edge { from, to, kind, worth: whole(worth) }),
            }
        }
        for place in 0..web.nodes.len() {
            let ring = web.nodes[place].ring;
            let inner = web.edges.iter().filter(|edge| edge.to == place && web.nodes[edge.from].ring < ring);
            web.nodes[place].source = inner.max_by_key(|edge| edge.worth).map(|edge| edge.from);
        }
        web
    }

    /// What has to be placed.
    pub(super) fn seeds(&self) -> Vec<Seed> {
        self.nodes.iter().map(|node| Seed { ring: node.ring, source: node.source }).collect()
    }

    /// How far out the rings go.
    pub(super) fn last_ring(&self) -> u32 {
        self.nodes.iter().map(|node| node.ring).max().unwrap_or(0)
    }

    /// Those from whom losses came to one, and itself.
    pub(super) fn trail(&self, of: &Who) -> Vec<bool> {
        let mut trail: Vec<bool> = self.nodes.iter().map(|node| node.who == *of).collect();
        for _ in 0..=self.last_ring() {
            for edge in &self.edges {
                trail[edge.from] |= trail[edge.to];
            }
        }
        trail
    }
}

type Tie = (On, u32, &'static str, Amount);

/// Bridges in the middle, around them who has something there, and further out who is owed by those.
fn exposure(view: &ContagionView) -> (Web, Vec<Tie>) {
    let mut rings = vec![1u32; view.parties.len()];
    let mut worth = vec![0u64; view.parties.len()];
    for _ in 1..RINGS_MAX {
        for reliance in &view.reliances {
            if let On::Party(debtor) = reliance.on
                && let Some(inner) = rings.get(debtor as usize).copied()
                && let Some(ring) = rings.get_mut(reliance.party as usize)
            {
                *ring = (inner + 1).clamp(*ring, RINGS_MAX);
            }
        }
    }
    for reliance in &view.reliances {
        if let Some(sum) = worth.get_mut(reliance.party as usize) {
            *sum = sum.saturating_add(whole(reliance.worth));
        }
    }
    let mut bridges: Vec<Node> = view
        .bridges
        .iter()
        .filter(|bridge| bridge.claimed != Amount::ZERO)
        .map(|bridge| Node {
            who: Who::Bridge(bridge.chain),
            name: bridge.name.clone(),
            ring: 0,
            source: None,
            amount: bridge.claimed,
            lost: 0,
            is_fallen: false,
            text: format!("a bridge on which {} rest", format::dollars(bridge.claimed)),
        })
        .collect();
    sort_by_number(&mut bridges, |node| u64::MAX - whole(node.amount));
    bridges.truncate(BRIDGES_MAX);
    // Firms first, then those who have most.
    let mut parties: Vec<usize> = (0..view.parties.len()).filter(|place| worth[*place] > 0).collect();
    sort_by_number(&mut parties, |place| {
        let rank = if view.parties[*place].is_firm { 0 } else { 1 << 62 };
        rank + ((1 << 61) - worth[*place].min(1 << 61))
    });
    let more = parties.len().saturating_sub(PARTIES_MAX);
    parties.truncate(PARTIES_MAX);
    sort_by_number(&mut parties, |place| u64::from(rings[*place]));
    let node = |place: usize| {
        let party = &view.parties[place];
        let amount = Amount::ether(worth[place]);
        let what = if party.is_firm { "a firm that" } else { "that" };
        let text = format!("{what} has and is owed {}", format::dollars(amount));
        Node {
            who: Who::Party(party.name.clone()),
            name: party.name.clone(),
            ring: rings[place],
            source: None,
            amount,
            lost: 0,
            is_fallen: false,
            text,
        }
    };
    let nodes = bridges.into_iter().chain(parties.into_iter().map(node)).collect();
    let tie = |on: &On| if matches!(on, On::Bridge(_)) { "holding" } else { "debt" };
    let ties = view
        .reliances
        .iter()
        .map(|reliance| (reliance.on, reliance.party, tie(&reliance.on), reliance.worth));
    (Web { nodes, edges: vec![], more }, ties.collect())
}

/// What failed in the middle, and on each ring those whom losses reached in so many steps.
fn flood(view: &ContagionView) -> (Web, Vec<Tie>) {
    let failed = view.bridges.iter().filter(|bridge| has_failed(bridge)).map(|bridge| Node {
        who: Who::Bridge(bridge.chain),
        name: bridge.name.clone(),
        ring: 0,
        source: None,
        amount: bridge.begun,
        lost: 1_000,
        is_fallen: true,
        text: bridge_text(bridge).into(),
    });
    let mut nodes: Vec<Node> = failed.take(BRIDGES_MAX).collect();
    let more = reached(view).count().saturating_sub(PARTIES_MAX);
    nodes.extend(reached(view).take(PARTIES_MAX).map(|party| Node {
        who: Who::Party(party.name.clone()),
        name: party.name.clone(),
        ring: party.hop,
        source: None,
        amount: party.borne,
        lost: permille(party.borne, party.had),
        is_fallen: party.is_fallen,
        text: party_text(party),
    }));
    let ties = view.losses.iter().map(|loss| (loss.from, loss.to, kind(loss.kind).0, loss.worth));
    (Web { nodes, edges: vec![], more }, ties.collect())
}

/// Whether losses began on a rollup.
pub(super) fn has_failed(bridge: &BridgeView) -> bool {
    bridge.begun != Amount::ZERO
}

/// What has become of a rollup from which losses came.
pub(super) const fn bridge_text(bridge: &BridgeView) -> &'static str {
    if bridge.is_frozen {
        "stands still, and what is on it with it"
    } else if bridge.is_short {
        "holds less than is claimed of it"
    } else {
        "is where a pool or an issuer was robbed"
    }
}

/// What losses did to somebody, after its name.
pub(super) fn party_text(party: &PartyView) -> String {
    let passed_on = match party.passed_on {
        Amount::ZERO => String::new(),
        amount => format!(", passed on {}", format::dollars(amount)),
    };
    format!(
        "hop {}: {} reached it{passed_on}, it bears {}{}",
        party.hop,
        format::dollars(party.reached),
        format::dollars(party.borne),
        if party.is_fallen { "; it has defaulted" } else { "" },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway::{
        command::{Command, Fault},
        session::{Session, protocol::Source, view::ViewRequest},
        types::Time,
    };
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const FIRMS: &str = include_str!("../../../../scenarios/firms.json");
    const CHAIN_OF_DEBTS: [&str; 4] = ["Caria Trading", "Doris Bank", "Elis Credit", "Phocis Fund"];

    fn view(session: &Session) -> ContagionView {
        let request = ViewRequest { contagion: true, ..ViewRequest::default() };
        *session.view(&request).contagion.expect("it was asked for")
    }

    fn rings(web: &Web) -> Vec<Option<u32>> {
        let ring = |name: &&str| web.nodes.iter().find(|node| node.name == **name).map(|node| node.ring);
        CHAIN_OF_DEBTS.iter().map(ring).collect()
    }

    #[test]
    fn creditors_stand_further_out_and_losses_lead_back_to_the_bridge() {
        let mut session = Session::start(&Source::Scenario(FIRMS.into())).expect("the firms’ world");
        session.run_until(Time::new(4 * 3_600_000));
        let before = Web::of(&view(&session));
        assert_eq!(rings(&before), [Some(1), Some(2), Some(3), Some(4)]);
        let chain = ChainId::new(902);
        let halt = Command::Fault(Fault::HaltSequencer { chain, halted: true });
        session.dispatch(&halt).expect("a sequencer that runs");
        session.run_until(Time::new(13 * 3_600_000));
        let view = view(&session);
        let after = Web::of(&view);
        assert_eq!(rings(&after), [Some(1), Some(2), Some(3), Some(4)]);
        let last = after.nodes.last().expect("somebody lost something");
        assert_eq!(last.ring, view.hops);
        let trail = after.trail(&last.who);
        let bridge = after.nodes.iter().position(|node| node.who == Who::Bridge(chain));
        assert!(trail[bridge.expect("the bridge that failed")], "{trail:?}");
        let thasos = after.nodes.iter().position(|node| node.name == "Thasos Savings");
        assert!(!trail[thasos.expect("it lost something")], "nothing came from it");
        assert!(after.edges.iter().all(|edge| after.nodes[edge.from].ring <= after.nodes[edge.to].ring));
    }

    #[test]
    fn long_amounts_are_cut_and_said_to_be() {
        assert_eq!(in_short("99.99999 ETH"), "≈ 99.999 ETH");
        assert_eq!(in_short("1.5 ETH"), "1.5 ETH");
        assert_eq!(permille(Amount::ether(1), Amount::ether(3)), 333);
        assert_eq!(permille(Amount::ether(1), Amount::ZERO), 0);
    }
}
