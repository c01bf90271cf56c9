//! What is pending when a statement is to end the transaction.

use sqlsession::SessionOptions;

use crate::{
    on_each_backend,
    place::Place,
    user::{names, user, with_users},
};

on_each_backend! { a_last_statement_leaves_nothing_behind a_flush_that_fails_keeps_the_last_statement_back }

async fn a_last_statement_leaves_nothing_behind(place: &Place) {
    let (engine, _session) = with_users(place, &[]).await;
    let mut session = engine.session_maker_with(SessionOptions::default().autoflush(false)).session();
    session.add(user("a")).unwrap();
    session.execute_and_commit("select 1").await.unwrap();
    session.add(user("b")).unwrap();
    let update = "update users set email = :email where name = :name";
    session.execute_many_and_commit(update, [[("email", "x"), ("name", "b")]]).await.unwrap();
    session.close().await.unwrap();
    assert_eq!(names(&engine).await, ["a", "b"]);
    let emails: Vec<Option<String>> = session.scalars("select email from users order by name").await.unwrap();
    assert_eq!(emails, [None, Some("x".to_owned())], "what was pending was written before");
}

async fn a_flush_that_fails_keeps_the_last_statement_back(place: &Place) {
    let (engine, _session) = with_users(place, &["a"]).await;
    let mut session = engine.session_maker_with(SessionOptions::default().autoflush(false)).session();
    session.add(user("a")).unwrap();
    session.execute_and_commit("update users set email = 'x'").await.unwrap_err();
    session.rollback().await.unwrap();
    let email: Option<String> = session.scalar_one("select email from users").await.unwrap();
    assert_eq!(email, None);
}
