use sqlsession_macros::Embedded;

#[derive(Embedded)]
#[embedded(crate = "sqlsession_core")]
struct Address {
    #[embedded(name = "city")]
    town: String,
}

fn main() {}
