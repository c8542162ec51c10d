//! Who sent an envelope: by signature, or by the simulator's word.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::fixture::*;
use crate::evm::{
    Fees, Impersonation, Origin, SenderError, impersonation_signature, sender_of, tx_of, tx_of_deposit,
};
use alloy_consensus::{SignableTransaction, TxEip1559, TxEnvelope, TxLegacy};
use alloy_eips::eip2718::Decodable2718;
use alloy_primitives::{Address, Signature, TxKind, U256, address, hex};
use op_alloy_consensus::TxDeposit;

/// EIP-155's own example: private key 0x46…46, chain id 1.
const EIP_155: [u8; 110] = hex!(
    "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc"
    "2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb196"
    "6a3b6d83"
);
const EIP_155_SENDER: Address = address!("9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");

fn eip_155() -> TxEnvelope {
    TxEnvelope::decode_2718(&mut EIP_155.as_slice()).expect("decodes")
}

fn unsigned() -> TxEip1559 {
    TxEip1559 {
        chain_id: 901,
        nonce: 3,
        gas_limit: 21_000,
        max_fee_per_gas: 2 * GWEI,
        max_priority_fee_per_gas: GWEI,
        to: TxKind::Call(BOB),
        value: U256::from(5),
        ..TxEip1559::default()
    }
}

fn envelope(signature: Signature) -> TxEnvelope {
    unsigned().into_signed(signature).into()
}

#[test]
fn signer_of_eip_155s_example_is_recovered() {
    let envelope = eip_155();
    let (sender, origin) = sender_of(&envelope, 1, Impersonation::Refused).expect("signed");
    assert_eq!((sender, origin), (EIP_155_SENDER, Origin::Signed));
    let tx = tx_of(&envelope, sender, origin, U256::ZERO);
    assert_eq!(tx.nonce, 9);
    assert_eq!(tx.fees, Fees::Legacy { gas_price: 20 * GWEI });
    assert_eq!(tx.value, U256::from(ETHER));
    let elsewhere = sender_of(&envelope, 901, Impersonation::Refused);
    assert_eq!(elsewhere, Err(SenderError::WrongChain { expected: 901, found: 1 }));
}

#[test]
fn high_s_is_refused() {
    let order = U256::from_be_bytes(hex!("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"));
    let TxEnvelope::Legacy(signed) = eip_155() else { panic!("legacy") };
    let (tx, signature, _) = signed.into_parts();
    let found = order - signature.s();
    let mirrored = Signature::new(signature.r(), found, !signature.v());
    let envelope: TxEnvelope = TxLegacy::into_signed(tx, mirrored).into();
    assert_eq!(sender_of(&envelope, 1, Impersonation::Refused), Err(SenderError::HighS { found }));
}

#[test]
fn envelope_without_key_claims_its_sender_where_that_is_allowed() {
    let envelope = envelope(impersonation_signature(ALICE));
    let claimed = sender_of(&envelope, 901, Impersonation::Allowed);
    assert_eq!(claimed, Ok((ALICE, Origin::Impersonated)));
    let refused = sender_of(&envelope, 901, Impersonation::Refused);
    assert_eq!(refused, Err(SenderError::Impersonated { claimed: ALICE }));
    let tx = tx_of(&envelope, ALICE, Origin::Impersonated, U256::from(1));
    assert_eq!(tx.fees, Fees::Dynamic { max_fee: 2 * GWEI, max_priority_fee: GWEI });
    assert_eq!((tx.nonce, tx.to, tx.data_fee), (3, TxKind::Call(BOB), U256::from(1)));
}

#[test]
fn nearly_an_impersonation_is_none() {
    let r = U256::from_be_slice(ALICE.as_slice());
    let others =
        [Signature::new(r, U256::ZERO, true), Signature::new(r + (U256::from(1) << 160), U256::ZERO, false)];
    for signature in others {
        let found = sender_of(&envelope(signature), 901, Impersonation::Allowed);
        assert_eq!(found, Err(SenderError::NoSuchKey));
    }
    let foreign = unsigned().into_signed(Signature::new(r, U256::from(1), false));
    let found = sender_of(&foreign.into(), 901, Impersonation::Allowed);
    assert!(found.is_err() || found.is_ok_and(|(sender, _)| sender != ALICE));
}

#[test]
fn deposit_becomes_a_transaction_without_fees() {
    let deposit = TxDeposit {
        from: ALICE,
        to: TxKind::Call(BOB),
        mint: 7,
        value: U256::from(6),
        gas_limit: 100_000,
        ..TxDeposit::default()
    };
    let tx = tx_of_deposit(&deposit);
    assert_eq!(tx.origin, Origin::Deposit { mint: 7 });
    assert_eq!((tx.from, tx.value, tx.fees), (ALICE, U256::from(6), Fees::NONE));
}
