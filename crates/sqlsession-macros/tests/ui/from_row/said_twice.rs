use sqlsession_macros::FromRow;

#[derive(FromRow)]
#[from_row(crate = "sqlsession_core")]
struct User {
    #[from_row(default, default)]
    id: i64,
}

fn main() {}
