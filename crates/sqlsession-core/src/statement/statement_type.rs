use std::{borrow::Cow, fmt, time::Duration};

use super::ParameterSet;
use crate::{Value, driver::RunOptions};

/// SQL text with named parameters, their values, and how to run it.
///
/// Parameters are written `:name` on every backend and are rewritten for the driver; see the
/// [module](crate::statement) for what counts as one. A plain string is a statement too, by [`From`].
///
/// ```
/// use sqlsession_core::text;
///
/// let statement = text("select name from users where id = :id").bind("id", 7);
/// assert_eq!(format!("{statement:?}"), r#"Statement { text: "select name from users where id = :id", parameters: ["id"] }"#);
/// ```
#[derive(Clone)]
pub struct Statement {
    pub(super) text: Cow<'static, str>,
    pub(super) raw: bool,
    pub(super) parameters: ParameterSet,
    pub(super) options: RunOptions,
}

/// A statement with named parameters: `text("select :a").bind("a", 1)`.
#[must_use]
pub fn text(sql: impl Into<Cow<'static, str>>) -> Statement {
    Statement::text(sql)
}

impl Statement {
    /// A statement with named parameters, the same as [`text`].
    #[must_use]
    pub fn text(sql: impl Into<Cow<'static, str>>) -> Self {
        Self { text: sql.into(), raw: false, parameters: ParameterSet::new(), options: RunOptions::default() }
    }

    /// SQL that is sent exactly as it is written and takes no values: nothing in it is a parameter or an escape.
    ///
    /// It is SQLAlchemy's `exec_driver_sql` without parameters. Running it with a value is
    /// [`BadParameter`](crate::ErrorKind::BadParameter).
    #[must_use]
    pub fn raw(sql: impl Into<Cow<'static, str>>) -> Self {
        Self { raw: true, ..Self::text(sql) }
    }

    /// Gives a parameter its value. Of two values for one name the later one counts.
    #[must_use]
    pub fn bind(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.parameters.push(name, value);
        self
    }

    /// Gives several parameters their values, in addition to those there are.
    ///
    /// ```
    /// use sqlsession_core::text;
    ///
    /// let statement = text("insert into points values (:x, :y)").bind_all([("x", 1), ("y", 2)]);
    /// assert_eq!(statement.parameters().len(), 2);
    /// ```
    #[must_use]
    pub fn bind_all(mut self, parameters: impl Into<ParameterSet>) -> Self {
        self.parameters.append(parameters.into());
        self
    }

    /// Stops the statement when it has run for this long, with
    /// [`StatementTimeout`](crate::ErrorKind::StatementTimeout). By default the engine's limit holds.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.options.timeout = Some(limit);
        self
    }

    /// How many rows a stream fetches at once. By default, and with 0, the driver chooses.
    #[must_use]
    pub fn yield_per(mut self, rows: usize) -> Self {
        self.options.batch_rows = rows;
        self
    }

    /// The text as it was written.
    #[must_use]
    pub fn sql(&self) -> &str {
        &self.text
    }

    /// Whether it is sent as it is written, see [`raw`](Self::raw).
    #[must_use]
    pub fn is_raw(&self) -> bool {
        self.raw
    }

    /// The values it has been given.
    #[must_use]
    pub fn parameters(&self) -> &ParameterSet {
        &self.parameters
    }

    /// How it is run.
    #[must_use]
    pub fn options(&self) -> RunOptions {
        self.options
    }
}

impl From<&'static str> for Statement {
    fn from(sql: &'static str) -> Self {
        Self::text(sql)
    }
}

impl From<String> for Statement {
    fn from(sql: String) -> Self {
        Self::text(sql)
    }
}

impl From<Cow<'static, str>> for Statement {
    fn from(sql: Cow<'static, str>) -> Self {
        Self::text(sql)
    }
}

impl From<&Self> for Statement {
    fn from(statement: &Self) -> Self {
        statement.clone()
    }
}

/// Shows the text and the names, never the values.
impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Statement");
        fields.field(if self.raw { "raw" } else { "text" }, &self.text);
        fields.field("parameters", &self.parameters);
        if self.options != RunOptions::default() {
            fields.field("options", &self.options);
        }
        fields.finish()
    }
}
