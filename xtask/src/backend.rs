//! The table of backends.

use std::path::Path;

use anyhow::{Context, Result};
use sqlsession_test_servers::{MARIADB, MYSQL, PGBOUNCER, POSTGRES, ServerProgram};

use crate::fetch;

/// One backend of the product and how its server is had.
#[derive(Debug)]
pub struct Backend {
    /// The name in `crates/sqlsession-<name>` and in `--backend`.
    pub name: &'static str,
    /// The variable that names a server to use.
    pub variable: &'static str,
    /// The URL that needs no server, for a backend that runs in the process.
    pub embedded_url: Option<&'static str>,
    /// The program that serves it on this machine.
    pub server: Option<&'static dyn ServerProgram>,
    /// The programs that its tests start by themselves, wherever the server comes from.
    pub test_programs: &'static [&'static dyn ServerProgram],
    /// The servers of this machine that all its tests are run on once more, where they can be had.
    pub other_servers: &'static [OtherServer],
    /// Its services in `docker-compose.yml`; the first is the one its tests run on first.
    pub services: &'static [Service],
}

/// A server that no package of this machine brings.
#[derive(Debug)]
pub struct OtherServer {
    /// The program.
    pub program: &'static dyn ServerProgram,
    /// Brings it to where it is looked for.
    pub fetch: fn() -> Result<()>,
}

/// A service of `docker-compose.yml`.
#[derive(Debug)]
pub struct Service {
    /// Its name in the file.
    pub name: &'static str,
    /// The variable that the tests read its URL from.
    pub variable: &'static str,
    /// The variable of the file that sets its port on the host.
    pub port_variable: &'static str,
    /// Its URL up to the host; [`Service::url`] adds the port and the database.
    pub authority: &'static str,
}

/// Every backend the commands know. One entry makes a backend known to all of them.
#[rustfmt::skip]
pub static BACKENDS: &[Backend] = &[
    Backend { name: "sqlite", variable: "SQLSESSION_SQLITE_URL", embedded_url: Some("sqlite://"), server: None, test_programs: &[], other_servers: &[], services: &[] },
    Backend { name: "postgres", variable: "SQLSESSION_POSTGRES_URL", embedded_url: None, server: Some(&POSTGRES), test_programs: &[&POSTGRES, &PGBOUNCER], other_servers: &[], services: &[POSTGRES_SERVICE] },
    Backend { name: "mysql", variable: "SQLSESSION_MYSQL_URL", embedded_url: None, server: Some(&MARIADB), test_programs: &[&MARIADB], other_servers: &[MYSQL_PROPER], services: &[MYSQL_SERVICE, MARIADB_SERVICE] },
];

const MYSQL_PROPER: OtherServer = OtherServer { program: &MYSQL, fetch: fetch::mysql };

const POSTGRES_SERVICE: Service = Service {
    name: "postgres",
    variable: "SQLSESSION_POSTGRES_URL",
    port_variable: "SQLSESSION_POSTGRES_PORT",
    authority: "postgresql://sqlsession:sqlsession@127.0.0.1",
};
const MYSQL_SERVICE: Service = Service {
    name: "mysql",
    variable: "SQLSESSION_MYSQL_URL",
    port_variable: "SQLSESSION_MYSQL_PORT",
    authority: "mysql://root:sqlsession@127.0.0.1",
};
const MARIADB_SERVICE: Service = Service {
    name: "mariadb",
    variable: "SQLSESSION_MARIADB_URL",
    port_variable: "SQLSESSION_MARIADB_PORT",
    authority: "mysql://root:sqlsession@127.0.0.1",
};

impl Backend {
    /// The package that holds the driver.
    #[must_use]
    pub fn package(&self) -> String {
        format!("sqlsession-{}", self.name)
    }

    /// Whether the tree under `root` has the driver.
    #[must_use]
    pub fn exists(&self, root: &Path) -> bool {
        root.join("crates").join(self.package()).join("Cargo.toml").is_file()
    }

    /// Every program that its servers are of.
    pub fn programs(&self) -> impl Iterator<Item = &'static dyn ServerProgram> {
        let others = self.other_servers.iter().map(|other| other.program);
        self.server.into_iter().chain(self.test_programs.iter().copied()).chain(others)
    }

    /// The URL its variable names, if it is set and not empty.
    #[must_use]
    pub fn url_from_environment(&self) -> Option<String> {
        std::env::var(self.variable).ok().filter(|url| !url.is_empty())
    }
}

impl PartialEq for Backend {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Service {
    /// The URL of the service when it is published on `port`.
    #[must_use]
    pub fn url(&self, port: u16) -> String {
        format!("{}:{port}/sqlsession", self.authority)
    }
}

/// The backend of that name.
///
/// # Errors
/// No such name; the message lists those there are.
pub fn backend(name: &str) -> Result<&'static Backend> {
    BACKENDS.iter().find(|backend| backend.name == name).with_context(|| {
        let names: Vec<&str> = BACKENDS.iter().map(|backend| backend.name).collect();
        format!("unknown backend {name:?}: want one of {}", names.join(", "))
    })
}

/// The backends whose driver is in the tree under `root`.
#[must_use]
pub fn existing(root: &Path) -> Vec<&'static Backend> {
    BACKENDS.iter().filter(|backend| backend.exists(root)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backend_is_embedded_or_has_a_server_and_services() {
        for backend in BACKENDS {
            assert_ne!(backend.embedded_url.is_some(), backend.server.is_some(), "{}", backend.name);
            assert_eq!(backend.server.is_some(), !backend.services.is_empty(), "{}", backend.name);
            if let Some(first) = backend.services.first() {
                assert_eq!(first.variable, backend.variable);
            }
        }
    }

    #[test]
    fn services_and_their_ports_stand_in_the_compose_file() {
        let file = std::fs::read_to_string(crate::workspace::root().join("docker-compose.yml")).unwrap();
        for service in BACKENDS.iter().flat_map(|backend| backend.services) {
            assert!(file.contains(&format!("\n  {}:\n", service.name)), "{}", service.name);
            assert!(file.contains(&format!("${{{}:-", service.port_variable)), "{}", service.port_variable);
        }
    }

    #[test]
    fn a_backend_exists_with_its_crate() {
        let root = std::env::temp_dir().join(format!("sqlsession-backend-test-{}", std::process::id()));
        let folder = root.join("crates/sqlsession-mysql");
        std::fs::create_dir_all(&folder).unwrap();
        assert!(existing(&root).is_empty());
        std::fs::write(folder.join("Cargo.toml"), "").unwrap();
        let names: Vec<&str> = existing(&root).iter().map(|backend| backend.name).collect();
        std::fs::remove_dir_all(&root).unwrap();
        assert_eq!(names, ["mysql"]);
    }

    #[test]
    fn urls_carry_the_port_and_the_database() {
        assert_eq!(
            POSTGRES_SERVICE.url(25432),
            "postgresql://sqlsession:sqlsession@127.0.0.1:25432/sqlsession"
        );
        assert!(backend("postgres").is_ok());
        assert!(backend("pg").unwrap_err().to_string().contains("sqlite, postgres, mysql"));
    }
}
