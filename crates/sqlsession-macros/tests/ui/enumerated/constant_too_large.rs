use sqlsession_macros::Enumerated;

const HIGH: u64 = u64::MAX;

#[derive(Enumerated)]
#[enumerated(crate = "sqlsession_core", integer)]
#[repr(u64)]
enum Level {
    Low = 1,
    High = HIGH,
}

fn main() {}
