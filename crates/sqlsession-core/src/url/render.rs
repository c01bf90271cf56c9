use std::fmt;

use super::{DatabaseUrl, UrlQuery, percent};

const HIDDEN: &str = "***";

impl DatabaseUrl {
    /// The URL as text, with the password. Options are sorted by key.
    ///
    /// A URL that was parsed is read back from it. Not for logs: `Display` is.
    #[must_use]
    pub fn render(&self) -> String {
        self.text(Passwords::Shown)
    }

    /// The URL as text with `***` for the password, an empty one too, and for options that name a password
    /// (`sslpassword`) or an encryption key (`hexkey`). What `Display` shows.
    #[must_use]
    pub fn render_hidden(&self) -> String {
        self.text(Passwords::Hidden)
    }

    fn text(&self, passwords: Passwords) -> String {
        let mut out = format!("{}://", self.drivername);
        if let Some(username) = &self.username {
            out.push_str(&percent::encode(username));
            if let Some(password) = &self.password {
                out.push(':');
                match passwords {
                    Passwords::Shown => out.push_str(&percent::encode(password)),
                    Passwords::Hidden => out.push_str(HIDDEN),
                }
            }
            out.push('@');
        }
        match &self.host {
            // A list of hosts has its brackets.
            Some(host) if host.contains(':') && !host.contains(',') => out.extend(["[", host, "]"]),
            Some(host) => out.push_str(host),
            None => {}
        }
        if let Some(port) = self.port {
            out.extend([":", &port.to_string()]);
        }
        if let Some(database) = &self.database {
            out.extend(["/", database]);
        }
        let is_secret = |option: &str| is_secret(option) || (self.is_sqlite() && is_key(option));
        push_query(&mut out, &self.query, |option| passwords == Passwords::Hidden && is_secret(option));
        out
    }

    fn is_sqlite(&self) -> bool {
        self.drivername.split('+').next().is_some_and(|backend| backend.eq_ignore_ascii_case("sqlite"))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Passwords {
    Shown,
    Hidden,
}

fn push_query(out: &mut String, query: &UrlQuery, is_hidden: impl Fn(&str) -> bool) {
    let mut separator = '?';
    for (key, values) in query.iter() {
        let encoded = percent::encode_form(key);
        for value in values {
            out.push(separator);
            out.extend([&encoded, "="]);
            if is_hidden(key) {
                out.push_str(HIDDEN);
            } else {
                out.push_str(&percent::encode_form(value));
            }
            separator = '&';
        }
    }
}

/// Whether the option holds a password: `password`, `sslpassword` (libpq), `passwd` (MySQL); or the key that a SQLite file is
/// encrypted with, which is no file's name as `sslkey` is.
fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["password", "passwd", "passphrase", "pwd"].iter().any(|ending| key.ends_with(ending))
        || ["hexkey", "textkey"].contains(&&*key)
}

/// Whether the option is called `key`, which holds a secret in SQLite and may be anything elsewhere.
fn is_key(option: &str) -> bool {
    option.eq_ignore_ascii_case("key")
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.render_hidden())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DatabaseUrl").field(&self.render_hidden()).finish()
    }
}

impl fmt::Debug for UrlQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (key, values) in self.iter() {
            if is_secret(key) || is_key(key) {
                map.entry(&key, &HIDDEN);
            } else {
                map.entry(&key, &values);
            }
        }
        map.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn renders(text: &str, shown: &str, hidden: &str) {
        let url = DatabaseUrl::parse(text).unwrap();
        assert_eq!(url.render(), shown);
        assert_eq!(url.render_hidden(), hidden);
        assert_eq!(url.to_string(), hidden);
        assert_eq!(format!("{url:?}"), format!("DatabaseUrl({hidden:?})"));
    }

    #[test]
    fn the_password_is_hidden() {
        renders("postgresql://u:p@h:1/db", "postgresql://u:p@h:1/db", "postgresql://u:***@h:1/db");
        renders("postgresql://u:@h", "postgresql://u:@h", "postgresql://u:***@h");
        renders("postgresql://u@h", "postgresql://u@h", "postgresql://u@h");
    }

    #[test]
    fn options_that_are_passwords_are_hidden() {
        renders(
            "postgresql://h?sslpassword=s1&user=u&PASSWORD=s2",
            "postgresql://h?PASSWORD=s2&sslpassword=s1&user=u",
            "postgresql://h?PASSWORD=***&sslpassword=***&user=u",
        );
        renders(
            "sqlite:///file:x.db?key=s1&hexkey=s2&TextKey=s3&sslkey=file",
            "sqlite:///file:x.db?TextKey=s3&hexkey=s2&key=s1&sslkey=file",
            "sqlite:///file:x.db?TextKey=***&hexkey=***&key=***&sslkey=file",
        );
        renders("postgresql://h?key=any", "postgresql://h?key=any", "postgresql://h?key=any");
        let url = DatabaseUrl::parse("mysql://h?passwd=s1&charset=utf8").unwrap();
        assert_eq!(format!("{:?}", url.query()), r#"{"charset": ["utf8"], "passwd": "***"}"#);
    }

    #[test]
    fn user_password_and_options_are_encoded() {
        renders(
            "postgresql://ü+v:p w%25/?@h/a b?x=%26+1#y",
            "postgresql://%C3%BC+v:p w%25%2F%3F@h/a b?x=%26+1%23y",
            "postgresql://%C3%BC+v:***@h/a b?x=%26+1%23y",
        );
    }

    #[test]
    fn a_host_with_colons_is_in_brackets() {
        renders("postgresql://[::1]:5/", "postgresql://[::1]:5/", "postgresql://[::1]:5/");
        renders("postgresql://[h]", "postgresql://h", "postgresql://h");
        for list in ["postgresql://a:1,b:2/d", "postgresql://[::1]:1,[::2]:2", "postgresql://[::1],b"] {
            renders(list, list, list);
        }
    }

    #[test]
    fn options_are_sorted_by_key() {
        renders("sqlite:///x?b=1&a=2&b=0&c", "sqlite:///x?a=2&b=1&b=0", "sqlite:///x?a=2&b=1&b=0");
    }

    #[test]
    fn display_can_be_padded() {
        let url = DatabaseUrl::new("sqlite");
        assert_eq!(format!("{url:>11}|"), "  sqlite://|");
    }
}
