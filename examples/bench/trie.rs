//! How fast the state trie is, beside `alloy-trie`'s `HashBuilder`, which rebuilds from all leaves.

use crate::{host, note, report};
use alloy_primitives::{B256, U256, keccak256};
use alloy_rlp::Encodable;
use alloy_trie::{HashBuilder, Nibbles, TrieAccount};
use causeway::merkle::{Leaf, Trie};

const ACCOUNTS: u64 = 100_000;
const CHANGED: u64 = 1_000;
const WORLDS: usize = 64;
const WORLD_ACCOUNTS: u64 = 10_000;
const ROUNDS: usize = 5;

#[derive(Clone)]
struct Account(TrieAccount);

impl Leaf for Account {
    fn rlp(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
}

fn key(number: u64) -> B256 {
    keccak256(number.to_be_bytes())
}

fn account(number: u64, balance: u64) -> Account {
    Account(TrieAccount { nonce: number % 7, balance: U256::from(balance), ..TrieAccount::default() })
}

fn accounts(count: u64) -> Trie<Account> {
    (0..count).map(|number| (key(number), account(number, number * 1_000_000_007))).collect()
}

/// The leaves in key order, encoded beforehand: the rebuild is measured without its preparation.
fn encoded_leaves(trie: &Trie<Account>) -> Vec<(Nibbles, Vec<u8>)> {
    trie.iter().map(|(key, value)| (Nibbles::unpack(key), alloy_rlp::encode(value.0))).collect()
}

fn builder_root(leaves: &[(Nibbles, Vec<u8>)]) -> B256 {
    let mut builder = HashBuilder::default();
    for (key, rlp) in leaves {
        builder.add_leaf(*key, rlp);
    }
    builder.root()
}

/// The median time of `work` over some rounds, in milliseconds.
fn median_ms(mut work: impl FnMut(usize)) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|round| {
            let start = host::now_ms();
            work(round);
            host::now_ms() - start
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

pub(crate) fn measure() {
    let mut trie = accounts(ACCOUNTS);
    let build = median_ms(|_| {
        let fresh: Trie<Account> = trie.iter().map(|(key, value)| (key, value.clone())).collect();
        std::hint::black_box(fresh.root());
    });
    note(&format!("{ACCOUNTS} accounts inserted, with root"), &format!("{build:.1} ms"));
    trie.root();

    let leaves = encoded_leaves(&trie);
    let builder = median_ms(|_| {
        std::hint::black_box(builder_root(&leaves));
    });
    // Every round keeps the trie before it, as a chain keeps its history, so that each path is copied.
    let mut history = Vec::new();
    let change = median_ms(|round| {
        history.push(trie.clone());
        let start = round as u64 * 37;
        trie.update((0..CHANGED).map(|number| {
            let number = (start + number * 97) % ACCOUNTS;
            (key(number), Some(account(number, number + 1 + round as u64)))
        }));
        std::hint::black_box(trie.root());
    });
    assert_eq!(trie.root(), builder_root(&encoded_leaves(&trie)));
    let times = builder / change;
    note(&format!("HashBuilder over {ACCOUNTS} accounts"), &format!("{builder:.1} ms"));
    note(&format!("{CHANGED} of them changed, with root"), &format!("{change:.2} ms"));
    report(
        "changing the trie against HashBuilder",
        &format!("{times:.1} times"),
        ">= 10 times",
        times >= 10.0,
    );

    let worlds: Vec<Trie<Account>> = (0..WORLDS).map(|_| accounts(WORLD_ACCOUNTS)).collect();
    const REPEATED: usize = 1_000;
    let clones = median_ms(|_| {
        for _ in 0..REPEATED {
            std::hint::black_box(worlds.clone());
        }
    });
    let clone_ms = clones / REPEATED as f64;
    let name = format!("{WORLDS} worlds of {WORLD_ACCOUNTS} accounts cloned");
    report(&name, &format!("{clone_ms:.4} ms"), "< 1 ms", clone_ms < 1.0);

    let proofs = median_ms(|_| {
        for number in 0..CHANGED {
            std::hint::black_box(trie.proof(&key(number)));
        }
    });
    note(&format!("{CHANGED} proofs"), &format!("{proofs:.2} ms"));
}
