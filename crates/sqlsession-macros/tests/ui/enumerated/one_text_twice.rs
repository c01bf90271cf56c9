use sqlsession_macros::Enumerated;

#[derive(Enumerated)]
#[enumerated(crate = "sqlsession_core")]
enum Role {
    Admin,
    #[enumerated(rename = "admin")]
    Root,
}

fn main() {}
