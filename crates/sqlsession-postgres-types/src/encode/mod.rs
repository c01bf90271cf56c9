//! Which value goes into which type, and how it is sent.
//!
//! The rule is PostgreSQL's own for assignments: what `INSERT` would take without a cast is taken, and becomes what it
//! would become. So an integer goes into `numeric`, `float8` or `text`, a date-time into `date`, but a truth value does
//! not go into `int4`. Where an assignment would round to an integer, the value is refused. Text goes into everything, as
//! a literal in quotes does: the server reads it.
//!
//! A statement that runs for the first time is sent without knowing its types, every value as such a literal. So nothing
//! is refused here that the server would take as a literal and that makes sense: what runs once runs again. That is why
//! 0 and 1 go into `bool`, and numbers into `json`.

mod array;
mod encoded;
mod refusal;
mod scalar;
mod temporal;
#[cfg(test)]
mod tests;
mod value;

pub(super) use encoded::{Encoded, end_length};
pub(super) use value::encode;
pub use value::write_as_text;
