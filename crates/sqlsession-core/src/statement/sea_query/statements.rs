use ::sea_query::{
    DeleteStatement, IndexCreateStatement, IndexDropStatement, InsertStatement, MysqlQueryBuilder,
    PostgresQueryBuilder, QueryStatementBuilder, SchemaStatementBuilder, SelectStatement, SqliteQueryBuilder,
    TableAlterStatement, TableCreateStatement, TableDropStatement, TableRenameStatement,
    TableTruncateStatement, UpdateStatement, WithQuery,
};

use super::builder::Builder;
use crate::{
    Error, ErrorKind, Result, Statement,
    driver::PlaceholderStyle,
    statement::{DialectStatement, Lexicon, SqlBuffer, split::count_words},
};

/// A statement with values.
struct Query<S> {
    statement: S,
    is_query: bool,
}

impl<S: QueryStatementBuilder> Query<S> {
    /// sea-query leaves RETURNING away in MySQL's texts without a word, and does not say whether it was asked for: the text of
    /// another dialect does.
    ///
    /// # Errors
    /// `Unsupported` where it was.
    fn check_returning(&self, sql: &str) -> Result<()> {
        let style = PlaceholderStyle::Dollar;
        let mut other = SqlBuffer::new(style);
        let written = Builder::write(&mut other, |builder| {
            self.statement.build_collect_any_into(&PostgresQueryBuilder, builder);
        });
        let returns = |sql: &str, style| count_words(sql, Lexicon::new(style), "returning");
        if written.is_ok() && returns(&other.sql, style) > returns(sql, PlaceholderStyle::Question) {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "sea-query writes no RETURNING for MySQL, which has none: last_insert_id() tells the key; \
                    MariaDB's can be had by a text",
            ));
        }
        Ok(())
    }
}

impl<S: QueryStatementBuilder + Send + Sync> DialectStatement for Query<S> {
    fn write(&self, sql: &mut SqlBuffer) -> Result<()> {
        let style = sql.style();
        Builder::write(sql, |builder| match style {
            PlaceholderStyle::Dollar => {
                self.statement.build_collect_any_into(&PostgresQueryBuilder, builder);
            }
            PlaceholderStyle::NumberedQuestion => {
                self.statement.build_collect_any_into(&SqliteQueryBuilder, builder);
            }
            PlaceholderStyle::Question => {
                self.statement.build_collect_any_into(&MysqlQueryBuilder, builder);
            }
        })?;
        if style == PlaceholderStyle::Question && !self.is_query {
            self.check_returning(&sql.sql)?;
        }
        Ok(())
    }

    fn is_query(&self) -> bool {
        self.is_query
    }
}

/// A statement that changes the schema: it has no values.
struct Schema<S>(S);

impl<S: SchemaStatementBuilder + Send + Sync> DialectStatement for Schema<S> {
    fn write(&self, sql: &mut SqlBuffer) -> Result<()> {
        let style = sql.style();
        Builder::write(sql, |builder| {
            let text = match style {
                PlaceholderStyle::Dollar => self.0.build(PostgresQueryBuilder),
                PlaceholderStyle::NumberedQuestion => self.0.build(SqliteQueryBuilder),
                PlaceholderStyle::Question => self.0.build(MysqlQueryBuilder),
            };
            builder.push_text(&text);
        })
    }
}

macro_rules! statements {
    ($($made:ty: $statement:ident => $of:expr;)+) => {$(
        /// Written for the dialect when it runs, with its values bound. It takes no values by name.
        impl From<$made> for Statement {
            fn from($statement: $made) -> Self {
                Self::for_dialect($of)
            }
        }

        impl From<&$made> for Statement {
            fn from(statement: &$made) -> Self {
                statement.clone().into()
            }
        }

        /// For what a chain of builder methods gives.
        impl From<&mut $made> for Statement {
            fn from(statement: &mut $made) -> Self {
                statement.clone().into()
            }
        }
    )+};
}

statements! {
    SelectStatement: statement => Query { statement, is_query: true };
    InsertStatement: statement => Query { statement, is_query: false };
    UpdateStatement: statement => Query { statement, is_query: false };
    DeleteStatement: statement => Query { statement, is_query: false };
    WithQuery: statement => Query { statement, is_query: false };
    TableCreateStatement: statement => Schema(statement);
    TableAlterStatement: statement => Schema(statement);
    TableDropStatement: statement => Schema(statement);
    TableRenameStatement: statement => Schema(statement);
    TableTruncateStatement: statement => Schema(statement);
    IndexCreateStatement: statement => Schema(statement);
    IndexDropStatement: statement => Schema(statement);
}
