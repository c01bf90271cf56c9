//! Running SQL without a client library.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::product::client;

/// Runs statements by the program `mariadb` and gives what they returned: one line for each row, columns
/// separated by `|`. A tab or a line feed in a value is shown as `\t` and `\n`, NULL as `NULL`.
///
/// `url` is as the drivers take it: with a user, a password, a host, a port and a database, all in percent
/// encoding, and the options `unix_socket`, `ssl_mode`, `ssl_ca`, `ssl_cert` and `ssl_key`. Others are not looked
/// at. Without `ssl_mode` there is no TLS. The program cannot do `VERIFY_CA`, and takes `REQUIRED` for
/// `PREFERRED`.
///
/// # Errors
/// `mariadb` is not installed, the URL is wrong, the connection fails or a statement fails; the message is what
/// `mariadb` said, and has the number and the SQLSTATE.
pub fn mysql_client(url: &str, sql: &str) -> Result<String> {
    let target = Target::read(url).context("the URL of the server is wrong")?;
    let mut command = Command::new(client()?);
    let output = command
        .args(["--no-defaults", "--batch", "--skip-column-names", "--default-character-set=utf8mb4"])
        .args(&target.arguments)
        .args(["-e", sql])
        .env_remove("MYSQL_HOST")
        .env_remove("MYSQL_TCP_PORT")
        .env_remove("MYSQL_UNIX_PORT")
        // The arguments of a program can be seen by other users of the machine.
        .env("MYSQL_PWD", &target.password)
        .env("HOME", "/nonexistent")
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .context("run mariadb")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let text = String::from_utf8(output.stdout).context("read the answer of mariadb")?;
    Ok(text.trim_end().replace('\t', "|"))
}

#[derive(Debug, Default, PartialEq)]
struct Target {
    arguments: Vec<String>,
    password: String,
}

impl Target {
    fn read(url: &str) -> Result<Self> {
        let (_, rest) = url.split_once("://").context("it has no scheme")?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (credentials, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
        let (host, port) = host.rsplit_once(':').unwrap_or((host, "3306"));
        let mut target = Self { arguments: Vec::new(), password: decoded(password)? };
        target.add("user", &decoded(user)?);
        target.add("database", &decoded(database)?);
        let (mut socket, mut mode) = (None, "DISABLED".to_owned());
        for (name, value) in query.split('&').filter_map(|option| option.split_once('=')) {
            let value = decoded(value)?;
            match name {
                "unix_socket" => socket = Some(value),
                "ssl_mode" => mode = value.to_uppercase(),
                "ssl_ca" => target.add("ssl-ca", &value),
                "ssl_cert" => target.add("ssl-cert", &value),
                "ssl_key" => target.add("ssl-key", &value),
                _ => {}
            }
        }
        match socket {
            Some(path) => target.add("socket", &path),
            None => {
                target.add("protocol", "tcp");
                target.add("host", host);
                target.add("port", port);
            }
        }
        target.arguments.push(
            match mode.as_str() {
                "DISABLED" => "--skip-ssl",
                "REQUIRED" | "PREFERRED" => "--ssl",
                "VERIFY_IDENTITY" => "--ssl-verify-server-cert",
                _ => bail!("ssl_mode {mode} cannot be had"),
            }
            .to_owned(),
        );
        Ok(target)
    }

    fn add(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.arguments.push(format!("--{name}={value}"));
        }
    }
}

fn decoded(text: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        if first != b'%' {
            bytes.push(first);
            rest = after;
            continue;
        }
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.context("a percent sign stands before something else than two digits")?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).context("it is not UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_becomes_arguments_without_the_password() {
        let target = Target::read("mysql+aiomysql://a%40b:p%3Aw@h:33/d?ssl_mode=required&x=y").unwrap();
        assert_eq!(target.password, "p:w");
        let arguments = ["--user=a@b", "--database=d", "--protocol=tcp", "--host=h", "--port=33", "--ssl"]
            .map(String::from);
        assert_eq!(target.arguments, arguments);

        let target = Target::read("mariadb://u@localhost/?unix_socket=/tmp/s&ssl_ca=%2Fca").unwrap();
        assert_eq!(target.arguments, ["--user=u", "--ssl-ca=/ca", "--socket=/tmp/s", "--skip-ssl"]);
        assert_eq!(target.password, "");
    }

    #[test]
    fn a_wrong_url_is_refused() {
        assert!(Target::read("localhost").is_err());
        assert!(Target::read("mysql://u:%4@h/d").is_err());
        assert!(Target::read("mysql://u:%zz@h/d").is_err());
        assert!(Target::read("mysql://u@h/d?ssl_mode=VERIFY_CA").is_err());
    }
}
