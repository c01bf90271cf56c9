use sqlsession_macros::Entity;

#[derive(Entity)]
#[entity(crate = "sqlsession_core", table = "app..users")]
struct User {
    #[entity(key)]
    id: i64,
}

fn main() {}
