use sqlsession_core::{DatabaseUrl, Error, ErrorKind, Result, url::UrlOptions};

use super::Environment;

/// Where options are taken from: the URL, and what it does not say from the environment.
pub(super) struct Source<'u> {
    url: &'u DatabaseUrl,
    left: &'u mut UrlOptions,
    variables: UrlOptions,
}

impl<'u> Source<'u> {
    pub(super) fn new(url: &'u DatabaseUrl, left: &'u mut UrlOptions, environment: &Environment) -> Self {
        Self { url, left, variables: environment.variables() }
    }

    /// Takes an option that has these names, and this variable if any.
    pub(super) fn take<T>(
        &mut self,
        names: &[&str],
        variable: Option<&str>,
        read: impl Fn(&mut UrlOptions, &str) -> Result<Option<T>>,
    ) -> Result<Option<T>> {
        match read(self.left, self.name(names)?)? {
            Some(value) => Ok(Some(value)),
            None => variable.map_or(Ok(None), |name| read(&mut self.variables, name)),
        }
    }

    /// Takes an option as it is written.
    pub(super) fn text(&mut self, names: &[&str], variable: Option<&str>) -> Result<Option<String>> {
        self.take(names, variable, UrlOptions::take_str)
    }

    /// Takes every value of an option.
    pub(super) fn all(&mut self, name: &str) -> Vec<String> {
        self.left.take_all(name)
    }

    /// Takes a variable as it is written.
    pub(super) fn variable(&mut self, name: &str) -> Result<Option<String>> {
        self.variables.take_str(name)
    }

    /// The one of these names that the URL uses.
    fn name<'n>(&self, names: &[&'n str]) -> Result<&'n str> {
        let mut used = names.iter().filter(|name| self.url.query_value(name).is_some());
        match (used.next(), used.next()) {
            (Some(one), Some(other)) => Err(Error::new(
                ErrorKind::Configuration,
                format!("options `{one}` and `{other}` are two names of the same: give one of them"),
            )),
            (Some(name), None) => Ok(*name),
            _ => Ok(names.first().copied().unwrap_or_default()),
        }
    }
}
