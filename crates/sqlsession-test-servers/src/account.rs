//! The account that a server runs under.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

/// A user of this machine. PostgreSQL refuses to run as root, so root hands servers to one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// The account for a server that is usually run by `name`: that user, else `nobody`. `None` when this
    /// process is not root and its own account will do.
    ///
    /// # Errors
    /// This process is root and neither user exists.
    pub fn for_server(name: &str) -> Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let users = std::fs::read_to_string("/etc/passwd").context("read /etc/passwd")?;
        let account = Self::find(&users, name)
            .or_else(|| Self::find(&users, "nobody"))
            .with_context(|| format!("neither the user {name} nor nobody exists"))?;
        Ok(Some(account))
    }

    fn find(users: &str, name: &str) -> Option<Self> {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next()? == name).then_some(())?;
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            Some(Self { uid, gid })
        })
    }

    /// Makes `command` run under this account, with no further groups.
    pub fn apply(self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Whether a user of this machine who is not the owner can enter the folder and all above it, those of them
    /// that are there.
    pub fn can_enter(folder: &Path) -> bool {
        folder.ancestors().all(|folder| {
            folder.metadata().map_or(true, |metadata| metadata.permissions().mode() & 0o001 != 0)
        })
    }

    /// Gives `path` to this account.
    ///
    /// # Errors
    /// The system refuses.
    pub fn own(self, path: &Path) -> Result<()> {
        chown(path, Some(self.uid), Some(self.gid)).with_context(|| format!("give away {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = "root:x:0:0:root:/root:/bin/bash\n\
        nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n\
        broken:x:one:1::/:\n";

    #[test]
    fn users_are_found_by_their_whole_name() {
        assert_eq!(Account::find(USERS, "nobody"), Some(Account { uid: 65534, gid: 65533 }));
        assert_eq!(Account::find(USERS, "body"), None);
        assert_eq!(Account::find(USERS, "broken"), None);
    }

    #[test]
    fn a_folder_can_be_entered_when_all_above_it_can() {
        let parent = std::env::temp_dir().join(format!("sqlsession-account-{}", std::process::id()));
        let folder = parent.join("inner");
        std::fs::create_dir_all(&folder).unwrap();
        let set_mode =
            |mode| std::fs::set_permissions(&parent, std::fs::Permissions::from_mode(mode)).unwrap();
        set_mode(0o755);
        assert!(Account::can_enter(&folder) && Account::can_enter(&folder.join("not there")));
        set_mode(0o700);
        let closed = [Account::can_enter(&folder), Account::can_enter(&folder.join("not there"))];
        std::fs::remove_dir_all(&parent).unwrap();
        assert_eq!(closed, [false, false]);
    }

    #[test]
    fn root_never_runs_a_server_itself() {
        let account = Account::for_server("no-such-user-here").unwrap();
        assert_eq!(account.is_some(), rustix::process::geteuid().is_root());
        assert!(account.is_none_or(|account| account.uid != 0));
    }
}
