//! The behaviour every `sqlsession` driver must show, as recorded cases and a runner for them.
//!
//! The cases were recorded by running SQLAlchemy against SQLite, MariaDB and PostgreSQL: scenarios of sessions,
//! connections, savepoints, results and the pool, each with the outcome of every step on every backend; database URLs;
//! and texts with named parameters. They are part of this crate. A driver is held against them by way of a
//! [`Backend`], which makes engines and empty databases: [`FileBackend`] is the one for SQLite, [`ServerBackend`] the one
//! for a database server.
//!
//! ```no_run
//! use sqlsession_conformance::{FileBackend, Options, run};
//!
//! # fn my_engine(url: sqlsession_core::DatabaseUrl, options: sqlsession_core::EngineOptions)
//! #     -> sqlsession_core::Result<sqlsession_core::AsyncEngine> { unimplemented!() }
//! let backend = FileBackend::sqlite(my_engine);
//! let report = run(&Options::embedded(), &[&backend])?;
//! println!("{report}");
//! assert!(report.is_success());
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # What is right
//!
//! What any of the recorded drivers of the same backend did: see [`compare`]. Where this library does otherwise on
//! purpose, a [`decision`] says so with its reason; the report counts those cases apart. What a scenario needs and this
//! library has not, or the runner does not know, makes it skipped, with the reason.
//!
//! Apart from the recorded cases, [`future_drop`] proves that a driver leaks nothing when futures are dropped.
//!
//! # How it is run
//!
//! Every scenario has an empty database of its own; a backend says how many may run at the same time. Its steps are done
//! one after the other with this library's own engines, makers, sessions, connections, results and shortcuts; the runner
//! only keeps their names. SQLAlchemy's objects for transactions have no counterpart here: the runner remembers which
//! transaction such a name stood for. A block (`with session.begin()`) does at its end what the closures of this library
//! do.
//!
//! An engine of a scenario lends the connection that was idle longest, as the recorded ones do, unless the scenario
//! says otherwise; everything else that a scenario does not name is as this library has it.

mod actors;
mod backend;
mod bind_cases;
mod case_files;
mod client;
pub mod compare;
pub mod decision;
mod file_backend;
pub mod future_drop;
mod in_order;
pub mod outcome;
mod report;
mod run;
pub mod scenario;
mod server_backend;
mod url_cases;
mod user;
pub mod value;

pub use backend::{Backend, Database};
pub use case_files::CaseFiles;
pub use client::Client;
pub use file_backend::FileBackend;
pub use report::{Failure, Report, Verdict};
pub use run::{Options, run};
pub use server_backend::ServerBackend;
