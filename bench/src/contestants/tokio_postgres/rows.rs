use tokio_postgres::{Error, Row};

use crate::users::{Comment, Person, Post, User};

pub fn user(row: &Row) -> Result<User, Error> {
    Ok(User {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        note: row.try_get(2)?,
        age: row.try_get(3)?,
        score: row.try_get(4)?,
        created: row.try_get(5)?,
    })
}

pub fn user_by_names(row: &Row) -> Result<User, Error> {
    Ok(User {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        note: row.try_get("note")?,
        age: row.try_get("age")?,
        score: row.try_get("score")?,
        created: row.try_get("created")?,
    })
}

pub fn person(row: &Row) -> Result<Person, Error> {
    Ok(Person { id: row.try_get(0)?, name: row.try_get(1)?, hair_color: row.try_get(2)? })
}

pub fn post(row: &Row, first: usize) -> Result<Post, Error> {
    Ok(Post {
        id: row.try_get(first)?,
        user_id: row.try_get(first + 1)?,
        title: row.try_get(first + 2)?,
        body: row.try_get(first + 3)?,
    })
}

pub fn comment(row: &Row) -> Result<Comment, Error> {
    Ok(Comment { id: row.try_get(0)?, post_id: row.try_get(1)?, text: row.try_get(2)? })
}
