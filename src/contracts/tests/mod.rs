//! Tests of the Solidity itself: our contracts on the EVM room, with the real proof check, natively and in wasm.

mod bonds;
mod bridge;
mod feed;
mod games;
mod guard;
mod hop;
mod mailbox;
mod market;
mod messenger;
mod obligations;
mod portal;
mod predeploys;
mod proving;
mod selectors;
mod slot;
mod spawn;
mod world;
