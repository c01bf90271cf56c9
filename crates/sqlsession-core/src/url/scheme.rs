use super::names;
use crate::{Error, ErrorKind, Result};

/// The dialect and the driver a URL chooses, by their canonical names.
///
/// | before `://` | dialect | driver |
/// |---|---|---|
/// | `sqlite` | `sqlite` | `rusqlite` |
/// | `postgresql`, `postgres`, `cockroachdb`, `yugabytedb` | `postgresql` | `tokio-postgres` |
/// | `mysql`, `mariadb`, `tidb` | `mysql` | `mysql_async` |
///
/// After a `+` the driver's own name chooses it, `+sqlx` chooses `sqlx`, and the names of Python's drivers (`+aiosqlite`,
/// `+asyncpg`, `+psycopg2`, `+aiomysql`, `+pymysql` and so on) choose the driver in the table. Names are in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Scheme {
    /// `sqlite`, `postgresql` or `mysql`.
    pub dialect: &'static str,
    /// `rusqlite`, `tokio-postgres`, `mysql_async` or `sqlx`.
    pub driver: &'static str,
}

/// The dialects that share a protocol, and so their drivers.
struct Family {
    dialect: &'static str,
    aliases: &'static [&'static str],
    driver: &'static str,
    driver_aliases: &'static [&'static str],
}

const SQLX: &str = "sqlx";

const FAMILIES: [Family; 3] = [
    Family {
        dialect: "sqlite",
        aliases: &[],
        driver: "rusqlite",
        driver_aliases: &["aiosqlite", "pysqlite"],
    },
    Family {
        dialect: "postgresql",
        aliases: &["postgres", "cockroachdb", "yugabytedb"],
        driver: "tokio-postgres",
        driver_aliases: &[
            "tokio_postgres",
            "asyncpg",
            "psycopg",
            "psycopg_async",
            "psycopg2",
            "psycopg2cffi",
            "pg8000",
        ],
    },
    Family {
        dialect: "mysql",
        aliases: &["mariadb", "tidb"],
        driver: "mysql_async",
        driver_aliases: &[
            "aiomysql",
            "asyncmy",
            "pymysql",
            "mysqldb",
            "mysqlconnector",
            "mariadbconnector",
            "cymysql",
        ],
    },
];

impl Family {
    fn dialect_names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.dialect).chain(self.aliases.iter().copied())
    }

    fn driver_names(&self) -> impl Iterator<Item = &'static str> {
        [self.driver, SQLX].into_iter().chain(self.driver_aliases.iter().copied())
    }

    fn of(dialect: &str) -> Option<&'static Self> {
        FAMILIES.iter().find(|family| family.dialect_names().any(|name| name == dialect))
    }
}

impl Scheme {
    /// What this `dialect[+driver]` chooses, `None` if it is no name of this table. A registry that has more names than
    /// these asks here first or last, as it likes.
    #[must_use]
    pub fn lookup(drivername: &str) -> Option<Self> {
        let (dialect, driver) = match drivername.split_once('+') {
            Some((dialect, driver)) => (dialect, Some(driver)),
            None => (drivername, None),
        };
        let family = Family::of(dialect)?;
        let driver = match driver {
            None => family.driver,
            Some(SQLX) => SQLX,
            Some(name) => family.driver_names().any(|known| known == name).then_some(family.driver)?,
        };
        Some(Self { dialect: family.dialect, driver })
    }

    /// What this `dialect[+driver]` chooses.
    ///
    /// # Errors
    ///
    /// [`UnknownDialect`](ErrorKind::UnknownDialect) with the names that are known.
    pub fn resolve(drivername: &str) -> Result<Self> {
        Self::lookup(drivername).ok_or_else(|| Self::unknown(drivername, &[]))
    }

    /// The error for a `dialect[+driver]` nobody knows. `more` are dialects that are known beside those of this table.
    #[must_use]
    pub fn unknown(drivername: &str, more: &[&str]) -> Error {
        let (dialect, driver) = drivername.split_once('+').unwrap_or((drivername, ""));
        let message = match Family::of(dialect) {
            Some(family) => {
                let known: Vec<_> = family.driver_names().collect();
                format!(
                    "dialect `{dialect}` has no driver {}; it has {}{}",
                    names::quoted(driver),
                    known.join(", "),
                    names::suggestion(driver, known.iter().copied())
                )
            }
            None => {
                let mut known: Vec<&str> = Self::dialect_names().collect();
                known.extend(more);
                format!(
                    "no driver for dialect {}; known are {}{}",
                    names::quoted(dialect),
                    known.join(", "),
                    names::suggestion(dialect, known.iter().copied())
                )
            }
        };
        Error::new(ErrorKind::UnknownDialect, message)
    }

    /// Every dialect's name of this table that may stand before `://` or `+`.
    pub fn dialect_names() -> impl Iterator<Item = &'static str> {
        FAMILIES.iter().flat_map(Family::dialect_names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn resolves(drivername: &str, dialect: &str, driver: &str) {
        let scheme = Scheme::resolve(drivername).unwrap();
        assert_eq!((scheme.dialect, scheme.driver), (dialect, driver), "{drivername}");
    }

    #[test]
    fn a_dialect_alone_chooses_the_native_driver() {
        resolves("sqlite", "sqlite", "rusqlite");
        for name in ["postgresql", "postgres", "cockroachdb", "yugabytedb"] {
            resolves(name, "postgresql", "tokio-postgres");
        }
        for name in ["mysql", "mariadb", "tidb"] {
            resolves(name, "mysql", "mysql_async");
        }
    }

    #[test]
    fn names_of_python_drivers_choose_the_native_driver() {
        for driver in ["rusqlite", "aiosqlite", "pysqlite"] {
            resolves(&format!("sqlite+{driver}"), "sqlite", "rusqlite");
        }
        for driver in ["tokio-postgres", "asyncpg", "psycopg", "psycopg2", "psycopg_async", "pg8000"] {
            resolves(&format!("postgresql+{driver}"), "postgresql", "tokio-postgres");
            resolves(&format!("cockroachdb+{driver}"), "postgresql", "tokio-postgres");
        }
        for driver in ["mysql_async", "aiomysql", "pymysql", "asyncmy", "mysqldb"] {
            resolves(&format!("mysql+{driver}"), "mysql", "mysql_async");
            resolves(&format!("mariadb+{driver}"), "mysql", "mysql_async");
        }
    }

    #[test]
    fn sqlx_is_chosen_by_name() {
        resolves("sqlite+sqlx", "sqlite", "sqlx");
        resolves("postgres+sqlx", "postgresql", "sqlx");
        resolves("tidb+sqlx", "mysql", "sqlx");
    }

    #[test]
    fn an_unknown_dialect_is_named_with_those_that_are_known() {
        for name in ["", "+psycopg2", "http", "mssql+pyodbc", "SQLite", "nosuch+asyncpg"] {
            let error = Scheme::resolve(name).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnknownDialect, "{name}");
            assert!(error.message().contains("known are sqlite, postgresql, postgres,"), "{error}");
        }
        let error = Scheme::resolve("SQLite").unwrap_err();
        assert!(error.message().ends_with("; did you mean `sqlite`?"), "{error}");
        let error = Scheme::unknown("duckbd", &["duckdb"]);
        assert!(error.message().ends_with("tidb, duckdb; did you mean `duckdb`?"), "{error}");
    }

    #[test]
    fn an_unknown_driver_is_named_with_those_of_the_dialect() {
        for name in ["postgresql+", "postgresql+aiosqlite", "postgresql+Psycopg2", "postgresql+asyncpg+x"] {
            let error = Scheme::resolve(name).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnknownDialect, "{name}");
            assert!(error.message().contains("it has tokio-postgres, sqlx,"), "{error}");
        }
        let error = Scheme::resolve("sqlite+pysqlcipher").unwrap_err();
        assert!(error.message().contains("dialect `sqlite` has no driver `pysqlcipher`"), "{error}");
    }
}
