//! Who has what when a world begins.

use crate::{
    chain::Draft,
    contracts::{
        self,
        abi::IToken,
        addresses::{SHARED_SEQUENCER, TEST_TOKEN},
    },
    evm::GenesisAccount,
    l1::L1Config,
    types::{Amount, Gather as _},
    world::World,
};
use alloy_primitives::{Address, U256, address};
use alloy_sol_types::SolCall;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The test token's symbol, on L1 and on every rollup.
pub const TEST_TOKEN_SYMBOL: &str = "TEST";

/// Named accounts. The first ten are those of the mnemonic that Ethereum's development tools share
/// (`test test … junk`), so that those tools can sign for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People(Vec<(String, Address)>);

impl Default for People {
    fn default() -> Self {
        let named = |(name, address): (&str, Address)| (name.to_owned(), address);
        Self(DEVELOPMENT_ACCOUNTS.into_iter().map(named).collect())
    }
}

const DEVELOPMENT_ACCOUNTS: [(&str, Address); 10] = [
    ("Alice", address!("f39fd6e51aad88f6f4ce6ab8827279cfffb92266")),
    ("Bob", address!("70997970c51812dc3a010c7d01b50e0d17dc79c8")),
    ("Carol", address!("3c44cdddb6a900fa2b585dd299e03d12fa4293bc")),
    ("Dave", address!("90f79bf6eb2c4f870365e785982e1f101e93b906")),
    ("Erin", address!("15d34aaf54267db7d7c367839aaf71a00a2c6a65")),
    ("Frank", address!("9965507d1a55bcc2695c58ba16fb37d819b0a4dc")),
    ("Grace", address!("976ea74026e726554db657fa54763abd0c3a0aa9")),
    ("Heidi", address!("14dc79964da2c08b23698b3d3cc7ca32193d9955")),
    ("Ivan", address!("23618e81e3f5cdf7f54c3d65f7fbc0abf5b21e8f")),
    ("Judy", address!("a0ee7a142d267c1f36714e4a8f75612f20a79720")),
];

impl People {
    /// Names and addresses.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Address)> {
        self.0.iter().map(|(name, address)| (name.as_str(), *address))
    }

    /// The one who sends where nobody is named.
    pub fn first(&self) -> Address {
        self.0.first().map_or(Address::ZERO, |(_, address)| *address)
    }

    /// The one who sends what is nobody's business.
    pub fn last(&self) -> Address {
        self.0.last().map_or(Address::ZERO, |(_, address)| *address)
    }

    /// Somebody's name.
    pub fn name(&self, address: Address) -> Option<&str> {
        self.iter().find(|(_, known)| *known == address).map(|(name, _)| name)
    }
}

/// Pays for the deployment of rollups, and locks the ether that they begin with.
pub(super) fn deployer(l1: &L1Config) -> Address {
    l1.chain_id.actor_address("deployer")
}

/// The accounts of the L1's first block.
pub(super) fn l1_accounts(
    l1: &L1Config,
    people: &People,
    companies: &[Address],
) -> BTreeMap<Address, GenesisAccount> {
    let mut accounts = contracts::l1_genesis();
    let relayer = l1.chain_id.actor_address("relayer");
    let funds = people.iter().map(|(_, address)| (address, 10_000)).chain([
        (deployer(l1), 1_000_000_000),
        (relayer, 1_000_000),
        (SHARED_SEQUENCER, 1_000_000),
    ]);
    let funds = funds.chain(companies.iter().map(|company| (*company, 10)));
    for (address, ether) in funds {
        accounts.entry(address).or_default().balance = Amount::ether(ether).get();
    }
    accounts
}

impl World {
    /// Ether that everybody has on a rollup from its start.
    pub(super) fn endowment(&self) -> BTreeMap<Address, Amount> {
        let people = self.people.iter().map(|(_, address)| address);
        // The shared sequencer pays for putting messages into mailboxes, and companies pay fees.
        let rich = people.chain([SHARED_SEQUENCER]).map(|address| (address, Amount::ether(100)));
        self.companies().map(|(_, company)| (company, Amount::ether(1))).chain(rich).gather()
    }

    /// What an account is called: one of the people or a company.
    pub fn name(&self, account: Address) -> Option<&str> {
        let company = || self.companies().find(|(_, company)| *company == account).map(|(name, _)| name);
        self.people.name(account).or_else(company)
    }

    /// Firms, issuers and reporters by name, with their accounts.
    pub fn companies(&self) -> impl Iterator<Item = (&str, Address)> {
        let companies = self.agents().filter(|agent| agent.is_company());
        companies.map(|agent| (agent.name.as_str(), agent.account))
    }

    /// The accounts that the world knows by name, and the shared sequencer's.
    pub(super) fn known_accounts(&self) -> impl Iterator<Item = Address> {
        let people = self.people.iter().map(|(_, account)| account);
        people.chain(self.companies().map(|(_, account)| account)).chain([SHARED_SEQUENCER])
    }

    /// Everybody takes a thousand test tokens from their faucet on L1.
    pub(super) fn hand_out_tokens(&mut self) {
        let takers: Vec<Address> = self.people.iter().map(|(_, address)| address).collect();
        for from in takers {
            let mint = IToken::mintCall { to: from, amount: Amount::ether(1_000).get() };
            let data = mint.abi_encode().into();
            let to = Some(TEST_TOKEN);
            let draft = Draft { from, to, value: U256::ZERO, data, gas_limit: 120_000, blobs: Vec::new() };
            self.l1.chain_mut().send_as(draft).expect("a funded account's first transaction is taken");
        }
    }
}
