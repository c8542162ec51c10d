//! Certificates are checked by themselves, and each reason to refuse one is named.

use super::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn decided() -> (ValidatorSet, Arc<Decision>) {
    let config = CommitteeConfig { weights: vec![4, 3, 2, 1], ..steady(4) };
    let mut sim = Sim::new(config, 1);
    sim.begin();
    sim.run(Span::seconds(1));
    (sim.committee.validators().clone(), sim.decided[0].1.decision.clone())
}

fn refused(change: impl FnOnce(&mut CommitCertificate)) -> CertificateError {
    let (validators, decision) = decided();
    let (height, value) = (decision.certificate.height, decision.certificate.value);
    assert_eq!(validators.verify(height, value, &decision.certificate), Ok(()));
    let mut certificate = decision.certificate.clone();
    change(&mut certificate);
    validators.verify(height, value, &certificate).unwrap_err()
}

#[test]
fn another_height_or_value_is_refused() {
    let (expected, found) = (Height::FIRST, Height::new(2));
    assert_eq!(refused(|c| c.height = found), CertificateError::Height { expected, found });
    let (found, expected) = (ValueId::of(&Bytes::from("other")), decided().1.certificate.value);
    assert_eq!(refused(|c| c.value = found), CertificateError::Value { expected, found });
}

#[test]
fn a_quorum_is_more_than_two_thirds_of_the_weight() {
    let (validators, _) = decided();
    assert_eq!((validators.total_weight(), validators.quorum_weight()), (10, 7));
    let error = refused(|c| c.signatures.retain(|(node, _)| node.get() > 1));
    let CertificateError::TooFew { expected: 7, found } = error else { panic!("{error}") };
    assert!(found <= 3);
}

#[test]
fn a_signer_counts_once_and_only_as_a_member() {
    let double = refused(|c| {
        let first = c.signatures[0];
        c.signatures.push(first);
    });
    assert_eq!(double, CertificateError::DoubleVote(node(0)));
    let foreign = refused(|c| c.signatures[0].0 = node(4));
    assert_eq!(foreign, CertificateError::ForeignValidator { node: node(4), members: 4 });
}

#[test]
fn a_signature_covers_round_height_value_and_signer() {
    let first = |error| assert_eq!(error, CertificateError::BadSignature(node(0)));
    first(refused(|c| c.signatures[0].1.0[7] ^= 1));
    first(refused(|c| c.round = Round::new(1)));
    first(refused(|c| {
        let other = c.signatures[1].1;
        c.signatures[0].1 = other;
    }));
    // Prevotes for the same value prove nothing.
    let prevoted = refused(|c| {
        let keys = message::Keys::new(&[4, 3, 2, 1], 1, "committee");
        for (node, signature) in &mut c.signatures {
            let value = arc_malachitebft_core_types::NilOrVal::Val(c.value);
            let vote = Vote { node: *node, kind: VoteKind::Prevote, height: c.height, round: c.round, value };
            *signature = *keys.sign_vote(vote).signature();
        }
    });
    first(prevoted);
}
