//! Every shortcut by `async_`, through a generic function, on either client and every backend.

use sqlsession::{AnyDatabase, Entity, Error, ErrorKind, Result, Value, text};

use crate::Place;

#[derive(Debug, Clone, PartialEq, Entity)]
#[entity(table = "t")]
struct Row {
    #[entity(key)]
    id: i64,
    name: String,
}

fn row(id: i64) -> Row {
    Row { id, name: format!("row {id}") }
}

fn insert(id: i64) -> sqlsession::Statement {
    text("insert into t values (:id, :name)").bind("id", id).bind("name", format!("row {id}"))
}

fn by_choice<T>() -> Result<T> {
    Err(Error::new(ErrorKind::Database, "by choice"))
}

async fn ids(db: &impl AnyDatabase) -> Result<Vec<i64>> {
    db.async_scalars("select id from t order by id").await
}

async fn statements(db: &impl AnyDatabase) -> Result<()> {
    let sets = (1..=3).map(|id: i64| [("id", Value::from(id)), ("name", Value::from(format!("row {id}")))]);
    let many = text("insert into t values (:id, :name)");
    assert_eq!(db.async_execute_many(many, sets).await?.rowcount(), Some(3));
    assert_eq!(db.async_execute_uncommitted("delete from t").await?.rowcount(), Some(3));
    assert_eq!(ids(db).await?, [1, 2, 3]);
    let left = db.async_execute_then("delete from t where id > 1", |deleted| {
        assert_eq!(deleted.rowcount(), Some(2));
        by_choice::<()>()
    });
    assert_eq!(left.await.unwrap_err().message(), "by choice");
    assert_eq!(db.async_execute_then(insert(4), |inserted| Ok(inserted.rowcount())).await?, Some(1));
    let gone = db.async_execute_on_connection("delete from t where id = 4", |deleted| Ok(deleted.rowcount()));
    assert_eq!(gone.await?, Some(1));
    assert_eq!(ids(db).await?, [1, 2, 3]);
    Ok(())
}

async fn rows(db: &impl AnyDatabase) -> Result<()> {
    let all: Vec<(i64, String)> = db.async_all("select id, name from t order by id").await?;
    assert_eq!(all.last(), Some(&(3, "row 3".to_owned())));
    let one: (i64, String) = db.async_one("select id, name from t where id = 1").await?;
    assert_eq!(one, (1, "row 1".to_owned()));
    let several = db.async_one::<(i64,)>("select id from t").await.unwrap_err();
    assert_eq!(several.kind(), ErrorKind::SeveralRows);
    assert_eq!(db.async_one_or_none::<(i64,)>("select id from t where id = 9").await?, None);
    assert_eq!(db.async_get_one::<Row>(2).await?, row(2));
    assert_eq!(db.async_get_one::<Row>(9).await.unwrap_err().kind(), ErrorKind::NoRows);
    Ok(())
}

async fn closures(db: &impl AnyDatabase) -> Result<()> {
    let undone = db.async_run_sync_uncommitted(|session| session.execute("delete from t"));
    assert_eq!(undone.await?.rowcount(), Some(3));
    db.async_run_sync_on_connection(|connection| connection.execute(insert(4)).map(drop)).await?;
    assert_eq!(ids(db).await?, [1, 2, 3, 4]);
    Ok(())
}

async fn scopes<D: AnyDatabase>(db: &D, mut session: D::Session) -> Result<()> {
    assert!(!db.scoped());
    let failed: Result<()> = db
        .async_scope_keyed("key", async {
            db.async_execute(insert(5)).await?;
            db.async_scope_keyed("key", async {
                assert!(db.scoped());
                assert_eq!(ids(db).await?, [1, 2, 3, 4, 5], "it is the same session");
                Ok::<_, Error>(())
            })
            .await?;
            db.async_scope_keyed("another", async {
                assert_eq!(ids(db).await?, [1, 2, 3, 4], "it is a session of its own");
                Ok::<_, Error>(())
            })
            .await?;
            by_choice()
        })
        .await;
    assert_eq!(failed.unwrap_err().message(), "by choice");
    assert_eq!(ids(db).await?, [1, 2, 3, 4]);

    db.async_scope_with(&mut session, async { db.async_execute(insert(6)).await }).await?;
    assert_eq!(ids(db).await?, [1, 2, 3, 4], "nothing is committed yet");
    db.async_scope_with(&mut session, async {
        assert_eq!(ids(db).await?, [1, 2, 3, 4, 6], "it is the session that was given");
        db.async_commit().await
    })
    .await?;
    assert_eq!(ids(db).await?, [1, 2, 3, 4, 6]);
    Ok(())
}

async fn pending(db: &impl AnyDatabase) -> Result<()> {
    db.async_scope(async {
        let added = db.add(row(7))?;
        assert_eq!(db.changes()?.new, 1);
        assert_eq!(db.expunge(added)?, row(7));
        assert_eq!(db.changes()?.new, 0);
        assert_eq!(db.async_get_one::<Row>(1).await?, row(1));
        assert_eq!(db.changes()?.known, 1);
        db.expire::<Row>(1)?;
        assert_eq!(db.changes()?.known, 0);
        Ok::<_, Error>(())
    })
    .await?;
    assert_eq!(db.changes().unwrap_err().kind(), ErrorKind::InvalidState, "there is no scope");
    Ok(())
}

async fn all<D: AnyDatabase>(db: D, session: D::Session) -> Result<()> {
    statements(&db).await?;
    rows(&db).await?;
    closures(&db).await?;
    scopes(&db, session).await?;
    pending(&db).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn either_client_by_await() {
    for place in Place::all() {
        let (db, blocking) = (place.connect(), place.connect_blocking());
        db.execute("create table t (id bigint primary key, name varchar(20) not null)").await.unwrap();
        let session = db.session_maker().session();
        tokio::spawn(all(db.clone(), session)).await.unwrap().unwrap();
        db.execute("delete from t").await.unwrap();
        let session = blocking.session_maker().session();
        tokio::spawn(all(blocking, session)).await.unwrap().unwrap();
    }
}
