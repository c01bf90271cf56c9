//! Those who do the work: tasks and threads over one engine of each face, in one process.

mod clients;
mod desk;
mod pool_check;
mod sum;
mod team;
mod worker;

pub(crate) use clients::Clients;
pub(crate) use desk::Desk;
pub(crate) use team::{Size, Team};
