use sqlsession_postgres::{
    ErrorKind, PostgresEngine, SessionOptions,
    core::{
        Value,
        driver::IsolationLevel,
        value::{DateTime, OffsetDateTime},
    },
    text,
};
use sqlsession_test_servers::Postgres;

use crate::database::Database;

#[tokio::test]
async fn many_rows_are_inserted_and_counted() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute("create table \"Odd Table\" (id bigint, \"a name\" text, score float8, rest text)")
        .await
        .unwrap();
    let rows = (0..50_000_i64).map(|n| {
        let name = (n % 7 != 0).then(|| format!("name\t{n}\\\n"));
        (n, name, n as f64 / 2.0)
    });
    let inserted = session.bulk_insert("\"Odd Table\"", ["id", "a name", "score"], rows).await.unwrap();
    assert_eq!(inserted, 50_000);
    session.commit().await.unwrap();
    let sums = "select count(*), sum(id), count(\"a name\"), sum(score), count(rest) from \"Odd Table\"";
    assert_eq!(database.ask(sums), "50000|1249975000|42857|624987500|0");
    assert_eq!(
        database.ask("select count(*) from \"Odd Table\" where \"a name\" = 'name' || chr(9) || id || chr(92) || chr(10)"),
        "42857"
    );
}

#[tokio::test]
async fn types_that_have_no_binary_form_here_go_as_text() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (span interval, at inet, list int[], price numeric)").await.unwrap();
    let rows = [("1 day", "10.0.0.1", "{1,NULL,3}", "1.50"), ("2 mons", "::1", "{}", "NaN")];
    assert_eq!(session.bulk_insert("t", ["span", "at", "list", "price"], rows).await.unwrap(), 2);
    let read: Vec<String> = session.scalars("select (span, at, list, price)::text from t").await.unwrap();
    assert_eq!(read, ["(\"1 day\",10.0.0.1,\"{1,NULL,3}\",1.50)", "(\"2 mons\",::1,{},NaN)"]);
}

#[tokio::test]
async fn a_row_that_fails_leaves_none() {
    let database = Database::create();
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = database.engine.session_maker().session_with(autocommit);
    session.execute("create table t (n smallint primary key)").await.unwrap();
    let again = (0..20_000_i64).map(|n| [n % 10_000]);
    let error = session.bulk_insert("t", ["n"], again).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{error:?}");
    session.rollback().await.unwrap();
    let large = (0..100_000_i64).map(|n| [n]);
    let error = session.bulk_insert("t", ["n"], large).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutOfRange, "{error:?}");
    assert!(error.message().contains("row 32769"), "{error}");
    session.rollback().await.unwrap();
    let error = session.bulk_insert("nowhere", ["n"], [[1]]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedTable);
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "0");
    assert_eq!(session.bulk_insert("t", ["n"], [[1], [2]]).await.unwrap(), 2);
    assert_eq!(database.ask("select count(*) from t"), "2");
}

fn decimal(text: &str) -> Value {
    Value::Decimal(text.to_owned())
}

/// Where the decimal mark is a comma, the point of a text stands between thousands.
#[tokio::test]
async fn an_amount_of_money_is_the_same_in_every_locale() {
    let server = Postgres::new().locale("de_DE").locale("ja_JP").start().unwrap();
    let mut session = PostgresEngine::new(server.url()).unwrap().session_maker().session();
    session.execute("create table t (id serial, m money, list money[], span interval)").await.unwrap();
    let amounts =
        || ["1234.56", "-1234.56", "0.005", "1.5e3", "-7", "92233720368547758.07"].into_iter().map(decimal);
    for (locale, shown) in [("C", "$1,234.56"), ("de_DE.UTF-8", "1.234,56 €"), ("ja_JP.UTF-8", "￥1,235")]
    {
        session.execute(format!("set lc_monetary to '{locale}'")).await.unwrap();
        for amount in amounts().chain([1234.into(), Value::Null]) {
            let insert = text("insert into t (m, list) values (:m, array[:m]::numeric[])");
            session.execute(insert.bind("m", amount.clone())).await.unwrap();
        }
        let rows = amounts().chain([1234.into(), Value::Null]);
        let rows = rows.map(|amount| [amount.clone(), Value::Array(vec![amount]), "1 day".into()]);
        session.bulk_insert("t", ["m", "list", "span"], rows).await.unwrap();
        let read =
            |bulk: &str| format!("select (m, list)::text from t where span is {bulk} null order by id");
        let one_by_one: Vec<String> = session.scalars(read("")).await.unwrap();
        let in_bulk: Vec<String> = session.scalars(read("not")).await.unwrap();
        assert_eq!(in_bulk, one_by_one, "{locale}");
        assert!(in_bulk[0].contains(shown), "{locale}: {in_bulk:?}");
        // Text is read as a literal, by the locale.
        session.execute("truncate t").await.unwrap();
        session.bulk_insert("t", ["m"], [[shown]]).await.unwrap();
        session.execute(text("insert into t (m) values (:m)").bind("m", shown)).await.unwrap();
        assert_eq!(
            session.scalar_one::<i64>("select count(distinct m) from t").await.unwrap(),
            1,
            "{locale}"
        );
        session.execute("truncate t").await.unwrap();
    }
    let too_large = [[1.into()], [decimal("92233720368547758080")]];
    let error = session.bulk_insert("t", ["m"], too_large).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutOfRange, "{error:?}");
    assert!(error.message().contains("row 2"), "{error}");
}

/// One column that has no binary form makes all of them go as text.
#[tokio::test]
async fn a_column_takes_the_same_beside_one_that_goes_as_text() {
    let database = Database::create();
    let mut session = database.session();
    let moment: OffsetDateTime = "2024-07-01 12:34:56+05:30".parse().unwrap();
    let at: DateTime = "2024-07-01 12:34:56".parse().unwrap();
    for (number, (ty, value, expected)) in [
        ("timestamp", moment.into(), Err(ErrorKind::BadParameter)),
        ("timestamp[]", Value::array([moment]), Err(ErrorKind::BadParameter)),
        ("timestamptz", at.into(), Err(ErrorKind::Unsupported)),
        ("date", moment.into(), Err(ErrorKind::BadParameter)),
        ("int4", 1.5.into(), Err(ErrorKind::BadParameter)),
        ("int4", true.into(), Err(ErrorKind::BadParameter)),
        ("int2", 70_000.into(), Err(ErrorKind::OutOfRange)),
        ("text", "a\0".into(), Err(ErrorKind::BadParameter)),
        ("int8", 1e15.into(), Ok("1000000000000000")),
        ("int4", decimal("12.00"), Ok("12")),
        ("timestamptz", moment.into(), Ok("2024-07-01 07:04:56+00")),
        ("date", at.into(), Ok("2024-07-01")),
        ("\"char\"", vec![b'A'].into(), Ok("A")),
    ]
    .into_iter()
    .enumerate()
    {
        session.execute("set timezone to 'UTC'").await.unwrap();
        session.execute(format!("create table t{number} (v {ty}, span interval)")).await.unwrap();
        session.commit().await.unwrap();
        for columns in [vec!["v"], vec!["v", "span"]] {
            let row: Vec<Value> = [value.clone(), "1 day".into()].into_iter().take(columns.len()).collect();
            let inserted = session.bulk_insert(&*format!("t{number}"), columns.clone(), [row]).await;
            let name = format!("{value:?} into {ty} of {columns:?}");
            match expected {
                Ok(text) => {
                    inserted.unwrap_or_else(|error| panic!("{name}: {error}"));
                    session.commit().await.unwrap();
                    assert_eq!(
                        database.ask(&format!("set timezone to 'UTC'; select v from t{number} limit 1")),
                        text,
                        "{name}"
                    );
                }
                Err(kind) => {
                    assert_eq!(inserted.map_err(|error| error.kind()), Err(kind), "{name}");
                    session.rollback().await.unwrap();
                }
            }
        }
    }
}

#[tokio::test]
async fn a_float_has_as_many_digits_in_numeric_as_an_insert_gives_it() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (id serial, bulk bool, v numeric, list numeric[])").await.unwrap();
    let floats = || {
        [
            0.1 + 0.2,
            -1.0 / 3.0,
            100_000_000_000_000.5,
            100_000_000_000_001.5,
            123_456_789_012_345_678.0,
            1e-300 / 3.0,
            -1e22 / 3.0,
            1200.0,
            -0.0,
            f64::NAN,
            f64::NEG_INFINITY,
        ]
    };
    for float in floats() {
        let insert = text("insert into t (bulk, v, list) values (false, :v, :list)");
        let insert = insert.bind("v", float).bind("list", vec![Some(float), None]);
        session.execute(insert).await.unwrap();
    }
    // In binary form, and beside a column that goes as text.
    session.bulk_insert("t", ["bulk", "v"], floats().map(|float| (true, float))).await.unwrap();
    let rows = floats().map(|float| (true, float, vec![Some(float), None]));
    session.bulk_insert("t", ["bulk", "v", "list"], rows).await.unwrap();
    let read = |what: &str, which: &str| format!("select {what}::text from t where {which} order by id");
    let inserted: Vec<String> = session.scalars(read("v", "not bulk")).await.unwrap();
    assert_eq!(inserted[0], "0.3");
    for which in ["bulk and list is null", "bulk and list is not null"] {
        let copied: Vec<String> = session.scalars(read("v", which)).await.unwrap();
        assert_eq!(copied, inserted, "{which}");
    }
    let inserted: Vec<String> = session.scalars(read("list", "not bulk")).await.unwrap();
    let copied: Vec<String> = session.scalars(read("list", "bulk and list is not null")).await.unwrap();
    assert_eq!(copied, inserted);
}

#[tokio::test]
async fn a_text_becomes_nothing_that_the_server_would_not_make_of_it() {
    let database = Database::create();
    let mut session = database.session();
    for (number, (ty, literal)) in [
        ("float8", "1e400"),
        ("float8", "1e-400"),
        ("float4", "-1e400"),
        ("date", "0000-01-01"),
        ("timestamp", "0000-01-01 00:00:00"),
        ("timestamp", "2024-12-31 23:59:59.9999999"),
        ("time", "12:00:00.0000019"),
    ]
    .into_iter()
    .enumerate()
    {
        session.execute(format!("create table t{number} (v {ty}, span interval)")).await.unwrap();
        session.commit().await.unwrap();
        let in_binary = session.bulk_insert(&*format!("t{number}"), ["v"], [[literal]]).await;
        assert_eq!(in_binary.map_err(|error| error.kind()), Err(ErrorKind::Unsupported), "{ty} '{literal}'");
        session.rollback().await.unwrap();
        let in_text = session.bulk_insert(&*format!("t{number}"), ["v", "span"], [[literal, "1 day"]]).await;
        if literal.contains('.') {
            in_text.unwrap();
            let same = format!("select v = '{literal}' from t{number}");
            assert!(session.scalar_one::<bool>(same).await.unwrap(), "{ty} '{literal}'");
            session.commit().await.unwrap();
        } else {
            assert_eq!(in_text.map_err(|error| error.kind()), Err(ErrorKind::OutOfRange), "{ty} '{literal}'");
            session.rollback().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_decimal_that_no_float_is_goes_into_none() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (v float8)").await.unwrap();
    for number in ["1e400", "1e-400"] {
        let insert = text("insert into t values (:v)").bind("v", decimal(number));
        assert_eq!(session.execute(insert).await.unwrap_err().kind(), ErrorKind::OutOfRange, "{number}");
        session.rollback().await.unwrap();
        let copied = session.bulk_insert("t", ["v"], [[decimal(number)]]).await;
        assert_eq!(copied.map_err(|error| error.kind()), Err(ErrorKind::OutOfRange), "{number}");
        session.rollback().await.unwrap();
    }
}
