use sqlsession_macros::Entity;

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
struct User<'a> {
    #[entity(key)]
    id: i64,
    name: &'a str,
}

fn main() {}
