use std::{fmt, str::FromStr, time::Duration};

use super::{UrlQuery, names};
use crate::{Error, ErrorKind, Result};

/// The options of a URL, taken one by one with their types; [`finish`](Self::finish) refuses what nobody took.
///
/// The engine takes its options, then the driver takes its own and finishes. An error names the option and never its
/// value, which may be a secret. `Debug` shows the keys only.
///
/// ```
/// use sqlsession_core::DatabaseUrl;
/// use std::time::Duration;
///
/// let url = DatabaseUrl::parse("sqlite:///shop.db?timeout=2.5&foreign_keys=on")?;
/// let mut options = url.options();
/// assert_eq!(options.take_seconds("timeout")?, Some(Duration::from_millis(2500)));
/// assert_eq!(options.take_bool("foreign_keys")?, Some(true));
/// assert_eq!(options.take_str("mode")?, None);
/// options.finish(&["timeout", "foreign_keys", "mode"])?;
/// # Ok::<(), sqlsession_core::Error>(())
/// ```
#[must_use = "options that are not finished go unchecked"]
pub struct UrlOptions {
    left: UrlQuery,
}

impl UrlOptions {
    /// The options of this query, none of them taken yet.
    pub fn new(query: &UrlQuery) -> Self {
        Self { left: query.clone() }
    }

    /// Takes an option as it is written.
    ///
    /// # Errors
    ///
    /// [`Configuration`](ErrorKind::Configuration) if it was given more than once.
    pub fn take_str(&mut self, key: &str) -> Result<Option<String>> {
        let mut values = self.take_all(key).into_iter();
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            (_, Some(_)) => Err(Error::new(
                ErrorKind::Configuration,
                format!("option {} was given more than once", names::quoted(key)),
            )),
        }
    }

    /// Takes every value of an option that may be given more than once, such as `host`.
    pub fn take_all(&mut self, key: &str) -> Vec<String> {
        self.left.remove(key)
    }

    /// Takes a yes or no: `true`, `1`, `yes`, `on` or `false`, `0`, `no`, `off`, in any case.
    ///
    /// # Errors
    ///
    /// [`Configuration`](ErrorKind::Configuration) if it is another word or was given more than once.
    pub fn take_bool(&mut self, key: &str) -> Result<Option<bool>> {
        self.take_with(key, "true or false", |value| match value.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Some(true),
            "false" | "0" | "no" | "off" => Some(false),
            _ => None,
        })
    }

    /// Takes a number that is not negative.
    ///
    /// # Errors
    ///
    /// [`Configuration`](ErrorKind::Configuration) if it is no such number or was given more than once.
    pub fn take_u32(&mut self, key: &str) -> Result<Option<u32>> {
        self.take_parsed(key, "a whole number from 0 to 4294967295")
    }

    /// Takes a number that is not negative, such as a count.
    ///
    /// # Errors
    ///
    /// [`Configuration`](ErrorKind::Configuration) if it is no such number or was given more than once.
    pub fn take_usize(&mut self, key: &str) -> Result<Option<usize>> {
        self.take_parsed(key, "a whole number that is not negative")
    }

    /// Takes a time: seconds, with a fraction if need be (`30`, `0.25`, `5s`), or milliseconds (`200ms`).
    ///
    /// # Errors
    ///
    /// [`Configuration`](ErrorKind::Configuration) if it is no time, is negative, is too long for a [`Duration`] or was
    /// given more than once.
    pub fn take_seconds(&mut self, key: &str) -> Result<Option<Duration>> {
        self.take_with(key, "a number of seconds, such as 30, 0.5, 5s or 200ms", |value| {
            let (number, divisor) = match value.strip_suffix("ms") {
                Some(number) => (number, 1000.0),
                None => (value.strip_suffix('s').unwrap_or(value), 1.0),
            };
            let seconds: f64 = number.trim_end().parse().ok()?;
            Duration::try_from_secs_f64(seconds / divisor).ok()
        })
    }

    /// Takes an option of any type that reads itself from text. `expected` says in the error what it must be.
    ///
    /// # Errors
    ///
    /// [`Configuration`](ErrorKind::Configuration) if the type refuses the text or it was given more than once.
    pub fn take_parsed<T: FromStr>(&mut self, key: &str, expected: &str) -> Result<Option<T>> {
        self.take_with(key, expected, |value| value.parse().ok())
    }

    fn take_with<T>(
        &mut self,
        key: &str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(value) = self.take_str(key)? else { return Ok(None) };
        match read(&value) {
            Some(read) => Ok(Some(read)),
            None => Err(Error::new(
                ErrorKind::Configuration,
                format!("option {} must be {expected}", names::quoted(key)),
            )),
        }
    }

    /// Refuses what is left. `known` are all the options there are, those that were taken and those that were not.
    ///
    /// # Errors
    ///
    /// [`Configuration`](ErrorKind::Configuration) with the first option left, the known ones, and the known one that
    /// may have been meant.
    pub fn finish(self, known: &[&str]) -> Result<()> {
        let Some((key, _)) = self.left.iter().next() else { return Ok(()) };
        let list = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Err(Error::new(
            ErrorKind::Configuration,
            format!(
                "unknown option {}; known are {list}{}",
                names::quoted(key),
                names::suggestion(key, known.iter().copied())
            ),
        ))
    }
}

impl fmt::Debug for UrlOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UrlOptions ")?;
        f.debug_set().entries(self.left.iter().map(|(key, _)| key)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(text: &str) -> UrlOptions {
        UrlOptions::new(&UrlQuery::parse(text))
    }

    #[track_caller]
    fn refused<T: fmt::Debug>(result: Result<T>, message: &str) {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Configuration, message));
    }

    #[test]
    fn an_option_is_taken_once() {
        let mut options = options("mode=ro");
        assert_eq!(options.take_str("mode").unwrap().as_deref(), Some("ro"));
        assert_eq!(options.take_str("mode").unwrap(), None);
        options.finish(&["mode"]).unwrap();
    }

    #[test]
    fn an_option_given_twice_is_refused_unless_all_are_asked_for() {
        refused(options("a=1&a=1").take_str("a"), "option `a` was given more than once");
        refused(options("a=1&a=2").take_u32("a"), "option `a` was given more than once");
        assert_eq!(options("a=2&a=1").take_all("a"), ["2", "1"]);
        assert!(options("").take_all("a").is_empty());
    }

    #[test]
    fn yes_and_no_in_any_case() {
        for word in ["true", "True", "1", "YES", "on"] {
            assert_eq!(options(&format!("a={word}")).take_bool("a").unwrap(), Some(true), "{word}");
        }
        for word in ["false", "False", "0", "no", "OFF"] {
            assert_eq!(options(&format!("a={word}")).take_bool("a").unwrap(), Some(false), "{word}");
        }
        assert_eq!(options("").take_bool("a").unwrap(), None);
        refused(options("a=2").take_bool("a"), "option `a` must be true or false");
    }

    #[test]
    fn numbers() {
        assert_eq!(options("a=4294967295").take_u32("a").unwrap(), Some(u32::MAX));
        assert_eq!(options("a=7").take_usize("a").unwrap(), Some(7));
        assert_eq!(options("a=-7").take_parsed("a", "a number").unwrap(), Some(-7_i8));
        refused(
            options("a=4294967296").take_u32("a"),
            "option `a` must be a whole number from 0 to 4294967295",
        );
        refused(options("a=-1").take_usize("a"), "option `a` must be a whole number that is not negative");
        refused(options("a=x").take_parsed::<f32>("a", "a number"), "option `a` must be a number");
    }

    #[test]
    fn times() {
        for (text, milliseconds) in [("5", 5000), ("0.25", 250), ("5s", 5000), ("200ms", 200), ("0", 0)] {
            let taken = options(&format!("a={text}")).take_seconds("a").unwrap();
            assert_eq!(taken, Some(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["abc", "-1", "inf", "nan", "1e300", "s", "ms", "5m", "-3ms"] {
            refused(
                options(&format!("a={text}")).take_seconds("a"),
                "option `a` must be a number of seconds, such as 30, 0.5, 5s or 200ms",
            );
        }
    }

    #[test]
    fn what_nobody_took_is_refused() {
        let mut left = options("timeout=1&cahce=shared");
        left.take_seconds("timeout").unwrap();
        refused(
            left.finish(&["cache", "timeout"]),
            "unknown option `cahce`; known are cache, timeout; did you mean `cache`?",
        );
        refused(options("a=1").finish(&[]), "unknown option `a`; known are none");
        options("").finish(&[]).unwrap();
    }

    #[test]
    fn values_are_not_shown() {
        let mut options = options("token=hunter2");
        assert_eq!(format!("{options:?}"), r#"UrlOptions {"token"}"#);
        let error = options.take_bool("token").unwrap_err();
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}
