//! The folder of one server.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};

use crate::account::Account;
use crate::log;

/// Not `std::env::temp_dir()`: the path of a Unix socket may have 107 bytes, and the server's account must
/// be able to pass through every folder above.
const PARENT: &str = "/tmp";
const PREFIX: &str = "sqlsession-server-";

/// A folder that only the server's account (and root) can enter. Whoever makes one removes it.
#[derive(Debug)]
pub struct Home {
    path: PathBuf,
    account: Option<Account>,
}

impl Home {
    /// Makes a fresh folder for a server that is usually run by `user`.
    ///
    /// # Errors
    /// There is no account to run under, or the folder cannot be made.
    pub fn new(user: &str) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let account = Account::for_server(user)?;
        loop {
            let number = COUNT.fetch_add(1, Ordering::Relaxed);
            let path = Path::new(PARENT).join(format!("{PREFIX}{}-{number}", std::process::id()));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => {
                    let home = Self { path, account };
                    if let Err(error) = home.give_away(&home.path) {
                        remove(&home.path)?;
                        return Err(error);
                    }
                    return Ok(home);
                }
                // Left by a process that had our number before.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error).with_context(|| format!("make {}", path.display())),
            }
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A name inside it.
    #[must_use]
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The file that takes what the server and its tools print.
    #[must_use]
    pub fn log_path(&self) -> PathBuf {
        self.join("log")
    }

    /// Writes a file that only the server (and root) can read, as servers demand of keys and passwords.
    ///
    /// # Errors
    /// The file cannot be written or given away.
    pub fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.join(name);
        OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .with_context(|| format!("write {}", path.display()))?;
        self.give_away(&path)?;
        Ok(path)
    }

    /// Adds to the end of a file of the server.
    ///
    /// # Errors
    /// There is no such file, or it cannot be written.
    pub fn append(&self, name: &str, text: &str) -> Result<()> {
        let path = self.join(name);
        OpenOptions::new()
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .with_context(|| format!("write {}", path.display()))
    }

    /// Makes a folder that only the server (and root) can enter.
    ///
    /// # Errors
    /// The folder cannot be made or given away.
    pub fn make_folder(&self, name: &str) -> Result<()> {
        let path = self.join(name);
        DirBuilder::new().mode(0o700).create(&path).with_context(|| format!("make {}", path.display()))?;
        self.give_away(&path)
    }

    fn give_away(&self, path: &Path) -> Result<()> {
        self.account.map_or(Ok(()), |account| account.own(path))
    }

    /// A program that runs here, under the server's account, in the background of the terminal, without
    /// input, and prints into the log.
    ///
    /// # Errors
    /// The log cannot be opened.
    pub fn command(&self, program: &Path) -> Result<Command> {
        let log = self.log_path();
        let open = || -> Result<File> {
            OpenOptions::new()
                .create(true)
                .append(true)
                .open(&log)
                .with_context(|| format!("open {}", log.display()))
        };
        let mut command = Command::new(program);
        command
            .current_dir(&self.path)
            .env("HOME", &self.path)
            .env("LC_ALL", "C.UTF-8")
            // Ctrl-C in the terminal is not meant for the server.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(open()?)
            .stderr(open()?);
        if let Some(account) = self.account {
            account.apply(&mut command);
        }
        Ok(command)
    }

    /// Runs a program to its end, with the file `input` of this folder as its input.
    ///
    /// # Errors
    /// The program cannot be run or fails; the message has the end of the log.
    pub fn run(&self, command: &mut Command, input: Option<&Path>) -> Result<()> {
        if let Some(input) = input {
            command.stdin(File::open(input).with_context(|| format!("open {}", input.display()))?);
        }
        let name = command.get_program().display().to_string();
        let status = command.status().with_context(|| format!("run {name}"))?;
        if !status.success() {
            bail!("{name} failed ({status}): {}", log::tail(&self.log_path()));
        }
        Ok(())
    }
}

/// Removes the folder of a server. A path that no [`Home`] can have is refused.
///
/// # Errors
/// A foreign path, or the folder is there and cannot be removed.
pub fn remove(path: &Path) -> Result<()> {
    let is_ours = path.parent() == Some(Path::new(PARENT))
        && path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(PREFIX));
    if !is_ours {
        bail!("{} is not the folder of a test server", path.display());
    }
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_home_is_private_and_fresh() {
        let first = Home::new("nobody").unwrap();
        let second = Home::new("nobody").unwrap();
        assert_ne!(first.path(), second.path());
        let mode = std::fs::metadata(first.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        let file = first.write("key", "secret").unwrap();
        first.append("key", " and more").unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "secret and more");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(first.append("no such file", "").is_err());
        first.make_folder("inner").unwrap();
        assert_eq!(std::fs::metadata(first.join("inner")).unwrap().permissions().mode() & 0o777, 0o700);
        remove(first.path()).unwrap();
        remove(second.path()).unwrap();
        assert!(!first.path().exists());
        remove(first.path()).unwrap();
    }

    #[test]
    fn foreign_folders_are_not_removed() {
        let folder = std::env::temp_dir().join(format!("sqlsession-foreign-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert!(remove(&folder).is_err());
        assert!(remove(&folder.join("..").join("sqlsession-server-1").join("x")).is_err());
        assert!(folder.exists());
        std::fs::remove_dir(&folder).unwrap();
    }

    #[test]
    fn a_failed_tool_shows_what_it_said() {
        let home = Home::new("nobody").unwrap();
        let input = home.write("input", "no such table").unwrap();
        let mut command = home.command(Path::new("/bin/sh")).unwrap();
        command.args(["-c", "cat; exit 4"]);
        let message = home.run(&mut command, Some(&input)).unwrap_err().to_string();
        remove(home.path()).unwrap();
        assert!(message.contains("/bin/sh failed") && message.contains("no such table"), "{message}");
    }
}
