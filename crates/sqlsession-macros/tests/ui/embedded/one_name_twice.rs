use sqlsession_macros::Embedded;

#[derive(Embedded)]
#[embedded(crate = "sqlsession_core")]
struct Address {
    city: String,
    #[embedded(rename = "city")]
    town: String,
}

fn main() {}
