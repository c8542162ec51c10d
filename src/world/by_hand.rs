//! What somebody does on L1 by hand in the relayer's stead: proving a message, whole or forged, and having
//! it executed.

use super::{Done, OrderError, World};
use crate::{
    command::{Forgery, ProveMessage},
    contracts::Withdrawal,
    messaging::Stage,
    rollup::Rollup,
    settlement::{Settler, finalize_draft, prove_call, prove_draft},
};
use alloy_primitives::{Address, U256};

impl World {
    pub(super) fn prove_message(&mut self, order: &ProveMessage) -> Result<Done, OrderError> {
        let (rollup, settler, withdrawal) = self.leaving(order.message)?;
        let covering = self
            .book
            .get(order.message)
            .and_then(|message| message.passed(Stage::Initiated)?.block.1)
            .and_then(|block| settler.covering(rollup, block));
        let call = covering.and_then(|game| prove_call(rollup, game, withdrawal));
        let Some(mut call) = call else { return Err(self.not_there_yet(order.message, Stage::Proposed)) };
        match order.forgery {
            None => {}
            Some(Forgery::Amount) => {
                call.withdrawal.value = call.withdrawal.value.saturating_add(U256::from(10u64.pow(18)));
            }
            Some(Forgery::ProofBit) => {
                if let Some(node) = call.withdrawalProof.last_mut() {
                    let mut bytes = node.to_vec();
                    if let Some(last) = bytes.last_mut() {
                        *last ^= 1;
                    }
                    *node = bytes.into();
                }
            }
            Some(Forgery::StateRoot) => call.outputRootProof.stateRoot.0[31] ^= 1,
        }
        let draft = prove_draft(rollup, self.hand(order.sender), &call);
        self.send_draft(self.l1.id(), draft).map(Done::Transaction)
    }

    pub(super) fn finalize_message(
        &mut self,
        message: u64,
        sender: Option<Address>,
    ) -> Result<Done, OrderError> {
        let (rollup, _, withdrawal) = self.leaving(message)?;
        let draft = finalize_draft(rollup, self.hand(sender), withdrawal);
        if self.book.get(message).is_none_or(|found| found.reached(Stage::Proven).is_none()) {
            return Err(self.not_there_yet(message, Stage::Proven));
        }
        self.send_draft(self.l1.id(), draft).map(Done::Transaction)
    }

    fn hand(&self, sender: Option<Address>) -> Address {
        sender.unwrap_or_else(|| self.people.first())
    }

    /// A message that leaves a rollup and is in one of its blocks.
    fn leaving(&self, number: u64) -> Result<(&Rollup, &Settler, &Withdrawal), OrderError> {
        let count = self.book.messages().len() as u64;
        let message = self.book.get(number).ok_or(OrderError::UnknownMessage { found: number, count })?;
        let member = self.member(message.from).ok_or(OrderError::NotLeaving(number))?;
        match &message.withdrawal {
            Some(withdrawal) => Ok((member.rollup(), member.settler(), withdrawal)),
            None => Err(self.not_there_yet(number, Stage::Initiated)),
        }
    }

    fn not_there_yet(&self, number: u64, expected: Stage) -> OrderError {
        let found = self.book.get(number).map_or(Stage::Pending, |message| message.stage());
        OrderError::Stage { number, expected: expected.name(), found: found.name() }
    }
}
