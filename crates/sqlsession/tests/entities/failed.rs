//! What a flush that fails leaves behind.

use sqlsession::{AsyncSession, Error, ErrorKind, SessionOptions, driver::IsolationLevel};

use crate::{
    on_each_backend,
    pending::refuses,
    place::Place,
    user::{names, user, with_users},
};

on_each_backend! {
    a_failed_flush_rolls_back_by_itself
    a_failed_commit_writes_nothing
    a_failed_autoflush_is_told_by_the_statement
    inside_a_savepoint_only_that_is_lost
    a_closure_in_a_savepoint_fails_alone
    an_outer_savepoint_helps_as_well
    what_was_flushed_in_a_savepoint_goes_with_it
    an_abandoned_block_takes_what_was_added_in_it
    in_autocommit_what_was_written_stays
    a_session_is_closed_after_a_failed_flush
}

async fn a_failed_flush_rolls_back_by_itself(place: &Place) {
    let (engine, mut session) = with_users(place, &["Ada"]).await;
    session.execute("insert into users (name) values ('before')").await.unwrap();
    session.add(user("Ada")).unwrap();
    let lost = session.add(user("Bob")).unwrap();
    let error = session.flush().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{error}");
    assert!(error.statement().unwrap().starts_with("INSERT INTO"));
    // Its locks are gone with it.
    engine
        .session_maker()
        .begin(async |other| other.execute("insert into users (name) values ('Bob')").await)
        .await
        .unwrap();
    refuses(&mut session).await;
    session.rollback().await.unwrap();
    assert!(session.is_active() && !session.in_transaction() && session.changes().is_empty());
    assert!(session.take(lost).unwrap_err().message().contains("no longer held"));
    assert_eq!(names(&engine).await, ["Ada", "Bob"]);
}

async fn a_failed_commit_writes_nothing(place: &Place) {
    let (engine, mut session) = with_users(place, &["Ada"]).await;
    session.add(user("Bob")).unwrap();
    session.delete_by_key::<crate::user::User>(77).unwrap();
    session.add(user("Ada")).unwrap();
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{error}");
    refuses(&mut session).await;
    session.rollback().await.unwrap();
    assert_eq!(names(&engine).await, ["Ada"]);
}

async fn a_failed_autoflush_is_told_by_the_statement(place: &Place) {
    let (engine, mut session) = with_users(place, &["Ada"]).await;
    session.add(user("Ada")).unwrap();
    let error = session.execute("delete from users").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{error}");
    refuses(&mut session).await;
    session.rollback().await.unwrap();
    assert_eq!(names(&engine).await, ["Ada"]);
}

async fn inside_a_savepoint_only_that_is_lost(place: &Place) {
    let (engine, mut session) = with_users(place, &["Ada"]).await;
    let before = session.add(user("before")).unwrap();
    let savepoint = session.begin_nested().await.unwrap();
    let inside = session.add(user("inside")).unwrap();
    session.flush().await.unwrap();
    session.add(user("Ada")).unwrap();
    assert_eq!(session.flush().await.unwrap_err().kind(), ErrorKind::UniqueViolation);
    refuses(&mut session).await;
    assert_eq!(session.release(savepoint).await.unwrap_err().kind(), ErrorKind::InvalidState);
    session.rollback_to(savepoint).await.unwrap();
    assert!(session.is_active() && !session.in_nested_transaction());
    assert!(session.take(inside).is_err(), "it was undone");
    assert_eq!(session.take(before).unwrap().name, "before");
    session.add(user("after")).unwrap();
    session.commit().await.unwrap();
    assert_eq!(names(&engine).await, ["Ada", "before", "after"]);
}

async fn a_closure_in_a_savepoint_fails_alone(place: &Place) {
    let (engine, mut session) = with_users(place, &["Ada"]).await;
    session.add(user("before")).unwrap();
    let failed = session
        .nested(async |session| {
            session.add(user("Ada"))?;
            session.flush().await
        })
        .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::UniqueViolation);
    // Written only as the savepoint is released.
    let late = session.nested(async |session| session.add(user("Ada")).map(drop)).await;
    assert_eq!(late.unwrap_err().kind(), ErrorKind::UniqueViolation);
    assert!(session.is_active());
    session
        .nested(async |session| {
            session.add(user("kept"))?;
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
    session.commit().await.unwrap();
    assert_eq!(names(&engine).await, ["Ada", "before", "kept"]);
}

async fn an_outer_savepoint_helps_as_well(place: &Place) {
    let (engine, mut session) = with_users(place, &["Ada"]).await;
    session.add(user("before")).unwrap();
    let outer = session.begin_nested().await.unwrap();
    session.add(user("outer")).unwrap();
    let inner = session.begin_nested().await.unwrap();
    session.add(user("Ada")).unwrap();
    assert!(session.flush().await.is_err());
    session.rollback_to(outer).await.unwrap();
    assert!(!session.is_savepoint_active(inner) && !session.is_savepoint_active(outer));
    session.commit().await.unwrap();
    assert_eq!(names(&engine).await, ["Ada", "before"]);
}

async fn what_was_flushed_in_a_savepoint_goes_with_it(place: &Place) {
    let (engine, mut session) = with_users(place, &[]).await;
    let savepoint = session.begin_nested().await.unwrap();
    let flushed = session.add(user("a")).unwrap();
    session.flush().await.unwrap();
    let pending = session.add(user("b")).unwrap();
    session.rollback_to(savepoint).await.unwrap();
    assert!(session.changes().is_empty());
    for tracked in [flushed, pending] {
        assert!(session.take(tracked).unwrap_err().message().contains("no longer held"));
    }
    let next = session.add(user("c")).unwrap();
    session.commit().await.unwrap();
    assert_eq!(session.take(next).unwrap().name, "c");
    assert!(session.take(flushed).is_err(), "a later entity has not its place");
    assert_eq!(names(&engine).await, ["c"]);
}

async fn an_abandoned_block_takes_what_was_added_in_it(place: &Place) {
    let (engine, mut session) = with_users(place, &["Ada"]).await;
    let leave = async |session: &mut AsyncSession, name: &'static str| {
        let block = session.nested(async move |session: &mut AsyncSession| {
            session.add(user("in the block"))?;
            let _ = session.add(user(name)).map(drop);
            let _ = session.flush().await;
            session.add(user("never"))?;
            std::future::pending::<Result<(), Error>>().await
        });
        let _ = tokio::time::timeout(std::time::Duration::from_millis(300), block).await;
    };
    leave(&mut session, "fine").await;
    session.add(user("behind it")).unwrap();
    session.commit().await.unwrap();
    assert_eq!(names(&engine).await, ["Ada", "behind it"]);
}

async fn in_autocommit_what_was_written_stays(place: &Place) {
    let (engine, _) = with_users(place, &["Ada"]).await;
    let options = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = engine.session_maker_with(options).session();
    session.add(user("Bob")).unwrap();
    session.delete_by_key::<crate::user::User>(77).unwrap();
    session.add(user("Ada")).unwrap();
    assert_eq!(session.flush().await.unwrap_err().kind(), ErrorKind::UniqueViolation);
    refuses(&mut session).await;
    session.rollback().await.unwrap();
    assert_eq!(names(&engine).await, ["Ada", "Bob"]);
    let added = session.add(user("Cid")).unwrap();
    session.commit().await.unwrap();
    assert_ne!(session.take(added).unwrap().id, 0);
}

async fn a_session_is_closed_after_a_failed_flush(place: &Place) {
    let (engine, mut session) = with_users(place, &["Ada"]).await;
    session.add(user("Ada")).unwrap();
    session.flush().await.unwrap_err();
    session.close().await.unwrap();
    assert!(session.is_active() && !session.in_transaction());
    session.add(user("Ada")).unwrap();
    session.flush().await.unwrap_err();
    drop(session);
    let mut next = engine.session_maker().session();
    next.add(user("Bob")).unwrap();
    next.commit().await.unwrap();
    assert_eq!(names(&engine).await, ["Ada", "Bob"]);
}
