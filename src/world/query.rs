//! Answers to queries.

use super::{Backing, Bearer, Member, Party, World};
use crate::{
    chain::Chain,
    command::{Answer, BridgedAsset, Query, QueryError},
    contracts::{TEST_TOKEN_ON_L2, addresses::TEST_TOKEN, reserves, token_balance},
    messaging::{Message, Stage},
    rollup::Status,
    sequencing::{BundleRecord, BundleState, Guarantee, Ordered, SharedSequencer},
    types::{Amount, BlockNumber, ChainId},
};
use alloy_primitives::{Address, B256};
use std::sync::Arc;

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
            Query::MarketBalance { chain, account, token } => {
                let state = self.rollup_named(*chain)?.rollup.chain().state();
                Answer::amount(Amount::new(token_balance(state, token.address(), *account)))
            }
            Query::PoolReserve { chain, token } => {
                let state = self.rollup_named(*chain)?.rollup.chain().state();
                Answer::amount(Amount::new(token.reserve(reserves(state, token.pool()))))
            }
            Query::TokenPrice { chain } => {
                let id = self.rollup_named(*chain)?.rollup.id();
                self.token_price_bps(id).map_or(Answer::Nothing, |price| Answer::Number(price.into()))
            }
            Query::ReportedPrice { chain, reporter } => {
                let id = self.rollup_named(*chain)?.rollup.id();
                let price = self.reported_price_bps(id, *reporter);
                price.map_or(Answer::Nothing, |price| Answer::Number(price.into()))
            }
            Query::BundleState { label } => self.bundle_state(label)?,
            Query::BundleCount { state, guarantee, reverted } => {
                self.bundle_count(state.as_deref(), *guarantee, *reverted)?
            }
            Query::BundleLatency => self.bundle_latency()?,
            Query::SlotCount => Answer::Number(self.the_sequencer()?.slots().len() as u64),
            Query::SlotRoundMax => {
                let highest = self.the_sequencer()?.slots().iter().map(|slot| slot.round.get()).max();
                highest.map_or(Answer::Nothing, |round| Answer::Number(round.into()))
            }
            Query::InsertedCount => {
                let order = self.the_sequencer()?.slots().iter().flat_map(|slot| &slot.content.order);
                let inserted = order.filter(|ordered| matches!(ordered, Ordered::Inserted { .. }));
                Answer::Number(inserted.count() as u64)
            }
            Query::NodesDown => {
                let nodes = self.committee().ok_or(QueryError::NoSequencer)?.glance().nodes;
                Answer::Number(nodes.iter().filter(|node| node.is_crashed).count() as u64)
            }
            Query::MemberCount => Answer::Number(self.the_sequencer()?.members().len() as u64),
            Query::NodeBond { node } => Answer::amount(self.bond(*node)),
            Query::Escrowed { chain, asset } => Answer::amount(self.behind(*chain, *asset)?.held),
            Query::Claimed { chain, asset } => Answer::amount(self.behind(*chain, *asset)?.claimed),
            Query::TotalLoss => Answer::amount(self.losses().total()),
            Query::LossBorne { account } => {
                let losses = self.losses();
                Answer::amount(losses.of(Party::Account(*account)).map(Bearer::borne).unwrap_or_default())
            }
            Query::LossHops => Answer::Number(self.losses().hops().into()),
            Query::DefaultCount => {
                let fallen = self.losses().bearers.iter().filter(|bearer| bearer.is_fallen).count();
                Answer::Number(fallen as u64)
            }
            Query::Releasable { chain, asset } => {
                let rollup = &self.rollup_named(*chain)?.rollup;
                self.releasable(rollup, *asset).map_or(Answer::Nothing, Answer::amount)
            }
        })
    }

    fn behind(&self, chain: ChainId, asset: BridgedAsset) -> Result<Backing, QueryError> {
        let [ether, token] = self.backing_of(self.rollup_named(chain)?);
        Ok(match asset {
            BridgedAsset::Ether => ether,
            BridgedAsset::Token => token,
        })
    }

    fn the_sequencer(&self) -> Result<&SharedSequencer, QueryError> {
        self.sequencer().ok_or(QueryError::NoSequencer)
    }

    fn bundle_state(&self, label: &str) -> Result<Answer, QueryError> {
        let sequencer = self.the_sequencer()?;
        let record = sequencer.labelled(label).ok_or_else(|| QueryError::UnknownLabel {
            found: label.chars().take(80).collect(),
            known: sequencer.bundles().iter().filter_map(|record| record.bundle.label.clone()).collect(),
        })?;
        Ok(Answer::Text(record.state().name().into()))
    }

    fn bundle_count(
        &self,
        state: Option<&str>,
        guarantee: Option<Guarantee>,
        reverted: Option<bool>,
    ) -> Result<Answer, QueryError> {
        if let Some(found) = state.filter(|name| !BundleState::NAMES.contains(name)) {
            let known = BundleState::NAMES.map(str::to_owned).to_vec();
            return Err(QueryError::UnknownState { found: found.chars().take(80).collect(), known });
        }
        let is_meant = |record: &&Arc<BundleRecord>| {
            state.is_none_or(|state| record.state().name() == state)
                && guarantee.is_none_or(|guarantee| record.bundle.guarantee == guarantee)
                && reverted.is_none_or(|reverted| record.state().has_reverted() == reverted)
        };
        Ok(Answer::Number(self.the_sequencer()?.bundles().iter().filter(is_meant).count() as u64))
    }

    fn bundle_latency(&self) -> Result<Answer, QueryError> {
        let took = |record: &Arc<BundleRecord>| {
            let (at, state) = record.states.last()?;
            (state.name() == "landed").then(|| at.since(record.bundle.sent_at))
        };
        let newest = self.the_sequencer()?.bundles().iter().rev().find_map(took);
        Ok(newest.map_or(Answer::Nothing, |span| Answer::Number(span.as_millis())))
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
        let balance = self.chain(chain).map(|chain| token_balance(chain.state(), token, account));
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
