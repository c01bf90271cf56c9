use sqlsession::{ErrorKind, Value, text};

use crate::{
    places::{databases, refused_without_loss},
    refused,
};

/// A value that SQLite cannot keep, in a statement that would take any.
async fn not_bound(value: impl Into<Value>, kind: ErrorKind, culprit: &str) {
    let value = value.into();
    let insert = text("insert into t values (7, :value)").bind("value", value.clone());
    refused_without_loss(kind, culprit, async |session| session.execute(&insert).await).await;
    refused_without_loss(kind, culprit, async |session| session.stream(&insert).await.map(drop)).await;
    let good = [("value", Value::from("good"))];
    refused_without_loss(kind, culprit, async |session| {
        let sets = [good.clone(), [("value", value.clone())]];
        session.execute_many(text("insert into t values (7, :value)"), sets).await
    })
    .await;
}

#[tokio::test]
async fn integers_beyond_sixty_three_bits() {
    not_bound(u64::MAX, ErrorKind::OutOfRange, "64 bits").await;
    not_bound(i64::MAX as u64 + 1, ErrorKind::OutOfRange, "64 bits").await;
}

#[tokio::test]
async fn not_a_number() {
    not_bound(f64::NAN, ErrorKind::OutOfRange, "NaN").await;
    not_bound(f32::NAN, ErrorKind::OutOfRange, "NaN").await;
}

#[tokio::test]
async fn a_list_outside_of_in() {
    not_bound(vec![1_i64, 2], ErrorKind::BadParameter, "").await;
}

#[tokio::test]
async fn a_value_of_another_type() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1, 'one')").await.unwrap();
        let row = "select id, name, null as none, 1.5 as real, x'00' as blob from t";
        for (kind, culprit, error) in [
            (ErrorKind::TypeMismatch, "name", session.all::<(i64, i64)>(row).await.unwrap_err()),
            (ErrorKind::TypeMismatch, "id", session.all::<(String,)>(row).await.unwrap_err()),
            (ErrorKind::TypeMismatch, "none", session.all::<(i64, String, i64)>(row).await.unwrap_err()),
            (
                ErrorKind::TypeMismatch,
                "real",
                session.all::<(i64, String, Option<i64>, i64)>(row).await.unwrap_err(),
            ),
            (
                ErrorKind::TypeMismatch,
                "blob",
                session.all::<(i64, String, Option<i64>, f64, String)>(row).await.unwrap_err(),
            ),
        ] {
            assert_eq!(error.column(), Some(culprit), "{error:?}");
            refused::<()>(Err(error), kind, culprit);
        }
        refused(session.all::<(i64, i64)>("select 1").await, ErrorKind::UndefinedColumn, "2 elements");
        let row = session.one::<sqlsession::Row>(row).await.unwrap();
        refused(row.get::<i64>("nosuch"), ErrorKind::UndefinedColumn, "nosuch");
        refused(row.get::<i64>(5), ErrorKind::UndefinedColumn, "5");
        session.commit().await.unwrap();
        assert_eq!(db.scalar::<i64>("select count(*) from t").await.unwrap(), Some(1));
    }
}

#[tokio::test]
async fn a_number_that_does_not_fit() {
    let [(_, db), _] = databases().await;
    let wide = "select 4294967296 as n";
    refused(db.scalar::<i32>(wide).await, ErrorKind::OutOfRange, "`n`");
    refused(db.scalar::<u32>(wide).await, ErrorKind::OutOfRange, "u32");
    refused(db.scalar::<u8>("select 256 as n").await, ErrorKind::OutOfRange, "u8");
    refused(db.scalar::<i8>("select -129 as n").await, ErrorKind::OutOfRange, "i8");
    refused(db.scalar::<u64>("select -1 as n").await, ErrorKind::OutOfRange, "u64");
    refused(db.scalar::<bool>("select 2 as n").await, ErrorKind::OutOfRange, "bool");
    refused(db.scalar::<f64>("select 9007199254740993 as n").await, ErrorKind::OutOfRange, "f64");
    refused(db.scalar::<f32>("select 1e300 as n").await, ErrorKind::OutOfRange, "f32");
    refused(db.scalar::<char>("select 'ab' as n").await, ErrorKind::OutOfRange, "char");
    refused(db.scalar::<[u8; 2]>("select x'010203' as n").await, ErrorKind::OutOfRange, "2");
    assert_eq!(db.scalar::<u32>("select 4294967295").await.unwrap(), Some(u32::MAX));
}

/// The shortcut commits only what could be read.
#[tokio::test]
async fn a_shortcut_that_cannot_read_what_it_returns_commits_nothing() {
    for (_dir, db) in databases().await {
        let returned = db.scalar::<u8>("insert into t values (300, 'x') returning id").await;
        refused(returned, ErrorKind::OutOfRange, "id");
        assert_eq!(db.scalar::<i64>("select count(*) from t").await.unwrap(), Some(0));
        assert_eq!(db.engine().pool_status().in_use, 0);
    }
}
