//! Traffic: transfers that somebody sends on a chain every second, to see what the chain can carry.

use super::{Done, Event, Fact, OrderError, World};
use crate::{
    chain::{Draft, SendError},
    command::SetTraffic,
    types::{ChainId, Span, Time},
};
use alloy_primitives::{Address, Bytes, U256};
use serde::{Deserialize, Serialize};

/// Accounts that transfers go to, in turn.
const CROWD: u64 = 100;
/// What a transfer of ether takes.
const TRANSFER_GAS: u64 = 21_000;

/// The traffic of one chain.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Traffic {
    from: Address,
    per_second: u32,
    sent: u64,
    next_at: Time,
    /// Whether the chain took the last transfer.
    taken: bool,
}

impl World {
    pub(super) fn set_traffic(&mut self, order: &SetTraffic) -> Result<Done, OrderError> {
        let SetTraffic { chain, per_second, from } = *order;
        self.check_running(chain)?;
        if per_second > SetTraffic::PER_SECOND_MAX {
            return Err(OrderError::Traffic { most: SetTraffic::PER_SECOND_MAX, found: per_second });
        }
        if per_second == 0 {
            self.traffic.remove(&chain);
            return Ok(Done::Changed);
        }
        let from = from.unwrap_or_else(|| self.people.last());
        let sent = self.traffic.get(&chain).map_or(0, |traffic| traffic.sent);
        let next_at = self.now.plus(Span::seconds(1));
        self.traffic.insert(chain, Traffic { from, per_second, sent, next_at, taken: true });
        self.queue.push(next_at, Event::Traffic(chain));
        Ok(Done::Changed)
    }

    /// Sends a second's transfers. What a chain does not take is not sent again.
    pub(super) fn send_traffic(&mut self, chain: ChainId) {
        let Some(mut traffic) = self.traffic.get(&chain).copied() else { return };
        if traffic.next_at != self.now {
            return;
        }
        let mut outcome = Ok(());
        for _ in 0..traffic.per_second {
            outcome = self.send_transfer(chain, &traffic);
            if outcome.is_err() {
                break;
            }
            traffic.sent += 1;
        }
        if let (true, Err(error)) = (traffic.taken, &outcome) {
            self.record(Fact::TrafficRefused { chain, reason: error.to_string() });
        }
        traffic.taken = outcome.is_ok();
        traffic.next_at = self.now.plus(Span::seconds(1));
        self.traffic.insert(chain, traffic);
        self.queue.push(traffic.next_at, Event::Traffic(chain));
        if chain == self.l1.id() {
            self.schedule_l1();
        } else {
            self.schedule_rollup(chain);
        }
    }

    /// How many transfers a second somebody sends on a chain.
    pub fn traffic(&self, chain: ChainId) -> u32 {
        self.traffic.get(&chain).map_or(0, |traffic| traffic.per_second)
    }

    fn send_transfer(&mut self, chain: ChainId, traffic: &Traffic) -> Result<(), SendError> {
        let to = chain.actor_address(&format!("crowd/{}", traffic.sent % CROWD));
        let draft = Draft {
            from: traffic.from,
            to: Some(to),
            value: U256::ONE,
            data: Bytes::new(),
            gas_limit: TRANSFER_GAS,
            blobs: Vec::new(),
        };
        if chain == self.l1.id() {
            self.l1.chain_mut().send_as(draft)?;
        } else if let Ok(member) = self.member_mut(chain) {
            member.rollup.chain_mut().send_as(draft)?;
        }
        Ok(())
    }
}
