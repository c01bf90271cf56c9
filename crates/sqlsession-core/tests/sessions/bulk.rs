//! Rows in bulk.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sqlsession_core::{EngineOptions, Error, ErrorKind, Result, TableName, Value};

use crate::{recorder::Recorder, scripted::Scripted, server::Server};

#[tokio::test]
async fn it_begins_the_transaction_and_counts_as_one_statement() {
    let server = Server::default();
    let recorder = Recorder::new();
    let engine = Scripted::new(&server).engine(EngineOptions::default().listen(recorder.clone()));
    let mut session = engine.session_maker().session();
    let rows = (1..=1000).map(|id| (id, format!("user {id}")));
    assert_eq!(session.bulk_insert("app.users", ["id", "name"], rows).await.unwrap(), 1000);
    session.begin_nested().await.unwrap();
    let name: TableName = r#""odd ""name""""#.parse().unwrap();
    assert_eq!(session.bulk_insert(name, vec!["id".to_owned()], vec![[1], [2]]).await.unwrap(), 2);
    session.commit().await.unwrap();
    let odd = r#"bulk "odd ""name"""(id)"#;
    assert_eq!(server.sent(), ["BEGIN; bulk app.users(id,name)", "Savepoint(1)", odd, "COMMIT"]);
    let told = recorder.told();
    let words = r#"INSERT INTO "app"."users" ("id", "name")"#;
    assert_eq!(told[..3], ["begin".to_owned(), words.to_owned(), format!("{words} x1: ok")]);
}

#[tokio::test]
async fn bad_input_sends_nothing() {
    let server = Server::default();
    let engine = Scripted::new(&server).engine(EngineOptions::default());
    let mut session = engine.session_maker().session();
    let row = || [[Value::from(1)]];
    let refused: [Result<u64>; 5] = [
        session.bulk_insert("", ["id"], row()).await,
        session.bulk_insert("a\"b", ["id"], row()).await,
        session.bulk_insert("t", Vec::<String>::new(), row()).await,
        session.bulk_insert("t", ["id", ""], [[1, 2]]).await,
        session.bulk_insert("t", ["id", "name"], row()).await,
    ];
    for refused in refused {
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::BadParameter);
    }
    assert_eq!(session.bulk_insert("t", ["id"], Vec::<[i32; 1]>::new()).await.unwrap(), 0);
    assert!(server.sent().is_empty() && server.open() == 0 && !session.in_transaction());
}

#[tokio::test]
async fn a_row_of_another_width_is_named() {
    let server = Server::default();
    let engine = Scripted::new(&server).engine(EngineOptions::default());
    let mut session = engine.session_maker().session();
    let error = session.bulk_insert("t", ["a", "b"], [vec![1, 2], vec![1, 2], vec![1]]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadParameter);
    assert_eq!(error.message(), "row 3 has 1 values for 2 columns");
    assert_eq!(error.statement(), Some(r#"INSERT INTO "t" ("a", "b")"#));
}

#[tokio::test]
async fn it_is_refused_where_a_statement_is() {
    let server = Server::default();
    let engine = Scripted::new(&server).engine(EngineOptions::default());
    let mut connection = engine.connect().await.unwrap();
    connection.execute("one").await.unwrap();
    connection.invalidate();
    for rows in [vec![], vec![[1]]] {
        let error = connection.bulk_insert("t", ["id"], rows).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState);
    }
}

#[test]
fn a_panic_of_the_iterator_goes_on_when_the_connection_is_safe() {
    let server = Server::default();
    let engine = Scripted { tasks: true, ..Scripted::new(&server) }.blocking_engine(EngineOptions::default());
    for bad in [1, 3] {
        let mut session = engine.session_maker().session();
        session.execute("one").unwrap();
        let rows = (1..5).map(move |id| {
            assert!(id != bad, "boom {id}");
            [id]
        });
        let panicked = catch_unwind(AssertUnwindSafe(|| session.bulk_insert("t", ["id"], rows)));
        let payload = panicked.map(|result| result.map_err(|error: Error| error.kind())).unwrap_err();
        assert_eq!(payload.downcast_ref::<String>().unwrap(), &format!("boom {bad}"));
        session.execute("two").unwrap();
        session.commit().unwrap();
        assert_eq!((engine.pool_status().in_use, server.open()), (0, 1));
    }
}
