use sqlsession_core::{Error, ErrorKind, Result};

use super::host::{DEFAULT_PORT, Host};

const PORT: &str = "a port must be a number from 1 to 65535";

fn wrong(message: &'static str) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

/// Where the hosts and the ports of a URL stand, and what the environment says where it has none.
#[derive(Debug, Default)]
pub(super) struct Places<'u> {
    /// The values of the option `host`, each a list with commas; one of them may have its port behind it.
    pub hosts: Vec<String>,
    /// The values of the option `port`, each a list with commas.
    pub ports: Vec<String>,
    /// What stands before the `/`: a list with commas.
    pub authority: Option<&'u str>,
    /// What stands behind it: the port of its last host, or of all that the option names.
    pub authority_port: Option<u16>,
    /// `PGHOST`.
    pub variable_host: Option<String>,
    /// `PGPORT`.
    pub variable_port: Option<String>,
}

impl Places<'_> {
    /// The hosts, each with its port. One port is for all hosts; else there are as many as hosts.
    pub(super) fn pair(self) -> Result<Vec<Host>> {
        let mut port = self.authority_port;
        if port == Some(0) {
            return Err(wrong(PORT));
        }
        if port.is_some() && !self.ports.is_empty() {
            return Err(wrong("the port is given twice: after the host and by the option `port`"));
        }
        let is_authority = self.hosts.is_empty() && self.authority.is_some();
        let is_several = self.hosts.len() > 1;
        let lists = match (self.authority, self.variable_host) {
            _ if !self.hosts.is_empty() => self.hosts,
            (Some(authority), _) => authority.split(',').map(decode).collect(),
            (None, variable) => variable.into_iter().collect(),
        };
        let mut hosts =
            lists.iter().flat_map(|list| list.split(',')).map(split).collect::<Result<Vec<_>>>()?;
        if is_authority && let (Some(last), Some(port)) = (hosts.last_mut(), port.take()) {
            last.1 = Some(port);
        }
        let has_own = hosts.iter().any(|(_, port)| port.is_some());
        let ports = match self.variable_port {
            _ if !self.ports.is_empty() => self.ports,
            Some(variable) if port.is_none() && !has_own => vec![variable],
            _ => Vec::new(),
        };
        // Hosts by several options bring their ports along, as in SQLAlchemy.
        if (has_own || is_several) && !ports.is_empty() {
            return Err(wrong(
                "ports are given both beside the hosts and by the option `port`: use one of the two ways",
            ));
        }
        let ports =
            ports.iter().flat_map(|list| list.split(',')).map(parse_port).collect::<Result<Vec<_>>>()?;
        let default = port.unwrap_or(DEFAULT_PORT);
        if hosts.is_empty() && (port.is_some() || !ports.is_empty()) {
            hosts.push(("", None));
        }
        if ports.len() > 1 && ports.len() != hosts.len() {
            return Err(wrong("there must be one port, or as many as there are hosts"));
        }
        let every = if let [port] = ports[..] { port } else { None };
        let listed = ports.into_iter().chain(std::iter::repeat(every));
        Ok(hosts
            .into_iter()
            .zip(listed)
            .map(|((name, own), listed)| Host::new(name, own.or(listed).unwrap_or(default)))
            .collect())
    }
}

/// `host`, `host:port`, `[v6]`, `[v6]:port`, a bare IPv6 address, or the folder of a socket.
fn split(text: &str) -> Result<(&str, Option<u16>)> {
    let text = text.trim();
    if text.starts_with('/') {
        return Ok((text, None));
    }
    if let Some(inner) = text.strip_prefix('[') {
        let (name, rest) = inner.split_once(']').ok_or_else(|| wrong("a host in brackets has no end"))?;
        if name.is_empty() {
            return Err(wrong("there is no host in the brackets"));
        }
        return match rest.strip_prefix(':') {
            Some(port) => Ok((name, parse_port(port)?)),
            None if rest.is_empty() => Ok((name, None)),
            None => Err(wrong("a host in brackets is followed by something that is no port")),
        };
    }
    match text.split_once(':') {
        Some((name, port)) if !port.contains(':') => Ok((name, parse_port(port)?)),
        _ => Ok((text, None)),
    }
}

fn parse_port(text: &str) -> Result<Option<u16>> {
    match text.trim() {
        "" => Ok(None),
        number => match number.parse() {
            Ok(port) if port > 0 => Ok(Some(port)),
            _ => Err(wrong(PORT)),
        },
    }
}

/// A socket's folder is written `%2Fvar%2Frun` before the `/` of a URL, as in libpq, and the `%` of an IPv6 address's zone
/// may be written `%25`. No other host has a `%`.
fn decode(host: &str) -> String {
    if !host.starts_with('%') {
        return host.replace("%25", "%");
    }
    let form = format!("host={}", host.replace('+', "%2B").replace('&', "%26"));
    sqlsession_core::url::UrlQuery::parse(&form).get("host").unwrap_or(host).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn listed(hosts: &[&str], ports: &[&str]) -> Places<'static> {
        Places { hosts: texts(hosts), ports: texts(ports), ..Places::default() }
    }

    fn before_the_slash(authority: &str, port: Option<u16>) -> Places<'_> {
        Places { authority: Some(authority), authority_port: port, ..Places::default() }
    }

    #[track_caller]
    fn are(places: Places<'_>, expected: &[&str]) {
        let hosts = places.pair().unwrap();
        assert_eq!(hosts.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn hosts_with_their_ports() {
        let hosts = ["a:1,b", "[::1]:2,[fe80::1],2001:db8::1", "/run/pg,10.0.0.1:3"];
        let expected = [
            "a:1",
            "b:5432",
            "[::1]:2",
            "[fe80::1]:5432",
            "[2001:db8::1]:5432",
            "/run/pg/.s.PGSQL.5432",
            "10.0.0.1:3",
        ];
        are(listed(&hosts, &[]), &expected);
        are(Places { authority_port: Some(6), ..listed(&["a", "b:7"], &[]) }, &["a:6", "b:7"]);
    }

    #[test]
    fn hosts_and_ports_apart() {
        are(listed(&["a,b"], &["1,2"]), &["a:1", "b:2"]);
        are(listed(&["a,b"], &["1", "2"]), &["a:1", "b:2"]);
        are(listed(&["a,b"], &["1"]), &["a:1", "b:1"]);
        are(listed(&["a,b"], &[",2"]), &["a:5432", "b:2"]);
        assert_eq!(listed(&[], &["7"]).pair().unwrap(), [Host::new("", 7)]);
        assert_eq!(listed(&[",a"], &[]).pair().unwrap(), [Host::new("", 5432), Host::new("a", 5432)]);
        assert_eq!(listed(&[], &[]).pair().unwrap(), []);
        let port_alone = Places { authority_port: Some(7), ..Places::default() };
        assert_eq!(port_alone.pair().unwrap(), [Host::new("", 7)]);
    }

    #[test]
    fn hosts_before_the_slash() {
        are(before_the_slash("h", None), &["h:5432"]);
        are(before_the_slash("a,b", Some(7)), &["a:5432", "b:7"]);
        are(before_the_slash("a:1,b", Some(2)), &["a:1", "b:2"]);
        are(before_the_slash("a:1,b", None), &["a:1", "b:5432"]);
        are(before_the_slash("[::1]:1,[::2]", Some(2)), &["[::1]:1", "[::2]:2"]);
        are(before_the_slash("a,%2Frun%2Fpg", None), &["a:5432", "/run/pg/.s.PGSQL.5432"]);
        are(before_the_slash("fe80::1%25eth0", None), &["[fe80::1%eth0]:5432"]);
        are(before_the_slash("fe80::1%e0", None), &["[fe80::1%e0]:5432"]);
        are(before_the_slash("::1", Some(7)), &["[::1]:7"]);
        are(before_the_slash("%2Frun%2Fpg+x", Some(7)), &["/run/pg+x/.s.PGSQL.7"]);
        are(Places { ports: texts(&["1,2"]), ..before_the_slash("a,b", None) }, &["a:1", "b:2"]);
        are(Places { hosts: texts(&["x"]), ..before_the_slash("a", Some(7)) }, &["x:7"]);
    }

    #[test]
    fn the_environment_fills_in() {
        let variables = |places: Places<'static>| Places {
            variable_host: Some("e".to_owned()),
            variable_port: Some("9".to_owned()),
            ..places
        };
        are(variables(Places::default()), &["e:9"]);
        are(variables(before_the_slash("h", None)), &["h:9"]);
        are(variables(before_the_slash("h", Some(7))), &["h:7"]);
        are(variables(listed(&["h"], &["8"])), &["h:8"]);
        are(variables(listed(&["h:1,i"], &[])), &["h:1", "i:5432"]);
        are(variables(listed(&[], &["8"])), &["e:8"]);
        let lists = Places { variable_port: Some("1,2".to_owned()), ..listed(&["a,b"], &[]) };
        are(lists, &["a:1", "b:2"]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for places in [
            listed(&["a,b,c"], &["1,2"]),
            listed(&["a:1,b"], &["1,2"]),
            listed(&[], &["1,2"]),
            listed(&["a:x"], &[]),
            listed(&["a:0"], &[]),
            listed(&["a"], &["65536"]),
            listed(&["[::1"], &[]),
            listed(&["[::1]x"], &[]),
            listed(&["[]"], &[]),
            before_the_slash("[]", None),
            before_the_slash("h", Some(0)),
            Places { ports: texts(&["1"]), ..before_the_slash("h", Some(7)) },
        ] {
            let shown = format!("{places:?}");
            assert_eq!(places.pair().unwrap_err().kind(), ErrorKind::Configuration, "{shown}");
        }
    }
}
