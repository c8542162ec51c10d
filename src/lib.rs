//! The engine of Causeway.
