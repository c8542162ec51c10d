//! Who relies on whom, and who has lost what because of whom, in the user's words.

use super::{
    describe,
    view::{
        BridgeView, CauseView, ContagionView, ForecastView, LossKind, LossView, On, PartyView, RelianceView,
    },
};
use crate::{
    command::{BridgedAsset, Command},
    contracts::addresses::SHARED_SEQUENCER,
    rollup::Status,
    types::{Amount, ChainId, Time},
    world::{Bearer, Claim, Fact, Flow, Losses, Party, Reckoning, Source, TEST_TOKEN_SYMBOL, World},
};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Things broken that a page is told of: the last of them.
const CAUSES_SHOWN: usize = 40;
/// Reliances, and lines of the ledger, that a page is told of: those of most worth.
const LINES_SHOWN: usize = 300;
/// How many a forecast names with what they would bear.
const BEARERS_SHOWN: usize = 20;

pub(super) fn view(world: &World) -> ContagionView {
    let reckoning = world.reckon();
    let (losses, claims) = (reckoning.losses(), reckoning.claims());
    let parties = parties(&losses, &claims);
    let place = |party: Party| {
        let at = parties.iter().position(|other| *other == party);
        at.and_then(|at| u32::try_from(at).ok()).unwrap_or(u32::MAX)
    };
    let shown_claims = largest(&claims, Claim::worth);
    let shown_flows = largest(&losses.flows, Flow::worth);
    ContagionView {
        bridges: bridges(world, &losses, &claims),
        smaller_reliances: (claims.len() - shown_claims.len()) as u64,
        reliances: shown_claims.into_iter().map(|claim| reliance(world, claim, &place)).collect(),
        smaller_losses: (losses.flows.len() - shown_flows.len()) as u64,
        losses: shown_flows.into_iter().map(|flow| loss(flow, &place)).collect(),
        total: losses.total(),
        hops: losses.hops(),
        causes: causes(world),
        forecasts: if losses.flows.is_empty() { forecasts(&reckoning, world, &place) } else { Vec::new() },
        parties: parties.iter().map(|party| party_view(world, *party, &losses)).collect(),
    }
}

/// Those of most worth, as many as are shown, in the order in which they were.
fn largest<T>(all: &[T], worth: impl Fn(&T) -> Amount) -> Vec<&T> {
    let mut places: Vec<usize> = (0..all.len()).collect();
    places.sort_by_key(|place| Reverse(worth(&all[*place])));
    places.truncate(LINES_SHOWN);
    places.sort_unstable();
    places.into_iter().map(|place| &all[place]).collect()
}

/// Those whom losses reached in the order of the ledger, then everybody else.
fn parties(losses: &Losses, claims: &[Claim]) -> Vec<Party> {
    let reached: Vec<Party> = losses.bearers.iter().map(|bearer| bearer.party).collect();
    let mut rest = BTreeSet::new();
    for claim in claims {
        match claim {
            Claim::OnBridge { holder, .. } => rest.extend([*holder]),
            Claim::OnDebtor { holder, debtor, .. } => rest.extend([*holder, *debtor]),
        }
    }
    rest.retain(|party| !reached.contains(party));
    reached.into_iter().chain(rest).collect()
}

fn party_view(world: &World, party: Party, losses: &Losses) -> PartyView {
    let (name, account) = match party {
        Party::Account(SHARED_SEQUENCER) => ("the shared sequencer".into(), Some(SHARED_SEQUENCER)),
        Party::Account(account) => (describe::person(world, account), Some(account)),
        Party::Others(chain) => (format!("others on {}", describe::chain_name(world, chain)), None),
    };
    let bearer = losses.of(party);
    let of = |amount: fn(&Bearer) -> Amount| bearer.map(amount).unwrap_or_default();
    PartyView {
        name,
        account,
        is_firm: account.is_some_and(|account| {
            world.agents().any(|agent| agent.firm().is_some() && agent.account == account)
        }),
        hop: bearer.map_or(0, |bearer| bearer.hop),
        had: of(|bearer| bearer.had),
        reached: of(|bearer| bearer.reached),
        passed_on: of(|bearer| bearer.passed_on),
        borne: of(Bearer::borne),
        is_fallen: bearer.is_some_and(|bearer| bearer.is_fallen),
    }
}

fn bridges(world: &World, losses: &Losses, claims: &[Claim]) -> Vec<BridgeView> {
    let sum = |amounts: &mut dyn Iterator<Item = Amount>| {
        Amount::new(amounts.fold(Amount::ZERO.get(), |sum, amount| sum.saturating_add(amount.get())))
    };
    let bridge = |member: &crate::world::Member| {
        let id = member.rollup().id();
        let claimed = claims.iter().filter_map(|claim| match claim {
            Claim::OnBridge { chain, asset, amount, .. } if *chain == id => Some(asset.worth(*amount)),
            _ => None,
        });
        let from_it = |flow: &&Flow| match flow.from {
            Source::Bridge(chain) | Source::Frozen(chain) | Source::Reserve(chain) | Source::Pool(chain) => {
                chain == id
            }
            Source::Debtor(..) | Source::Cost(..) => false,
        };
        let begun = losses.flows.iter().filter(from_it);
        BridgeView {
            chain: id,
            name: describe::chain_name(world, id),
            claimed: sum(&mut { claimed }),
            begun: sum(&mut begun.map(Flow::worth)),
            is_short: losses.flows.iter().any(|flow| flow.from == Source::Bridge(id)),
            price_bps: world.token_price_bps(id),
            is_frozen: matches!(member.rollup().status(), Status::Halted | Status::Removed),
        }
    };
    world.members().map(bridge).collect()
}

/// An amount of an asset with its symbol.
pub(super) fn in_words(asset: BridgedAsset, amount: Amount) -> String {
    match asset {
        BridgedAsset::Ether => format!("{amount} ETH"),
        BridgedAsset::Token => format!("{amount} {TEST_TOKEN_SYMBOL}"),
    }
}

fn reliance(world: &World, claim: &Claim, place: &dyn Fn(Party) -> u32) -> RelianceView {
    match *claim {
        Claim::OnBridge { holder, chain, asset, amount } => RelianceView {
            party: place(holder),
            on: On::Bridge(chain),
            chain,
            what: in_words(asset, amount),
            worth: asset.worth(amount),
            due: None,
        },
        Claim::OnDebtor { holder, debtor, chain, amount, due_s } => RelianceView {
            party: place(holder),
            on: On::Party(place(debtor)),
            chain,
            what: in_words(BridgedAsset::Token, amount),
            worth: BridgedAsset::Token.worth(amount),
            due: Some(Time::new(due_s.saturating_sub(world.l1().config().genesis_timestamp) * 1_000)),
        },
    }
}

fn loss(flow: &Flow, place: &dyn Fn(Party) -> u32) -> LossView {
    let to = place(flow.to);
    let (from, kind) = match flow.from {
        Source::Bridge(chain) => (On::Bridge(chain), LossKind::Backing),
        Source::Frozen(chain) => (On::Bridge(chain), LossKind::Frozen),
        Source::Debtor(debtor, ..) => (On::Party(place(debtor)), LossKind::Default),
        Source::Cost(..) => (On::Party(to), LossKind::Cost),
        Source::Reserve(chain) => (On::Bridge(chain), LossKind::Reserve),
        Source::Pool(chain) => (On::Bridge(chain), LossKind::Pool),
    };
    LossView { from, to, kind, what: in_words(flow.asset, flow.amount), worth: flow.worth() }
}

fn causes(world: &World) -> Vec<CauseView> {
    let facts = world.trace().facts();
    let failures = facts.iter().enumerate().rev().filter_map(|(line, (at, fact))| match fact {
        // What is put off is broken when its time has come, by a line of its own.
        Fact::Ordered(command)
            if !matches!(command.as_ref(), Command::Later { .. }) && command.is_failure() =>
        {
            Some((*at, line as u64, command))
        }
        _ => None,
    });
    let mut causes: Vec<CauseView> = failures
        .take(CAUSES_SHOWN)
        .map(|(at, line, command)| CauseView {
            at,
            line,
            text: describe::command(world, command),
            chain: describe::order_text(world, command).0,
        })
        .collect();
    causes.reverse();
    causes
}

fn forecasts(reckoning: &Reckoning<'_>, world: &World, place: &dyn Fn(Party) -> u32) -> Vec<ForecastView> {
    let forecast = |chain: ChainId| {
        // A world in which debts go round in circles that nobody ends has no forecast.
        let losses = reckoning.forecast(chain).ok()?;
        let mut borne: Vec<(u32, Amount)> =
            losses.bearers.iter().map(|bearer| (place(bearer.party), bearer.borne())).collect();
        borne.sort_by_key(|(place, amount)| (Reverse(*amount), *place));
        borne.truncate(BEARERS_SHOWN);
        let falls = losses.bearers.iter().filter(|bearer| bearer.is_fallen);
        Some(ForecastView {
            chain,
            total: losses.total(),
            hops: losses.hops(),
            falls: falls.map(|bearer| place(bearer.party)).collect(),
            borne,
        })
    };
    let mut forecasts: Vec<ForecastView> =
        world.members().filter_map(|member| forecast(member.rollup().id())).collect();
    forecasts.sort_by_key(|forecast| (Reverse(forecast.total), forecast.chain));
    forecasts
}
