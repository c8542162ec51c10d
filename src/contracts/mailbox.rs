//! Messages of the synchronous mailbox (ERC-7841): what was written, what is missing, and how it is put.

use super::abi::IMailbox;
use super::addresses;
use crate::evm::State;
use alloy_primitives::{Address, B256, Bytes, Log, U256, keccak256, uint};
use alloy_sol_types::{SolCall, SolError, SolEvent, SolValue};
use serde::{Deserialize, Serialize};

/// The slot of `outboxRoot` in `Mailbox`.
const OUTBOX_ROOT_SLOT: U256 = uint!(0_U256);
/// The slot of `inboxRoot`.
const INBOX_ROOT_SLOT: U256 = uint!(1_U256);

/// What names a message for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessageName {
    /// Chain id of the rollup on which it is written.
    pub source: U256,
    /// Chain id of the rollup on which it is read.
    pub destination: U256,
    /// The contract or account that writes.
    pub sender: Address,
    /// The contract or account that reads.
    pub receiver: Address,
    /// A number on which the two agree.
    pub session: U256,
}

impl MessageName {
    /// What a reverted call on the rollup with chain id `destination` waits for: the `MessageMissing` in its output,
    /// at the top or wrapped in the error of a contract that called the reader. None if the call failed for another
    /// reason.
    pub fn missing(output: &[u8], destination: U256) -> Option<Self> {
        let length = 4 + 4 * 32;
        let errors =
            output.windows(length).filter(|part| part.starts_with(&IMailbox::MessageMissing::SELECTOR));
        let error =
            errors.filter_map(|part| IMailbox::MessageMissing::abi_decode_validate(part).ok()).next()?;
        let IMailbox::MessageMissing { source, sender, receiver, session } = error;
        Some(Self { source, destination, sender, receiver, session })
    }

    /// The key under which both mailboxes know the message.
    pub fn key(&self) -> B256 {
        let Self { source, destination, sender, receiver, session } = *self;
        keccak256((source, destination, sender, receiver, session).abi_encode())
    }
}

/// A message as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxMessage {
    /// What names it.
    pub name: MessageName,
    /// What it says.
    pub data: Bytes,
}

impl MailboxMessage {
    /// The message that a log of the mailbox on the rollup with chain id `source` announces; none for any other log.
    pub fn from_log(log: &Log, source: U256) -> Option<Self> {
        if log.address != addresses::MAILBOX {
            return None;
        }
        let event = IMailbox::Written::decode_log(log).ok()?.data;
        let IMailbox::Written { destination, sender, receiver, session, data } = event;
        Some(Self { name: MessageName { source, destination, sender, receiver, session }, data })
    }

    /// Calldata by which the shared sequencer puts it into the mailbox of its destination.
    pub fn put(&self) -> Bytes {
        let MessageName { source, sender, receiver, session, .. } = self.name;
        IMailbox::putCall { source, sender, receiver, session, data: self.data.clone() }.abi_encode().into()
    }
}

/// The root of an outbox or inbox after a message, which is zero before the first: the hash of the root before, the
/// message's key and its data's hash.
pub fn root_after(root: B256, message: &MailboxMessage) -> B256 {
    keccak256((root, message.name.key(), keccak256(&message.data)).abi_encode())
}

/// The root of what a rollup has written to the one with chain id `destination`.
pub fn outbox_root(state: &State, destination: U256) -> B256 {
    root(state, OUTBOX_ROOT_SLOT, destination)
}

/// The root of what was put into a rollup's inbox from the one with chain id `source`. It is the other's outbox root
/// if all that was written was put, in order.
pub fn inbox_root(state: &State, source: U256) -> B256 {
    root(state, INBOX_ROOT_SLOT, source)
}

fn root(state: &State, mapping: U256, chain_id: U256) -> B256 {
    let slot = keccak256((chain_id, mapping).abi_encode());
    state.storage(addresses::MAILBOX, slot.into()).into()
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use alloy_primitives::LogData;
    use alloy_sol_types::Revert;

    fn name() -> MessageName {
        MessageName {
            source: U256::from(901),
            destination: U256::from(902),
            sender: Address::repeat_byte(1),
            receiver: Address::repeat_byte(2),
            session: U256::from(7),
        }
    }

    fn missing() -> Vec<u8> {
        let MessageName { source, sender, receiver, session, .. } = name();
        IMailbox::MessageMissing { source, sender, receiver, session }.abi_encode()
    }

    #[test]
    fn what_is_missing_is_found_at_the_top_and_within_another_error() {
        assert_eq!(MessageName::missing(&missing(), U256::from(902)), Some(name()));
        // As ERC-7751 wraps the error of a callee.
        let wrapped =
            [[0x90, 0xbf, 0xb8, 0x65].to_vec(), (U256::from(64), Bytes::from(missing())).abi_encode()];
        assert_eq!(MessageName::missing(&wrapped.concat(), U256::from(902)), Some(name()));
    }

    #[test]
    fn other_errors_wait_for_nothing() {
        let found = |output: &[u8]| MessageName::missing(output, U256::from(902));
        assert_eq!(found(&[]), None);
        assert_eq!(found(&missing()[..131]), None);
        assert_eq!(found(&Revert::from("no").abi_encode()), None);
        let mut not_an_address = missing();
        not_an_address[36] = 1;
        assert_eq!(found(&not_an_address), None);
    }

    #[test]
    fn only_the_mailbox_announces_messages() {
        let MessageName { destination, sender, receiver, session, .. } = name();
        let event =
            IMailbox::Written { destination, sender, receiver, session, data: Bytes::from_static(b"hello") };
        let mut log = Log { address: addresses::MAILBOX, data: event.encode_log_data() };
        let message = MailboxMessage::from_log(&log, U256::from(901)).unwrap();
        assert_eq!(message, MailboxMessage { name: name(), data: Bytes::from_static(b"hello") });
        log.address = Address::ZERO;
        assert_eq!(MailboxMessage::from_log(&log, U256::from(901)), None);
        let other = Log { address: addresses::MAILBOX, data: LogData::default() };
        assert_eq!(MailboxMessage::from_log(&other, U256::from(901)), None);
    }
}
