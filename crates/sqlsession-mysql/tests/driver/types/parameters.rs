use sqlsession_mysql::{EngineOptions, ErrorKind, core::Value, text};

use crate::database::Database;

fn decimal(text: &str) -> Value {
    Value::Decimal(text.to_owned())
}

#[tokio::test]
async fn decimal_numbers_are_compared_and_reckoned_with_exactly() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute("create table accounts (id int primary key, balance decimal(40,10), note text)")
        .await
        .unwrap();
    let balance = decimal("12345678901234567890.0000000012");
    let insert = text("insert into accounts values (1, :balance, :balance)").bind("balance", balance.clone());
    session.execute(insert).await.unwrap();
    for run in 0..2 {
        for (condition, other, expected) in [
            ("balance = :other", "12345678901234567890.0000000012", 1),
            ("balance = :other", "12345678901234567890.0000000013", 0),
            ("balance < :other", "12345678901234567890.0000000013", 1),
            ("balance >= :other", "12345678901234567890.0000000013", 0),
            ("balance in (:other, 1)", "12345678901234567890.0000000012", 1),
            (":other + 0.0000000001 = balance", "12345678901234567890.0000000011", 1),
            (":other > 1", "1.0000000000000000000000000001", 1),
            ("coalesce(:other, 0) = balance", "12345678901234567890.0000000012", 1),
        ] {
            let sql = format!("select count(*) from accounts where {condition}");
            let count: i64 = session.scalar_one(text(sql).bind("other", decimal(other))).await.unwrap();
            assert_eq!(count, expected, "{condition}, {other}, run {run}");
        }
    }
    let update = "update accounts set balance = balance - :amount";
    for amount in ["12345678901234567889", "0.0000000002", "0.5"] {
        session.execute(text(update).bind("amount", decimal(amount))).await.unwrap();
    }
    let left: Value = session.scalar_one("select balance from accounts").await.unwrap();
    assert_eq!(left, decimal("0.5000000010"));
    let note: String = session.scalar_one("select note from accounts").await.unwrap();
    assert_eq!(note, "12345678901234567890.0000000012");
    for number in ["0.50", "-7", "0.000000000000000000000000000001", "99999999999999999999999999999999999"] {
        let value: Value = session.scalar_one(text("select :n").bind("n", decimal(number))).await.unwrap();
        assert_eq!(value, decimal(number));
    }
}

/// Texts of numbers in which the server would see floats, or lose digits.
#[tokio::test]
async fn decimal_numbers_are_exact_in_every_notation() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table d (b decimal(30,10))").await.unwrap();
    let tiny = format!("0.{}1E94", "0".repeat(100));
    for number in ["0.0000001", "1E-7", "+1.0e-0007", "0.00000010000000000000000000000000", &tiny] {
        for reckon in ["update d set b = b + :x", "update d set b = b - -:x"] {
            session.execute("delete from d").await.unwrap();
            session.execute("insert into d values (12345678901234567890.0000000001)").await.unwrap();
            session.execute(text(reckon).bind("x", decimal(number))).await.unwrap();
            let sum: Value = session.scalar_one("select b from d").await.unwrap();
            assert_eq!(sum, decimal("12345678901234567890.0000001001"), "{number}");
        }
    }
    let sets = ["1E-7", "1e19", "-12345678901234567890"].map(|x| [("x", decimal(x))]);
    session.execute_many("update d set b = b + :x", sets).await.unwrap();
    session.bulk_insert("d", ["b"], [[decimal("1E-7")], [decimal("-2.50e1")]]).await.unwrap();
    let all: Vec<Value> = session.scalars("select b from d order by b desc").await.unwrap();
    assert_eq!(all, ["10000000000000000000.0000002001", "0.0000001000", "-25.0000000000"].map(decimal));
    let whole = "9".repeat(65);
    for (number, read) in
        [(&*whole, &*whole), ("1E-30", "0.000000000000000000000000000001"), ("12e3", "12000")]
    {
        let value: Value = session.scalar_one(text("select :n").bind("n", decimal(number))).await.unwrap();
        assert_eq!(value, decimal(read));
    }
    session.commit().await.unwrap();
}

#[tokio::test]
async fn a_decimal_number_that_the_server_does_not_have_is_refused() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table d (b decimal(10,2))").await.unwrap();
    session.execute_script("create procedure p(n decimal(10,2)) insert into d values (n)").await.unwrap();
    // By way of the digits that the server has it would be rounded to a hundredth.
    let quotient = decimal("0.0049999999999999999999999999999999999999999999");
    for (number, kind) in [(quotient, ErrorKind::OutOfRange), (decimal("NaN"), ErrorKind::BadParameter)] {
        for sql in ["insert into d values (:n)", "select count(*) from d where b < :n", "call p(:n)"] {
            let error = session.execute(text(sql).bind("n", number.clone())).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{sql}");
        }
        let error = session.bulk_insert("d", ["b"], [[number]]).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        let sets =
            [decimal("1"), decimal("0.0049999999999999999999999999999999999999999999")].map(|n| [("n", n)]);
        assert!(session.execute_many("insert into d values (:n)", sets).await.is_err());
    }
    assert_eq!(session.scalar_one::<i64>("select count(*) from d").await.unwrap(), 0);
}

#[tokio::test]
async fn digits_that_mariadb_has_are_kept() {
    let database = Database::create();
    let mut session = database.session();
    let fraction = if database.is_mariadb() { 36 } else { 30 };
    session.execute(format!("create table d (b decimal(50,{fraction}))")).await.unwrap();
    let number = decimal("12345678901234.123456789012345678901234567890123456");
    let inserted = session.execute(text("insert into d values (:n)").bind("n", number.clone())).await;
    if database.is_mariadb() {
        inserted.unwrap();
        session.bulk_insert("d", ["b"], [[number.clone()]]).await.unwrap();
        let count = text("select count(*) from d where b = :n").bind("n", number.clone());
        assert_eq!(session.scalar_one::<i64>(count).await.unwrap(), 2);
        assert_eq!(session.scalar_one::<Value>("select max(b) from d").await.unwrap(), number);
    } else {
        assert_eq!(inserted.unwrap_err().kind(), ErrorKind::OutOfRange);
    }
}

#[tokio::test]
async fn many_decimal_numbers_are_exact_too() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (id int primary key, n decimal(65,30))").await.unwrap();
    session.execute("insert into t values (1, 12345678901234567890.1234567890123456789)").await.unwrap();
    let sets = ["0.1234567890123456789", "12345678901234567889", "0.5", "0.25"].map(|n| [("n", decimal(n))]);
    let result = session.execute_many("update t set n = n - :n", sets).await.unwrap();
    assert_eq!(result.rowcount(), Some(4));
    let left: Value = session.scalar_one("select n from t").await.unwrap();
    assert_eq!(left, decimal("0.250000000000000000000000000000"));
}

/// MySQL keeps the types that the values of a statement had when it first ran.
#[tokio::test]
async fn a_text_takes_values_of_any_type_one_after_another() {
    for size in [0, 1, 100] {
        let database = Database::with(EngineOptions::default().statement_cache_size(size));
        let mut session = database.session();
        let moment = Value::DateTime("2024-02-29 12:34:56.5".parse().unwrap());
        let values = [
            Value::Null,
            Value::I64(5),
            Value::Text("text".to_owned()),
            Value::F64(1.5),
            decimal("1.75"),
            Value::U64(u64::MAX),
            Value::Null,
            moment.clone(),
            Value::Text("1.25".to_owned()),
            Value::I64(-5),
            Value::Text("2024-01-02".to_owned()),
            decimal("0.125"),
            Value::F64(0.5),
        ];
        for value in values.iter().chain(values.iter().rev()) {
            let read: Value = session.scalar_one(text("select :v").bind("v", value.clone())).await.unwrap();
            assert_eq!(read, *value, "size {size}");
            let sum = text("select concat(coalesce(:v, 'nothing'))").bind("v", value.clone());
            let read: String = session.scalar_one(sum).await.unwrap();
            let expected = match value {
                Value::Null => "nothing".to_owned(),
                Value::I64(number) => number.to_string(),
                Value::U64(number) => number.to_string(),
                Value::F64(number) => number.to_string(),
                Value::Text(text) | Value::Decimal(text) => text.clone(),
                _ => continue,
            };
            assert_eq!(read, expected, "size {size}");
        }
        session.execute("create table t (id int, v varchar(100))").await.unwrap();
        let sets =
            values.iter().enumerate().map(|(id, value)| [("id", (id as i64).into()), ("v", value.clone())]);
        session.execute_many("insert into t select :id, :v", sets.collect::<Vec<_>>()).await.unwrap();
        let kept: Vec<Option<String>> = session.scalars("select v from t order by id").await.unwrap();
        assert_eq!(kept[..4], [None, Some("5".into()), Some("text".into()), Some("1.5".into())]);
        assert_eq!(kept[4..6], [Some("1.75".into()), Some(u64::MAX.to_string())]);
        assert_eq!(kept[8..11], [Some("1.25".into()), Some("-5".into()), Some("2024-01-02".into())]);
    }
}

/// What many sets run with may have been prepared for a decimal number, which none of them is.
#[tokio::test]
async fn many_sets_and_single_ones_share_what_is_prepared() {
    for size in [0, 1, 100] {
        let database = Database::with(EngineOptions::default().statement_cache_size(size));
        let mut session = database.session();
        session.execute("create table t (id int auto_increment primary key, v varchar(50))").await.unwrap();
        let insert = "insert into t (v) values (:v)";
        session.execute(text(insert).bind("v", decimal("1.50"))).await.unwrap();
        let sets = [Value::Null, Value::F64(2.34567)].map(|v| [("v", v)]);
        session.execute_many(insert, sets).await.unwrap();
        let other = "insert into t (v) select :v";
        session.execute_many(other, [Value::Null, Value::I64(1)].map(|v| [("v", v)])).await.unwrap();
        session.execute(text(other).bind("v", "abc")).await.unwrap();
        let kept: Vec<Option<String>> = session.scalars("select v from t order by id").await.unwrap();
        let expected = [Some("1.50"), None, Some("2.34567"), None, Some("1"), Some("abc")];
        assert_eq!(kept, expected.map(|v| v.map(str::to_owned)), "size {size}");
    }
}

#[tokio::test]
async fn each_decimal_number_keeps_its_own_digits() {
    let database = Database::create();
    let mut session = database.session();
    let both = text("select concat(:a, ' ', :b)").bind("a", decimal("1.5")).bind("b", decimal("2.25"));
    assert_eq!(session.scalar_one::<String>(both).await.unwrap(), "1.5 2.25");
}

#[tokio::test]
async fn a_procedure_may_change_a_decimal_number() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_script("create procedure p(inout n decimal(10,2)) set n = n + 1").await.unwrap();
    for (n, expected) in [("1.5", "2.50"), ("2.25", "3.25")] {
        let mut results = session.execute_multi(text("call p(:n)").bind("n", decimal(n))).await.unwrap();
        assert_eq!(results[0].scalar_one::<Value>().unwrap(), decimal(expected));
    }
}

#[tokio::test]
async fn what_is_too_long_with_its_casts_is_refused_before_it_is_sent() {
    let database = Database::create();
    let mut session = database.session();
    let (id, most): (i64, i64) = session.one("select connection_id(), @@max_allowed_packet").await.unwrap();
    let numbers = vec![":n"; 20].join(", ");
    let padding = "x".repeat(usize::try_from(most).unwrap() - 150);
    let long = text(format!("select {numbers} /*{padding}*/")).bind("n", decimal("1.5"));
    assert_eq!(session.execute(long).await.unwrap_err().kind(), ErrorKind::BadParameter);
    assert_eq!(session.scalar_one::<i64>("select connection_id()").await.unwrap(), id);
}

/// The server would store 0, or something else where it is not strict.
#[tokio::test]
async fn a_float_that_is_no_number_is_refused() {
    for mode in ["?sql_mode=STRICT_ALL_TABLES", "?sql_mode=NO_ENGINE_SUBSTITUTION"] {
        let database = Database::by(mode, EngineOptions::default());
        let mut session = database.session();
        session.execute_and_commit("create table t (a double, b decimal(10, 2), c int)").await.unwrap();
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for column in ["a", "b", "c"] {
                let insert = format!("insert into t ({column}) values (:n)");
                let alone = session.execute(text(insert.clone()).bind("n", number)).await.map(drop);
                let many = session.execute_many(insert, [1.0, number].map(|n| [("n", n)])).await.map(drop);
                let bulk = session.bulk_insert("t", [column], [[1.0], [number]]).await.map(drop);
                for refused in [alone, many, bulk] {
                    assert_eq!(
                        refused.map_err(|error| error.kind()),
                        Err(ErrorKind::OutOfRange),
                        "{mode} {number}"
                    );
                }
            }
        }
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
    }
}

/// MySQL keeps the type that a parameter had first.
#[tokio::test]
async fn a_statement_takes_times_and_date_times_as_they_are() {
    let database = Database::create();
    let mut session = database.session();
    let time = Value::Time("12:34:56.5".parse().unwrap());
    let at = Value::DateTime("2024-02-29 01:02:03.25".parse().unwrap());
    for (sql, values) in [
        ("select :v", [time.clone(), at.clone(), Value::Null, time.clone()]),
        ("select  :v", [Value::Null, at.clone(), time, at]),
        ("select   :v", [Value::I64(-1), Value::U64(u64::MAX), Value::I64(i64::MIN), Value::U64(u64::MAX)]),
    ] {
        for value in values {
            let read: Value = session.scalar_one(text(sql).bind("v", value.clone())).await.unwrap();
            assert_eq!(read, value);
        }
    }
}
