use sqlsession_macros::Enumerated;

#[derive(Enumerated)]
#[enumerated(crate = "sqlsession_core", integer)]
enum Role {
    #[enumerated(rename = "admin")]
    Admin,
}

fn main() {}
