use sqlsession_macros::Enumerated;

#[derive(Enumerated)]
#[enumerated(crate = "sqlsession_core")]
struct Role {
    a: i64,
}

fn main() {}
