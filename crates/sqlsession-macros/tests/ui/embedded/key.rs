use sqlsession_macros::Embedded;

#[derive(Embedded)]
#[embedded(crate = "sqlsession_core")]
struct Address {
    #[embedded(key)]
    id: i64,
}

fn main() {}
