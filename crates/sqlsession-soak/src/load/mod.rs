//! What is done all the time.

mod crew;
mod ends;
mod texts;
mod units;

pub(crate) use crew::Load;
