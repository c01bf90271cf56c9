use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::program::USER;
use crate::account::Account;
use crate::home::Home;
use crate::programs::{find, target};

/// The variable that names a folder with the programs of MySQL.
const ROOT_VARIABLE: &str = "SQLSESSION_MYSQLD_ROOT";

/// Where the server lies in that folder.
const MYSQLD: &str = "usr/sbin/mysqld";

/// Who makes the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MysqlProduct {
    /// MariaDB of this machine.
    Mariadb,
    /// MySQL, unpacked in the folder that `SQLSESSION_MYSQLD_ROOT` names, which has `usr/sbin/mysqld`, else
    /// under `target`.
    Mysql,
}

impl MysqlProduct {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Mariadb, Self::Mysql];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mariadb => "MariaDB",
            Self::Mysql => "MySQL",
        }
    }

    /// Those whose programs are on this machine.
    #[must_use]
    pub fn installed() -> Vec<Self> {
        Self::ALL.into_iter().filter(|product| product.is_installed()).collect()
    }

    /// Whether its programs are on this machine.
    #[must_use]
    pub fn is_installed(self) -> bool {
        self.mysqld().is_ok() && client().is_ok() && (self == Self::Mysql || installer().is_ok())
    }

    /// Whether the server of MySQL is in `root`. MariaDB has a link of that name to its own.
    #[must_use]
    pub fn has_mysql(root: &Path) -> bool {
        let program = root.join(MYSQLD);
        program.is_file() && program.canonicalize().is_ok_and(|real| real.file_name() == program.file_name())
    }

    /// Checks that a server can run from the programs in `root`, which need not be there yet: it does not run
    /// under root's account, so others must be able to enter the folder.
    ///
    /// # Errors
    /// It could not.
    pub fn check_root(root: &Path) -> Result<()> {
        if Account::for_server(USER)?.is_some() && !Account::can_enter(root) {
            bail!(
                "the servers of root cannot enter {}: set {ROOT_VARIABLE} to a folder that everybody can enter",
                root.display()
            );
        }
        Ok(())
    }

    /// The folder that the programs of MySQL lie in, and that `cargo xtask servers fetch-mysql` puts them in.
    #[must_use]
    pub fn root() -> PathBuf {
        std::env::var_os(ROOT_VARIABLE)
            .filter(|root| !root.is_empty())
            .map_or_else(|| target().join("server-programs").join("mysql"), PathBuf::from)
    }

    fn mysqld(self) -> Result<PathBuf> {
        match self {
            Self::Mariadb => installed("mariadbd"),
            Self::Mysql => {
                let root = Self::root();
                if !Self::has_mysql(&root) {
                    bail!("there is no MySQL: run `cargo xtask servers fetch-mysql`");
                }
                Self::check_root(&root)?;
                Ok(root.join(MYSQLD))
            }
        }
    }

    /// The server, to be run in that home.
    pub(super) fn command(self, home: &Home) -> Result<std::process::Command> {
        let program = self.mysqld()?;
        let loader = (self == Self::Mysql).then(|| loader(&Self::root())).flatten();
        let Some(loader) = loader else { return home.command(&program) };
        let mut command = home.command(&loader.program)?;
        command.arg("--library-path").arg(loader.libraries).arg(program);
        Ok(command)
    }
}

/// The client of MariaDB, which speaks to both.
pub(super) fn client() -> Result<PathBuf> {
    installed("mariadb")
}

/// What makes the data of a fresh MariaDB.
pub(super) fn installer() -> Result<PathBuf> {
    installed("mariadb-install-db")
}

fn installed(name: &str) -> Result<PathBuf> {
    find(name, &[]).with_context(|| format!("the MariaDB program {name} is not installed"))
}

struct Loader {
    program: PathBuf,
    libraries: String,
}

/// The dynamic loader that was unpacked together with the programs. They may need a newer C library than that
/// of this machine.
fn loader(root: &Path) -> Option<Loader> {
    let kinds = [
        ("usr/lib64/ld-linux-x86-64.so.2", "x86_64-linux-gnu"),
        ("usr/lib/ld-linux-aarch64.so.1", "aarch64-linux-gnu"),
    ];
    kinds.into_iter().find_map(|(program, machine)| {
        let program = root.join(program);
        let lib = root.join("usr/lib");
        let libraries = format!("{}:{}", lib.join(machine).display(), lib.join("mysql/private").display());
        program.is_file().then_some(Loader { program, libraries })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_of_mariadb_is_not_mysql() {
        let root = std::env::temp_dir().join(format!("sqlsession-product-{}", std::process::id()));
        let folder = root.join("usr/sbin");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("mariadbd"), "").unwrap();
        let nothing = MysqlProduct::has_mysql(&root);
        std::os::unix::fs::symlink("mariadbd", root.join(MYSQLD)).unwrap();
        let link = MysqlProduct::has_mysql(&root);
        std::fs::remove_file(root.join(MYSQLD)).unwrap();
        std::fs::write(root.join(MYSQLD), "").unwrap();
        let program = MysqlProduct::has_mysql(&root);
        std::fs::remove_dir_all(&root).unwrap();
        assert_eq!([nothing, link, program], [false, false, true]);
    }
}
