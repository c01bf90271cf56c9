use sqlsession_macros::FromRow;

#[derive(FromRow)]
#[from_row(crate = "sqlsession_core")]
enum State {
    On,
    Off,
}

fn main() {}
