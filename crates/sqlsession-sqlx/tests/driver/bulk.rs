use sqlsession_sqlx::{SessionOptions, core::driver::IsolationLevel};

use crate::database::Database;

#[tokio::test]
async fn many_rows_go_in_or_none() {
    for database in Database::all() {
        let mut session = database.engine.session_maker().session();
        session.execute("create table t (id int primary key, name varchar(20))").await.unwrap();
        session.commit().await.unwrap();
        let rows = |first: i64| (first..first + 3_000).map(|id| (id, format!("name {id}")));
        let count = "select count(*) from t";
        session.execute("insert into t values (-1, 'before')").await.unwrap();
        let inserted = session.bulk_insert("t", ["id", "name"], rows(0)).await.unwrap();
        assert_eq!(inserted, 3_000, "{}", database.name);
        assert_eq!(session.scalar_one::<i64>(count).await.unwrap(), 3_001);
        // One of them is there already: none of the others stays, and the transaction goes on.
        session.bulk_insert("t", ["id", "name"], rows(2_990)).await.unwrap_err();
        assert_eq!(session.scalar_one::<i64>(count).await.unwrap(), 3_001, "{}", database.name);
        session.commit().await.unwrap();
        // So it does where the failed one was the first of it.
        session.bulk_insert("t", ["id", "name"], rows(0)).await.unwrap_err();
        session.execute("update t set name = 'after' where id = -1").await.unwrap();
        session.commit().await.unwrap();
        let after: String = session.scalar_one("select name from t where id = -1").await.unwrap();
        assert_eq!(after, "after", "{}", database.name);
        session.close().await.unwrap();

        let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
        let mut connection = database.engine.connect_with(autocommit).await.unwrap();
        connection.bulk_insert("t", ["id", "name"], rows(-2_990)).await.unwrap_err();
        assert_eq!(connection.scalar_one::<i64>(count).await.unwrap(), 3_001, "{}", database.name);
        connection.bulk_insert("t", ["id", "name"], rows(10_000)).await.unwrap();
        connection.close().await.unwrap();
        let mut native = database.native.session_maker().session();
        assert_eq!(native.scalar_one::<i64>(count).await.unwrap(), 6_001, "{}", database.name);
    }
}
