use sqlsession::{AsyncDatabase, ErrorKind, Row};

const NUMBERS: &str = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000) \
                       select i as id, 'name ' || i as name, case when i % 2 then i * 0.5 end as half from n";

async fn database() -> AsyncDatabase {
    AsyncDatabase::create("sqlite://").unwrap()
}

#[tokio::test]
async fn columns_are_decoded_where_they_are_asked_for() {
    let db = database().await;
    // The second column fits no i64, which is of no matter to who does not read it.
    let sql = "select 1 as id, 'text' as name union all select 2, x'00'";
    let mut result = db.execute(sql).await.unwrap();
    let rows = result.all::<Row>().unwrap();
    assert_eq!(rows[0].get::<i64>("id").unwrap(), 1);
    assert_eq!(rows[0].get::<&str>(1).unwrap(), "text");
    assert_eq!(rows[1].get::<i64>(0).unwrap(), 2);
    assert_eq!(rows[1].get::<&[u8]>("name").unwrap(), [0]);
    assert_eq!(rows[1].get::<i64>("name").unwrap_err().kind(), ErrorKind::TypeMismatch);
    assert_eq!(db.execute(sql).await.unwrap().all::<(i64,)>().unwrap(), [(1,), (2,)]);
    // A row that cannot be decoded does not keep those behind it from being read.
    let mut result = db.execute("select 1 union all select 'x' union all select 3").await.unwrap();
    let read: Vec<_> =
        result.decoded::<(i64,)>().unwrap().map(|row| row.map_err(|error| error.kind())).collect();
    assert_eq!(read, [Ok((1,)), Err(ErrorKind::TypeMismatch), Ok((3,))]);
}

#[tokio::test]
async fn two_columns_of_one_name() {
    let db = database().await;
    let mut result = db.execute("select 1 as id, 2 as id, 3 as other").await.unwrap();
    assert_eq!(result.keys().unwrap().names().collect::<Vec<_>>(), ["id", "id", "other"]);
    let row = result.one::<Row>().unwrap();
    assert_eq!((row.get::<i64>(0).unwrap(), row.get::<i64>(1).unwrap()), (1, 2));
    assert_eq!(row.get::<i64>("id").unwrap(), 2, "by name the last one");
    assert_eq!(row.mapping().len(), 2);
    assert_eq!(db.execute("select 1 as id, 2 as id").await.unwrap().one::<(i64, i64)>().unwrap(), (1, 2));
}

#[tokio::test]
async fn rows_are_streamed_as_values_of_a_type() {
    let db = database().await;
    for yield_per in [0, 1, 7, 100_000] {
        let mut session = db.session_maker().session();
        let statement = sqlsession::text(NUMBERS).yield_per(yield_per);
        let rows = session.stream(statement).await.unwrap();
        assert_eq!(rows.columns().names().collect::<Vec<_>>(), ["id", "name", "half"]);
        let mut rows = rows.typed::<(i64, String, Option<f64>)>().unwrap();
        let mut expected = 0;
        while let Some(row) = rows.next().await {
            expected += 1;
            let half = (expected % 2 == 1).then_some(expected as f64 * 0.5);
            assert_eq!(row.unwrap(), (expected, format!("name {expected}"), half), "yield_per {yield_per}");
        }
        assert_eq!(expected, 3000, "yield_per {yield_per}");
        assert!(rows.next().await.is_none(), "the end stays the end");
    }
}

#[tokio::test]
async fn an_empty_result_has_columns() {
    let db = database().await;
    let mut result = db.execute("select 1 as id where 0").await.unwrap();
    assert!(result.returns_rows());
    assert_eq!(result.keys().unwrap().names().collect::<Vec<_>>(), ["id"]);
    assert!(result.all::<(i64,)>().unwrap().is_empty());
    let mut session = db.session_maker().session();
    assert!(session.stream("select 1 as id where 0").await.unwrap().next().await.is_none());
}

#[cfg(feature = "macros")]
mod derived {
    use sqlsession::{ErrorKind, FromRow};

    #[derive(Debug, PartialEq, FromRow)]
    struct Person {
        id: u32,
        #[from_row(rename = "full_name")]
        name: String,
        nick: Option<String>,
        #[from_row(default)]
        logins: u8,
        #[from_row(flatten)]
        home: Address,
    }

    #[derive(Debug, PartialEq, FromRow)]
    struct Address {
        city: String,
    }

    #[tokio::test]
    async fn structs_are_read_by_name() {
        let db = super::database().await;
        let columns = "select 'Rome' as city, null as nick, 'Ada' as full_name, 1 as id, 0 as unused";
        let home = Address { city: "Rome".into() };
        let ada = Person { id: 1, name: "Ada".into(), nick: None, logins: 0, home };
        let mut session = db.session_maker().session();
        assert_eq!(session.one::<Person>(columns).await.unwrap(), ada);
        let mut rows = session.stream(columns).await.unwrap().typed::<Person>().unwrap();
        assert_eq!(rows.next().await.unwrap().unwrap(), ada);
        drop(rows);
        for (sql, kind, column) in [
            ("select 1 as id, 'Ada' as full_name, null as nick", ErrorKind::UndefinedColumn, "city"),
            ("select -1 as id, 'A' as full_name, null as nick, 'R' as city", ErrorKind::OutOfRange, "id"),
            (
                "select 1 as id, null as full_name, null as nick, 'R' as city",
                ErrorKind::TypeMismatch,
                "full_name",
            ),
        ] {
            let error = session.all::<Person>(sql).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.message().contains(column), "{error}");
        }
    }
}
