//! `bulk_insert` by LOAD DATA LOCAL.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use sqlsession_mysql::{
    AsyncSession, EngineOptions, ErrorKind, MysqlEngine, SessionOptions,
    core::{
        Value,
        driver::IsolationLevel,
        value::{Date, DateTime, Time},
    },
};
use sqlsession_test_servers::{MysqlProduct, MysqlServer};

use crate::database::Database;

/// More rows than one INSERT takes.
const ROWS: i64 = 5_000;

fn loading() -> Database {
    Database::by("?local_infile=true", EngineOptions::default().pool_size(1).max_overflow(0))
}

/// How many files the session has sent.
async fn loads(session: &mut AsyncSession) -> i64 {
    let row: (String, String) = session.one("show session status like 'Com_load'").await.unwrap();
    row.1.parse().unwrap()
}

const COLUMNS: [&str; 14] =
    ["id", "big", "dec", "flt", "dbl", "chr", "txt", "lat", "day", "at", "tim", "doc", "kind", "yr"];

const TABLE: &str = "(id int primary key, big bigint unsigned, `dec` decimal(65,30), flt float, dbl double, \
    chr char(20), txt longtext, lat varchar(200) character set latin1, day date, at datetime(6), tim time(6), \
    doc json, kind enum('1', 'a b', 'ü'), yr year)";

/// Rows of awkward values.
fn awkward(n: i64) -> Vec<Value> {
    const TEXTS: [&str; 9] = [
        "",
        "\\N",
        "NULL",
        "tab\tnew\nreturn\r\0end",
        "\\",
        "\u{1f600} ünï",
        "'\"`",
        " trailing ",
        "\\t\\n\\",
    ];
    let pick = |list: &[Value]| list[usize::try_from(n).unwrap() % list.len()].clone();
    let text = TEXTS[usize::try_from(n).unwrap() % TEXTS.len()];
    let day = Date::new(2024, 2, 29).unwrap();
    let time = Time::new(23, 59, 58, 7_000).unwrap();
    let decimal = |text: &str| Value::Decimal(text.to_owned());
    let doc = |text: &str| Value::Json(text.to_owned());
    vec![
        n.into(),
        pick(&[Value::U64(u64::MAX), Value::I64(0), Value::Null, "17".into()]),
        pick(&[
            decimal("-0.000000000000000000000000000001"),
            7.into(),
            decimal("99999999999999999999999999999999999"),
            Value::Null,
        ]),
        pick(&[Value::F64(0.1), Value::I64(16_777_217), Value::F64(-1e-30), Value::Null]),
        pick(&[
            Value::F64(0.1),
            Value::F64(f64::MIN_POSITIVE),
            Value::F64(1.797_693_134_862_315_7e308),
            Value::I64(i64::MIN),
        ]),
        text.chars().take(20).collect::<String>().into(),
        pick(&[text.into(), Value::Null, Value::I64(-5), format!("{text}{text}").into(), Value::U64(5)]),
        pick(&["ü\t\\".into(), Value::Null, "".into()]),
        pick(&[day.into(), "0001-01-01".into(), Value::Null]),
        pick(&[
            DateTime::new(day, time).into(),
            DateTime::new(day, Time::new(0, 0, 0, 0).unwrap()).into(),
            Value::Null,
        ]),
        pick(&[time.into(), "-838:59:59".into(), Time::new(0, 0, 0, 0).unwrap().into()]),
        pick(&[doc("{\"a\": [1, \"\\t\\\\\"]}"), doc("null"), Value::Null]),
        pick(&["1".into(), "a b".into(), "ü".into(), Value::Null]),
        pick(&["1999".into(), "0".into(), Value::Null]),
    ]
}

/// The same rows by LOAD and by INSERT are the same in the table.
#[tokio::test]
async fn every_value_is_stored_as_an_insert_stores_it() {
    let database = loading();
    let mut session = database.session();
    session.execute(format!("create table loaded {TABLE}")).await.unwrap();
    session.execute(format!("create table inserted {TABLE}")).await.unwrap();
    let rows = || (0..ROWS).map(awkward);
    assert_eq!(session.bulk_insert("loaded", COLUMNS, rows()).await.unwrap(), 5_000);
    assert_eq!(loads(&mut session).await, 1, "it was a file");
    session.commit().await.unwrap();
    let insert = MysqlEngine::new(database.place.url()).unwrap().to_async();
    let mut inserting = insert.session_maker().session();
    assert_eq!(inserting.bulk_insert("inserted", COLUMNS, rows()).await.unwrap(), 5_000);
    assert_eq!(loads(&mut inserting).await, 0, "it is off unless it is asked for");
    inserting.commit().await.unwrap();
    let same: Vec<String> = COLUMNS
        .iter()
        .map(|name| format!("l.`{name}` <=> i.`{name}` and hex(l.`{name}`) <=> hex(i.`{name}`)"))
        .collect();
    let different = format!(
        "select count(*) from loaded l join inserted i using (id) where not ({})",
        same.join(" and ")
    );
    assert_eq!(database.ask(&different), "0");
    assert_eq!(
        database.ask("select count(*), count(txt), max(big) from loaded"),
        "5000|4000|18446744073709551615"
    );
}

/// What a text would store otherwise goes by INSERT.
#[tokio::test]
async fn what_a_file_cannot_say_is_inserted() {
    let database = loading();
    let mut session = database.session();
    type Case = (&'static str, fn(i64) -> Value, &'static str);
    let cases: [Case; 7] = [
        ("blob", |n| vec![0_u8, 255, u8::try_from(n % 256).unwrap()].into(), "sum(length(v)), min(hex(v))"),
        ("varchar(20)", |n| format!("{n}").into_bytes().into(), "sum(v), count(*)"),
        ("bit(64)", |n| n.into(), "sum(v), max(v) + 0"),
        ("year", |n| (n % 2).into(), "sum(v), min(v)"),
        ("enum('b', 'a')", |n| (n % 2 + 1).into(), "sum(v), max(v)"),
        ("int", |n| (n as f64 + 0.5).into(), "sum(v), max(v)"),
        (
            "varchar(40)",
            |_| DateTime::new(Date::new(2024, 1, 1).unwrap(), Time::new(1, 2, 3, 0).unwrap()).into(),
            "min(v), max(v)",
        ),
    ];
    let insert = MysqlEngine::new(database.place.url()).unwrap().to_async();
    for (number, (ty, value, sums)) in cases.into_iter().enumerate() {
        let mut seen = Vec::new();
        for (table, session) in [
            (format!("l{number}"), &mut session),
            (format!("i{number}"), &mut insert.session_maker().session()),
        ] {
            session.execute(format!("create table {table} (v {ty})")).await.unwrap();
            let rows = (0..ROWS).map(move |n| [value(n)]);
            assert_eq!(session.bulk_insert(table.as_str(), ["v"], rows).await.unwrap(), 5_000);
            session.commit().await.unwrap();
            seen.push(database.ask(&format!("select {sums} from {table}")));
        }
        assert_eq!(seen[0], seen[1], "{ty}");
    }
    assert_eq!(loads(&mut session).await, 0);
}

/// A row that a file would skip or bend is the error that it is.
#[tokio::test]
async fn a_row_that_fails_is_the_error_of_an_insert_and_leaves_none() {
    let database = loading();
    let mut session = database.session();
    session.execute("create table parent (id int primary key)").await.unwrap();
    session.execute("insert into parent values (1)").await.unwrap();
    let columns = "(id int primary key, n tinyint not null, t varchar(5), d date, p int default 1, \
                   check (n < 100), foreign key (p) references parent (id))";
    session.execute(format!("create table t {columns}")).await.unwrap();
    session.execute("insert into t (id, n) values (-1, 1)").await.unwrap();
    session.commit().await.unwrap();
    let row = |n: i64, t: &str| -> Vec<Value> { vec![n.into(), 1.into(), t.into(), Value::Null, 1.into()] };
    let with = |at: usize, value: Value| {
        let mut bad = row(4_000, "a");
        bad[at] = value;
        bad
    };
    let cases = [
        (with(0, 7.into()), ErrorKind::UniqueViolation),
        (with(1, Value::Null), ErrorKind::NotNullViolation),
        (with(1, "abc".into()), ErrorKind::TypeMismatch),
        (with(1, 1_000.into()), ErrorKind::OutOfRange),
        (with(1, 100.into()), ErrorKind::CheckViolation),
        (with(2, "longer".into()), ErrorKind::OutOfRange),
        (with(3, "2024-02-30".into()), ErrorKind::TypeMismatch),
        (with(4, 2.into()), ErrorKind::ForeignKeyViolation),
    ];
    let before = loads(&mut session).await;
    for (number, (bad, kind)) in cases.into_iter().enumerate() {
        session.execute("update t set n = n + 1 where id = -1").await.unwrap();
        let shown = format!("{bad:?}");
        let rows = (0..ROWS).map(move |n| if n == 4_000 { bad.clone() } else { row(n, "a") });
        let error = session.bulk_insert("t", ["id", "n", "t", "d", "p"], rows).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{shown}: {error:?}");
        session.commit().await.unwrap();
        assert_eq!(database.ask("select count(*), max(n) from t"), format!("1|{}", number + 2), "{shown}");
    }
    assert_eq!(loads(&mut session).await - before, 7, "all but that of a NULL were tried as a file");
    let ragged = (0..ROWS).map(|n| if n == 4_000 { vec![n] } else { vec![n, 1] });
    let error = session.bulk_insert("t", ["id", "n"], ragged).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadParameter);
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "1");
}

/// Where an INSERT would only warn, it is an INSERT that warns.
#[tokio::test]
async fn a_server_that_is_not_strict_bends_values_and_skips_none() {
    let database =
        Database::by("?local_infile=true&sql_mode=NO_ENGINE_SUBSTITUTION", EngineOptions::default());
    let mut session = database.session();
    session.execute("create table t (id int primary key, n tinyint)").await.unwrap();
    let rows = (0..ROWS).map(|n| (n, n));
    assert_eq!(session.bulk_insert("t", ["id", "n"], rows).await.unwrap(), 5_000);
    let again = (0..ROWS).map(|n| (n + 4_999, 1));
    let error = session.bulk_insert("t", ["id", "n"], again).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*), max(n) from t"), "5000|127");
}

#[tokio::test]
async fn many_files_are_all_or_nothing_in_autocommit_too() {
    let database = loading();
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = database.engine.session_maker().session_with(autocommit);
    session.execute("create table t (n int primary key, t text)").await.unwrap();
    let rows = |last: i64| (0..50_000_i64).map(move |n| (if n == 49_999 { last } else { n }, "text\t"));
    let error = session.bulk_insert("t", ["n", "t"], rows(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(database.ask("select count(*) from t"), "0");
    session.rollback().await.unwrap();
    assert_eq!(session.bulk_insert("t", ["n", "t"], rows(-1)).await.unwrap(), 50_000);
    assert_eq!(database.ask("select count(*) from t"), "50000");
    assert!(loads(&mut session).await >= 8);
}

#[tokio::test]
async fn a_table_without_transactions_says_that_it_keeps_what_it_has() {
    let database = loading();
    let mut session = database.session();
    session.execute("create table t (n int primary key) engine = myisam").await.unwrap();
    assert_eq!(session.bulk_insert("t", ["n"], (0..ROWS).map(|n| [n])).await.unwrap(), 5_000);
    let again = (0..ROWS).map(|n| [n + 4_999]);
    let error = session.bulk_insert("t", ["n"], again).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState);
    assert!(error.message().contains("no transactions"), "{error}");
}

#[tokio::test]
async fn a_server_that_does_not_allow_it_is_given_inserts() {
    for product in MysqlProduct::installed() {
        let server = MysqlServer::start(product).unwrap();
        server.query("set global local_infile = off; create table t (n int primary key)").unwrap();
        let url = format!("{}?local_infile=true", server.url());
        let engine = MysqlEngine::new(url.as_str()).unwrap().to_async();
        let mut session = engine.session_maker().session();
        assert_eq!(session.bulk_insert("t", ["n"], (0..ROWS).map(|n| [n])).await.unwrap(), 5_000);
        session.commit().await.unwrap();
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 5_000);
    }
}

/// What a hostile server does in answer to any statement, and here to one that asks for it.
#[tokio::test]
async fn no_file_is_ever_sent() {
    for query in ["", "?local_infile=true"] {
        let database = Database::by(query, EngineOptions::default());
        let mut session = database.session();
        session.execute_and_commit("create table t (line text)").await.unwrap();
        if !query.is_empty() {
            session.bulk_insert("t", ["line"], (0..ROWS).map(|n| [format!("{n}")])).await.unwrap();
            session.execute("delete from t").await.unwrap();
            session.commit().await.unwrap();
        }
        let sql = "load data local infile '/etc/passwd' into table t";
        for script in [false, true] {
            let sent =
                if script { session.execute_script(sql).await } else { session.execute(sql).await.map(drop) };
            let refused = sent.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Unsupported, "{refused:?}");
            session.rollback().await.unwrap();
        }
        assert_eq!(database.ask("select count(*) from t"), "0");
        assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_file_that_is_stopped_leaves_nothing() {
    let database = loading();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int primary key, t text)").await.unwrap();
    session.execute_and_commit("create trigger slow before insert on t for each row set new.t = if(new.n = 3000, sleep(100), '')").await.unwrap();
    let rows = || (0..ROWS).map(|n| (n, "text"));
    let mut interrupted = 0;
    for polls in [1, 5, 6, 7, 8, 9, 10, 12, 15, 20, 40] {
        let mut session = database.session();
        {
            let mut future = pin!(session.bulk_insert("t", ["n", "t"], rows()));
            for _ in 0..polls {
                let polled = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())).await;
                assert!(!polled, "the trigger holds it up");
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
        // With its first poll it may have been waiting for its connection.
        if let Err(error) = session.execute("select 1").await {
            assert_eq!(error.kind(), ErrorKind::Interrupted);
            interrupted += 1;
        }
        session.rollback().await.unwrap();
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0, "{polls} polls");
    }
    assert!(interrupted >= 10, "{interrupted} of 11");
    let timeout = SessionOptions::default().statement_timeout(Duration::from_millis(300));
    let mut session = database.engine.session_maker().session_with(timeout);
    let error = session.bulk_insert("t", ["n", "t"], rows()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StatementTimeout);
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
}

#[test]
fn blocking_calls_load_too() {
    let database = Database::create();
    let url = format!("{}?local_infile=true", database.place.url());
    let options = EngineOptions::default().blocking();
    let engine = MysqlEngine::with_options(url.as_str(), options).unwrap().to_blocking().unwrap();
    let mut session = engine.session_maker().session();
    session.execute("create table t (n int)").unwrap();
    assert_eq!(session.bulk_insert("t", ["n"], (0..ROWS).map(|n| [n])).unwrap(), 5_000);
    let row: (String, String) = session.one("show session status like 'Com_load'").unwrap();
    assert_eq!(row.1, "1");
}

/// Whether it is loaded or inserted, what comes of a row is the same.
#[tokio::test]
async fn odd_tables_take_and_refuse_what_they_do_by_insert() {
    let database = Database::create();
    let tables = [
        // What comes first is the table, then the column, then its value in the last row.
        ("v int, g int as (v + 1) stored", "g", Value::I64(7)),
        ("v int, g int as (v + 1) virtual", "g", Value::Null),
        ("v timestamp not null default '2020-01-01 00:00:00'", "v", Value::Null),
        ("v timestamp null", "v", "2024-03-31 02:30:00".into()),
        ("v timestamp null", "v", "1969-01-01 00:00:00".into()),
        ("v int not null auto_increment unique", "v", Value::Null),
        ("v int not null auto_increment unique", "v", Value::I64(0)),
        ("v int default 5", "v", "".into()),
        ("v int", "v", " 12 ".into()),
        ("v int", "v", "12abc".into()),
        ("v int", "v", "1e2".into()),
        ("v int unsigned", "v", Value::I64(-1)),
        ("v bigint", "v", Value::U64(u64::MAX)),
        ("v decimal(5,2)", "v", Value::Decimal("1.005".to_owned())),
        ("v decimal(5,2)", "v", Value::Decimal("1000".to_owned())),
        ("v float", "v", Value::F64(1e300)),
        ("v double", "v", Value::F64(f64::NAN)),
        ("v date", "v", "0000-00-00".into()),
        ("v date", "v", Value::I64(20_240_229)),
        ("v date", "v", "2024-2-9".into()),
        ("v datetime", "v", "2024-02-29T12:00:00.6".into()),
        ("v time", "v", "900:00:00".into()),
        ("v year", "v", "0".into()),
        ("v year", "v", "3000".into()),
        ("v enum('a', 'b')", "v", "2".into()),
        ("v enum('a', 'b')", "v", "c".into()),
        ("v set('a', 'b')", "v", "b,a".into()),
        ("v set('a', 'b')", "v", "".into()),
        ("v char(3)", "v", "a   ".into()),
        ("v varchar(3)", "v", "abcd".into()),
        ("v varchar(9) character set utf8mb3", "v", "\u{1f600}".into()),
        ("v varchar(9) character set latin1", "v", "Ω".into()),
        ("v varchar(9) character set ucs2", "v", "Ω\t\\".into()),
        ("v json", "v", "{".into()),
        ("v json", "v", "\"\\t\u{1f600}\"".into()),
        ("v json", "v", Value::I64(5)),
        ("v bit(8)", "v", "a".into()),
        ("v varbinary(9)", "v", "ü".into()),
        ("v tinyint(1)", "v", true.into()),
        ("v int, check (v <> 9)", "v", Value::I64(9)),
    ];
    for (number, (definition, column, value)) in tables.into_iter().enumerate() {
        let mut outcomes = Vec::new();
        for (way, query) in [("l", "?local_infile=true"), ("i", "")] {
            let engine =
                MysqlEngine::new(format!("{}{query}", database.place.url()).as_str()).unwrap().to_async();
            let mut session = engine.session_maker().session();
            let table = format!("{way}{number}");
            session
                .execute(format!("create table {table} (id int primary key, {definition})"))
                .await
                .unwrap();
            // What stores the present moment stores the same one both times.
            session.execute("set timestamp = 1700000000").await.unwrap();
            let last = value.clone();
            let rows = (0..2_000_i64).map(move |n| (n, if n == 1_999 { last.clone() } else { Value::Null }));
            // A column that takes no NULL has something else in the rows before.
            let rows: Vec<(i64, Value)> = match definition.contains("not null default") {
                true => rows
                    .map(|(n, value)| (n, if n < 1_999 { "2024-01-01 00:00:00".into() } else { value }))
                    .collect(),
                false => rows.collect(),
            };
            let ended = session.bulk_insert(table.as_str(), ["id", column], rows).await;
            session.commit().await.unwrap();
            let ended = ended.map_err(|error| (error.kind(), error.code().map(str::to_owned)));
            outcomes.push((
                ended,
                database.ask(&format!("select count(*), min(v), max(v), hex(max(v)) from {table}")),
            ));
        }
        assert_eq!(outcomes[0], outcomes[1], "{definition}: {value:?}");
    }
}
