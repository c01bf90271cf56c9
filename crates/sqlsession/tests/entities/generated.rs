//! Keys that the server draws.

use sqlsession::Value;

use crate::{
    on_each_backend,
    place::Place,
    user::{User, user, with_users},
};

on_each_backend! {
    keys_come_back_in_order
    keys_that_are_given_are_taken
}

async fn keys_come_back_in_order(place: &Place) {
    let (_engine, mut session) = with_users(place, &[]).await;
    for count in [1_usize, 2, 3, 7, 64, 1_000] {
        let added = session.add_all((0..count).map(|number| user(&format!("{count}-{number}")))).unwrap();
        session.flush().await.unwrap();
        let users: Vec<User> = added.into_iter().map(|tracked| session.take(tracked).unwrap()).collect();
        let stored: Vec<(i64, String)> = session
            .all(
                sqlsession::text("select id, name from users where name like :names order by id")
                    .bind("names", format!("{count}-%")),
            )
            .await
            .unwrap();
        let taken: Vec<(i64, String)> = users.into_iter().map(|user| (user.id, user.name)).collect();
        assert_eq!(taken, stored);
    }
    session.commit().await.unwrap();
}

async fn keys_that_are_given_are_taken(place: &Place) {
    let (_engine, mut session) = with_users(place, &[]).await;
    let named = |id, name: &str| User { id, ..user(name) };
    let mixed = [named(10, "a"), named(20, "b"), user("c"), user("d"), named(500, "e")];
    let added = session.add_all(mixed).unwrap();
    session.commit().await.unwrap();
    let ids: Vec<i64> = added.into_iter().map(|tracked| session.take(tracked).unwrap().id).collect();
    assert_eq!((ids[0], ids[1], ids[4]), (10, 20, 500));
    let stored: Vec<Value> = session.scalars("select id from users order by name").await.unwrap();
    assert_eq!(stored, ids.into_iter().map(Value::from).collect::<Vec<_>>());
}
