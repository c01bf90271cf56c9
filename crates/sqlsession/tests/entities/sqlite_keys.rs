//! Keys that SQLite draws, whether they are the rowids of their rows or not.

use sqlsession::ErrorKind;

use crate::{
    place::Place,
    user::{User, user},
};

const PLAIN: &str = "create table users (id integer primary key, name text not null unique, email text)";

/// Adds so many users, and holds the keys that they are given against the table. `setup` makes the tables.
async fn check(setup: &[&str], count: usize) {
    let place = Place::sqlite();
    let (_engine, mut session) = place.session_after(setup).await;
    let added = session.add_all((0..count).map(|number| user(&format!("{number:04}")))).unwrap();
    session.commit().await.unwrap();
    let users: Vec<User> = added.into_iter().map(|tracked| session.take(tracked).unwrap()).collect();
    let taken: Vec<(i64, String)> = users.into_iter().map(|user| (user.id, user.name)).collect();
    let stored: Vec<(i64, String)> = session.all("select id, name from users order by name").await.unwrap();
    assert_eq!(taken, stored);
}

#[tokio::test]
async fn rowids() {
    for count in [2, 3, 4, 1_024, 1_025, 2_500] {
        check(&[PLAIN], count).await;
    }
}

#[tokio::test]
async fn keys_by_a_default() {
    let keys = "id bigint primary key default (abs(random())), name text not null unique, email text";
    check(&[&format!("create table users ({keys})")], 50).await;
    check(&[&format!("create table users ({keys}) without rowid")], 50).await;
}

#[tokio::test]
async fn a_trigger_that_inserts_elsewhere() {
    let log = "create table log (id integer primary key, name text)";
    let trigger = "create trigger logged after insert on users \
        begin insert into log (id, name) values (null, new.name), (null, 'twice'); end";
    check(&[PLAIN, log, "insert into log (id) values (1000)", trigger], 50).await;
}

#[tokio::test]
async fn a_row_that_a_trigger_drops_is_missed() {
    for name in ["0000", "0007", "0019"] {
        misses(name).await;
    }
}

async fn misses(name: &str) {
    let trigger = format!(
        "create trigger drops before insert on users when new.name = '{name}' begin select raise(ignore); end"
    );
    let place = Place::sqlite();
    let (_engine, mut session) = place.session_after(&[PLAIN, &trigger]).await;
    session.add_all((0..20).map(|number| user(&format!("{number:04}")))).unwrap();
    let error = session.flush().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("an INSERT of 20 entities of `users` inserted 19 rows"), "{error}");
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select count(*) from users").await.unwrap(), 0);
}
