//! What is pending, when it is written, and what becomes of it.

use sqlsession::{AsyncSession, ErrorKind, SessionOptions};

use crate::{
    on_each_backend,
    place::Place,
    user::{User, names, user, with_users},
};

on_each_backend! {
    what_is_added_is_written_at_commit
    statements_see_what_is_pending
    without_autoflush_only_flush_and_commit_write
    a_row_is_updated_read_and_deleted
    merge_updates_or_inserts
    merge_inserts_what_was_found_to_be_gone
    a_row_that_is_gone_is_stale
    a_row_that_is_as_it_was_is_not_stale
    what_is_taken_back_costs_nothing
}

async fn what_is_added_is_written_at_commit(place: &Place) {
    let (engine, mut session) = with_users(place, &["Ada"]).await;
    let added = session.add(user("Bob")).unwrap();
    assert!(session.in_transaction());
    assert_eq!(session.changes().new, 1);
    assert_eq!(engine.pool_status().in_use, 0, "nothing has been sent");
    let early = session.take(added).unwrap_err();
    assert_eq!(early.kind(), ErrorKind::InvalidState);
    assert!(early.message().contains("not been written yet"), "{early}");
    session.commit().await.unwrap();
    assert!(!session.in_transaction() && session.changes().is_empty());
    assert_eq!(session.tracked(added).unwrap().id, 2);
    assert_eq!(session.take(added).unwrap(), User { id: 2, ..user("Bob") });
    assert!(session.take(added).unwrap_err().message().contains("taken out already"));
    assert_eq!(names(&engine).await, ["Ada", "Bob"]);
}

async fn statements_see_what_is_pending(place: &Place) {
    let (_engine, mut session) = with_users(place, &["Ada"]).await;
    let count = "select count(*) from users";
    session.add(user("Bob")).unwrap();
    assert_eq!(session.scalar_one::<i64>(count).await.unwrap(), 2);
    session.add(user("Cid")).unwrap();
    assert_eq!(session.all::<(String,)>("select name from users order by id").await.unwrap().len(), 3);
    session.add(user("Dan")).unwrap();
    let mut rows = session.stream("select name from users order by id").await.unwrap();
    let mut seen = 0;
    while let Some(row) = rows.next().await {
        row.unwrap();
        seen += 1;
    }
    drop(rows);
    assert_eq!(seen, 4);
    session.add(user("Eve")).unwrap();
    assert_eq!(session.bulk_insert("users", ["name"], [("Fay",)]).await.unwrap(), 1);
    assert!(session.changes().is_empty());
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>(count).await.unwrap(), 1);
}

async fn without_autoflush_only_flush_and_commit_write(place: &Place) {
    let (engine, _) = with_users(place, &[]).await;
    let maker = engine.session_maker_with(SessionOptions::default().autoflush(false));
    let mut session = maker.session();
    let count = "select count(*) from users";
    session.add(user("Ada")).unwrap();
    assert_eq!(session.scalar_one::<i64>(count).await.unwrap(), 0);
    session.flush().await.unwrap();
    assert_eq!(session.scalar_one::<i64>(count).await.unwrap(), 1);
    session.add(user("Bob")).unwrap();
    let savepoint = session.begin_nested().await.unwrap();
    assert_eq!(session.scalar_one::<i64>(count).await.unwrap(), 2, "a savepoint keeps what was before it");
    session.add(user("Cid")).unwrap();
    session.release(savepoint).await.unwrap();
    assert_eq!(session.scalar_one::<i64>(count).await.unwrap(), 3);
    session.add(user("Dan")).unwrap();
    assert_eq!(session.scalar_one::<i64>(count).await.unwrap(), 3);
    session.commit().await.unwrap();
    assert_eq!(names(&engine).await, ["Ada", "Bob", "Cid", "Dan"]);
}

async fn a_row_is_updated_read_and_deleted(place: &Place) {
    let (engine, mut session) = with_users(place, &["Ada", "Bob", "Cid"]).await;
    let mut ada: User = session.get_one(1).await.unwrap();
    assert_eq!(session.changes().known, 1);
    ada.email = Some("ada@example.org".to_owned());
    let updated = session.update(ada.clone()).unwrap();
    session.delete_by_key::<User>(2).unwrap();
    let changes = session.changes();
    assert_eq!((changes.new, changes.changed, changes.deleted), (0, 1, 1));
    assert_eq!(session.get::<User>(1).await.unwrap().unwrap(), ada);
    assert_eq!(session.take(updated).unwrap(), ada);
    assert_eq!(session.get::<User>(2).await.unwrap(), None);
    let missing = session.get_one::<User>(2).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NoRows);
    session.commit().await.unwrap();
    assert_eq!(names(&engine).await, ["Ada", "Cid"]);
    let mut stale = user("?");
    stale.id = 1;
    session.refresh(&mut stale).await.unwrap();
    assert_eq!(stale, ada);
    let all: Vec<User> = session.entities("select id, name, email from users order by id").await.unwrap();
    assert_eq!((all.len(), session.changes().known), (2, 2));
    session.delete(&all[1]).unwrap();
    session.commit().await.unwrap();
    assert_eq!(names(&engine).await, ["Ada"]);
}

/// The session has read the row, and then that it is there no more.
async fn merge_inserts_what_was_found_to_be_gone(place: &Place) {
    let (engine, mut session) = with_users(place, &["Ada"]).await;
    for way in 0..3 {
        let mut ada = session.get_one::<User>(1).await.unwrap();
        session.execute("delete from users").await.unwrap();
        match way {
            0 => assert_eq!(session.get::<User>(1).await.unwrap(), None),
            1 => assert_eq!(session.get_for_update::<User>(1).await.unwrap(), None),
            _ => assert_eq!(session.refresh(&mut ada).await.unwrap_err().kind(), ErrorKind::NoRows),
        }
        session.merge(ada).await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(names(&engine).await, ["Ada"], "way {way}");
    }
}

async fn merge_updates_or_inserts(place: &Place) {
    let (engine, mut session) = with_users(place, &["Ada", "Bob"]).await;
    let bob = User { id: 2, name: "Bob".to_owned(), email: Some("b@example.org".to_owned()) };
    let merged = session.merge(bob.clone()).await.unwrap();
    let new = session.merge(User { id: 7, ..user("Cid") }).await.unwrap();
    let keyless = session.merge(user("Dan")).await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(session.take(merged).unwrap(), bob);
    assert_eq!(session.take(new).unwrap().id, 7);
    assert_ne!(session.take(keyless).unwrap().id, 0);
    let mut all = vec![
        User { id: 1, ..user("Ann") },
        User { id: 9, ..user("Fay") },
        user("Gus"),
        User { id: 9, ..user("Fey") },
    ];
    all.push(bob);
    let tracked = session.merge_all(all).await.unwrap();
    assert_eq!((session.changes().new, session.changes().changed), (2, 3));
    session.commit().await.unwrap();
    assert_eq!(session.take(tracked[4]).unwrap().name, "Bob");
    let mut now = names(&engine).await;
    now.sort();
    assert_eq!(now, ["Ann", "Bob", "Cid", "Dan", "Fey", "Gus"]);
}

async fn a_row_that_is_gone_is_stale(place: &Place) {
    let (engine, mut session) = with_users(place, &["Ada", "Bob"]).await;
    session.update(User { id: 1, ..user("Ann") }).unwrap();
    session.update(User { id: 99, ..user("Nobody") }).unwrap();
    let error = session.flush().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StaleData, "{error}");
    assert_eq!(error.table(), Some("users"));
    refuses(&mut session).await;
    session.rollback().await.unwrap();
    assert_eq!(names(&engine).await, ["Ada", "Bob"], "nothing of it was kept");
    // At a commit nothing is committed before the count is known.
    session.update(User { id: 99, ..user("Nobody") }).unwrap();
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::StaleData);
    refuses(&mut session).await;
    session.rollback().await.unwrap();
    session.add(user("Cid")).unwrap();
    session.commit().await.unwrap();
    assert_eq!(names(&engine).await, ["Ada", "Bob", "Cid"]);
}

async fn a_row_that_is_as_it_was_is_not_stale(place: &Place) {
    let (_engine, mut session) = with_users(place, &["a", "b", "c"]).await;
    for count in [1, 3] {
        // Not read before, so every column is written.
        let same = ["a", "b", "c"].into_iter().zip(1..).take(count);
        for (name, id) in same {
            session.update(User { id, ..user(name) }).unwrap();
        }
        session.commit().await.unwrap();
    }
}

async fn what_is_taken_back_costs_nothing(place: &Place) {
    let (engine, mut session) = with_users(place, &[]).await;
    let checked_out = engine.pool_counters().checked_out;
    let added = session.add(user("a")).unwrap();
    session.expunge(added).unwrap();
    assert!(session.changes().is_empty());
    session.flush().await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(engine.pool_counters().checked_out, checked_out, "nothing was to be written");
}

/// A session that a flush has broken accepts nothing but rollback.
pub(crate) async fn refuses(session: &mut AsyncSession) {
    assert!(session.in_transaction() && !session.is_active());
    let refused = [
        session.execute("select 1").await.unwrap_err(),
        session.commit().await.unwrap_err(),
        session.flush().await.unwrap_err(),
        session.begin_nested().await.unwrap_err(),
        session.add(user("?")).unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind(), ErrorKind::InvalidState, "{error}");
        assert!(error.message().contains("a flush failed"), "{error}");
    }
}
