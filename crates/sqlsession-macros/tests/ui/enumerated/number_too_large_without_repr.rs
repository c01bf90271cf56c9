use sqlsession_macros::Enumerated;

#[derive(Enumerated)]
#[enumerated(crate = "sqlsession_core", integer)]
enum Level {
    Low = 1,
    High = 2_147_483_648,
}

fn main() {}
