//! A firm: it keeps test tokens on one rollup, lends there, owes elsewhere, provides pools, and leaves when it hears bad
//! news: it sells what a pool still takes at a better price than the bridge pays, and withdraws the rest. What it brings
//! to a rollup to pay there goes over the L1, as fast as messages do.

use super::{Move, PAR_BPS, sale_to, trade};
use crate::{
    command::{Command, MessageContent, SendMessage, Transact},
    contracts::{
        HOLDER_USDX, Obligation, Reserves, TEST_TOKEN_ON_L2, Terms, add_liquidity,
        addresses::{OBLIGATIONS, TOKEN_PAIR, USDX},
        lend, remove_liquidity, settle,
    },
    types::{Amount, ChainId, Span},
};
use alloy_primitives::{Address, Bytes, U256, uint};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A firm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Firm {
    /// The rollup on which it keeps its tokens and lends.
    pub home: ChainId,
    /// Test tokens that it brings there from L1 at the start, at most a million.
    pub reserve: Amount,
    /// What it lends, again and again as long as it is paid back, at most 32. Default nothing.
    #[serde(default)]
    pub loans: Vec<Loan>,
    /// How long before a debt is due it sends for tokens from its home. Default 2h.
    #[serde(default = "two_hours")]
    pub lead: Span,
    /// How often it looks at the news, at least 1s. Default 10m.
    #[serde(default = "ten_minutes")]
    pub watch: Span,
    /// Whether bad news make it take out its pool shares at home, sell there what the pool takes at more than a test
    /// token is worth by the news, and withdraw the rest to L1; and sell its USDX there at more than they are worth if
    /// an issuer lacks something. Default true.
    #[serde(default = "yes")]
    pub runs: bool,
    /// Where its news come from. Default the bridge of its home.
    #[serde(default)]
    pub news: News,
    /// The pools of test tokens and USDX that it provides, each once. Default none.
    #[serde(default)]
    pub provides: Vec<Provision>,
}

/// Where a firm's news of its home come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// From the bridge: news are bad when it holds less than is claimed of it.
    #[default]
    Bridge,
    /// From a reporter's feed on its home: news are bad when a test token costs less than 95 cents there.
    Feed {
        /// The reporter's account.
        #[schemars(with = "String")]
        reporter: Address,
    },
}

impl News {
    /// A price, in ten thousandths of a dollar, below which a firm that follows a feed leaves.
    const ALARM_BPS: u32 = 9_500;

    /// What a test token is worth to one who hears that it costs so much; at par where nothing alarms it.
    pub fn heard(price_bps: Option<u32>) -> u32 {
        price_bps.filter(|price| *price < Self::ALARM_BPS).unwrap_or(PAR_BPS)
    }
}

/// Liquidity that a firm brings to a pool of test tokens and USDX.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provision {
    /// The pool's rollup.
    pub chain: ChainId,
    /// So many test tokens, which it brings from L1 beside its reserve, and as many USDX; at most 20 000, the USDX
    /// that it begins with.
    pub amount: Amount,
}

impl Provision {
    /// Whether a firm can bring it.
    pub(super) fn is_possible(&self) -> bool {
        !self.amount.get().is_zero() && self.amount.get() <= HOLDER_USDX
    }
}

const fn two_hours() -> Span {
    Span::hours(2)
}

const fn ten_minutes() -> Span {
    Span::minutes(10)
}

const fn yes() -> bool {
    true
}

/// Test tokens that a firm lends to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Loan {
    /// To which account; it must be another firm's.
    #[schemars(with = "String")]
    pub to: Address,
    /// How much.
    pub amount: Amount,
    /// For how long, at least 1m.
    pub term: Span,
    /// What a default costs, in ten thousandths of what is seized then. Default 0.
    #[serde(default)]
    pub cost_bps: u16,
}

impl Loan {
    /// Whether the contract takes such a debt.
    pub(super) fn is_possible(&self) -> bool {
        !self.amount.get().is_zero() && self.amount.get() < uint!(1_U256) << 96 && self.cost_bps <= 10_000
    }
}

/// What a firm sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desk {
    /// Unix time, in seconds.
    pub now_s: u64,
    /// What it has on the rollups that run and on which nothing of its own waits in the mempool.
    pub tokens: BTreeMap<ChainId, U256>,
    /// The debts that it has or is owed, with their rollups.
    pub debts: Vec<(ChainId, Obligation)>,
    /// What is under way to it on each rollup.
    pub coming: BTreeMap<ChainId, U256>,
    /// The pools of test tokens and USDX on those rollups that it has to do with.
    pub pools: BTreeMap<ChainId, Share>,
    /// Whether the news of its home are bad.
    pub is_alarmed: bool,
    /// What a test token on its home is worth by its news, in ten thousandths of a dollar.
    pub token_bps: u32,
    /// The same for a USDX: what issuers have of what they should. Less than [`PAR_BPS`] is bad news.
    pub dollar_bps: u32,
}

/// A pool of test tokens (0) and USDX (1), and what a firm has of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The pool.
    pub pool: Reserves,
    /// The firm's shares of it.
    pub shares: U256,
    /// The firm's USDX beside it.
    pub usdx: U256,
}

/// Gas of a transfer, or of changing liquidity.
const POOL_GAS: u64 = 250_000;
/// Gas of settling, with room for as many debts as one debtor can have.
const SETTLE_GAS: u64 = 6_000_000;
/// Gas of lending.
const LEND_GAS: u64 = 500_000;

impl Firm {
    /// Most loans of a firm: as many debts as one debtor may have.
    pub const LOANS_MAX: usize = 32;

    /// Most whole tokens that a firm begins with: what the test token's faucet gives at once.
    pub const RESERVE_MAX: u64 = 1_000_000;

    /// What the firm does now.
    pub fn act(&self, account: Address, l1: ChainId, desk: &Desk) -> Move {
        let mut commands = Vec::new();
        let at_home = desk.tokens.get(&self.home).copied();
        if self.runs && desk.is_alarmed {
            commands.extend(at_home.into_iter().flat_map(|amount| self.leave(account, l1, amount, desk)));
        } else if let Some(at_home) = at_home {
            if self.runs && desk.dollar_bps < PAR_BPS {
                commands.extend(self.flee_dollars(account, desk));
            }
            if commands.is_empty() {
                commands.extend(self.provide(account, desk));
            }
            if !commands.is_empty() {
                return Move { commands, again_after: Some(self.watch) };
            }
            commands.extend(self.fund(account, at_home, desk));
            if commands.is_empty() {
                commands.extend(self.lend(account, at_home, desk));
            }
            commands.extend(self.fetch(account, desk));
        }
        commands.extend(collect(account, desk));
        Move { commands, again_after: Some(self.again_after(account, desk)) }
    }

    /// Takes its shares out of the pool; then sells what the pool takes at more than the news say, and withdraws the
    /// rest.
    fn leave(&self, account: Address, l1: ChainId, amount: U256, desk: &Desk) -> Vec<Command> {
        let home = self.home;
        let Some(share) = desk.pools.get(&home) else {
            return (!amount.is_zero()).then(|| send(account, home, l1, amount)).into_iter().collect();
        };
        if !share.shares.is_zero() {
            let calls = remove_liquidity(TOKEN_PAIR, account, share.shares);
            return calls.map(|(to, data)| transact(account, home, to, data, POOL_GAS)).into();
        }
        let sold = sale_to(share.pool, desk.token_bps).min(amount);
        let rest = amount.saturating_sub(sold);
        let sale = (!sold.is_zero()).then(|| sale(account, home, TEST_TOKEN_ON_L2, sold, desk.token_bps));
        sale.into_iter().chain((!rest.is_zero()).then(|| send(account, home, l1, rest))).collect()
    }

    /// Sells the USDX that the pool at home takes at more than they are worth.
    fn flee_dollars(&self, account: Address, desk: &Desk) -> Option<Command> {
        let share = desk.pools.get(&self.home)?;
        let sold = sale_to(share.pool.flipped(), desk.dollar_bps).min(share.usdx);
        (!sold.is_zero()).then(|| sale(account, self.home, USDX, sold, desk.dollar_bps))
    }

    /// Brings its liquidity to the first pool that has none of it and to which both tokens have come.
    fn provide(&self, account: Address, desk: &Desk) -> Vec<Command> {
        let calls = self.provides.iter().find_map(|Provision { chain, amount }| {
            let share = desk.pools.get(chain).filter(|share| share.shares.is_zero())?;
            let amount = amount.get();
            let Reserves { reserve0, reserve1 } = share.pool;
            let usdx = amount.saturating_mul(reserve1).checked_div(reserve0).unwrap_or(amount);
            let has_both = *desk.tokens.get(chain)? >= amount && share.usdx >= usdx && !usdx.is_zero();
            has_both.then(|| {
                (*chain, add_liquidity(TOKEN_PAIR, account, [(TEST_TOKEN_ON_L2, amount), (USDX, usdx)]))
            })
        });
        let calls = calls.into_iter().flat_map(|(chain, calls)| calls.map(|call| (chain, call)));
        calls.map(|(chain, (to, data))| transact(account, chain, to, data, POOL_GAS)).collect()
    }

    /// Sends to where a debt is soon due what is lacking there.
    fn fund(&self, account: Address, at_home: U256, desk: &Desk) -> Option<Command> {
        let until = desk.now_s.saturating_add(self.lead.as_seconds());
        let needs = desk.tokens.keys().filter(|chain| **chain != self.home).filter_map(|chain| {
            let there =
                desk.tokens.get(chain)?.saturating_add(desk.coming.get(chain).copied().unwrap_or_default());
            let lacking = owed(account, *chain, until, desk).saturating_sub(there);
            (!lacking.is_zero()).then_some((*chain, lacking))
        });
        let (chain, lacking) = needs.into_iter().next()?;
        let amount = lacking.min(at_home);
        (!amount.is_zero()).then(|| send(account, self.home, chain, amount))
    }

    /// Lends what is not lent, as far as it reaches beyond what is due from the firm itself before it comes back.
    fn lend(&self, account: Address, at_home: U256, desk: &Desk) -> Option<Command> {
        let is_lent = |loan: &&Loan| {
            let mine = desk.debts.iter().map(|(_, debt)| debt);
            mine.into_iter().any(|debt| (debt.creditor, debt.debtor) == (account, loan.to))
        };
        let spare = |loan: &Loan| {
            let back_s = desk.now_s.saturating_add(loan.term.as_seconds());
            let mine = desk.debts.iter().map(|(chain, _)| *chain).collect::<BTreeSet<_>>();
            let due = mine.into_iter().map(|chain| owed(account, chain, back_s, desk));
            due.fold(at_home, |spare, due| spare.saturating_sub(due))
        };
        let loan = self.loans.iter().find(|loan| !is_lent(loan) && loan.amount.get() <= spare(loan))?;
        let terms = Terms {
            token: TEST_TOKEN_ON_L2,
            amount: loan.amount.get(),
            due_s: desk.now_s.saturating_add(loan.term.as_seconds()),
            cost_bps: loan.cost_bps,
        };
        Some(transact(account, self.home, OBLIGATIONS, lend(loan.to, terms), LEND_GAS))
    }

    /// Takes home what lies elsewhere and is not owed there soon.
    fn fetch<'a>(&'a self, account: Address, desk: &'a Desk) -> impl Iterator<Item = Command> + 'a {
        let until = desk.now_s.saturating_add(self.lead.as_seconds().saturating_mul(2));
        let elsewhere =
            desk.tokens.iter().filter(|(chain, amount)| **chain != self.home && !amount.is_zero());
        let waits = |chain: &ChainId| {
            let meant = self.provides.iter().any(|provision| provision.chain == *chain);
            meant && desk.pools.get(chain).is_some_and(|share| share.shares.is_zero())
        };
        elsewhere
            .filter(move |(chain, _)| owed(account, **chain, until, desk).is_zero() && !waits(chain))
            .map(move |(chain, amount)| send(account, *chain, self.home, *amount))
    }

    /// When something is due next, or when it looks at the news.
    fn again_after(&self, account: Address, desk: &Desk) -> Span {
        let lead = self.lead.as_seconds();
        let moments = desk.debts.iter().filter(|(_, debt)| !debt.is_defaulted).map(|(_, debt)| {
            if debt.debtor == account {
                debt.due_s.saturating_sub(lead)
            } else {
                debt.due_s.saturating_add(1)
            }
        });
        let next = moments.filter_map(|at| at.checked_sub(desk.now_s)).filter(|wait| *wait > 0).min();
        next.map_or(self.watch, |wait| Span::seconds(wait).min(self.watch))
    }
}

/// Has the debts to the firm settled that are due, one debtor on each rollup at a time.
fn collect(account: Address, desk: &Desk) -> impl Iterator<Item = Command> {
    let due = desk
        .debts
        .iter()
        .filter(|(_, debt)| debt.creditor == account && !debt.is_defaulted && debt.due_s < desk.now_s);
    let by_chain: BTreeMap<ChainId, Address> = due
        .filter(|(chain, _)| desk.tokens.contains_key(chain))
        .map(|(chain, debt)| (*chain, debt.debtor))
        .collect();
    by_chain.into_iter().map(move |(chain, debtor)| {
        transact(account, chain, OBLIGATIONS, settle(debtor, TEST_TOKEN_ON_L2), SETTLE_GAS)
    })
}

/// What the firm owes on a rollup until a moment, in Unix seconds.
fn owed(account: Address, chain: ChainId, until_s: u64, desk: &Desk) -> U256 {
    let mine = desk.debts.iter().filter(|(on, debt)| *on == chain && debt.debtor == account);
    let open = mine.filter(|(_, debt)| !debt.is_defaulted && debt.due_s <= until_s);
    open.fold(U256::ZERO, |sum, (_, debt)| sum.saturating_add(debt.owed))
}

/// A sale at a price or a better one: if somebody else was quicker, it has no effect.
fn sale(account: Address, chain: ChainId, token: Address, amount: U256, price_bps: u32) -> Command {
    let least = amount.saturating_mul(U256::from(price_bps)) / U256::from(PAR_BPS);
    Command::Transact(trade(account, chain, TOKEN_PAIR, (token, amount), least))
}

fn send(account: Address, from: ChainId, to: ChainId, amount: U256) -> Command {
    Command::SendMessage(SendMessage {
        label: None,
        from,
        to,
        sender: Some(account),
        content: MessageContent::Token { amount: Amount::new(amount), recipient: None },
        relay: true,
    })
}

fn transact(from: Address, chain: ChainId, to: Address, data: Bytes, gas: u64) -> Command {
    let (to, value) = (Some(to), Amount::default());
    Command::Transact(Transact { chain, from, to, value, data, gas_limit: Some(gas) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contracts::abi::IConstantProductPair, finance::amount_out};
    use alloy_sol_types::SolCall;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const L1: ChainId = ChainId::new(900);
    const HOME: ChainId = ChainId::new(901);
    const AWAY: ChainId = ChainId::new(902);
    const ME: Address = Address::repeat_byte(1);
    const OTHER: Address = Address::repeat_byte(2);
    const NOW: u64 = 1_000_000;

    fn whole(amount: u64) -> U256 {
        Amount::ether(amount).get()
    }

    fn firm() -> Firm {
        let loan = Loan { to: OTHER, amount: Amount::ether(50), term: Span::hours(6), cost_bps: 0 };
        Firm {
            home: HOME,
            reserve: Amount::ether(100),
            loans: vec![loan],
            lead: Span::hours(1),
            watch: Span::minutes(10),
            runs: true,
            news: News::Bridge,
            provides: vec![],
        }
    }

    fn desk(at_home: u64, away: u64, debts: Vec<(ChainId, Obligation)>) -> Desk {
        Desk {
            now_s: NOW,
            tokens: BTreeMap::from([(HOME, whole(at_home)), (AWAY, whole(away))]),
            debts,
            coming: BTreeMap::new(),
            pools: BTreeMap::new(),
            is_alarmed: false,
            token_bps: PAR_BPS,
            dollar_bps: PAR_BPS,
        }
    }

    fn debt(debtor: Address, creditor: Address, amount: u64, due_s: u64) -> Obligation {
        Obligation {
            id: U256::ZERO,
            debtor,
            creditor,
            token: TEST_TOKEN_ON_L2,
            owed: whole(amount),
            due_s,
            cost_bps: 0,
            is_defaulted: false,
            paid: U256::ZERO,
            cost: U256::ZERO,
        }
    }

    fn share(token: u64, usdx: u64, shares: u64) -> Share {
        let pool = Reserves { reserve0: whole(token), reserve1: whole(usdx) };
        Share { pool, shares: whole(shares), usdx: whole(20_000) }
    }

    /// What it swaps: which token, how much of it, and for how much at least.
    fn swapped(moved: &Move) -> Vec<(Address, U256, U256)> {
        let calls = called(moved).into_iter();
        let swaps =
            calls.filter_map(|(_, data)| IConstantProductPair::swapExactInCall::abi_decode(&data).ok());
        swaps.map(|swap| (swap.tokenIn, swap.amountIn, swap.amountOutMin)).collect()
    }

    fn sent(moved: &Move) -> Vec<(ChainId, ChainId, U256)> {
        let messages = moved.commands.iter().filter_map(|command| match command {
            Command::SendMessage(message) => Some(message),
            _ => None,
        });
        messages
            .map(|message| match &message.content {
                MessageContent::Token { amount, .. } => (message.from, message.to, amount.get()),
                other => panic!("expected tokens, found {other:?}"),
            })
            .collect()
    }

    fn called(moved: &Move) -> Vec<(ChainId, Bytes)> {
        let calls = moved.commands.iter().filter_map(|command| match command {
            Command::Transact(call) => Some((call.chain, call.data.clone())),
            _ => None,
        });
        calls.collect()
    }

    #[test]
    fn it_lends_once_and_never_more_than_it_has() {
        let terms = Terms { token: TEST_TOKEN_ON_L2, amount: whole(50), due_s: NOW + 6 * 3600, cost_bps: 0 };
        let moved = firm().act(ME, L1, &desk(50, 0, vec![]));
        assert_eq!(called(&moved), [(HOME, lend(OTHER, terms))]);
        assert!(firm().act(ME, L1, &desk(49, 0, vec![])).commands.is_empty());
        let owes = |due_s| vec![(HOME, debt(ME, OTHER, 30, due_s))];
        assert!(firm().act(ME, L1, &desk(79, 0, owes(NOW + 6 * 3600))).commands.is_empty());
        assert_eq!(called(&firm().act(ME, L1, &desk(79, 0, owes(NOW + 6 * 3600 + 1)))).len(), 1);
        let lent = vec![(HOME, debt(OTHER, ME, 50, NOW + 10))];
        assert!(firm().act(ME, L1, &desk(50, 0, lent)).commands.is_empty());
        let mut lost = debt(OTHER, ME, 50, NOW - 10);
        lost.is_defaulted = true;
        assert!(firm().act(ME, L1, &desk(50, 0, vec![(HOME, lost)])).commands.is_empty(), "once bitten");
    }

    #[test]
    fn it_sends_what_lacks_where_a_debt_is_soon_due_and_fetches_what_it_does_not_need() {
        let soon = vec![(AWAY, debt(ME, OTHER, 40, NOW + 3600))];
        assert_eq!(sent(&firm().act(ME, L1, &desk(100, 15, soon.clone()))), [(HOME, AWAY, whole(25))]);
        assert_eq!(sent(&firm().act(ME, L1, &desk(10, 15, soon.clone()))), [(HOME, AWAY, whole(10))]);
        let mut funded = desk(100, 15, soon);
        funded.coming.insert(AWAY, whole(25));
        assert!(sent(&firm().act(ME, L1, &funded)).is_empty());
        let later = vec![(AWAY, debt(ME, OTHER, 40, NOW + 2 * 3600 + 1))];
        assert_eq!(sent(&firm().act(ME, L1, &desk(0, 15, later))), [(AWAY, HOME, whole(15))]);
        let nearer = vec![(AWAY, debt(ME, OTHER, 40, NOW + 2 * 3600))];
        assert!(sent(&firm().act(ME, L1, &desk(0, 15, nearer))).is_empty());
    }

    #[test]
    fn it_collects_what_is_due_and_looks_again_when_something_is() {
        let due = vec![(HOME, debt(OTHER, ME, 50, NOW - 1))];
        assert_eq!(called(&firm().act(ME, L1, &desk(0, 0, due))), [(HOME, settle(OTHER, TEST_TOKEN_ON_L2))]);
        let waits = vec![(HOME, debt(OTHER, ME, 50, NOW + 29))];
        let moved = firm().act(ME, L1, &desk(0, 0, waits));
        assert!(moved.commands.is_empty());
        assert_eq!(moved.again_after, Some(Span::seconds(30)));
        assert_eq!(firm().act(ME, L1, &desk(0, 0, vec![])).again_after, Some(Span::minutes(10)));
    }

    #[test]
    fn who_runs_sells_what_the_pool_takes_at_more_than_the_news_say_and_withdraws_the_rest() {
        let mut bad = desk(10_000, 0, vec![]);
        (bad.is_alarmed, bad.token_bps) = (true, 4_000);
        bad.pools.insert(HOME, share(10_000, 10_000, 0));
        let moved = firm().act(ME, L1, &bad);
        let [(token, sold, least)] = swapped(&moved)[..] else {
            panic!("expected one swap, found {moved:?}")
        };
        assert_eq!(least, sold * U256::from(4) / U256::from(10), "if somebody is quicker it keeps them");
        assert_eq!((token, sent(&moved)), (TEST_TOKEN_ON_L2, vec![(HOME, L1, whole(10_000) - sold)]));
        let brings = |amount| amount_out(amount, whole(10_000), whole(10_000)).unwrap();
        let (step, price) = (whole(1), whole(1) * U256::from(4) / U256::from(10));
        assert!(brings(sold) - brings(sold - step) >= price, "the last brought more");
        assert!(brings(sold + step) - brings(sold) <= price, "the next would not");
        bad.token_bps = 0;
        assert_eq!(swapped(&firm().act(ME, L1, &bad)), [(TEST_TOKEN_ON_L2, whole(10_000), U256::ZERO)]);
        bad.pools.insert(HOME, share(10_000, 3_000, 0));
        bad.token_bps = 4_000;
        assert_eq!(swapped(&firm().act(ME, L1, &bad)), []);
        bad.pools.insert(HOME, share(0, 0, 0));
        bad.token_bps = 0;
        assert_eq!(sent(&firm().act(ME, L1, &bad)), [(HOME, L1, whole(10_000))]);
        bad.pools.insert(HOME, share(10_000, 10_000, 0));
        bad.token_bps = PAR_BPS;
        assert_eq!(
            sent(&firm().act(ME, L1, &bad)),
            [(HOME, L1, whole(10_000))],
            "sound tokens are not given away"
        );
    }

    #[test]
    fn who_provides_the_pool_takes_its_shares_out_first() {
        let mut bad = desk(10, 0, vec![]);
        (bad.is_alarmed, bad.token_bps) = (true, 4_000);
        bad.pools.insert(HOME, share(10_000, 10_000, 5));
        let moved = firm().act(ME, L1, &bad);
        let calls = remove_liquidity(TOKEN_PAIR, ME, whole(5)).map(|(_, data)| (HOME, data));
        assert_eq!(called(&moved), calls);
        let calm = Firm { runs: false, ..firm() };
        assert_eq!(called(&calm.act(ME, L1, &bad)), []);
    }

    #[test]
    fn who_doubts_an_issuer_sells_its_dollars_at_home() {
        let mut bad = desk(0, 0, vec![]);
        bad.pools.insert(HOME, share(10_000, 8_000, 0));
        assert_eq!(swapped(&firm().act(ME, L1, &bad)), []);
        bad.dollar_bps = 9_000;
        let flipped = share(8_000, 10_000, 0).pool;
        let sold = sale_to(flipped, 9_000);
        assert!(!sold.is_zero());
        assert_eq!(swapped(&firm().act(ME, L1, &bad)), [(USDX, sold, sold * U256::from(9) / U256::from(10))]);
        bad.dollar_bps = 0;
        assert_eq!(swapped(&firm().act(ME, L1, &bad)), [(USDX, whole(20_000), U256::ZERO)]);
        // What it sells it does not bring to a pool besides.
        let provides = vec![Provision { chain: HOME, amount: Amount::ether(100) }];
        bad.tokens.insert(HOME, whole(100));
        assert_eq!(called(&Firm { provides, ..firm() }.act(ME, L1, &bad)).len(), 1);
    }

    #[test]
    fn it_brings_both_tokens_to_a_pool_once_and_as_many_of_each_as_the_pool_has() {
        let amount = Amount::ether(100);
        let firm = Firm { provides: vec![Provision { chain: AWAY, amount }], loans: vec![], ..firm() };
        let mut desk = desk(0, 99, vec![]);
        desk.pools.insert(AWAY, share(0, 0, 0));
        assert!(firm.act(ME, L1, &desk).commands.is_empty(), "it waits for all of it, and fetches none");
        desk.tokens.insert(AWAY, whole(100));
        let calls = |usdx| {
            let tokens = [(TEST_TOKEN_ON_L2, whole(100)), (USDX, usdx)];
            add_liquidity(TOKEN_PAIR, ME, tokens).map(|(_, data)| (AWAY, data))
        };
        assert_eq!(called(&firm.act(ME, L1, &desk)), calls(whole(100)));
        desk.pools.insert(AWAY, share(1_000, 1_500, 0));
        assert_eq!(called(&firm.act(ME, L1, &desk)), calls(whole(150)));
        desk.pools.insert(AWAY, share(1_000, 201_000, 0));
        assert!(firm.act(ME, L1, &desk).commands.is_empty(), "100 of these are 20 100 USDX");
        desk.pools.insert(AWAY, share(1_000, 1_500, 1));
        assert_eq!(sent(&firm.act(ME, L1, &desk)), [(AWAY, HOME, whole(100))], "what it needs no more");
    }

    #[test]
    fn news_of_a_feed_are_bad_below_95_cents() {
        let heard = [None, Some(20_000), Some(9_500), Some(9_499), Some(0)].map(News::heard);
        assert_eq!(heard, [PAR_BPS, PAR_BPS, PAR_BPS, 9_499, 0]);
    }

    #[test]
    fn it_runs_on_bad_news_and_only_if_it_is_of_that_kind() {
        let mut bad = desk(70, 0, vec![(AWAY, debt(ME, OTHER, 40, NOW + 60))]);
        (bad.is_alarmed, bad.token_bps) = (true, 4_000);
        assert_eq!(sent(&firm().act(ME, L1, &bad)), [(HOME, L1, whole(70))]);
        let calm = Firm { runs: false, ..firm() };
        assert_eq!(sent(&calm.act(ME, L1, &bad)), [(HOME, AWAY, whole(40))]);
        bad.tokens.remove(&HOME);
        assert!(firm().act(ME, L1, &bad).commands.is_empty(), "a rollup that stands still takes nothing");
    }
}
