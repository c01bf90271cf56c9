//! A unit of work: one transfer, in one of many ways.
//!
//! What a unit does is a [`Plan`], drawn from the seed, and its steps are a [`Script`], which both faces play.

mod allowed;
mod attempt;
mod dialect;
mod ending;
mod plan;
mod play;
mod polls;
mod script;

pub(crate) use allowed::Allowed;
pub(crate) use attempt::{Attempt, run_async, run_blocking};
pub(crate) use dialect::Dialect;
pub(crate) use ending::{Ending, Trouble};
pub(crate) use plan::{Form, Level, Plan, options_of};
pub(crate) use polls::drop_after;
