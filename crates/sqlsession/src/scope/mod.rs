//! Scopes: a session that belongs to a piece of code, and is found by whatever that code calls.
//!
//! [`AsyncDatabase::scope`](crate::AsyncDatabase::scope) and [`Database::scope`](crate::Database::scope) open one. Inside,
//! `db.session()` is a guard over its session, and the shortcuts of the client use that session and commit nothing
//! themselves. What is not in the scope does not see it: a task that is spawned inside has no scope, nor has a thread.
//!
//! - **One user at a time.** While a guard is held, or a shortcut runs, every other use is `InvalidState`. Nobody waits for
//!   himself.
//! - **All or nothing.** The scope commits when its body is `Ok`, unless the client says otherwise (`commit_on_exit`). It rolls
//!   back on `Err`, on panic and when its future is dropped. It also commits nothing, and says so, when a guard is still held
//!   at its end, and when a closure of `run_sync` was left alone in its middle.
//! - **Scopes nest.** An inner scope of the same client has a session of its own, whose work is committed at its own end; one
//!   with the [key](crate::AsyncDatabase::scope_keyed) of a scope around it is that scope. Each client has its own scopes,
//!   which its clones share.

mod frame;
mod slot;

pub(crate) use frame::{Frame, Owner, current, within, within_blocking};
pub use slot::ScopedSession;
pub(crate) use slot::Slot;
