//! Tests of the EVM room, natively and in wasm.

mod blocks;
mod calls;
mod contracts;
mod deposits;
mod fees;
mod fixture;
mod precompiles;
mod proofs;
mod senders;
mod states;
