//! Values on their way into SQLite and back.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that panics has failed")]

#[cfg(any(
    feature = "chrono",
    feature = "uuid",
    feature = "rust_decimal",
    feature = "bigdecimal",
    feature = "json"
))]
mod features;
mod plain;
mod reading;
mod temporal;

use std::fmt::Debug;

use sqlsession::{AsyncDatabase, Value, text, value::FromValueOwned};

/// Stores the value in a column without a type, and reads it back by another connection's statement.
#[track_caller]
fn there_and_back<T>(value: T) -> impl Future<Output = ()>
where
    T: FromValueOwned + Into<Value> + Clone + PartialEq + Debug,
{
    let at = std::panic::Location::caller();
    async move {
        let db = AsyncDatabase::create("sqlite://").unwrap();
        db.execute("create table t (v)").await.unwrap();
        db.execute(text("insert into t values (:v)").bind("v", value.clone())).await.unwrap();
        let read =
            db.scalar::<T>("select v from t").await.unwrap_or_else(|e| panic!("{value:?} at {at}: {e}"));
        assert_eq!(read, Some(value.clone()), "at {at}");
        // Streamed, it is read in another way.
        let mut session = db.session_maker().session();
        let mut rows = session.stream("select v from t").await.unwrap();
        assert_eq!(rows.next().await.unwrap().unwrap().get::<T>("v").unwrap(), value, "at {at}");
        // NULL is no value of the type, and None of an Option.
        assert_eq!(db.scalar::<Option<T>>("select null").await.unwrap(), None);
        let null = db.execute(text("select :v as v").bind("v", None::<T>)).await.unwrap();
        assert_eq!(null.clone().scalar_one::<Option<T>>().unwrap(), None);
        let refused = null.clone().scalar_one::<T>().unwrap_err();
        assert_eq!(refused.kind(), sqlsession::ErrorKind::TypeMismatch, "at {at}: {refused}");
    }
}
