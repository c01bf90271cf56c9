use sqlsession_macros::Entity;

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
struct User {
    #[entity(key)]
    id: i64,
    #[entity(precision = 2, scale = 4)]
    balance: i64,
}

fn main() {}
