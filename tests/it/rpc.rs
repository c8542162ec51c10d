//! Ethereum JSON-RPC on a small world: every method, every kind of error, and that reads change nothing.

use alloy_consensus::Header;
use alloy_primitives::{B256, U256, keccak256};
use causeway::{
    merkle,
    rpc::{self, Code, RpcError},
    scenario::Scenario,
    session::Session,
    types::{ChainId, Span},
};
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const L1: u64 = 900;
const L2: u64 = 901;
const ALICE: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const BOB: &str = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
const PASSER: &str = "0x4200000000000000000000000000000000000016";
const VALUE_STORE: &str = "0xca5e000000000000000000000000000000000021";

/// Transactions for chain 901 that viem 2.57 signed with the first key of `test test … junk`, and their hashes.
const SIGNED: [(&str, &str, &str); 3] = [
    (
        "0x0",
        "0xf86c8084773594008275309470997970c51812dc3a010c7d01b50e0d17dc79c887038d7ea4c680008082072ea03ccbc1211cc5ca44028cc95f86260c07ba6017d6eb1103f1a30a36c460230cf1a0791fc9f8fd1c86dfbbd0fb4e9759e2b071086bf1d994da1ab37b2808644da2a3",
        "0x4e4f408846bc21ce901b95979895edc9c44019bec9e39eac1009d1116a258f51",
    ),
    (
        "0x1",
        "0x01f8a78203850184773594008275309470997970c51812dc3a010c7d01b50e0d17dc79c887038d7ea4c6800080f838f79470997970c51812dc3a010c7d01b50e0d17dc79c8e1a0111111111111111111111111111111111111111111111111111111111111111180a04449212ee64a00cd8c4c0b612ad50c45fab49006173dd68c6c045a21071d2ccda00409d8019372bc2efde4d13b19593a074ed5e6c5c9641c6e4282508615c225a6",
        "0x3c0873326eea5d4256e87a7f6c979c1c72c10a26946e0ec0a66e2f9d620ad67c",
    ),
    (
        "0x2",
        "0x02f87282038502830f424084773594008275309470997970c51812dc3a010c7d01b50e0d17dc79c887038d7ea4c6800080c001a05da492949809dcab634ce7dcf42eb7bb055ca54668659425e2dc8a27ba1d0057a05868e93bdf94e5fe04df7825eede5bf8eacacd027e82cd723834f1d8306eac65",
        "0x44ad414acb970e83e06827cdf940840a531a87af9746e411ef1ca65d100c5354",
    ),
];

/// A world of one rollup that has run for a minute.
fn session() -> Session {
    let scenario = Scenario::from_json(r#"{ "rollups": [{ "chain_id": 901, "batch_cadence": "1m" }] }"#);
    let mut session = Session::new(&scenario.unwrap()).unwrap();
    session.run_until(session.world().now().plus(Span::minutes(1)));
    session
}

fn ask(session: &mut Session, chain: u64, method: &str, params: Value) -> Value {
    let answer = rpc::request(session, ChainId::new(chain), method, &params.to_string());
    answer.unwrap_or_else(|error| panic!("{method} {params}: {error}"))
}

fn refusal(session: &mut Session, chain: u64, method: &str, params: Value) -> RpcError {
    let before = (session.world().digest(), session.world().now());
    let answer = rpc::request(session, ChainId::new(chain), method, &params.to_string());
    assert_eq!((session.world().digest(), session.world().now()), before, "{method} changed the world");
    answer.expect_err("a refusal")
}

#[test]
fn signed_transactions_execute_as_signed() {
    let mut session = session();
    for (kind, raw, hash) in SIGNED {
        assert_eq!(ask(&mut session, L2, "eth_sendRawTransaction", json!([raw])), json!(hash));
        let receipt = ask(&mut session, L2, "eth_getTransactionReceipt", json!([hash]));
        let fields = ["transactionHash", "from", "to", "status", "type"].map(|field| receipt[field].clone());
        assert_eq!(fields, [json!(hash), json!(ALICE), json!(BOB), json!("0x1"), json!(kind)]);
        let found = ask(&mut session, L2, "eth_getTransactionByHash", json!([hash]));
        let fields = ["hash", "from", "value", "type"].map(|field| found[field].clone());
        assert_eq!(fields, [json!(hash), json!(ALICE), json!("0x38d7ea4c68000"), json!(kind)]);
    }
    assert_eq!(ask(&mut session, L2, "eth_getTransactionCount", json!([ALICE, "latest"])), json!("0x3"));
    let again = refusal(&mut session, L2, "eth_sendRawTransaction", json!([SIGNED[0].1]));
    assert_eq!(again.code, Code::Rejected);
    let elsewhere = refusal(&mut session, L1, "eth_sendRawTransaction", json!([SIGNED[0].1]));
    assert!(elsewhere.message.contains("900") && elsewhere.message.contains("901"), "{elsewhere}");
}

#[test]
fn reads_answer_and_change_nothing() {
    let mut session = session();
    let hash = ask(&mut session, L2, "eth_sendRawTransaction", json!([SIGNED[0].1]));
    let receipt = ask(&mut session, L2, "eth_getTransactionReceipt", json!([hash]));
    let (block, number) = (receipt["blockHash"].clone(), receipt["blockNumber"].clone());
    let before = (session.world().digest(), session.world().now());
    let reads = [
        ("eth_chainId", json!([])),
        ("net_version", json!([])),
        ("web3_clientVersion", json!([])),
        ("eth_blockNumber", json!([])),
        ("eth_syncing", json!([])),
        ("eth_accounts", json!([])),
        ("eth_requestAccounts", json!([])),
        ("eth_getBalance", json!([ALICE, "latest"])),
        ("eth_getCode", json!([PASSER, "latest"])),
        ("eth_getStorageAt", json!([PASSER, "0x0", "latest"])),
        ("eth_getTransactionCount", json!([ALICE, "pending"])),
        ("eth_getProof", json!([PASSER, ["0x0"], number])),
        ("eth_getBlockByNumber", json!(["finalized", true])),
        ("eth_getBlockByNumber", json!(["safe", false])),
        ("eth_getBlockByHash", json!([block, true])),
        ("eth_getBlockTransactionCountByNumber", json!([number])),
        ("eth_getBlockTransactionCountByHash", json!([block])),
        ("eth_getTransactionByBlockNumberAndIndex", json!([number, "0x0"])),
        ("eth_getTransactionByBlockHashAndIndex", json!([block, "0x1"])),
        ("eth_getBlockReceipts", json!([number])),
        ("eth_getLogs", json!([{ "fromBlock": "earliest", "address": PASSER }])),
        ("eth_call", json!([{ "to": PASSER, "data": "0xecc70428" }, "latest"])),
        ("eth_estimateGas", json!([{ "from": ALICE, "to": BOB, "value": "0x1" }])),
        ("eth_gasPrice", json!([])),
        ("eth_maxPriorityFeePerGas", json!([])),
        ("eth_blobBaseFee", json!([])),
        ("eth_feeHistory", json!(["0x4", "latest", [10, 50.5]])),
    ];
    for (method, params) in reads {
        assert!(!ask(&mut session, L2, method, params.clone()).is_null(), "{method} {params}");
    }
    assert_eq!((session.world().digest(), session.world().now()), before);
    assert_eq!(ask(&mut session, L2, "eth_chainId", json!([])), json!("0x385"));
    assert_eq!(ask(&mut session, L2, "eth_getBalance", json!([BOB, "0x0"])), json!("0x56bc75e2d63100000"));
    assert_eq!(ask(&mut session, L2, "eth_getBalance", json!([BOB, number])), json!("0x56bcaebac07d68000"));
    assert!(ask(&mut session, L2, "eth_getBlockByNumber", json!(["0xffffff", false])).is_null());
    let first = ask(&mut session, L2, "eth_getTransactionByBlockHashAndIndex", json!([block, "0x0"]));
    assert_eq!((&first["type"], first["sourceHash"].is_string()), (&json!("0x7e"), true));
    let receipts = ask(&mut session, L2, "eth_getBlockReceipts", json!([number]));
    assert!(receipts[0]["depositNonce"].is_string() && receipts[1]["depositNonce"].is_null());
}

#[test]
fn blocks_hash_to_what_they_say_and_proofs_hold() {
    let mut session = session();
    for chain in [L1, L2] {
        let block = ask(&mut session, chain, "eth_getBlockByNumber", json!(["latest", false]));
        let header: Header = serde_json::from_value(block.clone()).unwrap();
        assert_eq!(json!(header.hash_slow()), block["hash"]);
        let mut changed = header.clone();
        changed.gas_used += 1;
        assert_ne!(json!(changed.hash_slow()), block["hash"]);
        let proof = ask(&mut session, chain, "eth_getProof", json!([ALICE, [], block["number"]]));
        let nodes: Vec<alloy_primitives::Bytes> =
            serde_json::from_value(proof["accountProof"].clone()).unwrap();
        let [nonce, balance] =
            ["nonce", "balance"].map(|field| serde_json::from_value::<U256>(proof[field].clone()).unwrap());
        let hash = |field: &str| serde_json::from_value::<B256>(proof[field].clone()).unwrap();
        let mut leaf = Vec::new();
        let account = alloy_trie::TrieAccount {
            nonce: nonce.to(),
            balance,
            storage_root: hash("storageHash"),
            code_hash: hash("codeHash"),
        };
        alloy_rlp::Encodable::encode(&account, &mut leaf);
        let key = keccak256(ALICE.parse::<alloy_primitives::Address>().unwrap());
        merkle::verify(header.state_root, &key, Some(&leaf), &nodes).unwrap();
    }
}

#[test]
fn known_people_send_and_time_moves() {
    let mut session = session();
    // setValue(7), then what it logged and stored; `refuse()` reverts.
    let set = format!("0x55241077{:064x}", 7);
    let sent = json!([{ "from": BOB, "to": VALUE_STORE, "data": set }]);
    let hash = ask(&mut session, L1, "eth_sendTransaction", sent.clone());
    let receipt = ask(&mut session, L1, "eth_getTransactionReceipt", json!([hash]));
    assert_eq!(receipt["status"], "0x1");
    let value = json!([{ "to": VALUE_STORE, "data": "0x3fa4f245" }, "latest"]);
    assert_eq!(ask(&mut session, L1, "eth_call", value), json!(format!("0x{:064x}", 7)));
    let logs = ask(
        &mut session,
        L1,
        "eth_getLogs",
        json!([{ "blockHash": receipt["blockHash"], "address": VALUE_STORE }]),
    );
    assert_eq!(logs[0]["transactionHash"], hash);

    assert_eq!(ask(&mut session, L1, "evm_setAutomine", json!([false])), json!(true));
    let waiting = ask(&mut session, L1, "eth_sendTransaction", sent);
    assert!(ask(&mut session, L1, "eth_getTransactionReceipt", json!([waiting])).is_null());
    assert!(ask(&mut session, L1, "eth_getTransactionByHash", json!([waiting]))["blockHash"].is_null());
    let nonces =
        ["latest", "pending"].map(|tag| ask(&mut session, L1, "eth_getTransactionCount", json!([BOB, tag])));
    assert_eq!(nonces, [json!("0x2"), json!("0x3")]);
    ask(&mut session, L1, "evm_mine", json!([]));
    assert_eq!(ask(&mut session, L1, "eth_getTransactionReceipt", json!([waiting]))["status"], "0x1");

    // Init code that returns TIMESTAMP: the present at `latest`, the block's own at its number.
    let clock = json!({ "data": "0x4260005260206000f3" });
    let block = ask(&mut session, L1, "eth_getBlockByNumber", json!(["latest", false]));
    ask(&mut session, L1, "causeway_advance", json!([7_000]));
    let present = session.world().unix_seconds();
    let seen = ["latest", block["number"].as_str().unwrap()].map(|at| {
        serde_json::from_value::<U256>(ask(&mut session, L1, "eth_call", json!([clock, at]))).unwrap()
    });
    let sealed = serde_json::from_value(block["timestamp"].clone()).unwrap();
    assert_eq!(seen, [U256::from(present), sealed]);
    assert!(sealed < U256::from(present));

    let now = session.world().now();
    assert_eq!(ask(&mut session, L2, "evm_increaseTime", json!([90])), json!("0x5a"));
    assert_eq!(session.world().now(), now.plus(Span::seconds(90)));
    ask(&mut session, L2, "causeway_advance", json!(["0x1f4"]));
    assert_eq!(session.world().now(), now.plus(Span::millis(90_500)));
}

#[test]
fn every_refusal_says_what_was_expected() {
    let mut session = session();
    let cases = [
        ("eth_nothing", json!([]), Code::UnknownMethod, "eth_nothing"),
        ("eth_getBalance", json!([]), Code::InvalidParams, "params[0] (address): expected an address"),
        ("eth_getBalance", json!(["0x12", "latest"]), Code::InvalidParams, "found \"0x12\""),
        ("eth_getBalance", json!([ALICE, "newest"]), Code::InvalidParams, "params[1] (block)"),
        (
            "eth_getBalance",
            json!([ALICE, "latest", 1]),
            Code::InvalidParams,
            "params[2]: expected nothing, found 1",
        ),
        ("eth_getBalance", json!([ALICE, "0xffff"]), Code::NotFound, "found 65535"),
        ("eth_getBalance", json!({ "address": ALICE }), Code::InvalidParams, "params: expected an array"),
        ("eth_getBlockByNumber", json!(["latest", "yes"]), Code::InvalidParams, "params[1] (full)"),
        ("eth_getLogs", json!([{ "fromBlock": "0x5", "toBlock": "0x1" }]), Code::InvalidParams, "found 5"),
        ("eth_getLogs", json!([{ "blockHash": B256::ZERO }]), Code::NotFound, "filter.blockHash"),
        ("eth_feeHistory", json!(["0x1", "latest", [50, 20]]), Code::InvalidParams, "rewardPercentiles"),
        (
            "eth_call",
            json!([{ "to": VALUE_STORE, "data": "0x00", "input": "0x01" }]),
            Code::InvalidParams,
            ".data",
        ),
        ("eth_sendTransaction", json!([{ "from": PASSER, "to": BOB }]), Code::Unauthorized, "eth_accounts"),
        ("eth_sendRawTransaction", json!(["0x1234"]), Code::InvalidInput, "EIP-2718"),
        ("evm_increaseTime", json!([-1]), Code::InvalidParams, "params[0] (seconds)"),
        ("evm_increaseTime", json!([u64::MAX]), Code::InvalidParams, "params[0] (seconds)"),
    ];
    for (method, params, code, says) in cases {
        let error = refusal(&mut session, L1, method, params);
        assert_eq!(error.code, code, "{method}: {error}");
        assert!(error.message.contains(says), "{method}: {error}");
    }
    assert_eq!(refusal(&mut session, 5, "eth_chainId", json!([])).code, Code::NoSuchChain);
    let refuse = json!([{ "to": VALUE_STORE, "data": keccak256("refuse()").0[..4].iter().fold("0x".to_owned(), |s, b| format!("{s}{b:02x}")) }]);
    for method in ["eth_call", "eth_estimateGas"] {
        let error = refusal(&mut session, L1, method, refuse.clone());
        assert_eq!((error.code, error.data.is_some()), (Code::Reverted, true), "{method}: {error}");
    }
    for (params, code) in [
        ("[".repeat(100_000), Code::Parse),
        ("nonsense".into(), Code::Parse),
        (format!("[\"{}\"]", "0".repeat(1 << 20)), Code::LimitExceeded),
    ] {
        let answer = rpc::request(&mut session, ChainId::new(L1), "eth_chainId", &params);
        assert_eq!(answer.expect_err("a refusal").code, code);
    }
}
