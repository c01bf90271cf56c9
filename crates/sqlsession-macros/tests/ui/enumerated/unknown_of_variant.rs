use sqlsession_macros::Enumerated;

#[derive(Enumerated)]
#[enumerated(crate = "sqlsession_core")]
enum Role {
    #[enumerated(value = 1)]
    Admin,
}

fn main() {}
