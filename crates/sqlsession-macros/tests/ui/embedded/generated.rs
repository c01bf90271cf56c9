use sqlsession_macros::Embedded;

#[derive(Embedded)]
#[embedded(crate = "sqlsession_core")]
struct Address {
    #[embedded(generated)]
    version: i64,
}

fn main() {}
