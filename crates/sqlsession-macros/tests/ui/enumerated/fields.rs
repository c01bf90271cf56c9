use sqlsession_macros::Enumerated;

#[derive(Enumerated)]
#[enumerated(crate = "sqlsession_core")]
enum Role {
    Admin,
    Member(i64),
}

fn main() {}
