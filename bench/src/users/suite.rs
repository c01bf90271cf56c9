//! The rows of Diesel's benchmark suite.

use std::collections::HashMap;

use sqlsession::{Entity, FromRow};

#[derive(Debug, Entity, sqlx::FromRow, diesel::Queryable)]
#[entity(table = "people")]
pub struct Person {
    #[entity(key, generated)]
    pub id: i64,
    pub name: String,
    pub hair_color: Option<String>,
}

#[derive(Debug, FromRow, sqlx::FromRow, diesel::Queryable)]
#[expect(dead_code, reason = "read into, like any row, and looked at no further")]
pub struct Post {
    pub id: i64,
    pub user_id: i64,
    pub title: String,
    pub body: Option<String>,
}

#[derive(Debug, FromRow, sqlx::FromRow, diesel::Queryable)]
#[expect(dead_code, reason = "read into, like any row, and looked at no further")]
pub struct Comment {
    pub id: i64,
    pub post_id: i64,
    pub text: String,
}

/// People with their posts with their comments, put together by hand; how many comments there are.
pub fn nest(people: Vec<Person>, posts: Vec<Post>, comments: Vec<Comment>) -> usize {
    let mut of_posts: HashMap<i64, Vec<Comment>> = HashMap::with_capacity(posts.len());
    for comment in comments {
        of_posts.entry(comment.post_id).or_default().push(comment);
    }
    let mut of_people: HashMap<i64, Vec<(Post, Vec<Comment>)>> = HashMap::with_capacity(people.len());
    for post in posts {
        let comments = of_posts.remove(&post.id).unwrap_or_default();
        of_people.entry(post.user_id).or_default().push((post, comments));
    }
    let nested: Vec<(Person, Vec<(Post, Vec<Comment>)>)> = people
        .into_iter()
        .map(|person| {
            let posts = of_people.remove(&person.id).unwrap_or_default();
            (person, posts)
        })
        .collect();
    std::hint::black_box(&nested)
        .iter()
        .flat_map(|(_, posts)| posts)
        .map(|(_, comments)| comments.len())
        .sum()
}
