use sqlsession_macros::Entity;

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
struct User(#[entity(key)] i64, String);

fn main() {}
