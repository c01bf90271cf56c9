//! Sessions inside of a transaction that somebody else ends: for tests that leave nothing behind.
//!
//! An [`OuterTransaction`] is a transaction on one connection, and an engine whose sessions and connections all work inside
//! of it. Their transactions are savepoints: commit releases it, rollback rolls back to it, and the next transaction is
//! another one. At the end everything is rolled back. It is SQLAlchemy's
//! `Session(bind=connection, join_transaction_mode="create_savepoint")`.
//!
//! - **One at a time.** There is one connection, and savepoints are a stack. While one session is in a transaction, the first
//!   statement of another is `InvalidState`: it would otherwise wait for the session that its own task holds.
//! - **What is begun is undone.** A session that is dropped in a transaction is rolled back to its savepoint, and a dropped
//!   future is stopped, before the next one begins. A commit that was dropped and has gone through stays: its session's rollback is
//!   `CommitUnknown`.
//! - **It ends with the outer transaction**, also where that is not the tests' doing: MySQL's DDL commits it, a deadlock rolls it
//!   back, a text may say COMMIT. What follows is `InvalidState`, and never a transaction that is committed for real.
//! - A session's autobegin, autoflush and statement timeout are its own, or those of the engine that the transaction was begun on.
//! - The isolation level and `read_only` are those of the outer transaction. What the sessions say has no effect, but for
//!   AUTOCOMMIT, which is refused. SQLAlchemy's other modes, in which a session ends the transaction that it was given, are not
//!   offered: they would leave something behind.

mod engine;
mod hold;
mod session;
mod session_impl;
mod transaction;

pub use transaction::OuterTransaction;
