use std::{fmt, fs, path::Path};

/// Where a distribution keeps the server's socket, in the order they are looked at.
pub const SOCKET_FOLDERS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// What a password file says.
#[derive(PartialEq, Eq)]
pub enum PassfileAnswer {
    /// The password of the first line that fits.
    Password(Vec<u8>),
    /// No line fits, or there is no file.
    Nothing,
    /// It is not used, because others may read or write it.
    TooOpen,
}

/// Without the password.
impl fmt::Debug for PassfileAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password",
            Self::Nothing => "Nothing",
            Self::TooOpen => "TooOpen",
        })
    }
}

/// Whose password is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    /// The host's name or address, or the folder of its socket: one of the usual folders is `localhost` in the file.
    pub host: &'a str,
    /// The port.
    pub port: u16,
    /// The database.
    pub database: &'a str,
    /// The user.
    pub user: &'a str,
}

/// Looks a password up in a file of libpq's: `host:port:database:user:password` in each line, where `*` fits anything, a
/// backslash takes the next character as it is, and a `#` begins a comment. It blocks.
#[must_use]
pub fn look_up_password(file: &Path, account: Account<'_>) -> PassfileAnswer {
    let Ok(metadata) = fs::metadata(file) else { return PassfileAnswer::Nothing };
    if !metadata.is_file() {
        return PassfileAnswer::Nothing;
    }
    if is_open_to_others(&metadata) {
        return PassfileAnswer::TooOpen;
    }
    let Ok(text) = fs::read(file) else { return PassfileAnswer::Nothing };
    find(&text, account).map_or(PassfileAnswer::Nothing, PassfileAnswer::Password)
}

#[cfg(unix)]
fn is_open_to_others(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}

/// Names and passwords are bytes: in which encoding they are is the server's matter.
fn find(text: &[u8], account: Account<'_>) -> Option<Vec<u8>> {
    let port = account.port.to_string();
    let host = if SOCKET_FOLDERS.contains(&account.host) { "localhost" } else { account.host };
    let asked = [host, port.as_str(), account.database, account.user];
    text.split(|byte| *byte == b'\n').filter(|line| !line.starts_with(b"#")).find_map(|line| {
        let mut rest = line.strip_suffix(b"\r").unwrap_or(line);
        for value in asked {
            let (field, after) = split_field(rest)?;
            if field != b"*" && unescaped(field) != value.as_bytes() {
                return None;
            }
            rest = after;
        }
        // An empty password is none, and another line may have one.
        Some(unescaped(rest)).filter(|password| !password.is_empty())
    })
}

fn unescaped(raw: &[u8]) -> Vec<u8> {
    let mut bytes = raw.iter().copied();
    let mut read = Vec::with_capacity(raw.len());
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => read.extend(bytes.next()),
            byte => read.push(byte),
        }
    }
    read
}

/// The field before the next colon that is not escaped, and what follows the colon.
fn split_field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut is_escaped = false;
    for (at, byte) in line.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b':' => return Some((&line[..at], &line[at + 1..])),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# a comment\n\
        db.local:5432:shop:app:first\n\
        db.local:*:*:app:any database\r\n\
        *:6000:a\\:b:o\\\\o:p\\:w\\\\x:y\n\
        broken line\n\
        *:*:*:empty:\n\
        *:*:*:empty:later\n\
        \\*:1:d:star:literal\n\
        /run/pg:5432:shop:app:socket\n\
        localhost:5432:shop:app:usual socket\n";

    fn password(host: &str, port: u16, database: &str, user: &str) -> Option<String> {
        let found = find(FILE.as_bytes(), Account { host, port, database, user });
        found.map(|password| String::from_utf8(password).unwrap())
    }

    #[test]
    fn the_first_line_that_fits_counts() {
        assert_eq!(password("db.local", 5432, "shop", "app").as_deref(), Some("first"));
        assert_eq!(password("db.local", 5433, "shop", "app").as_deref(), Some("any database"));
        assert_eq!(password("/run/pg", 5432, "shop", "app").as_deref(), Some("socket"));
        assert_eq!(password("/var/run/postgresql", 5432, "shop", "app").as_deref(), Some("usual socket"));
        assert_eq!(password("other", 5432, "shop", "app"), None);
        assert_eq!(password("db.local", 5432, "shop", "App"), None);
    }

    #[test]
    fn escapes_are_read() {
        assert_eq!(password("h", 6000, "a:b", "o\\o").as_deref(), Some("p:w\\x:y"));
        assert_eq!(password("h", 1, "d", "star"), None);
        assert_eq!(password("*", 1, "d", "star").as_deref(), Some("literal"));
    }

    #[test]
    fn a_password_may_be_any_bytes() {
        let account = Account { host: "h", port: 1, database: "d", user: "u" };
        assert_eq!(find(b"\xff:1:d:u:other\n*:*:*:u:p\xe4\\:ss\n", account), Some(b"p\xe4:ss".to_vec()));
    }

    #[test]
    fn an_empty_password_is_none() {
        assert_eq!(password("h", 1, "d", "empty").as_deref(), Some("later"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_not_used() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pgpass");
        let account = Account { host: "db.local", port: 5432, database: "shop", user: "app" };
        assert_eq!(look_up_password(&file, account), PassfileAnswer::Nothing);
        fs::write(&file, FILE).unwrap();
        for (mode, answer) in [
            (0o600, PassfileAnswer::Password("first".into())),
            (0o400, PassfileAnswer::Password("first".into())),
            (0o640, PassfileAnswer::TooOpen),
            (0o604, PassfileAnswer::TooOpen),
        ] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(look_up_password(&file, account), answer, "{mode:o}");
        }
        assert_eq!(look_up_password(folder.path(), account), PassfileAnswer::Nothing);
    }
}
