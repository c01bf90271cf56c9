use sqlsession_macros::Entity;

use sqlsession_core::Value;

#[derive(Clone)]
struct Link(Value);

impl From<Value> for Link {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl From<Link> for Value {
    fn from(link: Link) -> Self {
        link.0
    }
}

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
struct User {
    #[entity(key)]
    id: i64,
    #[entity(try_from = "Value")]
    link: Link,
}

fn main() {}
