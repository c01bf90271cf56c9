use std::sync::Arc;

use sqlsession_core::{
    Result, Value,
    bulk::{BulkRows, quote_name},
    driver::{Begin, BulkRequest, Outcome, PlaceholderStyle},
    statement::CompiledText,
};

use super::{
    answer::{Answer, read_all},
    execute::Waiting,
    inner::{Inner, sql_of},
    known::Known,
    own::Unit,
};
use crate::SqlxDatabase;

const SAVEPOINT: &str = "sqlsession_bulk";

/// The most rows of one INSERT, and the most bytes of their values, more or less.
const MOST_ROWS: usize = 500;
const MOST_BYTES: usize = 512 * 1024;

impl<DB: SqlxDatabase> Inner<DB> {
    /// Inserts rows by INSERT of many rows each, of which none stays when one fails.
    pub(super) async fn bulk_insert(&mut self, request: BulkRequest) -> Result<Outcome> {
        let BulkRequest { table, columns, mut rows, begin, options, .. } = request;
        let insert = Insert::new::<DB>(&table.quoted(DB::QUOTE), &columns);
        let own = self.is_alone(begin);
        let begin = begin.or(own.then(Begin::default));
        let stopper = self.stopper.clone();
        let mut unit = Unit::new(own);
        let inserting = self.insert_all(&insert, &mut rows, begin, &mut unit);
        let inserted = match stopper.guard(options.timeout, inserting).await {
            Ok(inserted) => inserted,
            Err(error) => return Err(self.undo(&unit, error).await),
        };
        let mut outcome = Outcome::default();
        outcome.rows_affected = Some(inserted);
        Ok(outcome)
    }

    async fn insert_all(
        &mut self,
        insert: &Insert,
        rows: &mut BulkRows,
        begin: Option<Begin>,
        unit: &mut Unit,
    ) -> Result<u64> {
        let mut waiting = Waiting::new(DB::patience(&self.shared.settings));
        if let Some(begin) = begin {
            while let Err(error) = self.begin(begin, "INSERT").await {
                if !(DB::is_busy(&error) && waiting.goes_on().await) {
                    return Err(error);
                }
                self.stopper.check()?;
            }
        }
        if !unit.own {
            self.send(format!("SAVEPOINT {SAVEPOINT}")).await?;
            unit.savepoint = Some(SAVEPOINT);
        }
        let mut inserted = 0;
        let mut values = Vec::new();
        let mut gathered = 0;
        let mut bytes = 0;
        while rows.advance()? {
            bytes += rows.row().iter().map(weight).sum::<usize>();
            values.extend(rows.row().iter().cloned());
            gathered += 1;
            if gathered == insert.most_rows || bytes >= MOST_BYTES {
                inserted += self.insert_rows(insert, std::mem::take(&mut values), gathered).await?;
                (gathered, bytes) = (0, 0);
            }
        }
        if gathered > 0 {
            inserted += self.insert_rows(insert, values, gathered).await?;
        }
        if unit.own {
            self.commit_own(unit, &mut waiting).await?;
        } else {
            self.send(format!("RELEASE SAVEPOINT {SAVEPOINT}")).await?;
        }
        Ok(inserted)
    }

    /// Inserts so many rows, and says how many the server has inserted: a trigger may leave some out.
    async fn insert_rows(&mut self, insert: &Insert, values: Vec<Value>, rows: usize) -> Result<u64> {
        let text = insert.text(rows);
        DB::check(&text, &values)?;
        if let Some((known, arguments)) = self.know_once(&text, &values)? {
            self.stopper.check()?;
            let answers = DB::send_once(&mut self.client, sql_of(Arc::clone(&known.sql)), arguments);
            let answers = read_all(answers, &known).await.map_err(DB::error)?;
            return Ok(count_rows(answers, &known));
        }
        let mut waiting = Waiting::new(DB::patience(&self.shared.settings));
        loop {
            let (known, arguments) = self.ready(&text, &values, None, true).await?;
            let answers = DB::send(&mut self.client, sql_of(known.sql.clone()), arguments);
            match read_all(answers, &known).await.map_err(DB::error) {
                Err(error) if DB::is_busy(&error) && waiting.goes_on().await => self.stopper.check()?,
                Err(error) => return Err(error),
                Ok(answers) => return Ok(count_rows(answers, &known)),
            }
        }
    }
}

fn count_rows<DB: SqlxDatabase>(answers: Vec<Answer<DB>>, known: &Known<DB>) -> u64 {
    answers.into_iter().filter_map(|answer| answer.into_outcome(known).rows_affected).sum()
}

/// An INSERT of any number of rows.
struct Insert {
    head: String,
    columns: usize,
    style: PlaceholderStyle,
    most_rows: usize,
}

impl Insert {
    fn new<DB: SqlxDatabase>(table: &str, columns: &[String]) -> Self {
        let names: Vec<String> = columns.iter().map(|name| quote_name(name, DB::QUOTE)).collect();
        Self {
            head: format!("INSERT INTO {table} ({}) VALUES ", names.join(", ")),
            columns: columns.len(),
            style: DB::dialect().placeholders,
            most_rows: (DB::MOST_PARAMETERS / columns.len().max(1)).clamp(1, MOST_ROWS),
        }
    }

    fn text(&self, rows: usize) -> CompiledText {
        let mut sql = self.head.clone();
        for row in 0..rows {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..self.columns {
                if column > 0 {
                    sql.push_str(", ");
                }
                let number = row * self.columns + column + 1;
                match self.style {
                    PlaceholderStyle::Dollar => sql.push_str(&format!("${number}")),
                    PlaceholderStyle::NumberedQuestion => sql.push_str(&format!("?{number}")),
                    _ => sql.push('?'),
                }
            }
            sql.push(')');
        }
        CompiledText::raw(sql)
    }
}

/// About how many bytes a value takes on its way.
fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Decimal(text) | Value::Json(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Array(elements) => elements.iter().map(weight).sum(),
        _ => size_of::<i64>(),
    }
}
