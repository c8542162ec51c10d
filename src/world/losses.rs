//! Who relies on whom, and who has lost what because of whom: read from the state of all chains whenever it is asked
//! for ([`World::reckon`]); nothing is kept besides, but that an issuer once had all that it begins with.
//!
//! A loss begins where something is gone: a bridge that holds less than is claimed of it, a rollup on which nothing
//! can be moved any more, what somebody has taken of an issuer's reserve or of a pool, the cost of a default. It goes on from debtor to
//! creditor by what a default leaves unpaid. So what has begun is what somebody bears in the end, to the last unit.
//!
//! Units are counted, not prices: who sells to a pool what nothing stands behind has no loss any more, the pool's
//! providers have it. What that cost the seller is told by the pool's price.

use super::{
    World,
    reckoning::{Reckoning, add},
};
use crate::{
    command::BridgedAsset,
    contracts::{
        Obligation, TEST_TOKEN_ON_L2,
        abi::IBridgeGuard,
        addresses::{BRIDGE_GUARD, LOCKED, TOKEN_PAIR},
        obligations, stolen, stolen_from,
    },
    messaging::{Cargo, Message, Stage},
    rollup::Status,
    types::{Amount, ChainId, Gather as _},
};
use alloy_primitives::{Address, U256, U512, uint};
use alloy_sol_types::SolEvent;
use std::collections::{BTreeMap, BTreeSet};

/// Model: what an ether costs, in dollars.
pub const ETHER_PRICE: u64 = 3_000;
/// Base units that shares of a pool may be rounded by together: a millionth of a millionth of a token.
pub(super) const DUST: U256 = uint!(1_000_000_U256);
/// Model: what a whole test token costs, in dollars.
pub const TOKEN_PRICE: u64 = 1;

impl BridgedAsset {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Ether, Self::Token];

    /// What units of it are worth at reference prices, in dollars of 18 decimals.
    pub fn worth(self, amount: Amount) -> Amount {
        let price = match self {
            Self::Ether => ETHER_PRICE,
            Self::Token => TOKEN_PRICE,
        };
        Amount::new(amount.get().saturating_mul(U256::from(price)))
    }
}

/// Somebody who has or owes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// An account, on all chains.
    Account(Address),
    /// All on a rollup whom the world does not know by name.
    Others(ChainId),
}

/// Where a loss came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A rollup's bridge holds less than is claimed of it.
    Bridge(ChainId),
    /// A rollup stands still, and what is on it with it.
    Frozen(ChainId),
    /// A debtor's default, by the debt's number on its rollup.
    Debtor(Party, ChainId, U256),
    /// What the bearer's own default cost.
    Cost(ChainId, U256),
    /// Somebody has taken what the bearer kept on a rollup for the USDX that it issues.
    Reserve(ChainId),
    /// Somebody has taken test tokens of a rollup's pool of which the bearer had a share.
    Pool(ChainId),
}

/// A loss that reached somebody from somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Where it came from.
    pub from: Source,
    /// Whom it reached.
    pub to: Party,
    /// What was lost.
    pub asset: BridgedAsset,
    /// How much, in base units.
    pub amount: Amount,
}

impl Flow {
    /// At reference prices, in dollars of 18 decimals.
    pub fn worth(&self) -> Amount {
        self.asset.worth(self.amount)
    }
}

/// What somebody lost, in dollars of 18 decimals at reference prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// Who.
    pub party: Party,
    /// How many steps from where it began; 1 for who relied on what is gone.
    pub hop: u32,
    /// What reached it.
    pub reached: Amount,
    /// What it passed on by not paying.
    pub passed_on: Amount,
    /// What it has and is owed if nothing is lost.
    pub had: Amount,
    /// Whether it has defaulted.
    pub is_fallen: bool,
}

impl Bearer {
    /// What it bears itself.
    pub fn borne(&self) -> Amount {
        Amount::new(self.reached.get().saturating_sub(self.passed_on.get()))
    }

    /// What it is better off by, if it passed on more than reached it: it did not pay although it had lost less.
    pub fn gained(&self) -> Amount {
        Amount::new(self.passed_on.get().saturating_sub(self.reached.get()))
    }
}

/// All losses of a world at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// How they travelled.
    pub flows: Vec<Flow>,
    /// Whom they reached and who passed them on, by hop and then by what reached them, most first.
    pub bearers: Vec<Bearer>,
}

impl Losses {
    /// What has begun, in dollars of 18 decimals: all that did not come from a debtor.
    pub fn total(&self) -> Amount {
        let begun = self.flows.iter().filter(|flow| !matches!(flow.from, Source::Debtor(..)));
        sum(begun.map(Flow::worth))
    }

    /// How far they went.
    pub fn hops(&self) -> u32 {
        self.bearers.iter().map(|bearer| bearer.hop).max().unwrap_or(0)
    }

    /// Somebody's.
    pub fn of(&self, party: Party) -> Option<&Bearer> {
        self.bearers.iter().find(|bearer| bearer.party == party)
    }
}

fn sum(amounts: impl IntoIterator<Item = Amount>) -> Amount {
    Amount::new(amounts.into_iter().fold(U256::ZERO, |sum, amount| sum.saturating_add(amount.get())))
}

/// What a holder has of an asset of a rollup.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stake {
    /// What is worth what the bridge makes good.
    live: U256,
    /// What was to be paid out and could not: ether that a portal did not have is not asked for again.
    dead: U256,
}

impl Stake {
    fn add_live(&mut self, amount: U256) {
        self.live = self.live.saturating_add(amount);
    }

    /// All of it.
    pub(super) fn all(&self) -> U256 {
        self.live.saturating_add(self.dead)
    }
}

pub(super) type Stakes = BTreeMap<Party, Stake>;

impl World {
    /// All losses now.
    pub fn losses(&self) -> Losses {
        self.reckon().losses()
    }

    /// The debts in test tokens of all rollups, with their rollups.
    pub(super) fn debts(&self) -> impl Iterator<Item = (ChainId, Obligation)> + '_ {
        self.members().flat_map(|member| {
            let debts = obligations(member.rollup.chain().state()).into_iter();
            let chain = member.rollup.id();
            debts.filter(|debt| debt.token == TEST_TOKEN_ON_L2).map(move |debt| (chain, debt))
        })
    }

    /// Who has how much of what the bridges of rollups answer for, on the rollups and under way, by rollup and asset.
    pub(super) fn stakes(&self) -> BTreeMap<(ChainId, BridgedAsset), Stakes> {
        let mut all: BTreeMap<(ChainId, BridgedAsset), Stakes> = BTreeMap::new();
        // A rollup that is being deployed has no bridge yet.
        for member in self.members().filter(|member| member.rollup.status() != Status::Deploying) {
            let chain = member.rollup.id();
            for backing in self.backing_of(member) {
                let stakes = all.entry((chain, backing.asset)).or_default();
                for (account, amount) in &backing.claims {
                    stakes.entry(Party::Account(*account)).or_default().add_live(amount.get());
                }
                if backing.others() != Amount::ZERO {
                    stakes.entry(Party::Others(chain)).or_default().add_live(backing.others().get());
                }
            }
        }
        let known: BTreeSet<Address> = self.known_accounts().gather();
        let haircuts = self.haircuts();
        for message in self.book.messages() {
            let Some((chain, rests)) = rests(message) else { continue };
            let Some((asset, recipient, amount)) = carried(message) else { continue };
            let lacking = haircuts.get(&message.number).map_or(U256::ZERO, |haircut| haircut.amount.get());
            let amount = amount.saturating_sub(lacking);
            let party =
                if known.contains(&recipient) { Party::Account(recipient) } else { Party::Others(chain) };
            let stake = all.entry((chain, asset)).or_default().entry(party).or_default();
            match (asset, rests) {
                (BridgedAsset::Ether, Rests::NotPaid) => stake.dead = stake.dead.saturating_add(amount),
                (BridgedAsset::Token, Rests::NotPaid) | (_, Rests::UnderWay) => stake.add_live(amount),
            }
        }
        all
    }

    /// What of the test tokens that were stolen from pools was whose, by rollup, in base units.
    fn stolen_from_pools(&self) -> impl Iterator<Item = (ChainId, Party, U256)> + '_ {
        self.members().flat_map(|member| {
            let (chain, state) = (member.rollup.id(), member.rollup.chain().state());
            // Nobody's is what is locked.
            let all = stolen(state, TOKEN_PAIR);
            let mut rest = all.saturating_sub(stolen_from(state, TOKEN_PAIR, LOCKED));
            let mut shares = Vec::new();
            if !all.is_zero() {
                for account in self.known_accounts() {
                    let share = stolen_from(state, TOKEN_PAIR, account);
                    rest = rest.saturating_sub(share);
                    shares.push((chain, Party::Account(account), share));
                }
                if rest > DUST {
                    shares.push((chain, Party::Others(chain), rest));
                }
            }
            shares.into_iter().filter(|(.., share)| !share.is_zero())
        })
    }

    /// What bridges that are wound down paid less than was asked for, by message.
    fn haircuts(&self) -> BTreeMap<u64, Haircut> {
        if self.wound_down.is_empty() {
            return BTreeMap::new();
        }
        let finalized =
            self.book.messages().iter().filter(|message| self.wound_down.contains_key(&message.from));
        let haircut = |message: &Message| {
            let (asset, recipient, _) = carried(message)?;
            let passed = message.passed(Stage::Finalized)?;
            let block = self.l1.chain().block(passed.block.1?)?;
            let mut releases = block.logs().filter_map(|(_, transaction, log)| {
                let is_it = log.address == BRIDGE_GUARD && Some(transaction.hash()) == passed.transaction;
                is_it.then(|| IBridgeGuard::Released::decode_log(log).ok()).flatten()
            });
            let release = releases.next()?;
            let lacking = release.asked.saturating_sub(release.paid);
            let (chain, amount) = (message.from, Amount::new(lacking));
            (!lacking.is_zero()).then_some((message.number, Haircut { chain, asset, recipient, amount }))
        };
        finalized.filter_map(haircut).collect()
    }
}

impl Reckoning<'_> {
    /// All losses now.
    pub fn losses(&self) -> Losses {
        let mut flows = Vec::new();
        let world = self.world;
        let mut had = self.worth.clone();
        let mut owes: BTreeMap<Party, U256> = BTreeMap::new();
        for ((chain, asset), stakes) in &self.stakes {
            let (chain, asset) = (*chain, *asset);
            let Some(member) = world.member(chain) else { continue };
            let is_frozen = matches!(member.rollup.status(), Status::Halted | Status::Removed);
            let missing = missing(stakes, world.escrowed(member, asset));
            for (party, stake) in stakes {
                let (to, gone) = (*party, missing.get(party).copied().unwrap_or_default());
                let stuck = if is_frozen { stake.all().saturating_sub(gone) } else { U256::ZERO };
                for (from, amount) in [(Source::Bridge(chain), gone), (Source::Frozen(chain), stuck)] {
                    if !amount.is_zero() {
                        flows.push(Flow { from, to, asset, amount: Amount::new(amount) });
                    }
                }
            }
        }
        for Haircut { chain, asset, recipient, amount } in world.haircuts().into_values() {
            let to = Party::Account(recipient);
            flows.push(Flow { from: Source::Bridge(chain), to, asset, amount });
            add(&mut had, to, asset.worth(amount));
        }
        let asset = BridgedAsset::Token;
        for (chain, debt) in &self.debts {
            let chain = *chain;
            let (debtor, creditor) = (Party::Account(debt.debtor), Party::Account(debt.creditor));
            let worth = |units: U256| asset.worth(Amount::new(units));
            if !debt.is_defaulted {
                add(&mut had, creditor, worth(debt.owed));
                add(&mut owes, debtor, worth(debt.owed));
                continue;
            }
            add(&mut had, creditor, worth(debt.short()));
            add(&mut had, debtor, worth(debt.cost));
            add(&mut owes, debtor, worth(debt.short()));
            let of_debtor = Source::Debtor(debtor, chain, debt.id);
            let of_court = Source::Cost(chain, debt.id);
            for (from, to, units) in [(of_debtor, creditor, debt.short()), (of_court, debtor, debt.cost)] {
                if !units.is_zero() {
                    flows.push(Flow { from, to, asset, amount: Amount::new(units) });
                }
            }
        }
        for (account, issuer) in world.issuers() {
            for (chain, lacking) in world.lacking(account, issuer) {
                let (from, to, amount) =
                    (Source::Reserve(chain), Party::Account(account), Amount::new(lacking));
                flows.push(Flow { from, to, asset, amount });
                add(&mut had, to, asset.worth(amount));
            }
        }
        for (chain, party, stolen) in world.stolen_from_pools() {
            flows.push(Flow { from: Source::Pool(chain), to: party, asset, amount: Amount::new(stolen) });
            add(&mut had, party, asset.worth(Amount::new(stolen)));
        }
        let bearers = bearers(&flows, |party| {
            let of = |sums: &BTreeMap<Party, U256>| sums.get(&party).copied().unwrap_or_default();
            Amount::new(of(&had).saturating_sub(of(&owes)))
        });
        Losses { flows, bearers }
    }
}

/// What a bridge that is wound down did not pay.
struct Haircut {
    chain: ChainId,
    asset: BridgedAsset,
    recipient: Address,
    amount: Amount,
}

/// How a message rests on a rollup's bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rests {
    /// It left one side and has not arrived on the other.
    UnderWay,
    /// It was to be paid out on L1 and was not.
    NotPaid,
}

/// What a message carries, to whom, and how much.
pub(super) fn carried(message: &Message) -> Option<(BridgedAsset, Address, U256)> {
    Some(match message.cargo.as_ref()? {
        Cargo::Ether { amount, recipient } => (BridgedAsset::Ether, *recipient, amount.get()),
        Cargo::Token { amount, recipient } => (BridgedAsset::Token, *recipient, amount.get()),
        Cargo::Call { target, value, .. } => (BridgedAsset::Ether, *target, value.get()),
    })
}

/// On which rollup's bridge a message rests now, and how.
fn rests(message: &Message) -> Option<(ChainId, Rests)> {
    let is_handed_on = message.deposit.is_some();
    if message.withdrawal.is_some() && !is_handed_on {
        return match message.stage() {
            Stage::Failed => Some((message.from, Rests::NotPaid)),
            Stage::Finalized | Stage::Delivered => None,
            _ => Some((message.from, Rests::UnderWay)),
        };
    }
    let is_token = matches!(message.cargo, Some(Cargo::Token { .. }));
    let arrives = match message.stage() {
        Stage::Delivered => false,
        // A rollup's messenger keeps tokens that it could not hand out; ether is there all the same.
        Stage::Failed => is_token,
        _ => true,
    };
    (is_handed_on && arrives).then_some((message.to, Rests::UnderWay))
}

/// What each lacks if the bridge holds so much. Who has been turned away lacks all of it; what is missing beyond is
/// everybody's in proportion, rounded so that it adds up to the unit.
fn missing(stakes: &Stakes, held: U256) -> BTreeMap<Party, U256> {
    let total = |part: fn(&Stake) -> U256| {
        stakes.values().fold(U256::ZERO, |sum, stake| sum.saturating_add(part(stake)))
    };
    let (live, dead) = (total(|stake| stake.live), total(|stake| stake.dead));
    let missing = live.saturating_add(dead).saturating_sub(held);
    let [of_dead, of_live] = [missing.min(dead), missing.saturating_sub(dead)];
    let dead = shares(stakes, |stake| stake.dead, dead, of_dead);
    let live = shares(stakes, |stake| stake.live, live, of_live);
    dead.into_iter().zip(live).map(|((party, dead), (_, live))| (party, dead.saturating_add(live))).collect()
}

/// Divides an amount, at most the total, in proportion; what rounding leaves goes unit by unit to the first that can
/// lose more.
fn shares(stakes: &Stakes, part: fn(&Stake) -> U256, total: U256, amount: U256) -> BTreeMap<Party, U256> {
    let share = |stake: &Stake| -> U256 {
        if total.is_zero() {
            return U256::ZERO;
        }
        let product: U512 = part(stake).widening_mul(amount);
        U256::saturating_from(product / U512::from(total))
    };
    let mut shares: BTreeMap<Party, U256> =
        stakes.iter().map(|(party, stake)| (*party, share(stake))).collect();
    let given = shares.values().fold(U256::ZERO, |sum, share| sum.saturating_add(*share));
    let mut left = amount.saturating_sub(given);
    for (share, stake) in shares.values_mut().zip(stakes.values()) {
        if left.is_zero() {
            break;
        }
        if *share < part(stake) {
            *share += U256::from(1);
            left -= U256::from(1);
        }
    }
    shares
}

/// Adds up the flows by whom they reached. A step is counted along what reached somebody most of.
pub(super) fn bearers(flows: &[Flow], had: impl Fn(Party) -> Amount) -> Vec<Bearer> {
    // Whom nothing has reached may have passed something on: it could not pay in time.
    let debtors = flows.iter().filter_map(|flow| match flow.from {
        Source::Debtor(debtor, ..) => Some(debtor),
        _ => None,
    });
    let parties: BTreeSet<Party> = flows.iter().map(|flow| flow.to).chain(debtors).gather();
    let main = |party: Party| {
        let inflows = flows.iter().filter(|flow| flow.to == party && !matches!(flow.from, Source::Cost(..)));
        // Of equals the first, so that what began elsewhere goes before what a debtor passed on.
        inflows.rev().max_by_key(|flow| flow.worth())
    };
    let hop = |party: Party| {
        let mut seen = BTreeSet::from([party]);
        let (mut at, mut steps) = (party, 1);
        while let Some(Flow { from: Source::Debtor(debtor, ..), .. }) = main(at)
            && seen.insert(*debtor)
        {
            (at, steps) = (*debtor, steps + 1);
        }
        steps
    };
    let mut bearers: Vec<Bearer> = parties
        .into_iter()
        .map(|party| {
            let reached = sum(flows.iter().filter(|flow| flow.to == party).map(Flow::worth));
            let by_it =
                flows.iter().filter(|flow| matches!(flow.from, Source::Debtor(by, ..) if by == party));
            let passed_on = sum(by_it.map(Flow::worth));
            let is_fallen = passed_on != Amount::ZERO;
            Bearer { party, hop: hop(party), reached, passed_on, had: had(party), is_fallen }
        })
        .collect();
    bearers.sort_by_key(|bearer| (bearer.hop, std::cmp::Reverse(bearer.reached), bearer.party));
    bearers
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn party(number: u8) -> Party {
        Party::Account(Address::repeat_byte(number))
    }

    fn stakes(amounts: &[(u64, u64)]) -> Stakes {
        let stake = |(live, dead): &(u64, u64)| Stake { live: U256::from(*live), dead: U256::from(*dead) };
        amounts.iter().enumerate().map(|(n, amounts)| (party(n as u8), stake(amounts))).collect()
    }

    fn lacks(amounts: &[(u64, u64)], held: u64) -> Vec<u64> {
        missing(&stakes(amounts), U256::from(held)).into_values().map(|share| share.to()).collect()
    }

    #[test]
    fn what_is_missing_is_divided_to_the_unit() {
        assert_eq!(lacks(&[(30, 0), (30, 0), (20, 0), (20, 0)], 60), [12, 12, 8, 8]);
        assert_eq!(lacks(&[(1, 0), (1, 0), (1, 0)], 1), [1, 1, 0]);
        assert_eq!(lacks(&[(5, 0), (5, 0)], 10), [0, 0]);
        assert_eq!(lacks(&[(5, 0), (5, 0)], 11), [0, 0]);
        assert_eq!(lacks(&[(5, 0), (0, 0), (6, 0)], 0), [5, 0, 6]);
        assert_eq!(lacks(&[], 3), [0; 0]);
    }

    #[test]
    fn who_was_turned_away_lacks_all_of_it_first() {
        assert_eq!(lacks(&[(50, 10), (50, 0)], 80), [20, 10]);
        assert_eq!(lacks(&[(50, 10), (50, 0)], 105), [5, 0]);
        assert_eq!(lacks(&[(0, 10)], 0), [10]);
    }

    #[test]
    fn sums_hold_for_any_amounts() {
        let huge = U256::MAX / U256::from(3);
        let mut stakes = stakes(&[(1, 0), (2, 0), (3, 0)]);
        for (n, stake) in stakes.values_mut().enumerate() {
            stake.live = huge - U256::from(n);
        }
        let total = huge * U256::from(3) - U256::from(3);
        for held in [U256::ZERO, U256::from(1), total / U256::from(7), total] {
            let lacking = missing(&stakes, held).into_values().fold(U256::ZERO, |sum, share| sum + share);
            assert_eq!(lacking, total - held);
        }
    }

    fn flow(from: Source, to: Party, whole: u64) -> Flow {
        Flow { from, to, asset: BridgedAsset::Token, amount: Amount::ether(whole) }
    }

    #[test]
    fn steps_are_counted_along_the_largest_loss_and_circles_end() {
        let chain = ChainId::new(901);
        let by = |number: u8| Source::Debtor(party(number), chain, U256::from(number));
        let flows = [
            flow(Source::Bridge(chain), party(1), 100),
            flow(Source::Bridge(chain), party(2), 1),
            flow(by(1), party(2), 80),
            flow(by(2), party(3), 60),
            flow(by(3), party(1), 10),
            flow(Source::Cost(chain, U256::ZERO), party(3), 500),
        ];
        let found = bearers(&flows, |_| Amount::ZERO);
        let hops: Vec<(Party, u32)> = found.iter().map(|bearer| (bearer.party, bearer.hop)).collect();
        assert_eq!(hops, [(party(1), 1), (party(2), 2), (party(3), 3)]);
        let losses = Losses { flows: flows.to_vec(), bearers: found };
        assert_eq!(losses.total(), Amount::ether(601));
        assert_eq!(sum(losses.bearers.iter().map(Bearer::borne)), losses.total());
        assert_eq!(losses.hops(), 3);
        let circle = [flow(by(1), party(2), 5), flow(by(2), party(1), 5)];
        assert_eq!(bearers(&circle, |_| Amount::ZERO).len(), 2);
        let [late, unpaid] = bearers(&[flow(by(1), party(2), 5)], |_| Amount::ZERO)[..] else {
            panic!("expected two")
        };
        assert_eq!((late.hop, late.gained(), late.is_fallen), (1, Amount::ether(5), true));
        assert_eq!((unpaid.hop, unpaid.borne()), (2, Amount::ether(5)));
    }
}
