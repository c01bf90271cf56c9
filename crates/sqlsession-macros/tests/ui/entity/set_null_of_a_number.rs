use sqlsession_macros::Entity;

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
struct User {
    #[entity(key)]
    id: i64,
    #[entity(references = "teams(id)", on_delete = "set null")]
    team: i64,
}

fn main() {}
