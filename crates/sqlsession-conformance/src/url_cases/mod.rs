//! Database URLs: the parts they are taken apart into, how they are written again, and what they choose.
//!
//! What the recorded drivers would be called with (`connect_args`, `connect_kwargs`) are those drivers' own words, and
//! is not looked at.

mod construction;
mod parts;
mod runner;

pub(crate) use runner::run;
