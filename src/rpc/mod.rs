//! Ethereum JSON-RPC over a session: one provider a chain.
