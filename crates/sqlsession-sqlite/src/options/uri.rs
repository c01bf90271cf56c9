//! `file:` URIs, as <https://www.sqlite.org/uri.html> has them.

use std::{fmt::Write as _, path::Path};

const SCHEME: &str = "file:";

/// A URI as it may be shown: its query may hold the key of an encrypted file.
pub(crate) fn shown(uri: &str) -> &str {
    uri.split_once('?').map_or(uri, |(shown, _)| shown)
}

/// A path as a URI.
pub(crate) fn of_path(path: &str) -> String {
    let mut uri = String::from(SCHEME);
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_' | b'~') {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02x}");
        }
    }
    uri
}

/// The same with a path that begins in this directory; `None` if it has an absolute one, or names no file.
pub(super) fn anchored(uri: &str, directory: &Path) -> Option<String> {
    let relative = uri.strip_prefix(SCHEME)?;
    let (path, query) = relative.split_at(relative.find(['?', '#']).unwrap_or(relative.len()));
    // Another VFS has names of its own.
    let is_no_file = path == ":memory:" || query.contains("mode=memory") || query.contains("vfs=");
    let is_absolute =
        path.starts_with('/') || path.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("%2f"));
    if path.is_empty() || is_absolute || is_no_file || cfg!(windows) {
        return None;
    }
    // Two slashes would begin the name of a host.
    Some(format!("{}/{relative}", of_path(directory.to_str()?.trim_end_matches('/'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_path_begins_in_the_directory() {
        let anchored = |uri| anchored(uri, Path::new("/srv/a b"));
        assert_eq!(anchored("file:shop.db?mode=rw").as_deref(), Some("file:/srv/a%20b/shop.db?mode=rw"));
        assert_eq!(anchored("file:./x%20y#z").as_deref(), Some("file:/srv/a%20b/./x%20y#z"));
        let of_root = super::anchored("file:shop.db?mode=rw", Path::new("/"));
        assert_eq!(of_root.as_deref(), Some("file:/shop.db?mode=rw"));
        for other in [
            "file:/shop.db",
            "file:///shop.db",
            "file::memory:",
            "file:x?mode=memory",
            "file:x?vfs=mine",
            "file:%2Fvar/shop.db",
            "file:",
            "shop.db",
        ] {
            assert_eq!(anchored(other), None, "{other}");
        }
    }
}
