//! Answers to queries.

use super::{Member, World};
use crate::{
    chain::Chain,
    command::{Answer, Query, QueryError},
    contracts::{TEST_TOKEN_ON_L2, abi::IToken, addresses::TEST_TOKEN},
    evm::{Fees, Origin, TxEnv},
    messaging::{Message, Stage},
    rollup::Status,
    types::{Amount, BlockNumber, ChainId},
};
use alloy_primitives::{Address, B256, TxKind, U256};
use alloy_sol_types::SolCall;

impl World {
    /// Answers a query. Nothing changes.
    pub fn ask(&self, query: &Query) -> Result<Answer, QueryError> {
        Ok(match query {
            Query::Now => Answer::time(self.now()),
            Query::Digest => Answer::hash(self.digest()),
            Query::RollupCount => {
                Answer::Number(self.members().filter(|m| m.rollup.status() != Status::Removed).count() as u64)
            }
            Query::Head { chain } => Answer::height(self.chain_named(*chain)?.head().number()),
            Query::SafeHead { chain } => Answer::height(self.rollup_named(*chain)?.rollup.safe_head()),
            Query::FinalizedHead { chain } => Answer::height(self.finalized_head(*chain)?),
            Query::StateRoot { chain } => Answer::hash(self.chain_named(*chain)?.head().header.state_root),
            Query::Balance { chain, account } => {
                Answer::amount(Amount::new(self.chain_named(*chain)?.state().balance(*account)))
            }
            Query::TokenBalance { chain, account } => {
                self.chain_named(*chain)?;
                Answer::amount(self.token_balance(*chain, *account))
            }
            Query::Storage { chain, account, slot } => {
                let value = self.chain_named(*chain)?.state().storage(*account, (*slot).into());
                Answer::hash(B256::from(value))
            }
            Query::MessageStage { label } => {
                Answer::Text(self.message_labelled(label)?.stage().name().into())
            }
            Query::MessageReached { label, stage } => {
                let stage = stage_named(stage)?;
                self.message_labelled(label)?.reached(stage).map_or(Answer::Nothing, Answer::time)
            }
            Query::MessageCount { stage, from, to, relayed } => {
                let stage = stage.as_ref().map(|name| stage_named(name)).transpose()?;
                let is_meant = |message: &&Message| {
                    stage.is_none_or(|stage| message.stage() == stage)
                        && from.is_none_or(|from| message.from == from)
                        && to.is_none_or(|to| message.to == to)
                        && relayed.is_none_or(|relayed| message.relay == relayed)
                };
                Answer::Number(self.book().messages().iter().filter(is_meant).count() as u64)
            }
            Query::MessageLatency { from, to } => {
                let ended =
                    self.book().messages().iter().rev().find(|message| {
                        (message.from, message.to) == (*from, *to) && message.stage().is_last()
                    });
                ended
                    .and_then(Message::latency)
                    .map_or(Answer::Nothing, |span| Answer::Number(span.as_millis()))
            }
            Query::TransactionCount { chain } => {
                Answer::Number(self.chain_named(*chain)?.transaction_count())
            }
            Query::RevertCount { chain, sender } => {
                let blocks = self.chain_named(*chain)?.blocks().iter();
                let sent = blocks.flat_map(|block| block.transactions.iter().zip(&block.receipts));
                let reverted = sent.filter(|(sent, receipt)| sent.from() == *sender && !receipt.succeeded);
                Answer::Number(reverted.count() as u64)
            }
            Query::Pending { chain } => Answer::Number(self.chain_named(*chain)?.mempool().count()),
        })
    }

    fn chain_named(&self, chain: ChainId) -> Result<&Chain, QueryError> {
        let known = || [self.l1().id()].into_iter().chain(self.members().map(|m| m.rollup.id())).collect();
        self.chain(chain).ok_or_else(|| QueryError::UnknownChain { found: chain, known: known() })
    }

    fn rollup_named(&self, chain: ChainId) -> Result<&Member, QueryError> {
        self.chain_named(chain)?;
        self.member(chain).ok_or(QueryError::NotARollup(chain))
    }

    /// The newest block of a chain that no reorg of L1 undoes.
    pub fn finalized_head(&self, chain: ChainId) -> Result<BlockNumber, QueryError> {
        let on_l1 = self.l1().finalized(self.now());
        if chain == self.l1().id() {
            return Ok(on_l1);
        }
        Ok(self.rollup_named(chain)?.rollup.finalized_head(on_l1))
    }

    /// Test tokens of an account, in the token's smallest unit.
    pub fn token_balance(&self, chain: ChainId, account: Address) -> Amount {
        let token = if chain == self.l1().id() { TEST_TOKEN } else { TEST_TOKEN_ON_L2 };
        let call = TxEnv {
            from: Address::ZERO,
            origin: Origin::Impersonated,
            nonce: 0,
            gas_limit: 1_000_000,
            fees: Fees::NONE,
            to: TxKind::Call(token),
            value: U256::ZERO,
            data: IToken::balanceOfCall { account }.abi_encode().into(),
            access_list: Default::default(),
            data_fee: U256::ZERO,
        };
        let outcome = self.chain(chain).and_then(|c| c.call(&call, self.unix_seconds()).ok());
        let balance = outcome.filter(|o| o.succeeded()).and_then(|o| U256::try_from_be_slice(&o.output));
        Amount::new(balance.unwrap_or_default())
    }

    fn message_labelled(&self, label: &str) -> Result<&Message, QueryError> {
        self.book().labelled(label).ok_or_else(|| QueryError::UnknownLabel {
            found: label.chars().take(80).collect(),
            known: self.book().labels().cloned().collect(),
        })
    }
}

fn stage_named(name: &str) -> Result<Stage, QueryError> {
    Stage::named(name).ok_or_else(|| QueryError::UnknownStage {
        found: name.chars().take(80).collect(),
        known: Stage::ALL.map(|stage| stage.name().into()).to_vec(),
    })
}
