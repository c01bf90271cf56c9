use sqlsession_macros::FromRow;

#[derive(FromRow)]
#[from_row(crate = "sqlsession_core")]
struct User {
    #[from_row(skip, rename = "key")]
    id: i64,
}

fn main() {}
