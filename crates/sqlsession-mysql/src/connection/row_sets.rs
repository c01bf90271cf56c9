use std::mem::{Discriminant, discriminant};

use mysql_async::{Params, Statement, Value, prelude::Queryable as _};
use sqlsession_core::{Error, ErrorKind, Result};

use super::{described::takes_null, insert::Insert, mysql_connection::Inner, prepared::NO_SETS};
use crate::error::from_mysql;

/// How rows of a bulk insert go to MariaDB as sets of values for an INSERT of one row, which it runs in less time than
/// one of many.
#[derive(Debug)]
pub(super) struct RowSets {
    /// The INSERT of one row.
    text: String,
    pub(super) statement: Option<Statement>,
    /// Which columns take NULL, once that was asked for.
    take_null: Option<Vec<bool>>,
}

impl RowSets {
    pub(super) fn new(text: String) -> Self {
        Self { text, statement: None, take_null: None }
    }
}

impl Inner {
    /// The INSERT that takes these rows as sets, if that stores the same as one INSERT of them all.
    ///
    /// Where the server is not strict it takes NULL for some other value in an INSERT of several rows, but not in one of
    /// one row. (A trigger that sets such a NULL is not seen here: the row is refused.)
    pub(super) async fn takes_as_sets(
        &mut self,
        insert: &mut Insert,
        values: &[Value],
    ) -> Result<Option<Statement>> {
        let width = insert.names.len();
        let Some(sets) = insert.sets.as_mut().filter(|_| values.len() > width) else { return Ok(None) };
        // For the only rows there are, the server knows how many keys to draw if they are all in one INSERT.
        if insert.is_last && sets.statement.is_none() {
            return Ok(None);
        }
        let Some(nulls) = nulls_of_alike(values, width) else { return Ok(None) };
        if nulls.contains(&true) {
            if sets.take_null.is_none() {
                let columns = self.described(&insert.table, &insert.names).await?;
                let take_null = columns
                    .map_or_else(|| vec![false; width], |columns| columns.iter().map(takes_null).collect());
                sets.take_null = Some(take_null);
            }
            let take_null = sets.take_null.iter().flatten();
            if nulls.iter().zip(take_null).any(|(is_null, takes)| *is_null && !takes) {
                return Ok(None);
            }
        }
        if sets.statement.is_none() {
            sets.statement = self.prepare(&sets.text, width).await?;
        }
        Ok(sets.statement.clone())
    }

    /// Sends values, so many a row, as sets for the INSERT of one row. It gives how many rows were inserted, or the values
    /// again where the server does not take sets, and has run none.
    pub(super) async fn insert_sets(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
        width: usize,
    ) -> Result<std::result::Result<u64, Vec<Value>>> {
        let rows = (values.len() / width.max(1)) as u64;
        // What the server has taken once it takes again.
        let kept = (!self.server.has_taken_sets).then(|| values.clone());
        let mut values = values.into_iter();
        let sets = std::iter::from_fn(|| {
            let set: Vec<Value> = values.by_ref().take(width).collect();
            (!set.is_empty()).then_some(Params::Positional(set))
        });
        let ran = self.conn.exec_batch(statement, sets).await.map_err(from_mysql);
        let inserted = self.conn.affected_rows();
        match (ran, kept) {
            (Err(error), Some(values)) if error.code() == Some(NO_SETS) => {
                self.server.takes_sets = false;
                Ok(Err(values))
            }
            (Err(error), _) => Err(error),
            (Ok(()), _) if inserted == rows => {
                self.server.has_taken_sets = true;
                Ok(Ok(rows))
            }
            // Something in between does not know the command: mysql_async has sent row by row, and this was the last.
            (Ok(()), _) if inserted == 1 => {
                self.server.takes_sets = false;
                Ok(Ok(rows))
            }
            (Ok(()), _) => Err(Error::new(
                ErrorKind::Database,
                format!("the server says that it has inserted {inserted} of {rows} rows"),
            )),
        }
    }
}

/// Which columns hold NULL, if each of them holds values of one type beside it: a command says the types once.
fn nulls_of_alike(values: &[Value], width: usize) -> Option<Vec<bool>> {
    let mut types: Vec<Option<Discriminant<Value>>> = vec![None; width];
    let mut nulls = vec![false; width];
    for row in values.chunks(width.max(1)) {
        for ((value, known), is_null) in row.iter().zip(&mut types).zip(&mut nulls) {
            let found = discriminant(value);
            match value {
                Value::NULL => *is_null = true,
                _ if *known.get_or_insert(found) == found => {}
                _ => return None,
            }
        }
    }
    Some(nulls)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_alike_where_each_column_has_one_type() {
        use Value::{Bytes, Int, NULL, UInt};
        let text = || Bytes(b"a".to_vec());
        let nulls = |values: &[Value]| nulls_of_alike(values, 2);
        assert_eq!(nulls(&[Int(1), text(), Int(2), text()]), Some(vec![false, false]));
        assert_eq!(nulls(&[NULL, NULL, Int(2), NULL, Int(3), text()]), Some(vec![true, true]));
        assert_eq!(nulls(&[Int(1), text(), UInt(2), text()]), None);
        assert_eq!(nulls(&[Int(1), text(), NULL, NULL, Int(2), Int(3)]), None);
    }
}
