//! Our Solidity as the engine sees it: committed artifacts, typed ABIs, genesis states and decoders.
//!
//! The sources and their pinned compiler live in `contracts/` at the root; the ABIs are the OP Stack's, so that its
//! tools work on them. The contracts that every L1 has stand in its genesis state at fixed addresses; those of a
//! rollup are clones made by one transaction to the [`addresses::ROLLUP_DEPLOYER`], at addresses that follow from
//! the chain id ([`RollupContracts::of`]), so that the rollup's genesis can name them.

pub mod abi;
pub mod addresses;
pub mod artifacts;
mod attributes;
mod deposit;
mod feed;
mod genesis;
mod mailbox;
mod market;
mod obligations;
mod pool;
mod revert;
mod rollup;
mod token;
mod withdrawal;

pub use attributes::L1Attributes;
pub use deposit::{Deposit, DepositError};
pub use feed::{report_price, reported_price_bps};
pub use genesis::{l1_genesis, l2_genesis};
pub use mailbox::{MailboxMessage, MessageName, inbox_root, outbox_root, root_after};
pub use market::{HOLDER_USDX, HOLDER_WAVE, LENT_WAVE, POOL_USDX, POOL_WAVE};
pub use obligations::{Obligation, Terms, allow_credit, lend, obligations, owe, settle};
pub use pool::{
    Reserves, add_liquidity, approve, liquidity_share, remove_liquidity, reserves, stolen, stolen_from,
    swap_exact_in, token_balance, token_supply,
};
pub use revert::{RevertReason, describe_revert};
pub use rollup::RollupContracts;
pub use token::{MintableToken, TEST_TOKEN_ON_L2};
pub use withdrawal::{OutputRootProof, Withdrawal, hash_cross_domain_message};

#[cfg(test)]
mod tests;
