use sqlsession_macros::{Embedded, Entity};

#[derive(Embedded, Entity)]
#[embedded(crate = "sqlsession_core")]
struct Address {
    #[entity(rename = "city")]
    town: String,
}

fn main() {}
