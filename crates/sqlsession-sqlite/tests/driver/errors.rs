use sqlsession_core::{DatabaseUrl, Error, ErrorKind, driver::Driver, error::Details};
use sqlsession_sqlite::SqliteOptions;

use crate::client::{Client, driver, failed};

const SCHEMA: &str = "
    create table acct (id integer primary key, name text not null unique, bal integer check (bal >= 0));
    create table item (id integer primary key, acct integer references acct (id), a, b, unique (a, b));
    create table loose (id text primary key, n integer, constraint positive check (n > 0));
    create unique index lower_id on loose (lower(id));
    create table exact (n integer) strict;
    create trigger no_delete before delete on acct begin select raise(abort, 'accounts stay'); end;
    insert into acct values (1, 'ann', 10);
    insert into item values (1, 1, 'x', 'y');
    insert into loose values ('k', 1);";

async fn error(sql: &str) -> Error {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.script(SCHEMA).await.unwrap();
    failed(client.execute(sql, vec![]).await)
}

type Names<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>);

async fn check(sql: &str, kind: ErrorKind, code: &str, (constraint, table, column): Names<'_>) {
    let error = error(sql).await;
    let Details { constraint: c, table: t, column: l, .. } = error.details();
    assert_eq!(
        (error.kind(), error.code(), c.as_deref(), t.as_deref(), l.as_deref()),
        (kind, Some(code), constraint, table, column),
        "{sql}: {error:?}"
    );
}

#[tokio::test]
async fn constraints() {
    use ErrorKind::{
        CheckViolation, Database, ForeignKeyViolation, NotNullViolation, TypeMismatch, UniqueViolation,
    };
    let unique = "insert into acct (name) values ('ann')";
    check(unique, UniqueViolation, "2067", (None, Some("acct"), Some("name"))).await;
    let key = "insert into acct values (1, 'bob', 0)";
    check(key, UniqueViolation, "1555", (None, Some("acct"), Some("id"))).await;
    let pair = "insert into item (a, b) values ('x', 'y')";
    check(pair, UniqueViolation, "2067", (None, Some("item"), Some("a, b"))).await;
    let index = "insert into loose values ('K', 1)";
    check(index, UniqueViolation, "2067", (Some("lower_id"), None, None)).await;
    let foreign = "insert into item (acct) values (9)";
    check(foreign, ForeignKeyViolation, "787", (None, None, None)).await;
    let null = "insert into acct (id) values (2)";
    check(null, NotNullViolation, "1299", (None, Some("acct"), Some("name"))).await;
    let expression = "insert into acct values (2, 'bob', -1)";
    check(expression, CheckViolation, "275", (Some("bal >= 0"), None, None)).await;
    let named = "insert into loose values ('l', 0)";
    check(named, CheckViolation, "275", (Some("positive"), None, None)).await;
    let strict = "insert into exact values ('x')";
    check(strict, TypeMismatch, "3091", (None, Some("exact"), Some("n"))).await;
    check("delete from acct", Database, "1811", (None, None, None)).await;
    assert_eq!(error("delete from acct").await.message(), "accounts stay");
    let rowid = "insert into acct values ('x', 'bob', 1)";
    check(rowid, TypeMismatch, "20", (None, None, None)).await;
}

#[tokio::test]
async fn unknown_names() {
    use ErrorKind::{Database, UndefinedColumn, UndefinedTable};
    check("select * from nowhere", UndefinedTable, "1", (None, Some("nowhere"), None)).await;
    check("select absent from acct", UndefinedColumn, "1", (None, None, Some("absent"))).await;
    check("select acct.absent from acct", UndefinedColumn, "1", (None, None, Some("absent"))).await;
    let insert = "insert into acct (absent) values (1)";
    check(insert, UndefinedColumn, "1", (None, Some("acct"), Some("absent"))).await;
    check("select absent()", Database, "1", (None, None, None)).await;
    check("create table acct (id)", Database, "1", (None, None, None)).await;
}

#[tokio::test]
async fn syntax_with_its_position() {
    let error = error("  select '\u{e9}' form acct where").await;
    assert_eq!(error.kind(), ErrorKind::Syntax);
    assert_eq!(error.message(), "near \"acct\": syntax error");
    assert_eq!(error.details().position, Some(19));
    for sql in ["select", "select 'open", "selec 1"] {
        assert_eq!(crate::errors::error(sql).await.kind(), ErrorKind::Syntax, "{sql}");
    }
}

#[tokio::test]
async fn the_cause_is_rusqlites_and_values_are_nowhere() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.script(SCHEMA).await.unwrap();
    let secret = sqlsession_core::Value::Text("hunter2".into());
    let error = failed(client.execute("insert into exact values (?1)", vec![secret]).await);
    let cause = std::error::Error::source(&error).unwrap();
    assert!(cause.downcast_ref::<rusqlite::Error>().is_some());
    assert!(!format!("{error:?} {error}").contains("hunter2"));
}

#[tokio::test]
async fn the_key_of_a_file_is_nowhere() {
    let url = "sqlite:///file:/nonexistent/x.db?uri=true&hexkey=5ec4e7&vfs=";
    for vfs in ["", "nosuch"] {
        let url = DatabaseUrl::parse(&format!("{url}{vfs}")).unwrap();
        let driver = driver(SqliteOptions::from_url(&url).unwrap());
        let error = failed(driver.connect().await);
        assert!(error.message().contains("/nonexistent/x.db"), "{error}");
        let mut said =
            format!("{url} {url:?} {driver:?} {:?} {error} {error:?} {error:#?}", driver.options());
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            said.push_str(&format!("{error} {error:?}"));
            cause = error.source();
        }
        assert!(!said.contains("5ec4e7"), "{said}");
    }
}
