use sqlsession_macros::FromRow;

#[derive(FromRow)]
#[from_row(crate = "sqlsession_core")]
struct Nothing;

fn main() {}
