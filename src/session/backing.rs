//! What the bridge of a rollup holds and who relies on it, as the page shows it.

use super::view::{BackingView, ClaimView};
use crate::{
    command::BridgedAsset,
    types::{Amount, ChainId},
    world::{Backing, TEST_TOKEN_SYMBOL, World},
};
use alloy_primitives::{Address, U256};
use std::cmp::Reverse;

pub(super) fn views(world: &World, chain: ChainId) -> Vec<BackingView> {
    world.backing(chain).into_iter().flatten().map(|backing| view(world, &backing)).collect()
}

fn view(world: &World, backing: &Backing) -> BackingView {
    // What is under way is claimed too, by those whom it will reach.
    let all = backing.claimed.get().saturating_add(backing.under_way().get());
    let claim = |name: String, account: Option<Address>, amount: Amount| ClaimView {
        name,
        account,
        amount,
        permille: permille(amount.get(), all),
    };
    let mut claims: Vec<ClaimView> = backing
        .claims
        .iter()
        .map(|(account, amount)| match world.name(*account) {
            Some(name) => claim(name.into(), Some(*account), *amount),
            None => claim("the shared sequencer".into(), None, *amount),
        })
        .collect();
    claims.sort_by_key(|claim| Reverse(claim.amount));
    let rest = [("under way", backing.under_way()), ("everybody else", backing.others())];
    let rest = rest.into_iter().filter(|(_, amount)| *amount != Amount::ZERO);
    claims.extend(rest.map(|(name, amount)| claim(name.into(), None, amount)));
    BackingView {
        symbol: match backing.asset {
            BridgedAsset::Ether => "ETH".into(),
            BridgedAsset::Token => TEST_TOKEN_SYMBOL.into(),
        },
        escrow: backing.escrow,
        held: backing.held,
        missing: backing.missing(),
        claims,
    }
}

fn permille(part: U256, all: U256) -> u16 {
    let share = part.saturating_mul(U256::from(1_000)).checked_div(all).unwrap_or_default();
    u16::try_from(share).unwrap_or(1_000).min(1_000)
}
