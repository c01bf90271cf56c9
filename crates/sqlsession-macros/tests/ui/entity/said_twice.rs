use sqlsession_macros::Entity;

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
struct User {
    #[entity(key)]
    #[entity(key)]
    id: i64,
}

fn main() {}
