//! Keys that the server draws.

use sqlsession::{AsyncEngine, RetryOptions, Value};

use crate::{
    on_each_backend,
    place::Place,
    user::{User, user, with_users},
};

on_each_backend! {
    keys_come_back_in_order
    keys_that_are_given_are_taken
    each_has_its_own_key_among_many_sessions
    keys_may_lie_apart
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

/// The rows that a session adds are found under the keys that it is given for them.
async fn check_keys(engine: &AsyncEngine, users: &[User]) {
    for found in users {
        let mut session = engine.session_maker().session();
        assert_eq!(session.get_one::<User>(found.id).await.unwrap(), *found);
    }
}

async fn each_has_its_own_key_among_many_sessions(place: &Place) {
    let (engine, _) = with_users(place, &[]).await;
    let tasks: Vec<_> = (0..6)
        .map(|task| {
            let engine = engine.clone();
            tokio::spawn(async move {
                let mut all = Vec::new();
                for round in 0..5 {
                    let maker = engine.session_maker();
                    let users: sqlsession::Result<Vec<User>> = maker
                        .run(&RetryOptions::default(), async move |session| {
                            let added =
                                session.add_all((0..37).map(|at| user(&format!("{task}-{round}-{at}"))))?;
                            session.flush().await?;
                            added.into_iter().map(|tracked| session.take(tracked)).collect()
                        })
                        .await;
                    all.extend(users.unwrap());
                }
                all
            })
        })
        .collect();
    for task in tasks {
        let users = task.await.unwrap();
        assert_eq!(users.len(), 5 * 37);
        check_keys(&engine, &users).await;
    }
}

async fn keys_may_lie_apart(place: &Place) {
    let (engine, mut session) = with_users(place, &["first"]).await;
    match place {
        Place::Sqlite(_) => return,
        Place::Postgres(_) => {
            session.execute("alter sequence users_id_seq increment by 7").await.unwrap();
        }
        Place::Mysql(_) => {
            session.execute("set session auto_increment_increment = 7").await.unwrap();
        }
    }
    let added = session.add_all((0..20).map(|at| user(&format!("apart {at}")))).unwrap();
    session.commit().await.unwrap();
    let users: Vec<User> = added.into_iter().map(|tracked| session.take(tracked).unwrap()).collect();
    assert_eq!(users[19].id - users[0].id, 19 * 7);
    check_keys(&engine, &users).await;
}
