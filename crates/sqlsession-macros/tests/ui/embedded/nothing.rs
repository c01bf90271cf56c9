use sqlsession_macros::Embedded;

#[derive(Embedded)]
#[embedded(crate = "sqlsession_core")]
struct Address {
    #[embedded(skip)]
    cache: u8,
}

fn main() {}
