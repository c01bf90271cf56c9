use sqlsession_mysql::{
    core::{
        Value,
        value::{Date, DateTime, Time},
    },
    text,
};

use crate::database::Database;

fn s(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn decimal(text: &str) -> Value {
    Value::Decimal(text.to_owned())
}

/// What is written, and what is read back if it is not the same.
type Case = (Value, Option<Value>);

/// For each type: its values.
fn cases() -> Vec<(&'static str, Vec<Case>)> {
    let same = |values: Vec<Value>| values.into_iter().map(|value| (value, None)).collect::<Vec<_>>();
    let date = |y, m, d| Date::new(y, m, d).unwrap();
    let time = |h, m, s, n| Time::new(h, m, s, n).unwrap();
    let long_decimal = "-12345678901234567890123456789012345.123456789012345678901234567890";
    vec![
        ("tinyint", same(vec![Value::I64(-128), Value::I64(127)])),
        ("tinyint unsigned", same(vec![Value::I64(0), Value::I64(255)])),
        ("tinyint(1)", vec![(Value::Bool(true), Some(Value::I64(1)))]),
        ("smallint", same(vec![Value::I64(-32_768), Value::I64(32_767)])),
        ("smallint unsigned", same(vec![Value::I64(65_535)])),
        ("mediumint", same(vec![Value::I64(-8_388_608), Value::I64(8_388_607)])),
        ("mediumint unsigned", same(vec![Value::I64(16_777_215)])),
        ("int", same(vec![Value::I64(i32::MIN.into()), Value::I64(i32::MAX.into())])),
        ("int unsigned", same(vec![Value::I64(u32::MAX.into())])),
        ("bigint", same(vec![Value::I64(i64::MIN), Value::I64(i64::MAX)])),
        ("bigint unsigned", same(vec![Value::I64(7), Value::U64(u64::MAX)])),
        ("year", same(vec![Value::I64(1901), Value::I64(2155), Value::I64(0)])),
        ("double", same(vec![Value::F64(f64::MAX), Value::F64(-0.1), Value::F64(5e-324)])),
        ("float", same(vec![Value::F64(0.5), Value::F64(f32::MAX.into()), Value::F64(0.1_f32.into())])),
        ("decimal(65,30)", same(vec![decimal(long_decimal)])),
        (
            "decimal(10,2)",
            vec![(decimal("1.5"), Some(decimal("1.50"))), (Value::I64(3), Some(decimal("3.00")))],
        ),
        ("char(10)", same(vec![s(""), s("Grüße 🦀")])),
        ("varchar(100)", same(vec![s("a'b\\c\"d\0e"), s("日本")])),
        ("varchar(100) character set latin1", same(vec![s("Grüße")])),
        ("longtext", same(vec![s(&"x".repeat(70_000))])),
        ("binary(3)", same(vec![Value::Bytes(vec![0, 255, 1])])),
        ("varbinary(10)", same(vec![Value::Bytes(vec![]), Value::Bytes(vec![0xff, 0, 0x27])])),
        ("longblob", same(vec![Value::Bytes((0..=255).cycle().take(100_000).collect())])),
        ("date", same(vec![Value::Date(date(1000, 1, 1)), Value::Date(date(9999, 12, 31))])),
        ("time(6)", same(vec![Value::Time(Time::MIDNIGHT), Value::Time(time(23, 59, 59, 999_999_000))])),
        ("time", same(vec![s("-838:59:59"), s("838:59:59"), s("-00:00:01"), s("24:00:00")])),
        (
            "datetime(6)",
            same(vec![
                Value::DateTime(DateTime::new(date(1000, 1, 1), Time::MIDNIGHT)),
                Value::DateTime(DateTime::new(date(9999, 12, 31), time(23, 59, 59, 999_999_000))),
            ]),
        ),
        (
            "timestamp(3) null",
            same(vec![Value::DateTime(DateTime::new(date(2024, 2, 29), time(12, 0, 1, 5_000_000)))]),
        ),
        ("bit(1)", same(vec![Value::I64(0), Value::I64(1)])),
        ("bit(64)", same(vec![Value::I64(258), Value::U64(u64::MAX)])),
        ("enum('a','ü')", same(vec![s("ü")])),
        ("set('a','b','c')", same(vec![s(""), s("a,c")])),
    ]
}

#[tokio::test]
async fn every_type_comes_back() {
    let database = Database::create();
    let mut session = database.session();
    for (number, (ty, cases)) in cases().into_iter().enumerate() {
        session.execute(format!("create table t{number} (id int primary key, v {ty})")).await.unwrap();
        for (id, (written, read)) in cases.iter().chain(&[(Value::Null, None)]).enumerate() {
            let insert = text(format!("insert into t{number} values (:id, :v)")).bind("id", id as i64);
            session
                .execute(insert.bind("v", written.clone()))
                .await
                .unwrap_or_else(|error| panic!("{ty}: {error}"));
            let select = text(format!("select v from t{number} where id = :id")).bind("id", id as i64);
            let value: Value = session.scalar_one(select).await.unwrap();
            assert_eq!(value, read.clone().unwrap_or_else(|| written.clone()), "{ty}");
        }
    }
}

#[tokio::test]
async fn zero_dates_are_text() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("set sql_mode = ''").await.unwrap();
    session.execute("create table t (d date, t datetime, s timestamp null)").await.unwrap();
    session.execute("insert into t values ('0000-00-00', '0000-00-00', '0000-00-00'), ('2024-02-00', '2024-00-00', null)").await.unwrap();
    let rows: Vec<(String, String, Option<String>)> = session.all("select * from t").await.unwrap();
    let zero = "0000-00-00 00:00:00";
    assert_eq!(rows[0], ("0000-00-00".to_owned(), zero.to_owned(), Some(zero.to_owned())));
    assert_eq!(rows[1], ("2024-02-00".to_owned(), "2024-00-00 00:00:00".to_owned(), None));
}

#[tokio::test]
async fn types_of_one_server_come_back_too() {
    let database = Database::create();
    let mut session = database.session();
    let is_mariadb = database.is_mariadb();
    session.execute("create table t (j json, g geometry)").await.unwrap();
    let json = "{\"a\": [1, \"ü\"]}";
    let insert = text("insert into t values (:j, point(1, 2))").bind("j", Value::Json(json.to_owned()));
    session.execute(insert).await.unwrap();
    let row: (Value, Value) = session.one("select * from t").await.unwrap();
    assert_eq!(row.0, if is_mariadb { s(json) } else { Value::Json(json.to_owned()) });
    assert!(matches!(&row.1, Value::Bytes(bytes) if bytes.len() == 25), "{:?}", row.1);
    if is_mariadb {
        session.execute("create table m (u uuid, i inet6)").await.unwrap();
        let uuid = "123e4567-e89b-12d3-a456-426614174000";
        let bytes = *b"\x12\x3e\x45\x67\xe8\x9b\x12\xd3\xa4\x56\x42\x66\x14\x17\x40\x00";
        let insert =
            text("insert into m values (:u, :i)").bind("u", Value::Uuid(bytes)).bind("i", "2001:db8::1");
        session.execute(insert).await.unwrap();
        let row: (String, String) = session.one("select * from m").await.unwrap();
        assert_eq!(row, (uuid.to_owned(), "2001:db8::1".to_owned()));
    }
}
