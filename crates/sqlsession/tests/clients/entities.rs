//! Entities by the clients: get, save and delete, alone, in a scope and inside of an outer transaction.

use std::time::Duration;

use sqlsession::{
    AnyDatabase, AsyncDatabase, AsyncEngine, EngineOptions, Entity, Error, ErrorKind, OuterTransaction,
    Result, SessionOptions, blocking, create_engine_with,
};
use tokio::time::timeout;

use crate::Place;

#[derive(Debug, Clone, PartialEq, Entity)]
#[entity(table = "users")]
struct User {
    #[entity(key, generated)]
    id: i64,
    username: String,
    password: Option<String>,
}

fn user(username: &str) -> User {
    User { id: 0, username: username.into(), password: None }
}

fn table(place: &Place) -> &'static str {
    match place {
        Place::Sqlite(_) => {
            "create table users (id integer primary key, username varchar(30) not null unique, password varchar(30))"
        }
        Place::Postgres(_) => {
            "create table users (id bigserial primary key, username varchar(30) not null unique, \
             password varchar(30))"
        }
        Place::Mysql(_) => {
            "create table users (id bigint auto_increment primary key, username varchar(30) not null unique, \
             password varchar(30))"
        }
    }
}

async fn connect(place: &Place) -> AsyncDatabase {
    let db = place.connect();
    db.execute(table(place)).await.unwrap();
    db
}

async fn names(db: &AsyncDatabase) -> Vec<String> {
    db.scalars("select username from users order by id").await.unwrap()
}

fn kind<T>(result: Result<T>) -> ErrorKind {
    result.map(drop).unwrap_err().kind()
}

#[tokio::test]
async fn each_call_is_a_unit_of_its_own() {
    for place in Place::all() {
        let db = connect(&place).await;
        let ada = db.save(user("Ada")).await.unwrap();
        assert_ne!(ada.id, 0, "the key that the server has generated");
        let changed = db.save(User { password: Some("p".into()), ..ada.clone() }).await.unwrap();
        assert_eq!(db.get::<User>(ada.id).await.unwrap(), Some(changed.clone()));
        assert_eq!(db.save(changed.clone()).await.unwrap(), changed, "nothing has changed");
        let chosen = db.save(User { id: 77, ..user("Grace") }).await.unwrap();
        assert_eq!((chosen.id, names(&db).await), (77, vec!["Ada".into(), "Grace".into()]));
        db.delete(&chosen).await.unwrap();
        db.delete(&chosen).await.unwrap();
        assert_eq!(db.get::<User>(77).await.unwrap(), None);
        assert_eq!(kind(db.get_one::<User>(77).await), ErrorKind::NoRows);
        assert_eq!(kind(db.delete(&user("no key")).await), ErrorKind::BadParameter);
        assert_eq!(db.all::<User>("select * from users").await.unwrap(), [changed]);
        crate::all_are_back(&db).await;
    }
}

#[tokio::test]
async fn all_of_them_are_saved_or_none() {
    for place in Place::all() {
        let db = connect(&place).await;
        let saved = db.save_all([user("a"), user("b")]).await.unwrap();
        assert_eq!(saved.iter().map(|user| user.username.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert!(saved[0].id < saved[1].id && saved[0].id > 0);
        let mixed =
            [user("c"), User { username: "d".into(), ..saved[0].clone() }, User { id: 99, ..user("e") }];
        assert_eq!(db.save_all(mixed).await.unwrap().len(), 3);
        assert_eq!(kind(db.save_all([user("f"), user("b")]).await), ErrorKind::UniqueViolation);
        let mut found = names(&db).await;
        found.sort();
        assert_eq!(found, ["b", "c", "d", "e"]);
    }
}

#[tokio::test]
async fn a_scope_has_one_unit_of_work() {
    for place in Place::all() {
        let db = connect(&place).await;
        let grace = db.save(user("Grace")).await.unwrap();
        let ada = db
            .scope(async {
                let ada = db.add(user("Ada"))?;
                let many = db.add_all([user("b"), user("c")])?;
                assert_eq!(db.changes()?.new, 3);
                db.flush().await?;
                let mut again = db.get_for_update::<User>(grace.id).await?.unwrap();
                db.execute("update users set password = 'x'").await?;
                db.refresh(&mut again).await?;
                assert_eq!(again.password.as_deref(), Some("x"));
                db.expire_all()?;
                let merged = db.merge(User { password: Some("y".into()), ..again }).await?;
                db.delete(&db.take(many[1])?).await?;
                let saved = db.save(user("d")).await?;
                assert!(saved.id > 0);
                assert_eq!(db.take(merged)?.password.as_deref(), Some("y"));
                db.take(ada)
            })
            .await
            .unwrap();
        assert_eq!(db.get::<User>(ada.id).await.unwrap().unwrap().username, "Ada");
        assert_eq!(names(&db).await, ["Grace", "Ada", "b", "d"]);
        let failed: Result<()> = db
            .scope(async {
                db.save(user("e")).await?;
                assert_eq!(kind(db.save(user("e")).await), ErrorKind::UniqueViolation);
                Ok(())
            })
            .await;
        assert_eq!(kind(failed), ErrorKind::InvalidState, "a flush failed: nothing is committed");
        let failed: Result<()> = db
            .scope(async {
                db.add(user("f"))?;
                Err(Error::new(ErrorKind::Database, "by choice"))
            })
            .await;
        assert_eq!(kind(failed), ErrorKind::Database);
        assert_eq!(names(&db).await, ["Grace", "Ada", "b", "d"]);
        assert_eq!(kind(db.add(user("g"))), ErrorKind::InvalidState, "there is no scope");
    }
}

/// What a library does that takes either client.
async fn through_any(db: impl AnyDatabase) -> Result<()> {
    let ada = db.async_save(user("Ada")).await?;
    assert_eq!(db.async_get::<User>(ada.id).await?, Some(ada.clone()));
    db.async_scope(async {
        let added = db.add(user("b"))?;
        db.async_flush().await?;
        let b = db.take(added)?;
        let mut known = ada.clone();
        db.async_execute("update users set password = 'x'").await?;
        db.async_refresh(&mut known).await?;
        assert_eq!(known.password.as_deref(), Some("x"));
        db.async_delete(&b).await
    })
    .await?;
    assert_eq!(db.async_save_all(vec![user("c"), user("d")]).await?.len(), 2);
    db.async_delete(&ada).await?;
    assert_eq!(kind(db.async_delete(&user("no key")).await), ErrorKind::BadParameter);
    assert_eq!(db.async_scalars::<String>("select username from users order by id").await?, ["c", "d"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn either_client_by_await() {
    for place in Place::all() {
        let db = connect(&place).await;
        tokio::spawn(through_any(db.clone())).await.unwrap().unwrap();
        db.execute("delete from users").await.unwrap();
        tokio::spawn(through_any(place.connect_blocking())).await.unwrap().unwrap();
    }
}

#[test]
fn by_blocking_calls() {
    for place in Place::all() {
        let db = place.connect_blocking();
        db.execute(table(&place)).unwrap();
        let ada = db.save(user("Ada")).unwrap();
        assert_eq!(db.get::<User>(ada.id).unwrap(), Some(ada.clone()));
        db.scope(|| {
            let added = db.add(user("b"))?;
            db.flush()?;
            let b = db.take(added)?;
            db.delete(&ada)?;
            db.save(User { password: Some("x".into()), ..b })
        })
        .unwrap();
        assert_eq!(db.scalars::<String>("select password from users").unwrap(), ["x"]);
        assert_eq!(kind(db.save_all([user("c"), user("b")])), ErrorKind::UniqueViolation);
        let outer = blocking::OuterTransaction::begin(db.engine()).unwrap();
        let test = db.within(&outer);
        test.save(user("inside")).unwrap();
        outer.rollback().unwrap();
        assert_eq!(db.scalars::<String>("select username from users").unwrap(), ["b"]);
    }
}

#[tokio::test]
async fn inside_of_an_outer_transaction_everything_is_undone() {
    for place in Place::all() {
        let db = connect(&place).await;
        let grace = db.save(user("Grace")).await.unwrap();
        let outer = OuterTransaction::begin(db.engine()).await.unwrap();
        let test = db.within(&outer);
        let ada = test.save(user("Ada")).await.unwrap();
        assert_eq!(test.get::<User>(ada.id).await.unwrap(), Some(ada.clone()));
        let mut session = test.session_maker().session();
        let added = session.add(user("b")).unwrap();
        assert!(session.in_transaction());
        session.commit().await.unwrap();
        assert!(session.take(added).unwrap().id > 0, "past the commit");
        let lost = session.add(user("c")).unwrap();
        session.rollback().await.unwrap();
        assert_eq!(kind(session.take(lost)), ErrorKind::InvalidState);
        session.add(user("Ada")).unwrap();
        assert_eq!(kind(session.commit().await), ErrorKind::UniqueViolation);
        assert!(session.in_transaction() && !session.is_active());
        session.rollback().await.unwrap();
        session.add(user("d")).unwrap();
        session.flush().await.unwrap();
        session.add(user("dropped")).unwrap();
        drop(session);
        test.scope(async {
            test.delete(&grace).await?;
            test.save(User { password: Some("x".into()), ..ada.clone() }).await
        })
        .await
        .unwrap();
        assert_eq!(kind(test.save_all([user("e"), user("b")]).await), ErrorKind::UniqueViolation);
        assert_eq!(names(&test).await, ["Ada", "b"]);
        assert_eq!(names(&db).await, ["Grace"]);
        outer.rollback().await.unwrap();
        assert_eq!(names(&db).await, ["Grace"]);
        crate::all_are_back(&db).await;
    }
}

/// What the engine says of its sessions holds inside of an outer transaction as well, and for whatever they do.
#[tokio::test]
async fn defaults_of_the_engine_hold_inside_of_an_outer_transaction() {
    for place in Place::all() {
        let db = connect(&place).await;
        let saved = db.save(user("ann")).await.unwrap();
        let quiet = SessionOptions::default().autoflush(false);
        let outer = OuterTransaction::begin(&db.engine().with_options(quiet).into()).await.unwrap();
        let mut session = outer.engine().session_maker().session();
        session.add(user("bob")).unwrap();
        let count = "select count(*) from users";
        assert_eq!(session.scalar_one::<i64>(count).await.unwrap(), 1);
        session.flush().await.unwrap();
        assert_eq!(session.scalar_one::<i64>(count).await.unwrap(), 2);
        session.close().await.unwrap();
        outer.rollback().await.unwrap();
        if matches!(place, Place::Sqlite(_)) {
            continue; // It has no locks of rows.
        }
        let mut other = db.session_maker().session();
        other.get_for_update::<User>(saved.id).await.unwrap().unwrap();
        let brief = SessionOptions::default().statement_timeout(Duration::from_millis(100));
        let limited: AsyncEngine = db.engine().with_options(brief.clone()).into();
        let of_engine = OuterTransaction::begin(&limited).await.unwrap();
        let of_maker = OuterTransaction::begin(db.engine()).await.unwrap();
        let mut options = EngineOptions::default();
        options.session = brief.clone();
        let made_with_it = create_engine_with(place.url(), options).unwrap();
        let of_options = OuterTransaction::begin(&made_with_it).await.unwrap();
        for maker in [
            of_engine.engine().session_maker(),
            of_maker.engine().session_maker_with(brief.clone()),
            of_options.engine().session_maker(),
        ] {
            let mut session = maker.session();
            let waiting = session.get_for_update::<User>(saved.id);
            let stopped = timeout(Duration::from_secs(30), waiting).await.expect("it ends").unwrap_err();
            assert_eq!(stopped.kind(), ErrorKind::StatementTimeout, "{stopped}");
            session.rollback().await.unwrap();
            session.update(User { password: Some("new".into()), ..saved.clone() }).unwrap();
            let stopped =
                timeout(Duration::from_secs(30), session.flush()).await.expect("it ends").unwrap_err();
            assert_eq!(stopped.kind(), ErrorKind::StatementTimeout, "{stopped}");
            session.rollback().await.unwrap();
        }
    }
}
