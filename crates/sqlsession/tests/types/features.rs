use crate::there_and_back;

#[cfg(feature = "chrono")]
#[tokio::test]
async fn chrono() {
    use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc};
    let date = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    for date in [date, NaiveDate::MIN, NaiveDate::MAX] {
        there_and_back(date).await;
        there_and_back(date.and_hms_nano_opt(23, 59, 59, 999_999_999).unwrap()).await;
    }
    for time in [NaiveTime::MIN, NaiveTime::from_hms_nano_opt(1, 2, 3, 4).unwrap()] {
        there_and_back(time).await;
    }
    for moment in [DateTime::<Utc>::UNIX_EPOCH, DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        there_and_back(moment).await;
    }
    let noon = date.and_hms_opt(12, 0, 0).unwrap();
    for seconds in [0, 3600, -12_600] {
        there_and_back(FixedOffset::east_opt(seconds).unwrap().from_local_datetime(&noon).unwrap()).await;
    }
}

#[cfg(feature = "uuid")]
#[tokio::test]
async fn uuid() {
    use uuid::Uuid;
    for id in [Uuid::nil(), Uuid::max(), Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef)] {
        there_and_back(id).await;
    }
    let db = sqlsession::AsyncDatabase::create("sqlite://").unwrap();
    let id = Uuid::from_u128(7);
    let stored = sqlsession::text("select :id").bind("id", id);
    assert_eq!(db.scalar::<String>(&stored).await.unwrap(), Some(id.to_string()));
    let found =
        sqlsession::text("select 1 where :id in :ids").bind("id", id).bind("ids", vec![id, Uuid::nil()]);
    assert_eq!(db.scalar::<i64>(found).await.unwrap(), Some(1));
}

#[cfg(feature = "rust_decimal")]
#[tokio::test]
async fn rust_decimal() {
    use rust_decimal::Decimal;
    for number in [Decimal::ZERO, Decimal::MIN, Decimal::MAX, Decimal::new(-12_340, 3), Decimal::new(1, 28)] {
        there_and_back(number).await;
    }
    let db = sqlsession::AsyncDatabase::create("sqlite://").unwrap();
    assert_eq!(db.scalar::<Decimal>("select 0.1").await.unwrap(), Some(Decimal::new(1, 1)));
    assert_eq!(db.scalar::<Decimal>("select 12").await.unwrap(), Some(Decimal::from(12)));
    let long = "select '79228162514264337593543950336'";
    assert_eq!(db.scalar::<Decimal>(long).await.unwrap_err().kind(), sqlsession::ErrorKind::OutOfRange);
}

#[cfg(feature = "bigdecimal")]
#[tokio::test]
async fn bigdecimal() {
    use bigdecimal::BigDecimal;
    for number in ["0", "-12.340", "1e-40", &"9".repeat(200)] {
        there_and_back(number.parse::<BigDecimal>().unwrap()).await;
    }
}

#[cfg(feature = "json")]
#[tokio::test]
async fn json() {
    use serde_json::json;
    use sqlsession::value::Json;
    for document in [
        json!({"name": "Ada", "tags": ["a", "b"], "deep": {"er": null}}),
        json!([]),
        json!("text"),
        json!(1.5),
        json!(u64::MAX),
        json!(true),
    ] {
        there_and_back(document).await;
    }
    let db = sqlsession::AsyncDatabase::create("sqlite://").unwrap();
    let tag =
        sqlsession::text("select json_extract(:doc, '$.tags[1]')").bind("doc", json!({"tags": ["a", "b"]}));
    assert_eq!(db.scalar::<String>(tag).await.unwrap().as_deref(), Some("b"));
    let numbers = db.scalar::<Json<Vec<u8>>>("select '[1, 2, 255]'").await.unwrap();
    assert_eq!(numbers, Some(Json(vec![1, 2, 255])));
    let refused = db.scalar::<Json<Vec<u8>>>("select '[1, 256]'").await.unwrap_err();
    assert_eq!(refused.kind(), sqlsession::ErrorKind::TypeMismatch);
}
