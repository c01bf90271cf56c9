use std::{fs, path::Path};

/// What a password file says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PassfileAnswer {
    /// The password of the first line that fits.
    Password(String),
    /// No line fits, or there is no file.
    Nothing,
    /// It is not used, because others may read or write it.
    TooOpen,
}

/// Whose password is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account<'a> {
    pub host: &'a str,
    pub port: u16,
    pub database: &'a str,
    pub user: &'a str,
}

/// Looks a password up in a file of libpq's: `host:port:database:user:password` in each line, where `*` fits anything, a
/// backslash takes the next character as it is, and a `#` begins a comment.
pub(crate) fn look_up(file: &Path, account: Account<'_>) -> PassfileAnswer {
    let Ok(metadata) = fs::metadata(file) else { return PassfileAnswer::Nothing };
    if !metadata.is_file() {
        return PassfileAnswer::Nothing;
    }
    if is_open_to_others(&metadata) {
        return PassfileAnswer::TooOpen;
    }
    let Ok(text) = fs::read(file) else { return PassfileAnswer::Nothing };
    find(&String::from_utf8_lossy(&text), account).map_or(PassfileAnswer::Nothing, PassfileAnswer::Password)
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

fn find(text: &str, account: Account<'_>) -> Option<String> {
    let port = account.port.to_string();
    let asked = [account.host, port.as_str(), account.database, account.user];
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut rest = line.trim_end_matches('\r');
        for value in asked {
            let (field, after) = split_field(rest)?;
            if field.raw != "*" && field.read() != value {
                return None;
            }
            rest = after;
        }
        // An empty password is none, and another line may have one.
        Some(Field { raw: rest }.read()).filter(|password| !password.is_empty())
    })
}

struct Field<'l> {
    raw: &'l str,
}

impl Field<'_> {
    fn read(&self) -> String {
        let mut letters = self.raw.chars();
        let mut read = String::with_capacity(self.raw.len());
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => read.extend(letters.next()),
                letter => read.push(letter),
            }
        }
        read
    }
}

/// The field before the next colon that is not escaped, and what follows the colon.
fn split_field(line: &str) -> Option<(Field<'_>, &str)> {
    let mut is_escaped = false;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b':' => return Some((Field { raw: &line[..at] }, &line[at + 1..])),
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
        /run/pg:5432:shop:app:socket\n";

    fn password(host: &str, port: u16, database: &str, user: &str) -> Option<String> {
        find(FILE, Account { host, port, database, user })
    }

    #[test]
    fn the_first_line_that_fits_counts() {
        assert_eq!(password("db.local", 5432, "shop", "app").as_deref(), Some("first"));
        assert_eq!(password("db.local", 5433, "shop", "app").as_deref(), Some("any database"));
        assert_eq!(password("/run/pg", 5432, "shop", "app").as_deref(), Some("socket"));
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
        assert_eq!(look_up(&file, account), PassfileAnswer::Nothing);
        fs::write(&file, FILE).unwrap();
        for (mode, answer) in [
            (0o600, PassfileAnswer::Password("first".into())),
            (0o400, PassfileAnswer::Password("first".into())),
            (0o640, PassfileAnswer::TooOpen),
            (0o604, PassfileAnswer::TooOpen),
        ] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(look_up(&file, account), answer, "{mode:o}");
        }
        assert_eq!(look_up(folder.path(), account), PassfileAnswer::Nothing);
    }
}
