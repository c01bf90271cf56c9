use super::{DatabaseUrl, UrlQuery, percent};
use crate::{Error, ErrorKind, Result};

impl DatabaseUrl {
    /// Reads a URL; the [module](crate::url) describes the grammar.
    ///
    /// Whether there is a driver of that name is not asked here: see [`scheme`](Self::scheme).
    ///
    /// # Errors
    ///
    /// [`Configuration`](ErrorKind::Configuration) if the text is not of the form of a URL or its port or host cannot
    /// be one. The error says which part is wrong and quotes none of it, for what is misread as a port or a host may be
    /// the password.
    pub fn parse(text: &str) -> Result<Self> {
        let (drivername, rest) = split_drivername(text)?;
        let (username, password, rest) = split_credentials(rest);
        let (host, rest) = split_host(rest)?;
        let (port, rest) = split_port(rest)?;
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, UrlQuery::parse(query)),
            None => (rest, UrlQuery::new()),
        };
        Ok(Self {
            drivername: drivername.to_owned(),
            username: username.map(percent::decode),
            password: password.map(percent::decode),
            host: host.map(str::to_owned),
            port,
            database: path.strip_prefix('/').map(str::to_owned),
            query,
        })
    }
}

fn wrong(message: &'static str) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

/// A `-` may stand in the driver's name only, as in `postgresql+tokio-postgres`.
fn split_drivername(text: &str) -> Result<(&str, &str)> {
    let is_word = |name: &str, more: &[char]| {
        name.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || more.contains(&letter))
    };
    text.split_once("://")
        .filter(|(name, _)| match name.split_once('+') {
            Some((dialect, driver)) => is_word(dialect, &[]) && is_word(driver, &['+', '-']),
            None => !name.is_empty() && is_word(name, &[]),
        })
        .ok_or_else(|| {
            wrong("not a database URL: it has the form dialect[+driver]://user:password@host:port/database")
        })
}

/// Gives user, password and what follows the `@`.
fn split_credentials(rest: &str) -> (Option<&str>, Option<&str>, &str) {
    let end = rest.find([':', '/']).unwrap_or(rest.len());
    let (before, after) = rest.split_at(end);
    let with_password = after.strip_prefix(':').and_then(|after| after.split_once('@'));
    if let Some((password, rest)) = with_password {
        return (Some(before), Some(password), rest);
    }
    match before.rfind('@') {
        Some(at) => (Some(&rest[..at]), None, &rest[at + 1..]),
        None => (None, None, rest),
    }
}

/// Gives the host, or the list of hosts, and what follows it: a port, a database, options or nothing.
fn split_host(rest: &str) -> Result<(Option<&str>, &str)> {
    let authority = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
    let (host, after) = match authority.rfind(',') {
        Some(comma) => {
            for one in authority[..comma].split(',') {
                split_port(split_one_host(one)?.1)?;
            }
            let (_, after) = split_one_host(&rest[comma + 1..])?;
            rest.split_at(rest.len() - after.len())
        }
        None => split_one_host(rest)?,
    };
    if host.contains('@') {
        return Err(wrong("the host contains a `@`: a `@` in the password is written %40"));
    }
    Ok((Some(host).filter(|host| !host.is_empty()), after))
}

/// Gives the host, without brackets, and what follows it.
fn split_one_host(rest: &str) -> Result<(&str, &str)> {
    let authority = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
    let bracketed = authority
        .strip_prefix('[')
        .and_then(|inner| inner.find(']'))
        .filter(|&length| length > 0)
        .map(|length| (&rest[1..=length], &rest[length + 2..]));
    match bracketed {
        Some((_, after)) if !(after.is_empty() || after.starts_with([':', '/', '?'])) => {
            Err(wrong("the host in brackets is followed by something that is no port or database"))
        }
        Some(split) => Ok(split),
        None => Ok(rest.split_at(authority.find(':').unwrap_or(authority.len()))),
    }
}

fn split_port(rest: &str) -> Result<(Option<u16>, &str)> {
    let Some(after) = rest.strip_prefix(':') else { return Ok((None, rest)) };
    let (port, rest) = after.split_at(after.find(['/', '?']).unwrap_or(after.len()));
    if port.contains(':') {
        return Err(wrong("the port is not a number: an IPv6 address is written in brackets, [::1]:5432"));
    }
    match port.parse() {
        Ok(port) => Ok((Some(port), rest)),
        Err(_) => Err(wrong("the port is not a number from 0 to 65535")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Parts<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>, Option<u16>, Option<&'a str>);

    #[track_caller]
    fn parts(text: &str, expected: Parts<'_>) {
        let url = DatabaseUrl::parse(text).unwrap();
        let found = (url.username(), url.password(), url.host(), url.port(), url.database());
        assert_eq!(found, expected, "{text}");
    }

    #[track_caller]
    fn refused(text: &str, part_of_message: &str) {
        let error = DatabaseUrl::parse(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{text}");
        assert!(error.message().contains(part_of_message), "{text}: {error}");
    }

    #[test]
    fn all_parts() {
        let url: DatabaseUrl = "mysql+aiomysql://u:p@h:3306/db?charset=utf8mb4".parse().unwrap();
        assert_eq!((url.drivername(), url.dialect_name()), ("mysql+aiomysql", "mysql"));
        assert_eq!(url.driver_name(), Some("aiomysql"));
        parts(
            "mysql+aiomysql://u:p@h:3306/db?charset=utf8mb4",
            (Some("u"), Some("p"), Some("h"), Some(3306), Some("db")),
        );
        assert_eq!(url.query_values("charset"), ["utf8mb4"]);
    }

    #[test]
    fn parts_left_out_differ_from_empty_ones() {
        parts("postgresql://", (None, None, None, None, None));
        parts("postgresql:///", (None, None, None, None, Some("")));
        parts("postgresql://h/", (None, None, Some("h"), None, Some("")));
        parts("postgresql://u@h", (Some("u"), None, Some("h"), None, None));
        parts("postgresql://u:@h", (Some("u"), Some(""), Some("h"), None, None));
        parts("postgresql://:p@h", (Some(""), Some("p"), Some("h"), None, None));
        parts("postgresql://@h", (Some(""), None, Some("h"), None, None));
        parts("postgresql://u:p@", (Some("u"), Some("p"), None, None, None));
        parts("postgresql://:5/db", (None, None, None, Some(5), Some("db")));
        parts("postgresql://u:p@h?x=1", (Some("u"), Some("p"), Some("h"), None, None));
        assert_eq!(DatabaseUrl::parse("postgresql://h").unwrap().driver_name(), None);
        assert_eq!(DatabaseUrl::parse("postgresql+://h").unwrap().driver_name(), Some(""));
    }

    #[test]
    fn sqlite_has_no_host() {
        parts("sqlite:///:memory:", (None, None, None, None, Some(":memory:")));
        parts("sqlite:///sub/rel.db", (None, None, None, None, Some("sub/rel.db")));
        parts("sqlite:////var/abs.db", (None, None, None, None, Some("/var/abs.db")));
        parts(r"sqlite:///C:\data\x.db", (None, None, None, None, Some(r"C:\data\x.db")));
        parts("sqlite:///a#b%20ü.db?x", (None, None, None, None, Some("a#b%20ü.db")));
        parts("sqlite:///a@b/c:d@e", (None, None, None, None, Some("a@b/c:d@e")));
    }

    #[test]
    fn user_and_password_are_decoded_and_host_and_database_are_not() {
        parts(
            "postgresql://us%40er:p%2Fw+x%zz@h%41/d%41",
            (Some("us@er"), Some("p/w+x%zz"), Some("h%41"), None, Some("d%41")),
        );
    }

    #[test]
    fn the_first_at_sign_after_the_password_ends_it() {
        parts(
            "postgresql://u:p/w?x#y:z@h:1/db",
            (Some("u"), Some("p/w?x#y:z"), Some("h"), Some(1), Some("db")),
        );
        parts("postgresql://a@b:p@h/db", (Some("a@b"), Some("p"), Some("h"), None, Some("db")));
        parts("postgresql://u:a@b/c@h/db", (Some("u"), Some("a"), Some("b"), None, Some("c@h/db")));
        parts("postgresql://a@b@h:1/db", (Some("a@b"), None, Some("h"), Some(1), Some("db")));
        refused("postgresql://u:p@ss@h/db", "written %40");
    }

    #[test]
    fn a_slash_ends_the_user() {
        parts("postgresql://u/v:p@h/db", (None, None, Some("u"), None, Some("v:p@h/db")));
    }

    #[test]
    fn an_ipv6_address_is_in_brackets() {
        parts("postgresql://u:p@[::1]:5432/db", (Some("u"), Some("p"), Some("::1"), Some(5432), Some("db")));
        parts("postgresql://[fe80::1%eth0]", (None, None, Some("fe80::1%eth0"), None, None));
        parts("postgresql://[]/db", (None, None, Some("[]"), None, Some("db")));
        refused("postgresql://u@::1:5432/db", "in brackets");
        refused("postgresql://::1/db", "in brackets");
        refused("postgresql://[::1/db", "in brackets");
        refused("postgresql://[::1]x/db", "followed by");
    }

    #[test]
    fn several_hosts_are_a_list_and_the_last_port_is_the_port() {
        parts("postgresql://u:p@a:1,b:2/db", (Some("u"), Some("p"), Some("a:1,b"), Some(2), Some("db")));
        parts("postgresql://u@a:1,b?x=1", (Some("u"), None, Some("a:1,b"), None, None));
        parts("postgresql://a,b:7/db", (None, None, Some("a,b"), Some(7), Some("db")));
        parts("postgresql://[::1]:1,[::2]:2/", (None, None, Some("[::1]:1,[::2]"), Some(2), Some("")));
        parts("postgresql://[::1],b", (None, None, Some("[::1],b"), None, None));
        parts("postgresql://a,,b", (None, None, Some("a,,b"), None, None));
        refused("postgresql://a:x,b/db", "number");
        refused("postgresql://a:1,b:/db", "number");
        refused("postgresql://a:1,b:65536/db", "number");
        refused("postgresql://::1,b/db", "in brackets");
        refused("postgresql://a,::1/db", "in brackets");
        refused("postgresql://[::1]x,b/db", "followed by");
        refused("postgresql://a,[::1]x/db", "followed by");
        refused("postgresql://u:p@ss@a:1,b/db", "written %40");
    }

    #[test]
    fn a_port_is_a_number_that_fits() {
        parts("postgresql://h:0", (None, None, Some("h"), Some(0), None));
        parts("postgresql://h:05432?x=1", (None, None, Some("h"), Some(5432), None));
        parts("postgresql://h:65535/", (None, None, Some("h"), Some(65535), Some("")));
        for port in ["", "65536", "-1", "99999999999999999999", "x", "5_432", "٥٤٣٢", " 5"] {
            refused(&format!("postgresql://h:{port}/db"), "number");
        }
    }

    #[test]
    fn what_has_no_scheme_is_no_url() {
        for text in ["", " ", "://", "://h/db", "sqlite:rel.db", "sqlite:/", "h/db", "not a url", "foo:bar"] {
            refused(text, "not a database URL");
        }
        for text in [" sqlite:///x", "mysql-x://h", "mysql.x://h", "jdbc:postgresql://h", "a-b+c://h"] {
            refused(text, "not a database URL");
        }
        let url = DatabaseUrl::parse("postgresql+tokio-postgres://h").unwrap();
        assert_eq!(url.driver_name(), Some("tokio-postgres"));
    }

    #[test]
    fn an_error_does_not_quote_the_password() {
        for text in [
            "postgresql://u:hunter2/db",
            "postgresql://u:hunter2",
            "postgresql://u:x@hunter2@h",
            "postgresql://u:hunter2@h:port",
            "postgresql://u:hunter2@[::1]x",
            "postgresql://u:hunter2,b:1/db",
            "postgresql://u:hunter2@a:1,b:x/db",
            "u:hunter2@h/db",
        ] {
            let error = DatabaseUrl::parse(text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{text}: {error:?}");
        }
    }
}
