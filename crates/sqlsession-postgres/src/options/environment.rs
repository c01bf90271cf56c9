use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use sqlsession_core::{
    Error, ErrorKind, Result,
    url::{UrlOptions, UrlQuery},
};

use super::demands::DEMANDS;

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
    "PGREQUIREAUTH",
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
    /// That of this process. What is empty counts as not set.
    ///
    /// # Errors
    /// `Configuration` if a variable that counts is no UTF-8.
    pub(crate) fn of_process() -> Result<Self> {
        Self::by(|name| std::env::var_os(name), std::env::home_dir())
    }

    fn by(variable: impl Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Result<Self> {
        let demands = DEMANDS.iter().map(|(name, _)| name);
        let mut variables = Vec::new();
        for name in VARIABLES.iter().chain(demands) {
            let Some(value) = variable(name) else { continue };
            let value = value.into_string().map_err(|_| {
                Error::new(ErrorKind::Configuration, format!("the variable `{name}` is not UTF-8"))
            })?;
            variables.push((*name, value));
        }
        Ok(Self::new(variables, home))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_is_no_utf8_is_refused() {
        use std::os::unix::ffi::OsStringExt;
        let broken =
            |name: &str| (name == "PGSSLROOTCERT").then(|| OsString::from_vec(b"/srv/\xff".to_vec()));
        let error = Environment::by(broken, None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert_eq!(error.message(), "the variable `PGSSLROOTCERT` is not UTF-8");
        let other = |name: &str| (name == "LANG").then(|| OsString::from_vec(b"\xff".to_vec()));
        assert!(Environment::by(other, None).is_ok());
    }
}
