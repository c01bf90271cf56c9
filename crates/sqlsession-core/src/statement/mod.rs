//! Statements with named parameters.
//!
//! A parameter is written `:name` on every backend. It begins with a colon that does not follow another colon, a word
//! character or a backslash; its name is what word characters follow (letters of any script, digits, `_`); a single
//! colon behind the name makes it something else. `\:` stands for a colon. Strings, quoted names and comments are left
//! as they are: nothing in them is a parameter or an escape. `:a::int` is the parameter `a` and a cast.
//!
//! - Every name needs a value and every value a name, or the error is
//!   [`BadParameter`](crate::ErrorKind::BadParameter) and nothing is sent.
//! - Placeholders of the driver's own (`?`; `$1`) are refused in the same way. [`Statement::raw`] sends text untouched.
//! - Behind IN, written `in :ids` or `in (:ids)`, a [`Value::Array`](crate::Value::Array) becomes a list of
//!   placeholders; an array of arrays becomes a list of rows. An empty one is a list no value is in. Anywhere else,
//!   as in `= any(:ids)`, an array is one value.
//!
//! What a query builder makes is a [`DialectStatement`], written when it runs, in the dialect that it then runs on.
//!
//! Texts are parsed once: [`SharedTexts`] belongs to an engine, [`TextCache`] to a connection.

mod cache;
mod compiled;
mod cost;
mod dialect_statement;
mod effects;
mod lexicon;
mod list_place;
mod names;
mod parameters;
mod parsed;
mod parser;
mod placeholders;
mod query_word;
mod render;
#[cfg(feature = "sea-query")]
mod sea_query;
mod shape;
mod split;
mod statement_type;
mod summary;
mod template;
mod tokenizer;

pub use cache::{SharedTexts, TextCache};
pub use compiled::CompiledText;
pub use cost::Cost;
pub use dialect_statement::{DialectStatement, SqlBuffer};
pub use effects::only_reads;
pub(crate) use effects::{Commits, Effects, begins_with_commit};
pub use lexicon::Lexicon;
pub use parameters::ParameterSet;
pub use parsed::{Parsed, Segment};
pub use placeholders::numbered_placeholders;
pub use query_word::begins_as_query;
pub use split::{first_word, statements, words};
pub use statement_type::{Statement, text};
pub use summary::{summary, without_literals};

#[cfg(test)]
mod tests;
