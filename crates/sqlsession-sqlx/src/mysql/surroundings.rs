use sqlsession_core::{
    Result,
    statement::{Lexicon, first_word, words},
};
use sqlx_core::{
    error::Error as SqlxError, raw_sql::raw_sql, row::Row as _, sql_str::AssertSqlSafe, value::ValueRef as _,
};
use sqlx_mysql::{MySqlConnection, MySqlRow};

use super::{backend::DIALECT, error::from_sqlx, kill::text};
use crate::surroundings::Surroundings;

/// The columns that tell of them. Where no database is chosen the last one is NULL.
pub(super) const SURROUNDINGS: &str = "IF(@@SESSION.autocommit, '1', '0'), DATABASE()";

/// What these columns say, of which this is the first.
pub(super) fn surroundings_of(row: &MySqlRow, first: usize) -> Result<Surroundings, SqlxError> {
    let database = if row.try_get_raw(first + 1)?.is_null() { None } else { Some(text(row, first + 1)?) };
    Ok(Surroundings { autocommit: text(row, first)? != "0", database })
}

pub(super) async fn look_around(client: &mut MySqlConnection) -> Result<Surroundings> {
    let asking = raw_sql(AssertSqlSafe(format!("SELECT {SURROUNDINGS}")));
    let row = asking.fetch_one(client).await.map_err(from_sqlx)?;
    surroundings_of(&row, 0).map_err(from_sqlx)
}

/// Whether a text has a word in it that changes them.
pub(super) fn may_change(sql: &str) -> bool {
    sql.to_ascii_lowercase().contains("autocommit")
        || words(sql, Lexicon::of(&DIALECT)).any(|word| word.eq_ignore_ascii_case("use"))
}

/// Whether a statement chooses a database: prepared, as MariaDB does it, it has an effect only once.
pub(super) fn chooses_database(sql: &str) -> bool {
    first_word(sql, Lexicon::of(&DIALECT)).is_some_and(|word| word.eq_ignore_ascii_case("use"))
}
