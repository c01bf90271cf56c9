use sqlsession_macros::Enumerated;

#[derive(Enumerated)]
#[enumerated(crate = "sqlsession_core", integer, rename_all = "camelCase")]
enum Role {
    Admin,
}

fn main() {}
