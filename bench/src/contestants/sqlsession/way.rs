use crate::place::{Database, Place};

/// Which driver does it.
pub trait Way: 'static {
    const NAME: &'static str;
    const DRIVER: &'static str;
}

pub struct Native;
pub struct OverSqlx;

impl Way for Native {
    const NAME: &'static str = "sqlsession";
    const DRIVER: &'static str = "";
}

impl Way for OverSqlx {
    const NAME: &'static str = "sqlsession over sqlx";
    const DRIVER: &'static str = "+sqlx";
}

/// The URL of a place, by this driver.
pub fn url<W: Way>(place: &Place) -> String {
    match place.database {
        Database::Sqlite => {
            format!("sqlite{}:///{}?journal_mode=wal&synchronous=normal", W::DRIVER, place.at)
        }
        Database::SqliteInMemory => format!("sqlite{}:///:memory:", W::DRIVER),
        Database::Postgres | Database::Mariadb => place.at.replacen("://", &format!("{}://", W::DRIVER), 1),
    }
}
