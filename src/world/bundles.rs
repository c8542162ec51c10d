//! Commands about the shared sequencer carried out: bundles, members, and what goes wrong with its nodes.

use super::{Done, Event, Fact, OrderError, World};
use crate::{
    agents::Pools,
    chain::{Draft, Transaction},
    command::{LegOrder, SequencerFault, SubmitBundle, Transact},
    contracts::{abi::ISequencerBonds, addresses, token_balance},
    rollup::Ordering,
    sequencing::{
        Abort, Bundle, BundleRefusal, BundleState, Leg, LegCargo, SequencerConfig, SharedSequencer,
        committee::{Committee, FaultError, NodeId},
    },
    types::{Amount, ChainId, Gather as _, Span},
};
use alloy_primitives::{Address, U256};
use alloy_sol_types::SolCall;
use std::{collections::BTreeSet, sync::Arc};

/// Gas of a simulated actor's leg where none is given.
const LEG_GAS: u64 = 1_000_000;
/// Gas of a call of the bonds.
const BOND_GAS: u64 = 150_000;

impl World {
    /// Sets up the shared sequencer of a scenario, with its nodes' bonds on L1.
    pub(super) fn install_sequencer(&mut self, config: &SequencerConfig) {
        let committee = Committee::new(config.committee.clone(), self.seed, "sequencer");
        self.committee = Some(committee.expect("a scenario's committee was checked"));
        self.sequencer = Some(SharedSequencer::new(config.clone()));
        for chain in &config.members {
            if let Some(member) = self.members.get_mut(chain) {
                Arc::make_mut(member).rollup.set_ordering(Ordering::Shared);
            }
        }
        let bond = Amount::ether(config.bond).get();
        for node in (0..=u8::MAX).map(NodeId::new).take(config.committee.nodes as usize) {
            let call = ISequencerBonds::bondCall { node: self.node_address(node) };
            self.call_bonds(bond, call.abi_encode());
        }
    }

    /// The account of a node on L1.
    pub fn node_address(&self, node: NodeId) -> Address {
        self.l1.id().actor_address(&format!("sequencer/{node}"))
    }

    /// What a node has bonded on L1: the bonds are a mapping where a token has its balances.
    pub fn bond(&self, node: NodeId) -> Amount {
        let account = self.node_address(node);
        Amount::new(token_balance(self.l1.chain().state(), addresses::SEQUENCER_BONDS, account))
    }

    fn call_bonds(&mut self, value: U256, data: Vec<u8>) {
        let draft = Draft {
            from: addresses::SHARED_SEQUENCER,
            to: Some(addresses::SEQUENCER_BONDS),
            value,
            data: data.into(),
            gas_limit: BOND_GAS,
            blobs: Vec::new(),
        };
        if let Err(error) = self.l1.chain_mut().send_as(draft) {
            let from = addresses::SHARED_SEQUENCER;
            self.record(Fact::NotTaken { from, reason: error.to_string() });
        }
        self.schedule_l1();
    }

    /// Takes a node's bond: for its victim, or for nobody.
    pub(super) fn slash(&mut self, node: NodeId, victim: Option<Address>) {
        let Some(sequencer) = &self.sequencer else { return };
        let amount = Amount::ether(sequencer.config().bond).get();
        let (beneficiary, reason) = match victim {
            Some(victim) => (victim, "broke its promise"),
            None => (Address::with_last_byte(0xde), "signed two conflicting messages"),
        };
        let node = self.node_address(node);
        let call = ISequencerBonds::slashCall { node, amount, beneficiary, reason: reason.into() };
        self.call_bonds(U256::ZERO, call.abi_encode());
    }

    fn sequencer_mut(&mut self) -> Result<&mut SharedSequencer, OrderError> {
        self.sequencer.as_mut().ok_or(OrderError::NoSequencer)
    }

    pub(super) fn submit_bundle(&mut self, order: &SubmitBundle) -> Result<Done, OrderError> {
        let bundle = self.bundle_of(order)?;
        let id = bundle.id;
        if let Err(Abort::CyclicWait { leg }) = self.dry_run(&bundle) {
            return Err(BundleRefusal::CyclicWait { leg }.into());
        }
        // A committee that decides nothing would keep it waiting for ever.
        self.queue.push(bundle.deadline.plus(Span::millis(1)), Event::BundlesExpire);
        self.sequencer_mut()?.send(bundle);
        self.record(Fact::BundleSent { bundle: id });
        self.schedule_sequencer();
        Ok(Done::Bundle(id))
    }

    /// The bundle that an order describes, if a slot can hold it.
    pub fn bundle_of(&self, order: &SubmitBundle) -> Result<Bundle, OrderError> {
        let sequencer = self.sequencer.as_ref().ok_or(OrderError::NoSequencer)?;
        if let Some(label) = &order.label
            && (sequencer.labelled(label).is_some() || label.chars().count() > 60)
        {
            return Err(OrderError::BundleLabel(label.chars().take(80).collect()));
        }
        if order.legs.len() > Bundle::LEGS_MAX {
            let found = order.legs.len();
            return Err(BundleRefusal::Count { most: Bundle::LEGS_MAX, found }.into());
        }
        let members: BTreeSet<ChainId> = sequencer.members().iter().copied().gather();
        let legs = order.legs.iter().enumerate().map(|(at, leg)| self.leg(at, leg, &members));
        let bundle = Bundle {
            id: sequencer.next_bundle(),
            label: order.label.clone(),
            legs: legs.collect::<Result<_, _>>()?,
            guarantee: order.guarantee,
            deadline: self.now.plus(order.deadline),
            sent_at: self.now,
        };
        bundle.check(&members, self.now)?;
        Ok(bundle)
    }

    fn leg(&self, at: usize, order: &LegOrder, members: &BTreeSet<ChainId>) -> Result<Leg, BundleRefusal> {
        match order {
            LegOrder::Signed { chain, raw } => {
                if !members.contains(chain) {
                    let members = members.iter().copied().collect();
                    return Err(BundleRefusal::NotAMember { leg: at, members, found: *chain });
                }
                let transaction = Transaction::decode_signed(raw, *chain)
                    .map_err(|error| BundleRefusal::Leg { leg: at, reason: error.to_string() })?;
                Ok(Leg { chain: *chain, cargo: LegCargo::Signed(Arc::new(transaction)) })
            }
            LegOrder::Actor(Transact { chain, from, to, value, data, gas_limit }) => {
                let draft = Draft {
                    from: *from,
                    to: *to,
                    value: value.get(),
                    data: data.clone(),
                    gas_limit: gas_limit.unwrap_or(LEG_GAS),
                    blobs: Vec::new(),
                };
                Ok(Leg { chain: *chain, cargo: LegCargo::Actor(draft) })
            }
        }
    }

    pub(super) fn set_ordering(&mut self, chain: ChainId, shared: bool) -> Result<Done, OrderError> {
        let block_time = self.member_mut(chain)?.rollup.config().block_time;
        let sequencer = self.sequencer_mut()?;
        if sequencer.members().contains(&chain) == shared {
            return Err(OrderError::Ordering { chain, shared });
        }
        if sequencer.parts().contains_key(&chain) {
            return Err(OrderError::HoldsBlock(chain));
        }
        if shared {
            sequencer.config().check_member(chain, block_time)?;
            sequencer.join(chain);
        } else {
            for id in sequencer.leave(chain) {
                self.note_bundle(id, BundleState::Aborted(Abort::Left { chain }));
            }
        }
        let ordering = if shared { Ordering::Shared } else { Ordering::Own };
        let rollup = &mut self.member_mut(chain)?.rollup;
        rollup.set_ordering(ordering);
        rollup.set_has_ordered(false);
        self.record(Fact::Joined { chain, joined: shared });
        self.schedule_rollup(chain);
        Ok(Done::Changed)
    }

    pub(super) fn withhold_votes(&mut self, chain: ChainId, withheld: bool) -> Result<(), OrderError> {
        self.member_mut(chain)?;
        let silent = &mut self.sequencer_mut()?.misconduct_mut().silent_voters;
        if withheld {
            silent.insert(chain);
        } else {
            silent.remove(&chain);
        }
        Ok(())
    }

    pub(super) fn sequencer_fault(&mut self, fault: &SequencerFault) -> Result<(), OrderError> {
        self.sequencer_mut()?;
        match fault {
            SequencerFault::Crash { nodes, crashed } => {
                let mut outcome = Ok(());
                self.with_committee(|committee, now, proposals, effects| {
                    outcome = nodes.iter().try_for_each(|node| match crashed {
                        true => committee.crash(*node),
                        false => committee.recover(now, *node, proposals, effects),
                    });
                });
                outcome?;
            }
            SequencerFault::Split { groups } => {
                let mut outcome = Ok(());
                self.with_committee(|committee, now, _, effects| {
                    outcome = committee.split(groups);
                    if groups.is_empty() {
                        committee.heal(now, effects);
                    }
                });
                outcome?;
            }
            SequencerFault::SetLink { link } => {
                self.with_committee(|committee, now, _, effects| {
                    committee.set_link(now, link.clone(), effects)
                });
            }
            SequencerFault::Behave { nodes, behaviour } => {
                let mut outcome: Result<(), FaultError> = Ok(());
                self.with_committee(|committee, _, _, _| {
                    outcome = nodes.iter().try_for_each(|node| committee.set_behaviour(*node, *behaviour));
                });
                outcome?;
            }
            SequencerFault::Censor { accounts, chains, nodes } => {
                for chain in chains {
                    self.member_mut(*chain)?;
                }
                let misconduct = self.sequencer_mut()?.misconduct_mut();
                misconduct.censored = accounts.iter().copied().gather();
                misconduct.censored_chains = chains.iter().copied().gather();
                misconduct.nodes = nodes.as_ref().map(|nodes| nodes.iter().copied().gather());
            }
            SequencerFault::Sandwich { attacker } => {
                self.sequencer_mut()?.misconduct_mut().sandwicher = *attacker;
                if let Some(attacker) = attacker {
                    let chains: Vec<ChainId> = self.members.keys().copied().collect();
                    self.approve_pair(*attacker, &chains, Pools::Wave);
                }
            }
            SequencerFault::BreakPromises { broken } => {
                self.sequencer_mut()?.misconduct_mut().breaks_promises = *broken;
            }
        }
        self.schedule_sequencer();
        Ok(())
    }
}
