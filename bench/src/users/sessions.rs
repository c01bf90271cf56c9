//! The same work by sessions and connections.

use std::hint::black_box;

use sqlsession::{AsyncConnection, AsyncSession, FromRow, Result, Row, blocking, text};

use super::{COLUMNS, Person, SELECT, SELECT_ALL, SELECT_USERS, UPDATE, User, next_age};

pub const POSTS: &str = "select id, user_id, title, body from posts where user_id in :ids";
pub const COMMENTS: &str = "select id, post_id, text from comments where post_id in :ids";
pub const COMPLEX: &str = "select u.id, u.name, u.hair_color, p.id as post, p.title, p.body from people u \
    left join posts p on u.id = p.user_id where u.hair_color = :color order by u.name desc";

/// A row of [`COMPLEX`].
#[derive(Debug, FromRow)]
#[expect(dead_code, reason = "read into, like any row, and looked at no further")]
pub struct PersonWithPost {
    pub id: i64,
    pub name: String,
    pub hair_color: Option<String>,
    pub post: Option<i64>,
    pub title: Option<String>,
    pub body: Option<String>,
}

pub async fn select(session: &mut AsyncSession, id: i64) -> Result<User> {
    session.one(text(SELECT).bind("id", id)).await
}

pub async fn select_by_connection(connection: &mut AsyncConnection, id: i64) -> Result<User> {
    connection.one(text(SELECT).bind("id", id)).await
}

pub fn select_by_blocking_connection(connection: &mut blocking::Connection, id: i64) -> Result<User> {
    connection.one(text(SELECT).bind("id", id))
}

pub fn select_blocking(session: &mut blocking::Session, id: i64) -> Result<User> {
    session.one(text(SELECT).bind("id", id))
}

pub async fn unit(session: &mut AsyncSession, id: i64) -> Result<()> {
    let found = select(session, id).await?;
    session.execute(text(UPDATE).bind("age", next_age(found.age)).bind("id", id)).await?;
    session.commit().await
}

/// The commit goes with the update.
pub async fn short_unit(session: &mut AsyncSession, id: i64) -> Result<()> {
    let found = select(session, id).await?;
    session.execute_and_commit(text(UPDATE).bind("age", next_age(found.age)).bind("id", id)).await.map(drop)
}

pub fn unit_blocking(session: &mut blocking::Session, id: i64) -> Result<()> {
    let found = select_blocking(session, id)?;
    session.execute(text(UPDATE).bind("age", next_age(found.age)).bind("id", id))?;
    session.commit()
}

/// Rows into the table `bulk`, and a commit.
pub async fn fill(session: &mut AsyncSession, rows: i64) -> Result<()> {
    session.bulk_insert("bulk", COLUMNS, User::many(rows).map(User::values)).await?;
    session.commit().await
}

/// People as entities, and a commit.
pub async fn insert(session: &mut AsyncSession, rows: usize) -> Result<()> {
    let black = || Some("black".to_owned());
    let people = (0..rows).map(|n| Person { id: 0, name: format!("name {n}"), hair_color: black() });
    session.add_all(people)?;
    session.commit().await
}

/// All rows, and then each value by its name.
pub async fn dynamic(session: &mut AsyncSession) -> Result<usize> {
    let rows: Vec<Row> = session.execute(SELECT_USERS).await?.rows()?.collect();
    for row in &rows {
        black_box(User {
            id: row.get("id")?,
            name: row.get("name")?,
            note: row.get("note")?,
            age: row.get("age")?,
            score: row.get("score")?,
            created: row.get("created")?,
        });
    }
    Ok(rows.len())
}

/// One batch after the other, of which nothing is kept.
pub async fn stream_by_batch(session: &mut AsyncSession) -> Result<usize> {
    let mut rows = session.stream(SELECT_ALL).await?;
    let mut count = 0;
    while let Some(batch) = rows.next_batch::<User>().await {
        count += black_box(batch?).len();
    }
    Ok(count)
}

/// One row after the other, of which none is kept.
pub async fn stream_by_row(session: &mut AsyncSession) -> Result<usize> {
    let mut rows = session.stream(SELECT_ALL).await?.typed::<User>()?;
    let mut count = 0;
    while let Some(user) = rows.next().await {
        black_box(user?);
        count += 1;
    }
    Ok(count)
}
