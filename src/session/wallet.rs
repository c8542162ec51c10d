//! What an account owns: on every chain, on its way to it, and where it can't be spent.

use super::{
    describe,
    view::{AccountDetail, Coming, Holding},
    waiting,
    watch::chain_ids,
};
use crate::{
    chain::Chain,
    contracts::{addresses, token_balance},
    messaging::{Cargo, Message},
    rollup::{Status, next_base_fee},
    types::{Amount, ChainId},
    world::{ETHER_PRICE, TOKEN_PRICE, World},
};
use alloy_primitives::{Address, U256};

/// Gas of a message that leaves a chain with ether: less than its fee and it stays where it is.
const LEAVING_GAS: u64 = 120_000;

/// All about an account.
pub(super) fn account_detail(world: &World, address: Address) -> AccountDetail {
    let holdings: Vec<Holding> = chain_ids(world).filter_map(|id| holding(world, id, address)).collect();
    let under_way: Vec<&Message> =
        world.book().under_way().filter(|message| is_for(message, address)).collect();
    let sum = |amounts: &mut dyn Iterator<Item = U256>| {
        Amount::new(amounts.fold(U256::ZERO, |sum, amount| sum.saturating_add(amount)))
    };
    let carried = |message: &&Message| match message.cargo {
        // What waits in a mempool has not left its account yet.
        _ if message.stage() == crate::messaging::Stage::Pending => (U256::ZERO, U256::ZERO),
        Some(Cargo::Ether { amount, .. }) => (amount.get(), U256::ZERO),
        Some(Cargo::Token { amount, .. }) => (U256::ZERO, amount.get()),
        Some(Cargo::Call { .. }) | None => (U256::ZERO, U256::ZERO),
    };
    let ether = sum(&mut holdings
        .iter()
        .map(|holding| holding.ether.get())
        .chain(under_way.iter().map(|message| carried(message).0)));
    let token = sum(&mut holdings
        .iter()
        .map(|holding| holding.token.get())
        .chain(under_way.iter().map(|message| carried(message).1)));
    AccountDetail {
        address,
        name: world.name(address).map(str::to_owned),
        holdings,
        ether,
        token,
        coming: under_way.iter().map(|message| coming(world, message)).collect(),
        worth: dollars(ether, ETHER_PRICE).saturating_add(dollars(token, TOKEN_PRICE)),
    }
}

/// What an amount of 18 decimals costs in whole dollars.
fn dollars(amount: Amount, price: u64) -> u64 {
    let worth = amount.get().saturating_mul(U256::from(price)) / U256::from(10u64.pow(18));
    u64::try_from(worth).unwrap_or(u64::MAX)
}

fn is_for(message: &Message, address: Address) -> bool {
    match message.cargo {
        Some(Cargo::Ether { recipient, .. } | Cargo::Token { recipient, .. }) => recipient == address,
        Some(Cargo::Call { .. }) | None => false,
    }
}

fn coming(world: &World, message: &Message) -> Coming {
    let waits = waiting::waits(world, message);
    Coming {
        message: message.number,
        content: describe::content(world, message.cargo.as_ref()),
        from: message.from,
        to: message.to,
        stage: message.stage(),
        until: waits.as_ref().and_then(|waits| waits.until),
        waits_for: waits.map(|waits| waits.what).unwrap_or_default(),
    }
}

fn holding(world: &World, id: ChainId, address: Address) -> Option<Holding> {
    let chain = world.chain(id)?;
    let ether = chain.state().balance(address);
    Some(Holding {
        chain: id,
        ether: Amount::new(ether),
        token: world.token_balance(id, address),
        market: world.member(id).map(|_| {
            [addresses::WAVE, addresses::USDX]
                .map(|token| Amount::new(token_balance(chain.state(), token, address)))
        }),
        nonce: chain.state().nonce(address),
        is_contract: !chain.state().code(address).bytes().is_empty(),
        stranded: stranded(world, id, chain, ether),
    })
}

fn stranded(world: &World, id: ChainId, chain: &Chain, ether: U256) -> Option<String> {
    if ether.is_zero() {
        return None;
    }
    let status = world.member(id).map_or(Status::Running, |member| member.rollup().status());
    match status {
        Status::Removed => return Some("the rollup is gone".into()),
        Status::Halted => return Some("the sequencer stands still".into()),
        Status::Deploying => return Some("the rollup has not begun".into()),
        Status::Running => {}
    }
    let base_fee = if world.member(id).is_some() {
        next_base_fee(chain)
    } else {
        world.l1().market_at(world.now()).base_fee
    };
    let fee = U256::from(base_fee) * U256::from(LEAVING_GAS);
    (ether < fee).then(|| "less than the fee for leaving".into())
}
