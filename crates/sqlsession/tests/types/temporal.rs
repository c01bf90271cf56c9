use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sqlsession::{
    AsyncDatabase, ErrorKind, text,
    value::{Date, DateTime, OffsetDateTime, Time},
};

use crate::there_and_back;

#[tokio::test]
async fn dates_and_times() {
    for date in [Date::MIN, Date::MAX, Date::new(2024, 2, 29).unwrap(), Date::new(-44, 3, 15).unwrap()] {
        there_and_back(date).await;
        for time in [Time::from_second_of_day(0, 0).unwrap(), Time::MAX, Time::new(12, 34, 56, 789).unwrap()]
        {
            there_and_back(time).await;
            there_and_back(DateTime::new(date, time)).await;
        }
    }
    let noon = DateTime::new(Date::new(2024, 2, 29).unwrap(), Time::new(12, 0, 0, 1).unwrap());
    for offset in [0, 3600, -12_600, 86_340, -86_340] {
        there_and_back(OffsetDateTime::new(noon, offset).unwrap()).await;
    }
    there_and_back(UNIX_EPOCH).await;
    there_and_back(UNIX_EPOCH + Duration::new(1_700_000_000, 123_456_789)).await;
    there_and_back(UNIX_EPOCH - Duration::new(1_700_000_000, 1)).await;
}

#[tokio::test]
async fn what_is_written_is_what_sqlite_reckons_with() {
    let db = AsyncDatabase::create("sqlite://").unwrap();
    let at = DateTime::new(Date::new(2024, 2, 29).unwrap(), Time::new(12, 34, 56, 0).unwrap());
    let next = text("select date(:at, '+1 day')").bind("at", at);
    assert_eq!(db.scalar::<Date>(next).await.unwrap(), Some(Date::new(2024, 3, 1).unwrap()));
    let stamp = text("select unixepoch(:at)").bind("at", OffsetDateTime::new(at, 3600).unwrap());
    assert_eq!(db.scalar::<i64>(stamp).await.unwrap(), Some(at.unix_seconds() - 3600));
    // What SQLite writes itself can be read, and so can Unix seconds.
    let now = db.scalar::<SystemTime>("select current_timestamp").await.unwrap().unwrap();
    assert!(SystemTime::now().duration_since(now).unwrap_or_default() < Duration::from_secs(3600));
    assert_eq!(db.scalar::<DateTime>("select 0").await.unwrap(), Some(DateTime::from_unix(0, 0).unwrap()));
    for (sql, kind) in [
        ("select 'tomorrow'", ErrorKind::TypeMismatch),
        ("select x'00'", ErrorKind::TypeMismatch),
        ("select 1.5", ErrorKind::TypeMismatch),
    ] {
        assert_eq!(db.scalar::<DateTime>(sql).await.unwrap_err().kind(), kind, "{sql}");
    }
}
