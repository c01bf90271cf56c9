//! One server for all tests of a process.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Result, anyhow};

use crate::program::ServerProgram;
use crate::server::Server;

/// The URL that a variable names, else that of a private server, which is started when somebody asks first.
pub(crate) struct SharedServer<P: ServerProgram> {
    variable: &'static str,
    start: fn() -> Result<Server<P>>,
    obtained: OnceLock<Result<Obtained<P>, String>>,
}

struct Obtained<P: ServerProgram> {
    url: String,
    /// Never dropped, as it is in a static: its watchdog ends it.
    _server: Option<Server<P>>,
}

impl<P: ServerProgram> SharedServer<P> {
    pub(crate) const fn new(variable: &'static str, start: fn() -> Result<Server<P>>) -> Self {
        Self { variable, start, obtained: OnceLock::new() }
    }

    pub(crate) fn url(&self) -> Result<&str> {
        match self.obtained.get_or_init(|| self.obtain().map_err(|error| format!("{error:#}"))) {
            Ok(obtained) => Ok(&obtained.url),
            Err(message) => Err(anyhow!("{message}")),
        }
    }

    fn obtain(&self) -> Result<Obtained<P>> {
        if let Some(url) = std::env::var(self.variable).ok().filter(|url| !url.is_empty()) {
            return Ok(Obtained { url, _server: None });
        }
        let server = (self.start)()?;
        Ok(Obtained { url: server.url(), _server: Some(server) })
    }
}

/// A name that no other database of a test has.
pub(crate) fn fresh_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("sqlsession_test_{}_{number}", std::process::id())
}

/// The URL with another database. `None` when it has no scheme.
pub(crate) fn with_database(url: &str, name: &str) -> Option<String> {
    let (rest, query) = url.split_once('?').map_or((url, ""), |(rest, query)| (rest, query));
    let (scheme, place) = rest.split_once("://")?;
    let authority = place.split_once('/').map_or(place, |(authority, _)| authority);
    let mark = if query.is_empty() { "" } else { "?" };
    Some(format!("{scheme}://{authority}/{name}{mark}{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_a_url_is_changed() {
        let changed = |url| with_database(url, "x");
        assert_eq!(changed("postgresql://u:p@h:1/d").as_deref(), Some("postgresql://u:p@h:1/x"));
        assert_eq!(changed("postgresql+asyncpg://h").as_deref(), Some("postgresql+asyncpg://h/x"));
        assert_eq!(
            changed("postgresql://u@/d?host=/tmp/a").as_deref(),
            Some("postgresql://u@/x?host=/tmp/a")
        );
        assert_eq!(changed("d"), None);
    }

    #[test]
    fn names_are_not_given_twice() {
        assert_ne!(fresh_name(), fresh_name());
    }
}
