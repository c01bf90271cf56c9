use std::{fs, path::Path};

use refinery_core::{Migration, SchemaVersion};
use sqlsession_core::{Error, ErrorKind, Result};

const EXTENSION: &str = ".sql";

/// The names and texts of the files of a folder that are SQL.
///
/// # Errors
/// `Configuration` when the folder or a file cannot be read.
pub(super) fn read(folder: &Path) -> Result<Vec<(String, String)>> {
    let unreadable = |path: &Path, error: std::io::Error| {
        let message = format!("`{}` cannot be read: {error}", path.display());
        Error::new(ErrorKind::Configuration, message).with_cause(error)
    };
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, error))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(EXTENSION) && !name.starts_with('.') {
            let sql = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
            files.push((name, sql));
        }
    }
    Ok(files)
}

/// The migrations in the order of their versions.
///
/// # Errors
/// `Configuration` for a name that is none, and for two migrations of one version.
pub(super) fn ordered(files: impl IntoIterator<Item = (String, String)>) -> Result<Vec<Migration>> {
    let migrations = files.into_iter().map(|(name, sql)| migration(&name, &sql));
    let mut migrations = migrations.collect::<Result<Vec<_>>>()?;
    migrations.sort();
    for pair in migrations.windows(2) {
        if let [one, other] = pair
            && one.version() == other.version()
        {
            let message = format!("two migrations have one version: {one} and {other}");
            return Err(Error::new(ErrorKind::Configuration, message));
        }
    }
    Ok(migrations)
}

fn migration(file: &str, sql: &str) -> Result<Migration> {
    let stem = file.strip_suffix(EXTENSION).unwrap_or(file);
    if !is_name(stem) {
        let message =
            format!("the migration {file:?} is not named as V1__init.sql is: a V, a number, __ and a word");
        return Err(Error::new(ErrorKind::Configuration, message));
    }
    Migration::unapplied(stem, sql).map_err(|_| {
        let bits = SchemaVersion::BITS;
        let message =
            format!("the version of the migration {file:?} does not fit {bits} bits: see `migrations-int8`");
        Error::new(ErrorKind::Configuration, message)
    })
}

/// refinery itself would take a part of a name for the whole.
fn is_name(stem: &str) -> bool {
    let Some((version, name)) = stem.strip_prefix(['V', 'U']).and_then(|rest| rest.split_once("__")) else {
        return false;
    };
    let is_word = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    is_word && !version.is_empty() && version.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> Result<Vec<String>> {
        let files = names.iter().map(|&name| (name.to_owned(), "select 1".to_owned()));
        Ok(ordered(files)?.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn versions_are_numbers() {
        let names = ["V10__ten.sql", "V2__two.sql", "U1__one.sql", "V20240229__much_later.sql"];
        let ordered = ["U1__one", "V2__two", "V10__ten", "V20240229__much_later"];
        assert_eq!(named(&names).unwrap(), ordered);
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for name in [
            "V1_init.sql",
            "V1__.sql",
            "V__init.sql",
            "W1__init.sql",
            "|1__init.sql",
            "V1__add-index.sql",
            "V1.2__init.sql",
            "V99999999999999999999__init.sql",
            "init.sql",
        ] {
            let error = named(&[name]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{name}");
        }
    }

    #[test]
    fn versions_by_the_second_want_64_bits() {
        let named = named(&["V20240229120000__init.sql"]);
        assert_eq!(named.is_ok(), cfg!(feature = "migrations-int8"));
    }

    #[test]
    fn a_version_is_there_once() {
        let error = named(&["V2__b.sql", "V1__init.sql", "V2__a.sql"]).unwrap_err();
        assert!(error.message().contains("V2__b and V2__a"), "{error}");
    }
}
