//! Named parameters in a text: the names that are found, and the text a driver of each style is given.

mod decided;
mod runner;

pub(crate) use decided::decided;
pub(crate) use runner::run;
