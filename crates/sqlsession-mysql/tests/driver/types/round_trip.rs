use sqlsession_mysql::{AsyncSession, EngineOptions, core::Value, text};

use super::cases::{CASES, Case};
use crate::database::Database;

/// Reads a column by the text protocol: mysql_async takes the colon for a parameter's, and such a text is not prepared.
const AS_TEXT: &str = "0 - '0:x' = 0";

/// A table of one type: rows from 0 on hold its literals, from 100 on what was read and sent back, from 200 on the same
/// by `bulk_insert`; the last of each is NULL.
struct Table<'t> {
    database: &'t Database,
    session: AsyncSession,
    name: String,
    case: &'t Case,
}

impl Table<'_> {
    async fn read(&mut self, first: i64, condition: &str) -> Vec<Value> {
        let sql = format!(
            "select v from {} where id div 100 = {} and {condition} order by id",
            self.name,
            first / 100
        );
        self.session.scalars(sql).await.unwrap_or_else(|error| panic!("{}: {error}", self.case.ty))
    }

    /// What the server's own client prints of the rows.
    fn printed(&self, first: i64) -> Vec<Option<Vec<u8>>> {
        let value = match self.case.read_as {
            "bytes" => "v",
            "integer" if self.case.ty.starts_with("bit") => "cast(v + 0 as char)",
            "integer" => "cast(cast(v as decimal(20)) as char)",
            // Its text has not all of its digits.
            "float" => "cast(cast(v as double) as char)",
            _ => "convert(cast(v as char) using utf8mb4)",
        };
        let sql =
            format!("select hex({value}) from {} where id div 100 = {} order by id", self.name, first / 100);
        let bytes = |hex: &str| {
            let digits: Vec<u8> = hex.bytes().collect();
            digits
                .chunks(2)
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
                .collect()
        };
        let answer = self.database.ask(&sql);
        answer.split('\n').map(|line| (line != "NULL").then(|| bytes(line))).collect()
    }
}

/// Whether a value is what the server prints.
fn is_printed(value: &Value, printed: Option<&[u8]>) -> bool {
    let Some(printed) = printed else { return *value == Value::Null };
    let text = String::from_utf8_lossy(printed);
    match value {
        Value::Null => false,
        Value::Bytes(bytes) => bytes == printed,
        Value::I64(number) => number.to_string() == text,
        Value::U64(number) => number.to_string() == text,
        // Not all digits fit into what the server takes for enough room; see below.
        Value::F64(number) => {
            text.parse::<f64>().is_ok_and(|printed| (number - printed).abs() <= number.abs() / 1e14)
        }
        Value::Text(own) | Value::Decimal(own) | Value::Json(own) => *own == text,
        Value::Date(date) => text.parse().is_ok_and(|printed| *date == printed),
        Value::Time(time) => text.parse().is_ok_and(|printed| *time == printed),
        Value::DateTime(at) => text.parse().is_ok_and(|printed| *at == printed),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_type_is_read_and_sent_as_the_server_prints_it() {
    // Strict, but with days that are none.
    let query = "?sql_mode=STRICT_ALL_TABLES,ALLOW_INVALID_DATES&time_zone=%2B00:00";
    let database = Database::by(query, EngineOptions::default());
    for (number, case) in CASES.iter().enumerate() {
        if case.only.is_some_and(|product| product != database.place.product()) {
            continue;
        }
        let session = database.session();
        let mut table = Table { database: &database, session, name: format!("t{number}"), case };
        check(&mut table).await;
    }
}

async fn check(table: &mut Table<'_>) {
    let Case { ty, read_as, literals, texts, .. } = table.case;
    let name = table.name.clone();
    table.session.execute(format!("create table {name} (id int primary key, v {ty})")).await.unwrap();
    let all: Vec<&str> = literals.iter().chain(*texts).chain(&["null"]).copied().collect();
    for (id, literal) in all.iter().enumerate() {
        let insert = format!("insert into {name} values ({id}, {literal})");
        table.session.execute(insert).await.unwrap_or_else(|error| panic!("{ty}, {literal}: {error}"));
    }
    table.session.commit().await.unwrap();
    let printed = table.printed(0);
    let prepared = table.read(0, "true").await;
    let by_text = table.read(0, AS_TEXT).await;
    assert_eq!(prepared.len(), all.len(), "{ty}");
    for (row, value) in prepared.iter().enumerate() {
        let literal = all[row];
        assert!(
            is_printed(value, printed[row].as_deref()),
            "{ty}, {literal}: {value:?} for {:?}",
            printed[row]
        );
        assert_eq!(by_text[row], *value, "{ty}, {literal}, as text");
        let expected = match row {
            _ if row < literals.len() => read_as,
            _ if row < literals.len() + texts.len() => "text",
            _ => "null",
        };
        if let Value::F64(number) = value {
            let same = text(format!("select v = :v from {name} where id = {row}")).bind("v", *number);
            assert_eq!(table.session.scalar_one::<i32>(same).await.unwrap(), 1, "{ty}, {literal}");
        }
        assert_eq!(value.type_name().trim_start_matches("unsigned "), expected, "{ty}, {literal}");
    }

    for (id, value) in (100_i64..).zip(&prepared) {
        let insert =
            text(format!("insert into {name} values (:id, :v)")).bind("id", id).bind("v", value.clone());
        table.session.execute(insert).await.unwrap_or_else(|error| panic!("{ty}, {value:?}: {error}"));
    }
    let rows = (200_i64..).zip(prepared.clone()).map(|(id, value)| vec![Value::I64(id), value]);
    table
        .session
        .bulk_insert(&*name, ["id", "v"], rows)
        .await
        .unwrap_or_else(|error| panic!("{ty}: {error}"));
    table.session.commit().await.unwrap();
    for first in [100, 200] {
        assert_eq!(table.printed(first), printed, "{ty}, sent back ({first})");
        assert_eq!(table.read(first, "true").await, prepared, "{ty}, sent back ({first})");
    }
}
