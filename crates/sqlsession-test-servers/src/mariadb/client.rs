//! Running SQL without a client library.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::program::program;

/// Runs statements by the program `mariadb` and gives what they returned: one line for each row, columns separated by
/// a tab, NULL as `NULL`.
///
/// `target` is a URL with a user, a host and a port. Its password is not to be a secret: other users of the machine see it.
///
/// # Errors
/// `mariadb` is not installed, the URL cannot be read, the connection fails or a statement fails; the message is what
/// `mariadb` said.
pub fn mariadb(target: &str, sql: &str) -> Result<String> {
    let place = Place::read(target).with_context(|| format!("read the URL {target}"))?;
    let output = Command::new(program("mariadb")?)
        .args(["--no-defaults", "--batch", "--raw", "--skip-column-names", "--protocol=tcp"])
        .args(["--default-character-set=utf8mb4", "--host", place.host, "--port", place.port])
        .arg(format!("--user={}", place.user))
        .arg(format!("--password={}", place.password))
        .args(["--execute", sql, place.database])
        .stdin(Stdio::null())
        .output()
        .context("run mariadb")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout).context("read the answer of mariadb")?.trim_end().to_owned())
}

/// The parts of a URL, which stand in it as they are.
#[derive(Debug, PartialEq, Eq)]
struct Place<'u> {
    user: &'u str,
    password: &'u str,
    host: &'u str,
    port: &'u str,
    database: &'u str,
}

impl<'u> Place<'u> {
    fn read(url: &'u str) -> Option<Self> {
        let (_, rest) = url.split_once("://")?;
        let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, address) = authority.rsplit_once('@').unwrap_or(("root", authority));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        let (host, port) = address.rsplit_once(':').unwrap_or((address, "3306"));
        Some(Self { user, password, host, port, database })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart() {
        let place = Place::read("mysql+pymysql://ada:x@db:3307/shop?charset=utf8mb4").unwrap();
        assert_eq!(place, Place { user: "ada", password: "x", host: "db", port: "3307", database: "shop" });
        let place = Place::read("mysql://db").unwrap();
        assert_eq!(place, Place { user: "root", password: "", host: "db", port: "3306", database: "" });
        assert_eq!(Place::read("db"), None);
    }
}
