use std::fmt;

use super::render::write_placeholder;
use crate::{Result, Value, driver::PlaceholderStyle};

/// A statement that is written when it runs, for the dialect that it then runs on.
///
/// What a query builder makes is one: with the feature `sea-query` its statements are. Any implementation becomes a
/// [`Statement`](super::Statement) by [`Statement::for_dialect`](super::Statement::for_dialect).
///
/// ```
/// use sqlsession_core::{
///     Result, Statement,
///     driver::PlaceholderStyle,
///     statement::{DialectStatement, SqlBuffer},
/// };
///
/// /// So many rows of a table by chance.
/// struct Sample(i64);
///
/// impl DialectStatement for Sample {
///     fn write(&self, sql: &mut SqlBuffer) -> Result<()> {
///         let chance = if sql.style() == PlaceholderStyle::Question { "rand()" } else { "random()" };
///         sql.push_str("select name from users order by ");
///         sql.push_str(chance);
///         sql.push_str(" limit ");
///         sql.push_value(self.0);
///         Ok(())
///     }
/// }
///
/// let statement = Statement::for_dialect(Sample(3));
/// assert_eq!(statement.sql(), None, "which dialect it is for is not known yet");
/// ```
pub trait DialectStatement: Send + Sync {
    /// Writes the SQL, with its values.
    ///
    /// # Errors
    /// When the dialect has no such statement. Nothing is sent then.
    fn write(&self, sql: &mut SqlBuffer) -> Result<()>;

    /// Whether it is a plain query: one that begins with SELECT, VALUES or TABLE. Default: no.
    fn is_query(&self) -> bool {
        false
    }
}

/// SQL as it is written for one dialect: text, and values in place of which it has placeholders.
pub struct SqlBuffer {
    style: PlaceholderStyle,
    pub(super) sql: String,
    pub(super) placeholders: Vec<usize>,
    pub(super) values: Vec<Value>,
}

impl SqlBuffer {
    pub(super) fn new(style: PlaceholderStyle) -> Self {
        Self { style, sql: String::new(), placeholders: Vec::new(), values: Vec::new() }
    }

    /// How the dialect writes a placeholder. It also tells the families of SQL apart: see
    /// [`PlaceholderStyle`].
    #[must_use]
    pub fn style(&self) -> PlaceholderStyle {
        self.style
    }

    /// Adds text as it is. Nothing in it is a parameter.
    pub fn push_str(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Adds a placeholder for this value, which never becomes part of the text.
    pub fn push_value(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
        self.placeholders.push(self.sql.len());
        write_placeholder(&mut self.sql, self.style, self.values.len());
    }
}

/// Adds text as it is; it never fails.
impl fmt::Write for SqlBuffer {
    fn write_str(&mut self, sql: &str) -> fmt::Result {
        self.push_str(sql);
        Ok(())
    }
}

/// Shows the text, never the values.
impl fmt::Debug for SqlBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlBuffer").field("sql", &self.sql).finish_non_exhaustive()
    }
}
