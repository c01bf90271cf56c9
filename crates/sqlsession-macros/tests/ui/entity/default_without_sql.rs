use sqlsession_macros::Entity;

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
struct User {
    #[entity(key)]
    id: i64,
    #[entity(default)]
    level: i64,
}

fn main() {}
