//! Where a backend's server comes from.

use std::fmt;

use anyhow::{Context, Result, bail};
use sqlsession_test_servers::{Server, ServerProgram};

use super::apt::Apt;
use super::compose::Compose;
use crate::backend::{BACKENDS, Backend};
use crate::servers::install_command;

/// Gets a server for each backend and stops those it started when it is dropped.
#[derive(Debug)]
pub struct Supplier {
    /// The outer `None` means that it was not looked for yet.
    compose: Option<Option<Compose>>,
    apt: Apt,
    started: Vec<Server>,
}

/// A database to test on.
#[derive(Debug)]
pub struct Supply {
    /// Its URL.
    pub url: String,
    /// Where it came from.
    pub origin: Origin,
    /// The variables that tell it to tests.
    pub variables: Vec<(&'static str, String)>,
}

/// Where a server came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The backend runs in the process.
    Embedded,
    /// The user named it by this variable.
    Variable(&'static str),
    /// This service of `docker-compose.yml`.
    Docker(&'static str),
    /// Programs of this machine.
    Local(&'static str),
    /// Programs that were installed for this run.
    Installed(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => f.write_str("in the process"),
            Self::Variable(name) => f.write_str(name),
            Self::Docker(service) => write!(f, "{service} in Docker"),
            Self::Local(program) => write!(f, "{program} of this machine"),
            Self::Installed(program) => write!(f, "{program}, installed by apt-get"),
        }
    }
}

impl Supplier {
    /// One that has started nothing.
    #[must_use]
    pub fn new() -> Self {
        Self { compose: None, apt: Apt::default(), started: Vec::new() }
    }

    /// A database for `backend`: the one its variable names, else an embedded one, else one of Docker, of this
    /// machine's programs, or of programs that are installed for it.
    ///
    /// # Errors
    /// None of these can be had; the message says what to run.
    pub fn obtain(&mut self, backend: &'static Backend) -> Result<Supply> {
        if let Some(url) = backend.url_from_environment() {
            let variables = vec![(backend.variable, url.clone())];
            return Ok(Supply { url, origin: Origin::Variable(backend.variable), variables });
        }
        if let Some(url) = backend.embedded_url {
            return Ok(Supply { url: url.to_owned(), origin: Origin::Embedded, variables: Vec::new() });
        }
        let program = backend.server.with_context(|| format!("{} has no server", backend.name))?;
        if let Some(variables) = self.obtain_from_docker(backend) {
            let first = backend.services.first().zip(variables.first());
            let (service, (_, url)) = first.context("the backend has no service")?;
            return Ok(Supply { url: url.clone(), origin: Origin::Docker(service.name), variables });
        }
        let advice = format!(
            "no server for {}: run {} as root, or start Docker, or set {} to the URL of a test database",
            backend.name,
            install_command(program),
            backend.variable
        );
        let origin = self.ensure_installed(program, &advice)?;
        let server = Server::launch(program)?;
        let url = server.url();
        self.started.push(server);
        Ok(Supply { url: url.clone(), origin, variables: vec![(backend.variable, url)] })
    }

    /// Databases of the other servers that the tests of `backend` are to be run on as well: the further services
    /// where it was supplied by Docker, those of its other programs that are there where it was supplied by this
    /// machine, none where the user named a server.
    ///
    /// # Errors
    /// A server does not start.
    pub fn obtain_others(&mut self, backend: &'static Backend, first: &Supply) -> Result<Vec<Supply>> {
        let supply = |url: String, origin| Supply {
            url: url.clone(),
            origin,
            variables: vec![(backend.variable, url)],
        };
        match first.origin {
            Origin::Embedded | Origin::Variable(_) => Ok(Vec::new()),
            Origin::Docker(_) => {
                let further = backend.services.iter().zip(&first.variables).skip(1);
                Ok(further
                    .map(|(service, (_, url))| supply(url.clone(), Origin::Docker(service.name)))
                    .collect())
            }
            Origin::Local(_) | Origin::Installed(_) => {
                let programs = backend.other_servers.iter().map(|other| other.program);
                let mut supplies = Vec::new();
                for program in programs.filter(ServerProgram::is_installed) {
                    let server = Server::launch(program)?;
                    supplies.push(supply(server.url(), Origin::Local(program.name())));
                    self.started.push(server);
                }
                Ok(supplies)
            }
        }
    }

    /// Brings the other servers of every backend. The tests do without one that cannot be had, which is said.
    pub fn fetch_other_servers() {
        for other in BACKENDS.iter().flat_map(|backend| backend.other_servers) {
            let name = other.program.name();
            if !other.program.is_installed()
                && let Err(error) = (other.fetch)()
            {
                println!("note: NOTHING IS TESTED ON {name}: {error:#}");
            }
        }
    }

    /// Installs what the tests of the workspace start by themselves and this machine lacks. That is what every
    /// backend needs, in the tree or not, because the test servers have tests of their own.
    ///
    /// # Errors
    /// A program cannot be had; the message says what to run.
    pub fn install_test_programs(&mut self) -> Result<()> {
        for &program in BACKENDS.iter().flat_map(|backend| backend.test_programs) {
            let command = install_command(program);
            let advice = format!("the tests start {} by themselves: run {command} as root", program.name());
            self.ensure_installed(program, &advice)?;
        }
        Ok(())
    }

    /// An engine that answers may still be unable to run the services, as when it cannot fetch the images.
    fn obtain_from_docker(&mut self, backend: &Backend) -> Option<Vec<(&'static str, String)>> {
        let compose = self.compose.get_or_insert_with(Compose::find).as_mut()?;
        match compose.up(backend.services) {
            Ok(variables) => Some(variables),
            Err(error) => {
                println!("note: no server for {} from Docker: {error:#}", backend.name);
                None
            }
        }
    }

    fn ensure_installed(&mut self, program: &dyn ServerProgram, advice: &str) -> Result<Origin> {
        let name = program.name();
        if program.is_installed() {
            return Ok(Origin::Local(name));
        }
        if !Apt::is_usable() {
            bail!("{advice}");
        }
        self.apt.install(program.packages()).with_context(|| advice.to_owned())?;
        if !program.is_installed() {
            bail!("{advice}; the packages did not bring the programs of {name}");
        }
        Ok(Origin::Installed(name))
    }
}

impl Default for Supplier {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use sqlsession_test_servers::MARIADB;

    use super::*;
    use crate::backend::{OtherServer, backend};

    #[test]
    fn an_embedded_backend_needs_nothing() {
        let supply = Supplier::new().obtain(backend("sqlite").unwrap()).unwrap();
        assert_eq!((supply.url.as_str(), supply.origin), ("sqlite://", Origin::Embedded));
        assert!(supply.variables.is_empty());
    }

    fn supply(origin: Origin, urls: &[&str]) -> Supply {
        let names = ["SQLSESSION_MYSQL_URL", "SQLSESSION_MARIADB_URL"];
        let variables = names.into_iter().zip(urls.iter().map(|&url| url.to_owned())).collect();
        Supply { url: urls[0].to_owned(), origin, variables }
    }

    #[test]
    fn tests_run_on_the_further_services_too() {
        let first = supply(Origin::Docker("mysql"), &["mysql://a", "mysql://b"]);
        let others = Supplier::new().obtain_others(backend("mysql").unwrap(), &first).unwrap();
        assert_eq!(others.len(), 1);
        assert_eq!((others[0].url.as_str(), others[0].origin), ("mysql://b", Origin::Docker("mariadb")));
        assert_eq!(others[0].variables, [("SQLSESSION_MYSQL_URL", "mysql://b".to_owned())]);
    }

    #[test]
    fn tests_run_on_the_other_programs_that_are_there() {
        const THERE: OtherServer = OtherServer { program: &MARIADB, fetch: || bail!("it is there") };
        static BACKEND: Backend = Backend {
            name: "both",
            variable: "BOTH_URL",
            embedded_url: None,
            server: None,
            test_programs: &[],
            other_servers: &[THERE],
            services: &[],
        };
        let mut supplier = Supplier::new();
        let named = supply(Origin::Variable("BOTH_URL"), &["mysql://a"]);
        assert!(supplier.obtain_others(&BACKEND, &named).unwrap().is_empty(), "the user said which server");
        let first = supply(Origin::Local("MySQL"), &["mysql://a"]);
        let others = supplier.obtain_others(&BACKEND, &first).unwrap();
        assert_eq!(others.len(), 1);
        assert_eq!(others[0].origin, Origin::Local("MariaDB"));
        assert_eq!(others[0].variables, [("BOTH_URL", supplier.started[0].url())]);
    }

    #[test]
    fn a_url_in_the_environment_goes_first() {
        // PATH is set in every environment, which saves changing this one.
        static NAMED: Backend = Backend {
            name: "named",
            variable: "PATH",
            embedded_url: Some("sqlite://"),
            server: None,
            test_programs: &[],
            other_servers: &[],
            services: &[],
        };
        let supply = Supplier::new().obtain(&NAMED).unwrap();
        let path = std::env::var("PATH").unwrap();
        assert_eq!(supply.origin, Origin::Variable("PATH"));
        assert_eq!(supply.variables, [("PATH", path.clone())]);
        assert_eq!(supply.url, path);
    }
}
