use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::home::Home;
use crate::programs::{find, target};

/// The variable that names a folder with the programs of MySQL.
const ROOT_VARIABLE: &str = "SQLSESSION_MYSQLD_ROOT";

/// Who makes the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MysqlProduct {
    /// MariaDB of this machine.
    Mariadb,
    /// MySQL, unpacked in the folder that `SQLSESSION_MYSQLD_ROOT` names, which has `usr/sbin/mysqld`, else
    /// in [`MysqlProduct::fetched_root`]. Its account must be able to enter that folder.
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

    /// Where `cargo xtask servers fetch-mysql` puts the programs of MySQL.
    #[must_use]
    pub fn fetched_root() -> PathBuf {
        target().join("server-programs").join("mysql")
    }

    /// The folder that the programs of MySQL lie in.
    pub(super) fn root() -> PathBuf {
        std::env::var_os(ROOT_VARIABLE)
            .filter(|root| !root.is_empty())
            .map_or_else(Self::fetched_root, PathBuf::from)
    }

    fn mysqld(self) -> Result<PathBuf> {
        match self {
            Self::Mariadb => installed("mariadbd"),
            Self::Mysql => {
                let program = Self::root().join("usr/sbin/mysqld");
                let advice = "run `cargo xtask servers fetch-mysql`";
                program.is_file().then_some(()).with_context(|| format!("there is no MySQL: {advice}"))?;
                Ok(program)
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
