//! Where this library does otherwise than SQLAlchemy on purpose.
//!
//! `data/decisions.json` lists every such decision with its reason. A difference that a decision speaks of is counted
//! under it; a decision that nothing differs by any more is stale, and that is a failure.

mod ledger;
mod model;

pub use ledger::{Entry, Ledger};
pub use model::{CaseSort, Decision};
