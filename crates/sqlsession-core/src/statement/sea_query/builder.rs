use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

use ::sea_query::{QueryBuilder, SqlWriter};

use crate::{Error, ErrorKind, Result, Value, statement::SqlBuffer};

/// Takes what sea-query writes: its values stay values.
pub(super) struct Builder<'b> {
    sql: &'b mut SqlBuffer,
    /// The first value that could not be one of ours.
    refused: Option<Error>,
}

impl<'b> Builder<'b> {
    /// Runs sea-query.
    ///
    /// # Errors
    /// `BadParameter` for a value of a kind that no driver takes. `Unsupported` for what the dialect has not: sea-query
    /// panics over that, which is no end for a statement that can only be seen to be wrong when it runs.
    pub(super) fn write(sql: &'b mut SqlBuffer, build: impl FnOnce(&mut Self)) -> Result<()> {
        let mut builder = Self { sql, refused: None };
        // What it has written so far is not looked at after a panic.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| build(&mut builder))) {
            let words = panic.downcast_ref::<&str>().copied();
            let words = words.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
            let words = words.unwrap_or("it panicked");
            let message = format!("sea-query cannot write this statement for the dialect: {words}");
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
        builder.refused.map_or(Ok(()), Err)
    }

    pub(super) fn push_text(&mut self, text: &str) {
        self.sql.push_str(text);
    }
}

impl SqlWriter for Builder<'_> {
    fn push_param<T: QueryBuilder>(&mut self, value: ::sea_query::Value, _: &T) {
        match Value::try_from(value) {
            Ok(value) => self.sql.push_value(value),
            Err(error) => {
                self.refused.get_or_insert(error);
            }
        }
    }

    fn as_writer(&mut self) -> &mut dyn fmt::Write {
        self
    }
}

impl fmt::Write for Builder<'_> {
    fn write_str(&mut self, sql: &str) -> fmt::Result {
        self.push_text(sql);
        Ok(())
    }
}

/// What has been written so far; the trait wants it.
impl fmt::Display for Builder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql.sql)
    }
}
