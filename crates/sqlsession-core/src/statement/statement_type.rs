use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use super::{DialectStatement, ParameterSet, begins_as_query};
use crate::{Value, driver::RunOptions, row::RowSink};

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
    pub(super) source: Source,
    pub(super) parameters: ParameterSet,
    /// Apart, for there seldom are any, and a statement is moved often.
    pub(super) options: Option<Box<RunOptions>>,
    pub(super) sink: Option<RowSink>,
}

/// Where the SQL of a statement comes from.
#[derive(Clone)]
pub(super) enum Source {
    /// Text with named parameters.
    Text(Cow<'static, str>),
    /// Text that is sent as it is written. Boxed, so that a statement is no longer than one with parameters has to be.
    Raw(Box<Cow<'static, str>>),
    /// It is written when it runs.
    Dialect(Arc<dyn DialectStatement>),
}

/// A statement with named parameters: `text("select :a").bind("a", 1)`.
#[must_use]
#[inline]
pub fn text(sql: impl Into<Cow<'static, str>>) -> Statement {
    Statement::text(sql)
}

impl Statement {
    /// A statement with named parameters, the same as [`text`].
    #[must_use]
    #[inline]
    pub fn text(sql: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Source::Text(sql.into()))
    }

    /// SQL that is sent exactly as it is written and takes no values: nothing in it is a parameter or an escape.
    ///
    /// It is SQLAlchemy's `exec_driver_sql` without parameters. Running it with a value is
    /// [`BadParameter`](crate::ErrorKind::BadParameter).
    #[must_use]
    pub fn raw(sql: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Source::Raw(Box::new(sql.into())))
    }

    /// A statement that is written for the dialect when it runs, with values of its own. It takes no others: running it
    /// with one, or once for each of several sets, is [`BadParameter`](crate::ErrorKind::BadParameter).
    #[must_use]
    pub fn for_dialect(statement: impl DialectStatement + 'static) -> Self {
        Self::new(Source::Dialect(Arc::new(statement)))
    }

    #[inline]
    fn new(source: Source) -> Self {
        Self { source, parameters: ParameterSet::new(), options: None, sink: None }
    }

    /// Gives a parameter its value. Of two values for one name the later one counts.
    #[must_use]
    #[inline(always)]
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
        self.options.get_or_insert_default().timeout = Some(limit);
        self
    }

    /// How many rows a stream fetches at once. By default, and with 0, the driver chooses.
    #[must_use]
    pub fn yield_per(mut self, rows: usize) -> Self {
        self.options.get_or_insert_default().batch_rows = rows;
        self
    }

    /// The same with its rows handed on as they come.
    pub(crate) fn gathered_by(self, sink: RowSink) -> Self {
        Self { sink: Some(sink), ..self }
    }

    /// The text as it was written; `None` for one that is [written when it runs](Self::for_dialect).
    #[must_use]
    pub fn sql(&self) -> Option<&str> {
        match &self.source {
            Source::Text(sql) => Some(sql),
            Source::Raw(sql) => Some(sql),
            Source::Dialect(_) => None,
        }
    }

    /// Whether it is sent as it is written, see [`raw`](Self::raw).
    #[must_use]
    pub fn is_raw(&self) -> bool {
        matches!(self.source, Source::Raw(_))
    }

    /// Whether it [begins as a query](begins_as_query) does. A function that a query calls may write all the same.
    #[must_use]
    pub fn begins_as_query(&self) -> bool {
        match &self.source {
            Source::Text(sql) => begins_as_query(sql),
            Source::Raw(sql) => begins_as_query(sql),
            Source::Dialect(statement) => statement.is_query(),
        }
    }

    /// The values it has been given.
    #[must_use]
    pub fn parameters(&self) -> &ParameterSet {
        &self.parameters
    }

    /// How it is run.
    #[must_use]
    pub fn options(&self) -> RunOptions {
        self.options.as_deref().copied().unwrap_or_default()
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
        match &self.source {
            Source::Text(sql) => fields.field("text", sql),
            Source::Raw(sql) => fields.field("raw", sql),
            Source::Dialect(_) => fields.field("text", &format_args!("<written when it runs>")),
        };
        fields.field("parameters", &self.parameters);
        let options = self.options();
        if options != RunOptions::default() {
            fields.field("options", &options);
        }
        fields.finish()
    }
}
