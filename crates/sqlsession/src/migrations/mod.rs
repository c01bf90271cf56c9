//! Migrations: files of SQL that are applied once each, in order (feature `migrations`).
//!
//! A folder holds `V1__init.sql`, `V2__add_posts.sql` and so on, one or more statements in each. What has been applied is
//! in the table `refinery_schema_history`, with a checksum of every file: that table, the names and the checksums are those
//! of [refinery](https://docs.rs/refinery), so that a project can come from it and go back to it. Versions have 32 bits; with
//! the feature `migrations-int8` 64, for `V20240229120000__init.sql`, and the checksums are those of refinery's `int8-versions`.
//!
//! ```console
//! $ cargo install sqlsession --features migrations,postgres
//! $ sqlsession-migrate postgresql://localhost/app migrations
//! ```
//!
//! or, by the program itself when it starts, [`Migrations::run`].
//!
//! - A file is applied in one transaction with its line in the history, so it is there as a whole or not at all: on SQLite and
//!   PostgreSQL one with a BEGIN, COMMIT or ROLLBACK of its own is an error before anything is applied. MySQL commits after
//!   each statement that changes a table: of a file that fails there, the error says how far it came.
//! - Two processes may migrate at once: one waits for the other and finds nothing left to do. PostgreSQL is locked by
//!   `pg_advisory_xact_lock`, MySQL by `GET_LOCK`, for which the second one waits up to ten minutes, and SQLite by its
//!   write lock, for which it waits as long as the URL's `timeout` says. The engine's `statement_timeout` does not hold for
//!   migrations. A MySQL that has let the lock go, as by `release_all_locks()` in a file, is an error before the next file.
//! - What a file of PostgreSQL or MySQL sets for its session holds for the files behind it in the same run, and ends with that: its
//!   connection is closed, unless it is that of an outer transaction. The search path, and the database of MySQL's `USE`, are put
//!   back behind every file.
//! - In a file of SQLite that has `PRAGMA foreign_keys = off` foreign keys are not enforced, from its first statement to its last:
//!   inside of its transaction the pragma alone would do nothing, and `DROP TABLE` would take the rows along that refer to the
//!   table. Where `PRAGMA foreign_key_check` finds a row behind it that it did not find before, that is an error that names the table,
//!   and nothing of the file stays; a row that had no parent before is known by its table and rowid. Then foreign keys are enforced
//!   again. Where the URL has switched them off nothing is checked.
//! - A file that was changed after it had been applied, one that is gone, and one whose version is below that of the last
//!   one applied are errors before anything is applied. A file `U3__name.sql` may come later than others with a higher
//!   version.
//! - An error names the file and the number of the statement in it, and holds the statement's text.
//! - What cannot be done in a transaction, `VACUUM` or `CREATE INDEX CONCURRENTLY` for two, cannot be done by a file.

mod errors;
mod files;
mod foreign_keys;
mod history;
mod lock;
mod migrations_type;
mod migrator;
mod namespace;
mod status;
mod transaction_control;

pub use migrations_type::Migrations;
pub use status::MigrationStatus;
