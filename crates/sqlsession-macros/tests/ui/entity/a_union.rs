use sqlsession_macros::Entity;

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
union Either {
    a: i64,
    b: u64,
}

fn main() {}
