//! Running SQL without a client library.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::program::program;

/// Runs statements by `psql` and gives what they returned: one line for each row, columns separated by `|`.
/// Several statements in one text are one transaction, as they are in a simple query.
///
/// `target` is a URL or a connection string of libpq. Its password is not to be a secret: other users of the
/// machine see it.
///
/// # Errors
/// `psql` is not installed, the connection fails or a statement fails; the message is what `psql` said.
pub fn psql(target: &str, sql: &str) -> Result<String> {
    let mut command = Command::new(program("psql")?);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
        command.env_remove(name);
    }
    let output = command
        .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose", "--no-password"])
        .args(["-d", target, "-c", sql])
        // libpq would look for certificates and passwords in the user's home.
        .env("HOME", "/nonexistent")
        .env("PGPASSFILE", "/nonexistent")
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .context("run psql")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout).context("read the answer of psql")?.trim_end().to_owned())
}
