#![doc = include_str!("../README.md")]

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
