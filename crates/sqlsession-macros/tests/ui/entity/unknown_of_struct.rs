use sqlsession_macros::Entity;

#[derive(Entity)]
#[entity(crate = "sqlsession_core", schema = "app")]
struct User {
    #[entity(key)]
    id: i64,
}

fn main() {}
