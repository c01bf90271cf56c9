use sqlsession_macros::Entity;

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
struct User {
    #[entity(key)]
    a: i64,
    #[entity(key)]
    b: i64,
    #[entity(key)]
    c: i64,
    #[entity(key)]
    d: i64,
    #[entity(key)]
    e: i64,
}

fn main() {}
