use sqlsession_macros::Entity;

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
struct User {
    #[entity(key)]
    id: i64,
    #[entity(column_type = "citext", length = 4)]
    name: String,
}

fn main() {}
