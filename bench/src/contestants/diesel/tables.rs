//! The tables for Diesel, and the queries that are the same by both of its faces.

use diesel::prelude::*;

use crate::users::{Person, Post, User};

macro_rules! table_of_users {
    ($table:ident) => {
        diesel::table! {
            $table (id) {
                id -> BigInt,
                name -> Text,
                note -> Nullable<Text>,
                age -> Integer,
                score -> Double,
                created -> Timestamp,
            }
        }
    };
}

table_of_users!(users);
table_of_users!(many_users);
table_of_users!(bulk);

diesel::table! {
    people (id) {
        id -> BigInt,
        name -> Text,
        hair_color -> Nullable<Text>,
    }
}

diesel::table! {
    posts (id) {
        id -> BigInt,
        user_id -> BigInt,
        title -> Text,
        body -> Nullable<Text>,
    }
}

diesel::table! {
    comments (id) {
        id -> BigInt,
        post_id -> BigInt,
        text -> Text,
    }
}

diesel::joinable!(posts -> people (user_id));
diesel::allow_tables_to_appear_in_same_query!(people, posts);

/// A row to be inserted.
#[derive(Insertable)]
#[diesel(table_name = bulk, treat_none_as_default_value = false)]
pub struct NewUser {
    id: i64,
    name: String,
    note: Option<String>,
    age: i32,
    score: f64,
    created: chrono::NaiveDateTime,
}

impl From<User> for NewUser {
    fn from(User { id, name, note, age, score, created }: User) -> Self {
        Self { id, name, note, age, score, created }
    }
}

/// A person to be inserted.
#[derive(Insertable)]
#[diesel(table_name = people, treat_none_as_default_value = false)]
pub struct NewPerson {
    name: String,
    hair_color: Option<&'static str>,
}

impl NewPerson {
    pub fn many(rows: usize) -> Vec<Self> {
        (0..rows).map(|n| Self { name: format!("name {n}"), hair_color: Some("black") }).collect()
    }
}

pub type Joined = (Person, Option<Post>);
