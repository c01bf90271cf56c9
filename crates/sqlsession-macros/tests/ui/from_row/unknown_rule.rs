use sqlsession_macros::FromRow;

#[derive(FromRow)]
#[from_row(crate = "sqlsession_core", rename_all = "Camel")]
struct User {
    id: i64,
}

fn main() {}
