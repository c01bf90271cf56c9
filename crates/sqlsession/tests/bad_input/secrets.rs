use std::error::Error as _;

use sqlsession::{AsyncDatabase, DatabaseUrl, Error, SessionOptions, create_engine, text, value::Date};

const SECRET: &str = "hunter2";

/// Everything an error says in any way, its causes included.
#[track_caller]
fn keeps_it(error: &Error) {
    let mut words = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    assert!(!words.contains(SECRET), "{words}");
}

#[test]
fn the_password_of_a_url() {
    for url in [
        // Refused for the option, or where there is no such driver.
        "postgresql://u:hunter2@h/db?nosuch=1",
        "mysql+aiomysql://u:hunter2@h:3306/db?nosuch=1",
        "sqlite://u:hunter2@h/db",
        "nosuch://u:hunter2@h/db",
        "nosuch://u:hunter2@h:port/db",
        "u:hunter2@h/db",
        "postgresql://u:x@hunter2@h/db",
        "postgresql://u:hunter2@[::1/db",
        "sqlite://u:hunter2@/app.db?nosuch=1",
    ] {
        keeps_it(&create_engine(url).unwrap_err());
        keeps_it(&AsyncDatabase::shared(url).unwrap_err());
    }
    let url = DatabaseUrl::parse("postgresql://u:hunter2@h/db").unwrap();
    let words = format!("{url} {url:?} {url:#?}");
    assert!(words.contains("***") && !words.contains(SECRET), "{words}");
}

#[tokio::test]
async fn the_values_of_parameters() {
    let db = AsyncDatabase::create("sqlite://").unwrap();
    db.execute_then(
        "create table t (id integer primary key, name text unique check (length(name) < 8)) strict",
        Ok,
    )
    .await
    .unwrap();
    let mut session = db.session_maker().session();
    session.execute(text("insert into t values (1, :name)").bind("name", SECRET)).await.unwrap();
    for statement in [
        text("insert into t values (2, :name)").bind("name", SECRET),
        text("insert into t values (2, :name)").bind("name", format!("{SECRET} and more")),
        text("insert into t (id) values (:name)").bind("name", SECRET),
        text("selct :name").bind("name", SECRET),
        text("select :name, :other").bind("name", SECRET),
        text("select 1").bind("name", SECRET),
        text("select :name").bind("name", vec![SECRET]),
        text("select json_extract(:name, '$')").bind("name", SECRET),
        text("select 1 from t where name match :name").bind("name", SECRET),
    ] {
        assert!(!format!("{statement:?} {:?}", statement.parameters()).contains(SECRET));
        keeps_it(&session.execute(&statement).await.expect_err("it is refused"));
    }
    let sets = [[("name", SECRET)], [("name", SECRET)]];
    keeps_it(&session.execute_many("insert into t(name) values (:name)", sets).await.unwrap_err());
    assert!(!format!("{session:?} {db:?}").contains(SECRET));
}

#[tokio::test]
async fn the_values_of_columns() {
    let db = AsyncDatabase::create("sqlite://").unwrap();
    let mut session = db.session_maker().session_with(SessionOptions::default().read_only(true));
    let select = "select 'hunter2' as name";
    keeps_it(&session.scalar_one::<i64>(select).await.unwrap_err());
    keeps_it(&session.scalar_one::<char>(select).await.unwrap_err());
    keeps_it(&session.scalar_one::<Date>(select).await.unwrap_err());
    keeps_it(&session.scalar_one::<std::net::IpAddr>(select).await.unwrap_err());
    keeps_it(&session.scalar_one::<std::time::SystemTime>(select).await.unwrap_err());
    #[cfg(feature = "uuid")]
    keeps_it(&session.scalar_one::<uuid::Uuid>(select).await.unwrap_err());
    #[cfg(feature = "rust_decimal")]
    keeps_it(&session.scalar_one::<rust_decimal::Decimal>(select).await.unwrap_err());
    #[cfg(feature = "bigdecimal")]
    keeps_it(&session.scalar_one::<bigdecimal::BigDecimal>(select).await.unwrap_err());
    #[cfg(feature = "json")]
    keeps_it(&session.scalar_one::<serde_json::Value>(select).await.unwrap_err());
}
