//! What the bridge of a rollup holds on L1, and who relies on it: read from the state of both chains, nothing is
//! kept besides.

use super::{Member, World, order::OrderError};
use crate::{
    chain::Draft,
    command::BridgedAsset,
    contracts::{
        TEST_TOKEN_ON_L2,
        addresses::{L2_TO_L1_MESSAGE_PASSER, TEST_TOKEN, TOKEN_PAIR},
        liquidity_share, reserves, token_balance, token_supply,
    },
    types::{Amount, ChainId, Gather as _},
};
use alloy_primitives::{Address, Bytes, U256, uint};
use std::collections::BTreeMap;

/// An asset on a rollup and what stands behind it on L1. Where nothing is amiss, what is held is what is claimed on
/// the rollup and what is under way between both, to the last unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backing {
    /// The asset.
    pub asset: BridgedAsset,
    /// The contract on L1 that holds it.
    pub escrow: Address,
    /// What it holds.
    pub held: Amount,
    /// What there is of it on the rollup, and could leave.
    pub claimed: Amount,
    /// The claims of those whom the world knows, by address, none of zero; what pools hold is their providers'.
    pub claims: BTreeMap<Address, Amount>,
}

impl Backing {
    /// The claims of everybody else.
    pub fn others(&self) -> Amount {
        let known = self.claims.values().fold(U256::ZERO, |sum, claim| sum.saturating_add(claim.get()));
        Amount::new(self.claimed.get().saturating_sub(known))
    }

    /// What has left one side and not arrived on the other.
    pub fn under_way(&self) -> Amount {
        Amount::new(self.held.get().saturating_sub(self.claimed.get()))
    }

    /// What is claimed and not held: such claims are worth nothing to the last who comes.
    pub fn missing(&self) -> Amount {
        Amount::new(self.claimed.get().saturating_sub(self.held.get()))
    }
}

/// What a thief leaves in a portal for the fee of the theft: a transfer at 476 gwei, in wei.
const FEE_OF_THEFT: U256 = uint!(10_000_000_000_000_000_U256);
const TRANSFER_GAS: u64 = 21_000;

impl World {
    /// Sends ether of a portal to a thief, by a transaction that the portal seems to send.
    pub(super) fn rob_portal(
        &mut self,
        chain: ChainId,
        amount: Option<Amount>,
        thief: Option<Address>,
    ) -> Result<(), OrderError> {
        let portal = self.member_mut(chain)?.rollup.genesis().contracts().portal;
        let l1 = self.l1().id();
        let most = Amount::new(self.l1().chain().state().balance(portal).saturating_sub(FEE_OF_THEFT));
        let found = amount.unwrap_or(most);
        if found == Amount::ZERO || found > most {
            return Err(OrderError::NotInPortal { most, found });
        }
        let thief = thief.unwrap_or_else(|| l1.actor_address("thief"));
        let draft = Draft {
            from: portal,
            to: Some(thief),
            value: found.get(),
            data: Bytes::new(),
            gas_limit: TRANSFER_GAS,
            blobs: Vec::new(),
        };
        self.send_draft(l1, draft).map(|_| ())
    }

    /// What a rollup's bridge holds of an asset on L1, in base units.
    pub(super) fn escrowed(&self, member: &Member, asset: BridgedAsset) -> U256 {
        let (l1, contracts) = (self.l1().chain().state(), member.rollup.genesis().contracts());
        match asset {
            BridgedAsset::Ether => l1.balance(contracts.portal),
            BridgedAsset::Token => token_balance(l1, TEST_TOKEN, contracts.bridge),
        }
    }

    /// What stands behind each asset of a rollup; none for the L1, which owes nobody.
    pub fn backing(&self, chain: ChainId) -> Option<[Backing; 2]> {
        self.member(chain).map(|member| self.backing_of(member))
    }

    pub(super) fn backing_of(&self, member: &Member) -> [Backing; 2] {
        let rollup = member.rollup();
        let l2 = rollup.chain().state();
        let contracts = rollup.genesis().contracts();
        let pool = reserves(l2, TOKEN_PAIR);
        let claims = |balance: &dyn Fn(Address) -> U256| {
            let claims = self.known_accounts().map(|account| (account, Amount::new(balance(account))));
            claims.filter(|(_, amount)| !amount.get().is_zero()).gather()
        };
        [
            Backing {
                asset: BridgedAsset::Ether,
                escrow: contracts.portal,
                held: Amount::new(self.escrowed(member, BridgedAsset::Ether)),
                claimed: Amount::new(claimed_of(member, BridgedAsset::Ether)),
                claims: claims(&|account| l2.balance(account)),
            },
            Backing {
                asset: BridgedAsset::Token,
                escrow: contracts.bridge,
                held: Amount::new(self.escrowed(member, BridgedAsset::Token)),
                claimed: Amount::new(claimed_of(member, BridgedAsset::Token)),
                claims: claims(&|account| {
                    let has = token_balance(l2, TEST_TOKEN_ON_L2, account);
                    has.saturating_add(liquidity_share(l2, TOKEN_PAIR, account, pool.reserve0))
                }),
            },
        ]
    }
}

/// What there is of an asset on a rollup, and could leave, in base units.
pub(super) fn claimed_of(member: &Member, asset: BridgedAsset) -> U256 {
    let l2 = member.rollup.chain().state();
    match asset {
        // Ether that has left waits in the message passer for ever.
        BridgedAsset::Ether => l2.ether_supply().saturating_sub(l2.balance(L2_TO_L1_MESSAGE_PASSER)),
        BridgedAsset::Token => token_supply(l2, TEST_TOKEN_ON_L2),
    }
}
