use sqlsession_core::{Error, ErrorKind, Result};

use super::host::{DEFAULT_PORT, Host};

fn wrong(message: &'static str) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

/// Puts hosts and ports together that were given apart, or `host:port` each.
///
/// `hosts` and `ports` are the values of these options, each a list with commas. One port is for all hosts; else there
/// are as many as hosts. An empty one is `port`. Hosts by several options bring their ports along, as in SQLAlchemy.
pub(super) fn pair(hosts: &[String], ports: &[String], port: Option<u16>) -> Result<Vec<Host>> {
    let each_alone = hosts.len() > 1;
    let hosts: Vec<(&str, Option<u16>)> =
        hosts.iter().flat_map(|list| list.split(',')).map(split).collect::<Result<_>>()?;
    let default = port.unwrap_or(DEFAULT_PORT);
    let ports: Vec<Option<u16>> =
        ports.iter().flat_map(|list| list.split(',')).map(parse_port).collect::<Result<_>>()?;
    if !ports.is_empty() && (each_alone || hosts.iter().any(|(_, port)| port.is_some())) {
        return Err(wrong(
            "ports are given both beside the hosts and by the option `port`: use one of the two ways",
        ));
    }
    match (hosts.as_slice(), ports.as_slice()) {
        ([], []) => Ok(port.map(|port| Host::new("", port)).into_iter().collect()),
        ([], [port]) => Ok(vec![Host::new("", port.unwrap_or(default))]),
        (hosts, []) => {
            Ok(hosts.iter().map(|(name, port)| Host::new(*name, port.unwrap_or(default))).collect())
        }
        (hosts, [port]) => {
            Ok(hosts.iter().map(|(name, _)| Host::new(*name, port.unwrap_or(default))).collect())
        }
        (hosts, ports) if hosts.len() == ports.len() => Ok(hosts
            .iter()
            .zip(ports)
            .map(|((name, _), port)| Host::new(*name, port.unwrap_or(default)))
            .collect()),
        _ => Err(wrong("there must be one port, or as many as there are hosts")),
    }
}

/// The hosts that stand before the `/` of a URL, with commas between them: a port belongs to the last one.
pub(super) fn of_authority(hosts: &str, port: Option<u16>) -> Result<Vec<Host>> {
    let mut hosts = pair(&[decode(hosts)], &[], None)?;
    if let (Some(last), Some(port)) = (hosts.last_mut(), port) {
        *last = Host::new(last.name(), port);
    }
    Ok(hosts)
}

/// `host`, `host:port`, `[v6]`, `[v6]:port`, a bare IPv6 address, or the folder of a socket.
fn split(text: &str) -> Result<(&str, Option<u16>)> {
    let text = text.trim();
    if text.starts_with('/') {
        return Ok((text, None));
    }
    if let Some(inner) = text.strip_prefix('[') {
        let (name, rest) = inner.split_once(']').ok_or_else(|| wrong("a host in brackets has no end"))?;
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
            _ => Err(wrong("a port must be a number from 1 to 65535")),
        },
    }
}

/// A socket's folder is written `%2Fvar%2Frun` before the `/` of a URL, as in libpq. No name begins like that.
fn decode(host: &str) -> String {
    if !host.starts_with('%') {
        return host.to_owned();
    }
    let form = format!("host={}", host.replace('+', "%2B").replace('&', "%26"));
    sqlsession_core::url::UrlQuery::parse(&form).get("host").unwrap_or(host).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(hosts: Result<Vec<Host>>) -> Vec<String> {
        hosts.unwrap().iter().map(ToString::to_string).collect()
    }

    fn list(hosts: &[&str], ports: &[&str], port: Option<u16>) -> Result<Vec<Host>> {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        pair(&owned(hosts), &owned(ports), port)
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
        assert_eq!(shown(list(&hosts, &[], None)), expected);
        assert_eq!(shown(list(&["a", "b:7"], &[], Some(6))), ["a:6", "b:7"]);
    }

    #[test]
    fn hosts_and_ports_apart() {
        assert_eq!(shown(list(&["a,b"], &["1,2"], None)), ["a:1", "b:2"]);
        assert_eq!(shown(list(&["a,b"], &["1", "2"], None)), ["a:1", "b:2"]);
        assert_eq!(shown(list(&["a,b"], &["1"], Some(9))), ["a:1", "b:1"]);
        assert!(list(&["a", "b"], &["1", "2"], None).is_err());
        assert_eq!(shown(list(&["a,b"], &[",2"], None)), ["a:5432", "b:2"]);
        assert_eq!(list(&[], &["7"], None).unwrap(), [Host::new("", 7)]);
        assert_eq!(list(&[], &[], Some(7)).unwrap(), [Host::new("", 7)]);
        assert_eq!(list(&[], &[], None).unwrap(), []);
        assert_eq!(list(&[",a"], &[], None).unwrap(), [Host::new("", 5432), Host::new("a", 5432)]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (hosts, ports) in [
            (&["a,b,c"][..], &["1,2"][..]),
            (&["a:1,b"], &["1,2"]),
            (&[], &["1,2"]),
            (&["a:x"], &[]),
            (&["a:0"], &[]),
            (&["a"], &["65536"]),
            (&["[::1"], &[]),
            (&["[::1]x"], &[]),
        ] {
            let error = list(hosts, ports, None).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{hosts:?} {ports:?}");
        }
    }

    #[test]
    fn hosts_before_the_slash() {
        assert_eq!(shown(of_authority("h", None)), ["h:5432"]);
        assert_eq!(shown(of_authority("a,b", Some(7))), ["a:5432", "b:7"]);
        assert_eq!(shown(of_authority("::1", Some(7))), ["[::1]:7"]);
        assert_eq!(shown(of_authority("%2Frun%2Fpg+x", Some(7))), ["/run/pg+x/.s.PGSQL.7"]);
    }
}
