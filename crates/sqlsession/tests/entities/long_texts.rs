//! Texts of any length in one flush.

use crate::{
    on_each_backend,
    place::Place,
    user::{User, user},
};

on_each_backend! { long_and_short_texts_are_updated_together }

async fn long_and_short_texts_are_updated_together(place: &Place) {
    let create = place.pick(
        "create table users (id integer primary key, name text not null, email text)",
        "create table users (id bigserial primary key, name text not null, email text)",
        "create table users (id bigint auto_increment primary key, name text not null, email longtext)",
    );
    let (_engine, mut session) = place.session_after(&[create]).await;
    let added = session.add_all((0..6).map(|number| user(&number.to_string()))).unwrap();
    session.flush().await.unwrap();
    let lengths = [0, 1, 4_096, 4_097, 65_536, 123_456];
    for (tracked, length) in added.into_iter().zip(lengths) {
        let user = session.take(tracked).unwrap();
        session.update(User { email: Some("x".repeat(length)), ..user }).unwrap();
    }
    session.commit().await.unwrap();
    let stored: Vec<i64> = session.scalars("select length(email) from users order by id").await.unwrap();
    assert_eq!(stored, lengths.map(|length| i64::try_from(length).unwrap()));
}
