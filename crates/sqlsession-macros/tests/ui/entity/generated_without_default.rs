use sqlsession_macros::Entity;

#[derive(Clone)]
struct Version(i64);

impl From<i64> for Version {
    fn from(number: i64) -> Self {
        Self(number)
    }
}

impl From<Version> for i64 {
    fn from(version: Version) -> Self {
        version.0
    }
}

#[derive(Entity)]
#[entity(crate = "sqlsession_core")]
struct User {
    #[entity(key)]
    id: i64,
    #[entity(generated, try_from = "i64")]
    version: Version,
}

fn main() {}
