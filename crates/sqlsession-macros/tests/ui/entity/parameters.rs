use sqlsession_macros::Entity;

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
struct User<T> {
    #[entity(key)]
    id: i64,
    more: T,
}

fn main() {}
