use std::time::Duration;

use sqlsession_postgres::{EngineOptions, PostgresClient, core::Row, text};
use tokio::time::timeout;

use crate::database::Database;

#[tokio::test]
async fn many_rows_of_a_type_that_is_new_to_the_connection_are_read() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    database.ask("create type mood as enum ('sad', 'happy')");
    let query = "select n, 'happy'::mood as mood, repeat('x', 100) from generate_series(1, 20000) n";
    let mut session = database.session();
    let reading = async {
        for _ in 0..3 {
            let rows: Vec<(i32, String, String)> = session.all(query).await.unwrap();
            assert_eq!((rows.len(), rows[7].1.as_str()), (20_000, "happy"));
        }
    };
    timeout(Duration::from_secs(60), reading).await.unwrap();
}

#[tokio::test]
async fn a_stream_of_a_type_that_is_new_to_the_connection_is_read() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    database.ask("create type mood as enum ('sad', 'happy')");
    let query = "select n, array['happy'::mood] as mood, repeat('x', 100) from generate_series(1, 20000) n";
    let mut session = database.session();
    let reading = async {
        for _ in 0..3 {
            let mut rows =
                session.stream(query).await.unwrap().typed::<(i32, Vec<String>, String)>().unwrap();
            let mut count = 0;
            while let Some(row) = rows.next().await {
                assert_eq!(row.unwrap().1, ["happy"]);
                count += 1;
            }
            assert_eq!(count, 20_000);
        }
    };
    timeout(Duration::from_secs(60), reading).await.unwrap();
}

#[tokio::test]
async fn types_are_known_in_every_way_to_read_them() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    database.ask("create type mood as enum ('sad', 'happy')");
    database.ask("create domain moods as mood[]");
    let query = "select n, array['sad', 'happy']::moods as moods from generate_series(1, 3000) n";
    let wanted = vec!["sad".to_owned(), "happy".to_owned()];
    let reading = async {
        let mut session = database.session();
        let statement = text(query).yield_per(1000);
        let mut rows = session.stream(statement).await.unwrap().typed::<(i32, Vec<String>)>().unwrap();
        let mut count = 0;
        while let Some(row) = rows.next().await {
            assert_eq!(row.unwrap().1, wanted);
            count += 1;
        }
        assert_eq!(count, 3000);
        drop(rows);
        for round in 0..3 {
            let rows: Vec<(i32, Vec<String>)> =
                session.execute_and_commit(query).await.unwrap().all().unwrap();
            assert_eq!((rows.len(), &rows[2999].1), (3000, &wanted));
            // A type that is made and gone again with the transaction.
            session.execute("create type brief as enum ('x')").await.unwrap();
            let brief: Vec<Vec<String>> =
                session.scalars(format!("select array['x']::brief[] -- {round}")).await.unwrap();
            assert_eq!(brief, [["x"]]);
            session.rollback().await.unwrap();
        }
        let none = session.execute("select array[]::mood[] as moods where false").await.unwrap();
        assert_eq!(none.keys().unwrap().names().collect::<Vec<_>>(), ["moods"]);
    };
    timeout(Duration::from_secs(60), reading).await.unwrap();
}

/// Types of the catalog that tokio-postgres has to look up like those of users.
#[tokio::test]
async fn many_rows_of_a_type_of_the_system_are_read() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    let domains = "select array_agg(column_name), repeat('x', 100) \
                   from information_schema.columns, generate_series(1, 200) n group by n, table_name";
    let reading = async {
        let mut session = database.session();
        for _ in 0..3 {
            let rows: Vec<(Vec<String>, String)> = session.all(domains).await.unwrap();
            assert!(rows.len() > 10_000 && rows.iter().all(|row| !row.0.is_empty()));
        }
        // The row type of a table of the catalog.
        let functions = "select p, n from pg_proc p, generate_series(1, 10) n where proacl is null";
        let mut rows = session.execute(functions).await.unwrap();
        assert!(rows.all::<Row>().unwrap().len() > 10_000);
        // What was wanted of a statement that failed is not taken from the user's.
        session.execute("selec").await.unwrap_err();
        session.rollback().await.unwrap();
        let client = session.driver_connection::<PostgresClient>().await.unwrap();
        let rows = client.query_typed("select 1::int", &[]).await.unwrap();
        assert_eq!(rows[0].get::<_, i32>(0), 1);
    };
    timeout(Duration::from_secs(60), reading).await.unwrap();
}

#[tokio::test]
async fn many_rows_of_a_type_of_the_system_are_read_where_nothing_is_prepared() {
    let one = EngineOptions::default().pool_size(1).max_overflow(0);
    let database = Database::by("?statement_cache_size=0", one);
    let arrays = "select array_agg(column_name), repeat('x', 100) \
                  from information_schema.columns, generate_series(1, 200) n group by n, table_name";
    let functions = "select p, n from pg_proc p, generate_series(1, 10) n where proacl is null";
    let reading = async {
        let mut session = database.session();
        for sql in [arrays, functions, arrays, functions] {
            assert!(session.all::<Row>(sql).await.unwrap().len() > 10_000, "{sql}");
            let mut rows = session.stream(sql).await.unwrap();
            let mut count = 0;
            while let Some(row) = rows.next().await {
                row.unwrap();
                count += 1;
            }
            assert!(count > 10_000, "{sql}, as a stream");
        }
    };
    timeout(Duration::from_secs(60), reading).await.unwrap();
}
