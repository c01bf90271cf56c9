use sqlsession_macros::Entity;

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
struct User {
    #[entity(key)]
    id: i64,
    #[entity(prefix = "home_")]
    city: String,
}

fn main() {}
