use sqlsession_macros::Enumerated;

#[derive(Enumerated)]
#[enumerated(crate = "sqlsession_core", integer)]
#[repr(u64)]
enum Level {
    Low = 1,
    High = 9_223_372_036_854_775_808,
}

fn main() {}
