use sqlsession_macros::{Entity, FromRow};

#[derive(FromRow, Entity)]
#[entity(crate = "sqlsession_core")]
struct User {
    #[entity(key)]
    id: i64,
}

fn main() {}
