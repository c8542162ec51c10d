//! What the L1 and the rollups have in common: transactions, a mempool, sealing of blocks, receipts
//! and history.

mod block;
mod history;
mod mempool;
mod receipt;
mod seal;
mod snapshot;
mod transaction;

pub use block::SealedBlock;
pub use history::{Chain, ChainRules, SendError};
pub use mempool::{Mempool, PoolRefusal};
pub use receipt::Receipt;
pub use seal::{Attributes, BlockBuilder, Included, SealError, Sealing, Transactions};
pub use transaction::{Body, DecodeError, Draft, Fees, Transaction};
