use sqlsession_macros::Enumerated;

#[derive(Enumerated)]
#[enumerated(crate = "sqlsession_core", text)]
enum Role {
    Admin,
}

fn main() {}
