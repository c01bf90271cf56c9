use sqlsession_macros::Entity;

#[derive(Clone)]
struct Link;

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
struct User {
    #[entity(key)]
    id: i64,
    #[entity(column_type = "text")]
    link: Link,
}

fn main() {}
