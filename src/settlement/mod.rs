//! Settlement of a rollup's state on L1, and what waits for it: claims, their resolution, and the relay
//! of messages that a claim covers. The contracts do the checking; these actors send them transactions.

mod claims;
mod deploy;
mod game;
mod relay;
mod settler;

pub use claims::claim_draft;
pub use deploy::{INIT_BOND, deployment, game_kind};
pub(crate) use game::view_call;
pub use game::{Game, GameKind};
pub use relay::{finalize_draft, prove_call, prove_draft, releasable, when_final};
pub use settler::{Errand, Settler, relayer};
