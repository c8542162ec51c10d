//! The engine from outside, natively and in a browser.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

mod backing;
mod bundle_faults;
mod bundle_refusals;
mod bundle_swarm;
mod bundles;
mod by_hand;
mod capacity;
mod conservation;
mod contagion;
mod contagion_swarm;
mod controls;
mod crossing;
mod derivation;
mod determinism;
mod faults;
mod lessons;
mod mailbox;
mod pools;
#[cfg(not(target_arch = "wasm32"))]
mod processes;
mod refusals;
mod rollback;
mod rpc;
mod scenarios;
mod side_by_side;
mod support;
#[cfg(not(target_arch = "wasm32"))]
mod swarm;
mod thefts;
mod time_travel;
