use sqlsession_macros::Entity;

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
struct User {
    #[entity(key, json)]
    id: Vec<i64>,
}

fn main() {}
