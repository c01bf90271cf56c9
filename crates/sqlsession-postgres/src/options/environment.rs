use std::path::{Path, PathBuf};

use sqlsession_core::url::{UrlOptions, UrlQuery};

/// The variables of libpq's that count here.
const VARIABLES: &[&str] = &[
    "PGAPPNAME",
    "PGCHANNELBINDING",
    "PGCONNECT_TIMEOUT",
    "PGDATABASE",
    "PGHOST",
    "PGLOADBALANCEHOSTS",
    "PGOPTIONS",
    "PGPASSFILE",
    "PGPASSWORD",
    "PGPORT",
    "PGSSLCERT",
    "PGSSLCRL",
    "PGSSLKEY",
    "PGSSLMODE",
    "PGSSLNEGOTIATION",
    "PGSSLROOTCERT",
    "PGTARGETSESSIONATTRS",
    "PGUSER",
];

/// What is set outside of the program for every client of PostgreSQL.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    variables: UrlQuery,
    home: Option<PathBuf>,
}

impl Environment {
    /// That of this process. What is no UTF-8 or empty counts as not set.
    pub(crate) fn of_process() -> Self {
        let variables = VARIABLES.iter().filter_map(|name| Some((*name, std::env::var(name).ok()?)));
        Self::new(variables, std::env::home_dir())
    }

    /// These variables, and the folder of the user.
    pub(crate) fn new<N, V>(variables: impl IntoIterator<Item = (N, V)>, home: Option<PathBuf>) -> Self
    where
        N: Into<String>,
        V: Into<String>,
    {
        let mut query = UrlQuery::new();
        for (name, value) in variables {
            query.set(name, value);
        }
        Self { variables: query, home: home.filter(|home| !home.as_os_str().is_empty()) }
    }

    /// The variables, to be taken as options of that name.
    pub(super) fn variables(&self) -> UrlOptions {
        UrlOptions::new(&self.variables)
    }

    /// The folder of the user.
    pub(super) fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }
}
