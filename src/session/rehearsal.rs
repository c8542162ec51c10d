//! One trade in two futures from one state: its legs sent apart, and as a bundle. Each future is a branch, so
//! that it can be gone on in and compared.

use super::{
    Session,
    branch::{Branch, Goal},
    describe::{chain_name, person},
    timeline::ComparedRow,
};
use crate::{
    command::{Command, LegOrder, SubmitBundle, Transact},
    contracts::{Reserves, addresses, approve, reserves, swap_exact_in, token_balance},
    finance::amount_out,
    sequencing::{BundleState, Guarantee},
    types::{Amount, ChainId, Span, Time},
    world::{Done, World},
};
use alloy_primitives::{Address, Bytes, U256};
use serde::{Deserialize, Serialize};

/// Both futures are looked at so long after they part.
const HORIZON: Span = Span::minutes(1);
/// Gas limit of an approval or a swap that is sent by itself.
const GAS: u64 = 300_000;
/// A number of tokens of eighteen digits, in hundredths.
const HUNDREDTH: u64 = 10_000_000_000_000_000;
/// What the futures are called.
const NAMES: [&str; 2] = ["Trade apart", "Trade as a bundle"];

/// A trade of two legs: WAVE is bought on one rollup and sold on another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsal {
    /// Where WAVE is bought.
    pub buy_on: ChainId,
    /// Where it is sold.
    pub sell_on: ChainId,
    /// USDX that are spent.
    pub spend: Amount,
    /// By how much the proceeds may fall short of what the pools promise now, in percent.
    pub shortfall_max: u32,
    /// WAVE that somebody else sells where the second leg does, and when; none if nobody does.
    pub rival: Option<(Amount, RivalMoment)>,
}

/// When somebody else trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RivalMoment {
    /// When the trade is sent.
    AtOnce,
    /// As soon as the next slot's order is proposed: too late for that slot, in time for the one after it.
    NextSlot,
}

/// What became of a trade in both futures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsed {
    /// What the pools promise now, in one sentence.
    pub quote: String,
    /// Figures of both: apart (here) and as a bundle (there).
    pub rows: Vec<ComparedRow>,
    /// The branches, in that order.
    pub branches: [u32; 2],
}

/// A rehearsal with all that follows from it.
struct Plan {
    trader: Address,
    rival: Address,
    order: Rehearsal,
    began: Time,
    /// What a rival sells, and when.
    rival_sale: Option<(Amount, Time)>,
    bought: U256,
    least: U256,
}

/// What a future came to.
struct Outcome {
    ended: Option<Time>,
    state: String,
    price: (u64, u64),
    holdings: [U256; 2],
    ether: U256,
    price_at_end: (U256, U256),
}

impl Session {
    /// Carries a trade out in two futures. The world that is shown stays as it is.
    pub fn rehearse(&mut self, order: &Rehearsal) -> Result<Rehearsed, String> {
        self.arrive();
        let plan = Plan::of(self.world(), order)?;
        if self.branches.len() + NAMES.len() > Self::BRANCHES_MAX + self.rehearsed().count() {
            return Err(format!("branches: expected at most {}; drop one first", Self::BRANCHES_MAX));
        }
        let mut apart = self.future(NAMES[0]);
        let mut bundled = self.future(NAMES[1]);
        let before = plan.purse(self.world());
        let outcomes = [plan.apart(&mut apart)?, plan.bundled(&mut bundled)?];
        let current = self.current;
        self.branches.retain(|branch| branch.id == current || !NAMES.contains(&branch.name.as_str()));
        let branches = [apart, bundled].map(|mut branch| {
            branch.id = self.next_branch;
            self.next_branch += 1;
            let id = branch.id;
            self.branches.push(branch);
            id
        });
        let quote = plan.quote(self.world());
        Ok(Rehearsed { quote, rows: plan.rows(self.world(), before, &outcomes), branches })
    }

    fn rehearsed(&self) -> impl Iterator<Item = &Branch> {
        let is_old = |branch: &&Branch| branch.id != self.current && NAMES.contains(&branch.name.as_str());
        self.branches.iter().filter(is_old)
    }

    fn future(&self, name: &str) -> Branch {
        let mut branch = self.branch().clone();
        branch.parent = Some((branch.id, branch.position()));
        branch.name = name.into();
        branch.forget_future();
        branch
    }
}

/// The two pools of a trade, seen from what is given.
fn pool(world: &World, chain: ChainId) -> Reserves {
    world.chain(chain).map_or(Reserves { reserve0: U256::ZERO, reserve1: U256::ZERO }, |chain| {
        reserves(chain.state(), addresses::PAIR)
    })
}

/// USDX for a WAVE, in ten-thousandths.
fn price(pool: Reserves) -> u64 {
    let found = pool.reserve1 * U256::from(10_000) / pool.reserve0.max(U256::from(1));
    u64::try_from(found).unwrap_or(u64::MAX)
}

impl Plan {
    fn of(world: &World, order: &Rehearsal) -> Result<Self, String> {
        let members = world.sequencer().map(|sequencer| sequencer.members().clone()).unwrap_or_default();
        for (field, chain) in [("buy_on", order.buy_on), ("sell_on", order.sell_on)] {
            if !members.contains(&chain) {
                return Err(format!("{field}: expected a member of the shared sequencer, found {chain}"));
            }
        }
        if order.buy_on == order.sell_on {
            return Err(format!("sell_on: expected another rollup than {}, found the same", order.buy_on));
        }
        let (a, b) = (pool(world, order.buy_on), pool(world, order.sell_on));
        let bought =
            amount_out(order.spend.get(), a.reserve1, a.reserve0).map_err(|e| format!("spend: {e}"))?;
        let proceeds = amount_out(bought, b.reserve0, b.reserve1).map_err(|e| format!("spend: {e}"))?;
        let least = proceeds * U256::from(100 - order.shortfall_max.min(100)) / U256::from(100);
        let people: Vec<Address> = world.people().iter().map(|(_, address)| address).collect();
        let (trader, rival) = (world.people().first(), people.get(1).copied().unwrap_or_default());
        let began = world.now();
        let slot = world.sequencer().map_or(HORIZON, |sequencer| sequencer.config().slot);
        let moment = |moment| match moment {
            RivalMoment::AtOnce => began,
            RivalMoment::NextSlot => began.next_multiple_of(slot).plus(Span::millis(1)),
        };
        let rival_sale = order.rival.map(|(amount, when)| (amount, moment(when)));
        Ok(Self { trader, rival, order: order.clone(), began, rival_sale, bought, least })
    }

    fn quote(&self, world: &World) -> String {
        let (a, b) = (pool(world, self.order.buy_on), pool(world, self.order.sell_on));
        let bought = amount_out(self.order.spend.get(), a.reserve1, a.reserve0).unwrap_or_default();
        let proceeds = amount_out(bought, b.reserve0, b.reserve1).unwrap_or_default();
        format!(
            "{} spends {} USDX on {} for {} WAVE, which bring {} USDX on {} as the pools stand now.",
            person(world, self.trader),
            hundredths(self.order.spend.get()),
            chain_name(world, self.order.buy_on),
            hundredths(bought),
            hundredths(proceeds),
            chain_name(world, self.order.sell_on),
        )
    }

    fn call(&self, chain: ChainId, from: Address, to: Address, data: Bytes) -> Transact {
        Transact { chain, from, to: Some(to), value: Amount::ZERO, data, gas_limit: Some(GAS) }
    }

    /// The approval and the swap of a leg.
    fn leg(&self, chain: ChainId, from: Address, token: Address, amount: U256, least: U256) -> [Transact; 2] {
        let swap = swap_exact_in(token, amount, least, from, u64::MAX);
        [
            self.call(chain, from, token, approve(addresses::PAIR, U256::MAX)),
            self.call(chain, from, addresses::PAIR, swap),
        ]
    }

    fn buy(&self) -> [Transact; 2] {
        self.leg(self.order.buy_on, self.trader, addresses::USDX, self.order.spend.get(), U256::ZERO)
    }

    fn sell(&self, amount: U256) -> [Transact; 2] {
        self.leg(self.order.sell_on, self.trader, addresses::WAVE, amount, self.least)
    }

    fn send(branch: &mut Branch, transactions: [Transact; 2]) -> Result<(), String> {
        for transaction in transactions {
            branch.act(&Command::Transact(transaction)).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// Lets time pass until `done` or the horizon, with the rival's sale when its time has come. Gives the price
    /// of the second leg's pool before the last event.
    fn wait(
        &self,
        branch: &mut Branch,
        rival: &mut Option<(Amount, Time)>,
        done: impl Fn(&World) -> bool,
    ) -> Result<u64, String> {
        let end = self.began.plus(HORIZON);
        let mut before = price(pool(&branch.world, self.order.sell_on));
        while !done(&branch.world) && branch.world.now() < end {
            let next = branch.world.next_event().unwrap_or(end).min(end);
            if let Some((amount, at)) = *rival
                && at <= next
            {
                *rival = None;
                branch.advance(Goal::Moment(at.max(branch.world.now())), &mut || true);
                let sale =
                    self.leg(self.order.sell_on, self.rival, addresses::WAVE, amount.get(), U256::ZERO);
                Self::send(branch, sale)?;
                continue;
            }
            before = price(pool(&branch.world, self.order.sell_on));
            branch.advance(Goal::Moment(next), &mut || true);
        }
        Ok(before)
    }

    fn nonce(&self, world: &World, chain: ChainId) -> u64 {
        world.chain(chain).map_or(0, |chain| chain.state().nonce(self.trader))
    }

    fn apart(&self, branch: &mut Branch) -> Result<Outcome, String> {
        let [a, b] = [self.order.buy_on, self.order.sell_on];
        let mut rival = self.rival_sale;
        let start = price(pool(&branch.world, b));
        let has = |world: &World, chain, token| {
            world.chain(chain).map_or(U256::ZERO, |chain| token_balance(chain.state(), token, self.trader))
        };
        let wave = has(&branch.world, a, addresses::WAVE);
        let nonce = self.nonce(&branch.world, a) + 2;
        Self::send(branch, self.buy())?;
        self.wait(branch, &mut rival, |world| self.nonce(world, a) >= nonce)?;
        let bought = has(&branch.world, a, addresses::WAVE).saturating_sub(wave);
        if bought.is_zero() {
            let state = "the first leg did not happen".into();
            return self.outcome(branch, rival, None, state, (start, start));
        }
        let (usdx, nonce) = (has(&branch.world, b, addresses::USDX), self.nonce(&branch.world, b) + 2);
        Self::send(branch, self.sell(bought))?;
        let before = self.wait(branch, &mut rival, |world| self.nonce(world, b) >= nonce)?;
        let landed = self.nonce(&branch.world, b) >= nonce;
        let state = match (landed, has(&branch.world, b, addresses::USDX) > usdx) {
            (true, true) => "both legs succeeded",
            (true, false) => "the first leg stands, the second failed",
            (false, _) => "the first leg stands, the second still waits",
        };
        let ended = landed.then(|| branch.world.now());
        self.outcome(branch, rival, ended, state.into(), (start, before))
    }

    fn bundled(&self, branch: &mut Branch) -> Result<Outcome, String> {
        let mut rival = self.rival_sale;
        let start = price(pool(&branch.world, self.order.sell_on));
        let legs = self.buy().into_iter().chain(self.sell(self.bought));
        let order = SubmitBundle {
            label: None,
            guarantee: Guarantee::Execution,
            deadline: HORIZON,
            legs: legs.map(LegOrder::Actor).collect(),
        };
        let done = branch.act(&Command::SubmitBundle(order)).map_err(|error| error.to_string())?;
        let Done::Bundle(id) = done else { return Err("the bundle was not taken".into()) };
        let state = |world: &World| {
            world.sequencer().and_then(|sequencer| Some(sequencer.bundle(id)?.state().clone()))
        };
        let is_last = |world: &World| state(world).is_none_or(|state| state.is_last());
        let before = self.wait(branch, &mut rival, is_last)?;
        let ended = is_last(&branch.world).then(|| branch.world.now());
        let words = match state(&branch.world) {
            Some(BundleState::Landed(..)) => "both legs succeeded, in one slot".into(),
            Some(BundleState::Aborted(abort)) => format!("neither leg has any effect: {abort}"),
            _ => "it still waits".into(),
        };
        self.outcome(branch, rival, ended, words, (start, before))
    }

    fn outcome(
        &self,
        branch: &mut Branch,
        mut rival: Option<(Amount, Time)>,
        ended: Option<Time>,
        state: String,
        price: (u64, u64),
    ) -> Result<Outcome, String> {
        self.wait(branch, &mut rival, |_| false)?;
        let pool = pool(&branch.world, self.order.sell_on);
        let (holdings, ether) = self.purse(&branch.world);
        let price_at_end = (pool.reserve1, pool.reserve0);
        Ok(Outcome { ended, state, price, holdings, ether, price_at_end })
    }

    /// The trader's WAVE and USDX on both rollups, and its ether there.
    fn purse(&self, world: &World) -> ([U256; 2], U256) {
        let chains = [self.order.buy_on, self.order.sell_on].map(|id| world.chain(id));
        let states = || chains.iter().flatten().map(|chain| chain.state());
        let sum = |token| states().map(|state| token_balance(state, token, self.trader)).sum();
        let ether = states().map(|state| state.balance(self.trader)).sum();
        ([sum(addresses::WAVE), sum(addresses::USDX)], ether)
    }

    fn rows(&self, world: &World, before: ([U256; 2], U256), outcomes: &[Outcome; 2]) -> Vec<ComparedRow> {
        let row = |name: &str, say: &dyn Fn(&Outcome) -> String| ComparedRow {
            chain: None,
            name: name.into(),
            here: say(&outcomes[0]),
            there: say(&outcomes[1]),
        };
        let ([wave, usdx], ether) = before;
        let b = chain_name(world, self.order.sell_on);
        let four = |price: u64| format!("{}.{:04}", price / 10_000, price % 10_000);
        let result = |outcome: &Outcome| {
            let (reserve_usdx, reserve_wave) = outcome.price_at_end;
            let worth = |wave: U256| wave * reserve_usdx / reserve_wave.max(U256::from(1));
            let [now_wave, now_usdx] = outcome.holdings;
            (now_usdx + worth(now_wave), usdx + worth(wave))
        };
        vec![
            row("what happened", &|one| one.state.clone()),
            row("took", &|one| {
                one.ended.map_or("more than a minute".into(), |at| at.since(self.began).to_string())
            }),
            row(&format!("price on {b}, when sent and before the second leg"), &|one| {
                format!("{} → {}", four(one.price.0), four(one.price.1))
            }),
            row("WAVE", &|one| change(one.holdings[0], wave)),
            row("USDX", &|one| change(one.holdings[1], usdx)),
            row(&format!("profit or loss in USDX, WAVE at {b}'s price at the end"), &|one| {
                let (now, then) = result(one);
                change(now, then)
            }),
            row("gas paid in ETH", &|one| Amount::new(ether.saturating_sub(one.ether)).to_string()),
        ]
    }
}

fn hundredths(amount: U256) -> String {
    let found = u64::try_from(amount / U256::from(HUNDREDTH)).unwrap_or(u64::MAX);
    format!("{}.{:02}", found / 100, found % 100)
}

fn change(now: U256, then: U256) -> String {
    match now.cmp(&then) {
        std::cmp::Ordering::Less => format!("−{}", hundredths(then - now)),
        std::cmp::Ordering::Equal => "0".into(),
        std::cmp::Ordering::Greater => format!("+{}", hundredths(now - then)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn session() -> Session {
        let text = r#"{
            "rollups": [{"chain_id": 901, "block_time": "2s"}, {"chain_id": 902, "block_time": "1s"}],
            "sequencer": {"members": [901, 902]}
        }"#;
        let mut session = Session::new(&Scenario::from_json(text).unwrap()).unwrap();
        session.run_until(Time::new(60_000));
        session
    }

    fn trade(rival: Option<(Amount, RivalMoment)>) -> Rehearsal {
        Rehearsal {
            buy_on: ChainId::new(901),
            sell_on: ChainId::new(902),
            spend: Amount::ether(1_000),
            shortfall_max: 1,
            rival,
        }
    }

    fn states(found: &Rehearsed) -> (&str, &str) {
        (&found.rows[0].here, &found.rows[0].there)
    }

    #[test]
    fn a_rival_leaves_half_a_trade_apart_and_none_of_a_bundle() {
        let mut session = session();
        // Wherever between two slots the trade begins.
        session.run_until(Time::new(61_300));
        let before = (session.world().digest(), session.world().now());
        let calm = session.rehearse(&trade(None)).unwrap();
        assert_eq!(states(&calm), ("both legs succeeded", "both legs succeeded, in one slot"));
        let rival = |after| Some((Amount::ether(5_000), after));
        let later = session.rehearse(&trade(rival(RivalMoment::NextSlot))).unwrap();
        assert_eq!(states(&later).0, "the first leg stands, the second failed", "{later:?}");
        assert_eq!(states(&later).1, "both legs succeeded, in one slot");
        let at_once = session.rehearse(&trade(rival(RivalMoment::AtOnce))).unwrap();
        assert_eq!(states(&at_once).0, "the first leg stands, the second failed", "{at_once:?}");
        assert!(states(&at_once).1.starts_with("neither leg"), "{at_once:?}");
        assert_eq!(at_once.rows[5].there, "0", "what had no effect cost nothing");
        assert_eq!((session.world().digest(), session.world().now()), before);
        assert_eq!(session.branches.len(), 3, "older rehearsals make room");
    }

    #[test]
    fn impossible_trades_are_refused_by_name() {
        let mut session = session();
        let refuse = |session: &mut Session, order: Rehearsal, field: &str| {
            let why = session.rehearse(&order).unwrap_err();
            assert!(why.starts_with(field), "{why}");
        };
        refuse(&mut session, Rehearsal { sell_on: ChainId::new(901), ..trade(None) }, "sell_on");
        refuse(&mut session, Rehearsal { buy_on: ChainId::new(900), ..trade(None) }, "buy_on");
        refuse(&mut session, Rehearsal { spend: Amount::ZERO, ..trade(None) }, "spend");
    }
}
