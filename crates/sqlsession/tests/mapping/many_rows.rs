//! Rows that are read into their type while others are on their way.

use std::{
    any::Any,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
    time::Duration,
};

use sqlsession::{ErrorKind, FromRow, Result, Row, text};

use super::on_each_backend;
use crate::place::Place;

on_each_backend! {
    every_row_comes_once_and_in_order
    a_row_that_cannot_be_read_is_told
    a_type_that_panics_does_so_where_it_is_asked_for
    a_time_limit_is_not_for_the_reading_of_a_type
}

/// Numbers from 1 to `last`, each with a text.
const NUMBERS: &str = "with recursive n(i) as (select 1 union all select i + 1 from n where i < :last) \
    select i, concat('row ', i) as name from n";

async fn every_row_comes_once_and_in_order(place: &Place) {
    let db = place.database();
    let mut session = db.session_maker().session();
    // The first time it is not prepared, and the later times it is.
    for _ in 0..3 {
        for last in [1_i64, 255, 256, 257, 512, 513, 900] {
            let read: Vec<(i64, String)> = session.all(text(NUMBERS).bind("last", last)).await.unwrap();
            let expected: Vec<_> = (1..=last).map(|number| (number, format!("row {number}"))).collect();
            assert_eq!(read, expected);
        }
    }
    let none: Vec<(i64, String)> = session.all("select 1, 'a' where 1 = 0").await.unwrap();
    assert!(none.is_empty());
    let error = session.all::<(i64, String, i64)>(text(NUMBERS).bind("last", 900)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedColumn);
    session.commit().await.unwrap();
}

async fn a_row_that_cannot_be_read_is_told(place: &Place) {
    let db = place.database();
    let mut session = db.session_maker().session();
    let with_null = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 900) \
        select nullif(i, 300) from n";
    for _ in 0..3 {
        let error = session.all::<(i64,)>(with_null).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TypeMismatch, "{error}");
        let read: Vec<(Option<i64>,)> = session.all(with_null).await.unwrap();
        assert_eq!((read.len(), read[298], read[299]), (900, (Some(299),), (None,)));
    }
    session.commit().await.unwrap();
}

struct Panics;

impl FromRow for Panics {
    fn from_row(row: &Row) -> Result<Self> {
        assert_ne!(row.get::<i64>("i")?, 300, "the type's own fault");
        Ok(Self)
    }
}

/// What a future that panics has panicked with.
async fn panic_of<T>(future: impl Future<Output = T>) -> Box<dyn Any + Send> {
    let mut future = pin!(future);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(_)) => panic!("it has not panicked"),
        Err(payload) => Poll::Ready(payload),
    })
    .await
}

async fn a_type_that_panics_does_so_where_it_is_asked_for(place: &Place) {
    let db = place.database();
    let mut session = db.session_maker().session();
    for _ in 0..2 {
        let payload = panic_of(session.all::<Panics>(text(NUMBERS).bind("last", 900))).await;
        assert!(payload.downcast_ref::<String>().is_some_and(|words| words.contains("the type's own fault")));
        // The session goes on in its transaction.
        assert_eq!(session.scalar_one::<i64>("select 7").await.unwrap(), 7);
    }
    session.commit().await.unwrap();
}

struct Slow;

impl FromRow for Slow {
    fn from_row(_: &Row) -> Result<Self> {
        std::thread::sleep(Duration::from_millis(4));
        Ok(Self)
    }
}

async fn a_time_limit_is_not_for_the_reading_of_a_type(place: &Place) {
    let db = place.database();
    let mut session = db.session_maker().session();
    let numbers = text(NUMBERS).bind("last", 900).timeout(Duration::from_secs(3));
    let read: Vec<Slow> = session.all(numbers).await.unwrap();
    assert_eq!(read.len(), 900);
    session.commit().await.unwrap();
}
