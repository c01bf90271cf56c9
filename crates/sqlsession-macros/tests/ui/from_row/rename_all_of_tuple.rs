use sqlsession_macros::FromRow;

#[derive(FromRow)]
#[from_row(crate = "sqlsession_core", rename_all = "camelCase")]
struct User(i64, String);

fn main() {}
