use sqlsession_core::{AsyncSession, Entity, Result, driver::BoxFuture, entity::Table};

use super::{dialect::Dialect, order::by_reference, statements};
use crate::database::Target;

/// The tables of entities, to be created and dropped together.
///
/// ```
/// use sqlsession::{AsyncDatabase, Entity, schema::Schema};
///
/// #[derive(Debug, Clone, Entity)]
/// #[entity(table = "posts")]
/// struct Post {
///     #[entity(key, generated)]
///     id: i64,
///     #[entity(references = "users(id)", on_delete = "cascade")]
///     author: i64,
///     title: String,
/// }
///
/// #[derive(Debug, Clone, Entity)]
/// #[entity(table = "users")]
/// struct User {
///     #[entity(key, generated)]
///     id: i64,
///     #[entity(unique, length = 80)]
///     name: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> sqlsession::Result<()> {
/// let db = AsyncDatabase::create("sqlite://")?;
/// let schema = Schema::new().table::<Post>().table::<User>();
/// schema.create_all(&db).await?;
///
/// let statements = schema.create_statements("postgresql")?;
/// assert!(statements[0].starts_with(r#"CREATE TABLE IF NOT EXISTS "users" ( "id" bigint GENERATED"#));
/// # Ok(()) }
/// ```
///
/// A table comes behind those it refers to, and is dropped before them; a table that is not in the schema is taken to be
/// there. What a column becomes in which dialect stands with [the module](super).
#[derive(Debug, Clone)]
pub struct Schema {
    tables: Vec<&'static Table>,
    if_not_exists: bool,
}

impl Default for Schema {
    fn default() -> Self {
        Self { tables: Vec::new(), if_not_exists: true }
    }
}

impl Schema {
    /// No tables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same tables and that of an entity.
    #[must_use]
    pub fn table<E: Entity>(mut self) -> Self {
        self.tables.push(E::table());
        self
    }

    /// Whether a table that is there already when it is to be created, or not there when it is to be dropped, is left as
    /// it is. Default: yes; else it is an error.
    #[must_use]
    pub fn if_not_exists(mut self, leave: bool) -> Self {
        self.if_not_exists = leave;
        self
    }

    /// Creates the tables, in one transaction; MySQL commits after each, as it does for all of its DDL, also in a session
    /// of yours.
    ///
    /// A table that is there already is not compared with the entity; see [`if_not_exists`](Self::if_not_exists).
    ///
    /// # Errors
    /// As [`create_statements`](Self::create_statements), before anything is sent; else the server's.
    pub fn create_all<T: Target>(&self, target: T) -> T::Done<()> {
        let schema = self.clone();
        target.with_session(move |session| run(session, move |dialect| schema.create_statements(dialect)))
    }

    /// Drops the tables with all that is in them, as [`create_all`](Self::create_all) creates them.
    ///
    /// # Errors
    /// As [`drop_statements`](Self::drop_statements), before anything is sent; else the server's.
    pub fn drop_all<T: Target>(&self, target: T) -> T::Done<()> {
        let schema = self.clone();
        target.with_session(move |session| run(session, move |dialect| schema.drop_statements(dialect)))
    }

    /// The statements that create the tables, for a migration: one for each, in order.
    ///
    /// # Errors
    /// `UnknownDialect`; `Configuration` for a column that the dialect cannot have, tables that refer to each other in a
    /// circle, and two entities that differ about one table; `BadParameter` for malformed names.
    pub fn create_statements(&self, dialect: &str) -> Result<Vec<String>> {
        let dialect = Dialect::named(dialect)?;
        let tables = by_reference(&self.tables)?;
        tables.into_iter().map(|table| statements::create(table, dialect, self.if_not_exists)).collect()
    }

    /// The statements that drop the tables, in order.
    ///
    /// # Errors
    /// As [`create_statements`](Self::create_statements), but for columns.
    pub fn drop_statements(&self, dialect: &str) -> Result<Vec<String>> {
        let dialect = Dialect::named(dialect)?;
        let tables = by_reference(&self.tables)?;
        tables.into_iter().rev().map(|table| statements::drop(table, dialect, self.if_not_exists)).collect()
    }
}

fn run<'s>(
    session: &'s mut AsyncSession,
    statements: impl FnOnce(&str) -> Result<Vec<String>> + Send + 's,
) -> BoxFuture<'s, Result<()>> {
    Box::pin(async move {
        for statement in statements(session.dialect().name)? {
            session.execute(statement).await?;
        }
        Ok(())
    })
}
