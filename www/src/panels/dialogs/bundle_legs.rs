//! The legs of a bundle as a form has them, and the transactions that they come to: what a leg needs before
//! it, such as an approval, is a transaction of its own.

use super::forms::units;
use alloy_primitives::{Address, Bytes, U256, address, keccak256};
use alloy_sol_types::{SolCall, sol};
use causeway::{
    command::Transact,
    types::{Amount, ChainId},
};

sol! {
    function approve(address spender, uint256 value);
    function transfer(address to, uint256 value);
    function swapExactIn(address tokenIn, uint256 amountIn, uint256 amountOutMin, address to, uint256 deadline);
    function send(address token, uint256 amount, uint256 destination, address to, bytes32 salt);
    function claim(uint256 source, uint256 session);
}

/// Where the market's contracts stand on every rollup, as `src/contracts/addresses.rs` has them.
const WAVE: Address = address!("ca5e000000000000000000000000000000000031");
const USDX: Address = address!("ca5e000000000000000000000000000000000032");
const PAIR: Address = address!("ca5e000000000000000000000000000000000033");
const BRIDGE: Address = address!("ca5e000000000000000000000000000000000034");

/// Gas of a transaction whose need can't be told before the others have run.
const GAS: u64 = 300_000;
/// Gas of a call of whatever contract.
const CALL_GAS: u64 = 1_000_000;

/// What a leg does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Sends a token to somebody.
    Token,
    /// Sells a token in the rollup's pool.
    Swap,
    /// Moves a token to another rollup by the mailbox.
    Bridge,
    /// Sends ether to somebody.
    Ether,
    /// Calls whatever contract.
    Call,
}

impl What {
    pub(super) const ALL: [(Self, &str, &str); 5] = [
        (Self::Token, "token", "sends a token"),
        (Self::Swap, "swap", "sells a token in the pool"),
        (Self::Bridge, "bridge", "bridges a token by the mailbox"),
        (Self::Ether, "ether", "sends ether"),
        (Self::Call, "call", "calls a contract"),
    ];
}

/// A leg.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LegForm {
    /// Tells legs apart while they change places.
    pub(super) key: u64,
    pub(super) chain: ChainId,
    pub(super) what: What,
    pub(super) is_usdx: bool,
    pub(super) amount: String,
    /// Who gets it; empty means the sender.
    pub(super) recipient: String,
    /// Where it is bridged to.
    pub(super) to: ChainId,
    /// The least that a swap may give; empty takes whatever comes.
    pub(super) least: String,
    pub(super) target: String,
    pub(super) data: String,
}

impl LegForm {
    /// The transactions of the leg. `salt` is used by no other leg of the sender.
    pub(super) fn transactions(&self, from: Address, salt: u64) -> Result<Vec<Transact>, String> {
        let amount = || units(&self.amount, 18).map(Amount::get);
        let token = if self.is_usdx { USDX } else { WAVE };
        let to = self.recipient.parse().unwrap_or(from);
        let call = |chain, to, data: Vec<u8>| Transact {
            chain,
            from,
            to: Some(to),
            value: Amount::ZERO,
            data: data.into(),
            gas_limit: Some(GAS),
        };
        Ok(match self.what {
            What::Token => vec![call(self.chain, token, transferCall { to, value: amount()? }.abi_encode())],
            What::Swap => {
                let least = match self.least.trim() {
                    "" => U256::ZERO,
                    text => units(text, 18).map_err(|why| why.replace("Amount", "At least"))?.get(),
                };
                let value = amount()?;
                let swap = swapExactInCall {
                    tokenIn: token,
                    amountIn: value,
                    amountOutMin: least,
                    to: from,
                    deadline: U256::from(u64::MAX),
                };
                vec![
                    call(self.chain, token, approveCall { spender: PAIR, value }.abi_encode()),
                    call(self.chain, PAIR, swap.abi_encode()),
                ]
            }
            What::Bridge => {
                if self.to == self.chain {
                    return Err(format!("To: expected another rollup than {}, found the same", self.chain));
                }
                let destination = U256::from(self.to.get());
                let salt = U256::from(salt).into();
                let session = session(from, salt);
                let send = sendCall { token, amount: amount()?, destination, to, salt };
                let claim = claimCall { source: U256::from(self.chain.get()), session };
                vec![call(self.chain, BRIDGE, send.abi_encode()), call(self.to, BRIDGE, claim.abi_encode())]
            }
            What::Ether => {
                vec![Transact { value: Amount::new(amount()?), ..call(self.chain, to, Vec::new()) }]
            }
            What::Call => {
                let target = self.target.trim().parse::<Address>();
                let target =
                    target.map_err(|_| format!("Contract: expected 0x…, found {:?}", self.target))?;
                let data: Bytes = match self.data.trim() {
                    "" => Bytes::new(),
                    text => text.parse().map_err(|_| format!("Calldata: expected 0x…, found {text:?}"))?,
                };
                let gas_limit = Some(CALL_GAS);
                vec![Transact { gas_limit, ..call(self.chain, target, data.to_vec()) }]
            }
        })
    }
}

/// The mailbox bridge's session of a transfer: the hash of its sender and salt.
fn session(from: Address, salt: alloy_primitives::B256) -> U256 {
    let mut bytes = [0; 64];
    bytes[12..32].copy_from_slice(from.as_slice());
    bytes[32..].copy_from_slice(salt.as_slice());
    keccak256(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway::contracts::{addresses, approve, swap_exact_in};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn leg(what: What) -> LegForm {
        LegForm {
            key: 0,
            chain: ChainId::new(901),
            what,
            is_usdx: true,
            amount: "1".into(),
            recipient: String::new(),
            to: ChainId::new(902),
            least: String::new(),
            target: String::new(),
            data: String::new(),
        }
    }

    #[test]
    fn a_swap_brings_its_approval_and_both_are_the_engines() {
        assert_eq!(
            [WAVE, USDX, PAIR, BRIDGE],
            [addresses::WAVE, addresses::USDX, addresses::PAIR, addresses::MAILBOX_BRIDGE]
        );
        let alice = Address::repeat_byte(1);
        let found = leg(What::Swap).transactions(alice, 0).unwrap();
        let one = Amount::ether(1).get();
        assert_eq!(found[0].data, approve(addresses::PAIR, one));
        assert_eq!(found[1].data, swap_exact_in(USDX, one, U256::ZERO, alice, u64::MAX));
    }

    #[test]
    fn a_bridge_is_claimed_where_it_leads() {
        let found = leg(What::Bridge).transactions(Address::repeat_byte(1), 7).unwrap();
        assert_eq!(found.iter().map(|one| one.chain.get()).collect::<Vec<_>>(), [901, 902]);
        let nowhere = LegForm { to: ChainId::new(901), ..leg(What::Bridge) };
        assert!(nowhere.transactions(Address::ZERO, 0).unwrap_err().starts_with("To:"));
    }

    #[test]
    fn what_is_no_call_is_refused_by_field() {
        let wrong = LegForm { target: "0x12".into(), ..leg(What::Call) };
        assert!(wrong.transactions(Address::ZERO, 0).unwrap_err().starts_with("Contract:"));
        let wrong = LegForm { amount: "-1".into(), ..leg(What::Ether) };
        assert!(wrong.transactions(Address::ZERO, 0).unwrap_err().starts_with("Amount:"));
    }
}
