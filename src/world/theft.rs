//! Thefts: what somebody takes who has keys, or finds a bug, that nobody should have. Each goes by ordinary
//! transactions, so that whatever stands in the way of those stands in the way of a thief.
//!
//! Who sends as a contract goes past its code, and past the `BridgeGuard` that this code asks: a thief with the
//! portal's keys meets no control. A forged claim is carried out by the contracts and meets all of them; since claims
//! are not disputed, it stands unless the guardian blacklists it.

use super::{Event, Fact, OrderError, World, control::refusal};
use crate::{
    chain::Draft,
    command::{BridgedAsset, MarketToken},
    contracts::{
        OutputRootProof, TEST_TOKEN_ON_L2, Withdrawal,
        abi::{
            IAnchorStateRegistry, IConstantProductPair, ICrossDomainMessenger, IOptimismPortal,
            IStandardBridge, IToken,
        },
        addresses::{L2_CROSS_DOMAIN_MESSENGER, L2_STANDARD_BRIDGE, L2_TO_L1_MESSAGE_PASSER, TEST_TOKEN},
        reserves, token_balance, token_supply,
    },
    evm::{AccountChange, Changes, State},
    rollup::Rollup,
    settlement::{Game, claim_draft, finalize_draft, prove_draft, view_call, when_final},
    types::{Amount, ChainId, Span, Time},
};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256, uint};
use alloy_sol_types::SolCall;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a contract is given for the fees of a theft in its name: a million gas at 100 gwei, in wei.
const FEES_OF_THEFT: U256 = uint!(100_000_000_000_000_000_U256);
/// Gas of giving it: a creation that ends at once.
const BEQUEST_GAS: u64 = 120_000;
/// Gas of a call in the name of a contract.
const CALL_GAS: u64 = 200_000;
/// Gas of handing out tokens on L1.
const FORGED_CALL_GAS: u64 = 300_000;
/// For so long a thief waits for the fees to arrive.
const PATIENCE: Span = Span::hours(1);

/// A theft that takes more than one step.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Theft {
    /// Transactions are sent once their sender can pay for them.
    Send { chain: ChainId, drafts: Vec<Draft>, until: Time },
    /// A claim of a forged state is on its way, or stands.
    Forge(Box<ForgedExit>),
    /// A pool is drained once it can pay the fee, of what it has then.
    Drain { chain: ChainId, token: MarketToken, most: U256, thief: Address, until: Time },
}

/// A withdrawal in a state that never was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ForgedExit {
    chain: ChainId,
    withdrawal: Withdrawal,
    output: OutputRootProof,
    /// Nodes from the message passer's forged storage root to the withdrawal.
    proof: Vec<Bytes>,
}

impl World {
    /// Sees to it that a theft goes on right after the next slot of L1 began.
    fn go_on(&mut self, theft: Theft) {
        let slot = self.l1.config().slot;
        self.go_on_at(self.now.next_multiple_of(slot).plus(Span::millis(1)), theft);
    }

    fn go_on_at(&mut self, at: Time, theft: Theft) {
        self.queue.push(at, Event::Theft(Box::new(theft)));
    }

    pub(super) fn theft_goes_on(&mut self, theft: Theft) {
        match theft {
            Theft::Send { chain, ref drafts, until } => self.send_once_paid(chain, drafts, until, &theft),
            Theft::Drain { chain, token, most, thief, until } => {
                let drafts = self.drain_drafts(chain, token, most, thief);
                self.send_once_paid(chain, &drafts, until, &theft);
            }
            Theft::Forge(exit) => self.forge_goes_on(exit),
        }
    }

    fn thief(&self, thief: Option<Address>) -> Address {
        thief.unwrap_or_else(|| self.l1.id().actor_address("thief"))
    }

    /// Sends them if their sender can pay for them, or tries the theft again.
    fn send_once_paid(&mut self, chain: ChainId, drafts: &[Draft], until: Time, theft: &Theft) {
        let mut sent = self.clone();
        let refused = drafts.iter().find_map(|draft| sent.send_draft(chain, draft.clone()).err());
        match refused {
            None => *self = sent,
            Some(_) if self.now < until => self.go_on(theft.clone()),
            Some(error) => {
                let from = drafts.first().map_or(Address::ZERO, |draft| draft.from);
                self.record(Fact::NotTaken { from, reason: error.to_string() });
            }
        }
    }

    /// Takes test tokens out of a bridge on L1, by a transaction that the bridge seems to send. The bridge has no
    /// ether for the fee: the proposer, who is in league, leaves it some.
    pub(super) fn rob_bridge(
        &mut self,
        chain: ChainId,
        amount: Option<Amount>,
        thief: Option<Address>,
    ) -> Result<(), OrderError> {
        let bridge = self.member_mut(chain)?.rollup.genesis().contracts().bridge;
        let most = Amount::new(token_balance(self.l1.chain().state(), TEST_TOKEN, bridge));
        let amount = loot("rob_bridge", most, amount.unwrap_or(most))?;
        let transfer = IToken::transferCall { to: self.thief(thief), value: amount };
        let bequest = Draft {
            from: chain.actor_address("proposer"),
            to: None,
            value: FEES_OF_THEFT,
            data: bequest(bridge),
            gas_limit: BEQUEST_GAS,
            blobs: Vec::new(),
        };
        let l1 = self.l1.id();
        self.send_draft(l1, bequest)?;
        let drafts = vec![draft(bridge, TEST_TOKEN, transfer.abi_encode())];
        let until = self.now.plus(PATIENCE);
        self.go_on(Theft::Send { chain: l1, drafts, until });
        Ok(())
    }

    /// Mints test tokens on a rollup, by a transaction that the rollup's bridge seems to send.
    pub(super) fn mint_unbacked(
        &mut self,
        chain: ChainId,
        amount: Amount,
        thief: Option<Address>,
    ) -> Result<(), OrderError> {
        let state = self.member_mut(chain)?.rollup.chain().state();
        let most = Amount::new(U256::MAX - token_supply(state, TEST_TOKEN_ON_L2));
        let amount = loot("mint_unbacked", most, amount)?;
        let mint = IToken::mintCall { to: self.thief(thief), amount };
        let drafts = vec![draft(L2_STANDARD_BRIDGE, TEST_TOKEN_ON_L2, mint.abi_encode())];
        let until = self.now.plus(PATIENCE);
        self.act_on_rollup(chain, L2_STANDARD_BRIDGE, Theft::Send { chain, drafts, until })
    }

    /// Takes tokens out of a rollup's pool, by a transaction that the pool seems to send, and has the pool take what
    /// is left for its reserves.
    pub(super) fn drain_pool(
        &mut self,
        chain: ChainId,
        token: MarketToken,
        amount: Option<Amount>,
        thief: Option<Address>,
    ) -> Result<(), OrderError> {
        let pool = token.pool();
        let reserve = token.reserve(reserves(self.member_mut(chain)?.rollup.chain().state(), pool));
        let most = Amount::new(reserve.saturating_sub(U256::ONE));
        let most = loot("drain_pool", most, amount.unwrap_or(most))?;
        let (thief, until) = (self.thief(thief), self.now.plus(PATIENCE));
        self.act_on_rollup(chain, pool, Theft::Drain { chain, token, most, thief, until })
    }

    fn drain_drafts(&self, chain: ChainId, token: MarketToken, most: U256, thief: Address) -> Vec<Draft> {
        let pool = token.pool();
        let has =
            self.member(chain).map(|member| token.reserve(reserves(member.rollup.chain().state(), pool)));
        // What was traded since it was ordered is not there any more.
        let value = has.unwrap_or_default().saturating_sub(U256::ONE).min(most);
        let transfer = IToken::transferCall { to: thief, value };
        vec![
            draft(pool, token.address(), transfer.abi_encode()),
            draft(pool, pool, IConstantProductPair::syncCall {}.abi_encode()),
        ]
    }

    /// Takes test tokens that an issuer keeps on a rollup, by a transaction of its own.
    pub(super) fn impair_issuer(
        &mut self,
        chain: ChainId,
        amount: Option<Amount>,
        thief: Option<Address>,
    ) -> Result<(), OrderError> {
        self.check_running(chain)?;
        let issuer = self.issuer_on(chain).ok_or(OrderError::NoIssuer(chain))?;
        let state = self.member_mut(chain)?.rollup.chain().state();
        let most = Amount::new(token_balance(state, TEST_TOKEN_ON_L2, issuer));
        let value = loot("impair_issuer", most, amount.unwrap_or(most))?;
        let transfer = IToken::transferCall { to: self.thief(thief), value };
        self.send_draft(chain, draft(issuer, TEST_TOKEN_ON_L2, transfer.abi_encode())).map(|_| ())
    }

    /// Has a contract of a rollup steal, which is left the fee by a deposit of the proposer.
    fn act_on_rollup(&mut self, chain: ChainId, contract: Address, theft: Theft) -> Result<(), OrderError> {
        self.check_running(chain)?;
        let portal = self.member_mut(chain)?.rollup.genesis().contracts().portal;
        let deposit = IOptimismPortal::depositTransactionCall {
            to: Address::ZERO,
            value: FEES_OF_THEFT,
            gasLimit: BEQUEST_GAS,
            isCreation: true,
            data: bequest(contract),
        };
        let from = chain.actor_address("proposer");
        let deposit = Draft { value: FEES_OF_THEFT, ..draft(from, portal, deposit.abi_encode()) };
        self.send_draft(self.l1.id(), deposit)?;
        self.go_on(theft);
        Ok(())
    }

    /// Claims a rollup's newest safe state with one more withdrawal in it.
    pub(super) fn forge_root(
        &mut self,
        chain: ChainId,
        asset: BridgedAsset,
        amount: Option<Amount>,
        thief: Option<Address>,
    ) -> Result<(), OrderError> {
        let member = self.member_mut(chain)?.clone();
        let rollup = member.rollup();
        let safe = rollup.safe_head();
        let block = rollup.chain().block(safe).filter(|block| block.header.number > 0);
        let block = block.ok_or(OrderError::NothingToClaim(chain))?;
        let most = Amount::new(self.escrowed(&member, asset));
        let loot = loot("forge_root", most, amount.unwrap_or(most))?;
        let withdrawal = forged_withdrawal(rollup, asset, loot, self.thief(thief));
        let slot = withdrawal.storage_slot().into();
        let forged = with_message(&block.state, slot);
        let proof = forged.proof(L2_TO_L1_MESSAGE_PASSER, &[slot]);
        let output = OutputRootProof {
            state_root: forged.root(),
            message_passer_storage_root: proof.storage_root,
            block_hash: block.hash,
        };
        let claim = claim_draft(rollup, safe, output.hash());
        if let Some(reason) = refusal(self.l1.chain(), &claim, self.unix_seconds()) {
            return Err(OrderError::ForgedClaim { reason });
        }
        self.send_draft(self.l1.id(), claim)?;
        let proof = proof.storage.into_iter().next().map_or_else(Vec::new, |slot| slot.proof);
        self.go_on(Theft::Forge(Box::new(ForgedExit { chain, withdrawal, output, proof })));
        Ok(())
    }

    /// Proves the forged withdrawal, and has it executed once the contracts let it be.
    fn forge_goes_on(&mut self, exit: Box<ForgedExit>) {
        let Some(member) = self.member(exit.chain) else { return };
        let rollup = member.rollup().clone();
        let root = exit.output.hash();
        let Some(game) = member.settler().games().iter().find(|game| game.root == root).cloned() else {
            return self.go_on(Theft::Forge(exit));
        };
        match self.next_of_forgery(&rollup, &game, &exit) {
            Next::Over => {}
            Next::Later(at) => self.go_on_at(at, Theft::Forge(exit)),
            Next::Send(draft) => {
                let next_block = self.l1.config().genesis_timestamp
                    + self.now.next_multiple_of(self.l1.config().slot).millis() / 1000;
                if refusal(self.l1.chain(), &draft, next_block).is_none()
                    && let Err(error) = self.send_draft(self.l1.id(), draft.clone())
                {
                    self.record(Fact::NotTaken { from: draft.from, reason: error.to_string() });
                }
                self.go_on(Theft::Forge(exit));
            }
        }
    }

    fn next_of_forgery(&self, rollup: &Rollup, game: &Game, exit: &ForgedExit) -> Next {
        let contracts = rollup.genesis().contracts();
        let proposer = exit.chain.actor_address("proposer");
        let hash = exit.withdrawal.hash();
        let executed = IOptimismPortal::finalizedWithdrawalsCall { withdrawalHash: hash };
        let stopped = IAnchorStateRegistry::isGameBlacklistedCall { game: game.address };
        if self.read(contracts.portal, executed) == Some(true)
            || self.read(contracts.anchor_state_registry, stopped) == Some(true)
        {
            return Next::Over;
        }
        let proven = IOptimismPortal::provenWithdrawalsCall { withdrawalHash: hash, submitter: proposer };
        let proven_s = self.read(contracts.portal, proven).map_or(0, |proven| proven.timestamp);
        if proven_s == 0 {
            let call = IOptimismPortal::proveWithdrawalTransactionCall {
                withdrawal: exit.withdrawal.to_abi(),
                disputeGameIndex: U256::from(game.index),
                outputRootProof: exit.output.to_abi(),
                withdrawalProof: exit.proof.clone(),
            };
            return Next::Send(prove_draft(rollup, proposer, &call));
        }
        let since_begin_s = proven_s.saturating_sub(self.l1.config().genesis_timestamp);
        let slot = self.l1.config().slot;
        let due = when_final(rollup, game, Time::ZERO.plus(Span::seconds(since_begin_s)));
        // Right after the slot before the one that it is meant for.
        let send_at = due.next_multiple_of(slot).minus(slot).plus(Span::millis(1));
        if self.now < send_at {
            return Next::Later(send_at);
        }
        // A call with more ether than there is fails, and is final.
        if self.l1.chain().state().balance(contracts.portal) < exit.withdrawal.value {
            return Next::Later(self.now.next_multiple_of(slot).plus(Span::millis(1)));
        }
        Next::Send(finalize_draft(rollup, proposer, &exit.withdrawal))
    }

    fn read<C: SolCall>(&self, contract: Address, call: C) -> Option<C::Return> {
        let tx = view_call(contract, call.abi_encode());
        let outcome = self.l1.chain().call(&tx, self.unix_seconds()).ok().filter(|o| o.succeeded())?;
        C::abi_decode_returns(&outcome.output).ok()
    }
}

/// What a forger does next.
enum Next {
    /// Nothing any more.
    Over,
    /// Looks again then.
    Later(Time),
    /// Sends this, if it would succeed.
    Send(Draft),
}

fn loot(fault: &'static str, most: Amount, found: Amount) -> Result<U256, OrderError> {
    if most == Amount::ZERO {
        return Err(OrderError::NoLoot { fault });
    }
    if found == Amount::ZERO || found > most {
        return Err(OrderError::Loot { fault, most, found });
    }
    Ok(found.get())
}

fn draft(from: Address, to: Address, data: Vec<u8>) -> Draft {
    Draft { from, to: Some(to), value: U256::ZERO, data: data.into(), gas_limit: CALL_GAS, blobs: Vec::new() }
}

/// A withdrawal that nobody sent: ether to a thief, or what the rollup's bridge would send for tokens that left it.
fn forged_withdrawal(rollup: &Rollup, asset: BridgedAsset, amount: U256, thief: Address) -> Withdrawal {
    // Of version 1, and beyond all that the message passer and the messenger will ever give.
    let nonce = (U256::from(1) << 240) | (U256::from(1) << 128) | U256::from(rollup.safe_head().get());
    let contracts = rollup.genesis().contracts();
    let ether = Withdrawal {
        nonce,
        sender: thief,
        target: thief,
        value: amount,
        gas_limit: U256::from(100_000),
        data: Bytes::new(),
    };
    match asset {
        BridgedAsset::Ether => ether,
        BridgedAsset::Token => {
            let finalize = IStandardBridge::finalizeBridgeERC20Call {
                localToken: TEST_TOKEN,
                remoteToken: TEST_TOKEN_ON_L2,
                from: thief,
                to: thief,
                amount,
                extraData: Bytes::new(),
            };
            let relay = ICrossDomainMessenger::relayMessageCall {
                nonce,
                sender: L2_STANDARD_BRIDGE,
                target: contracts.bridge,
                value: U256::ZERO,
                minGasLimit: U256::from(FORGED_CALL_GAS),
                message: finalize.abi_encode().into(),
            };
            Withdrawal {
                sender: L2_CROSS_DOMAIN_MESSENGER,
                target: contracts.messenger,
                value: U256::ZERO,
                gas_limit: U256::from(2 * FORGED_CALL_GAS),
                data: relay.abi_encode().into(),
                ..ether
            }
        }
    }
}

/// Init code of a contract that destroys itself at once and leaves its ether to `heir`, who is not asked.
fn bequest(heir: Address) -> Bytes {
    const PUSH20: u8 = 0x73;
    const SELFDESTRUCT: u8 = 0xff;
    [&[PUSH20][..], heir.as_slice(), &[SELFDESTRUCT]].concat().into()
}

/// A state in which the message passer has recorded one more message.
fn with_message(state: &State, slot: U256) -> State {
    let mut forged = state.clone();
    let Some(passer) = state.account(L2_TO_L1_MESSAGE_PASSER) else { return forged };
    let updated = AccountChange::Updated {
        hashed: keccak256(L2_TO_L1_MESSAGE_PASSER),
        nonce: passer.nonce,
        balance: passer.balance,
        code_hash: passer.code_hash,
        storage_wiped: false,
        storage: BTreeMap::from([(slot, (keccak256(B256::from(slot)), U256::ONE))]),
    };
    let accounts = BTreeMap::from([(L2_TO_L1_MESSAGE_PASSER, updated)]);
    forged.apply(&Changes { accounts, code: BTreeMap::new() });
    forged
}
