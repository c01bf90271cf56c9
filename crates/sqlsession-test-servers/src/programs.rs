//! Finding programs.

use std::path::{Path, PathBuf};

/// Two folders above this package.
const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The folder `target` of this workspace.
pub(crate) fn target() -> PathBuf {
    let workspace = Path::new(WORKSPACE);
    workspace.canonicalize().unwrap_or_else(|_| workspace.to_owned()).join("target")
}

/// The first program called `name` in `folders`, then in `PATH`, then in the system's folders that a plain
/// user may not have in `PATH`.
#[must_use]
pub fn find(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/usr/local/sbin", "/usr/libexec"].map(PathBuf::from);
    folders
        .iter()
        .cloned()
        .chain(std::env::split_paths(&path))
        .chain(system)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

/// The subfolders of `parent` that are named by a number, each with `tail` added, highest number first.
#[must_use]
pub fn versions(parent: &Path, tail: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let mut numbers: Vec<u32> =
        entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
    numbers.sort_unstable_by(|left, right| right.cmp(left));
    numbers.iter().map(|number| parent.join(number.to_string()).join(tail)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_comes_first_and_goes_before_the_path() {
        let parent = std::env::temp_dir().join(format!("sqlsession-programs-{}", std::process::id()));
        for version in ["9", "15", "17", "common"] {
            std::fs::create_dir_all(parent.join(version).join("bin")).unwrap();
        }
        std::fs::write(parent.join("15/bin/sh"), "").unwrap();
        let folders = versions(&parent, "bin");
        let found = find("sh", &folders);
        let missing = find("no-such-program-here", &folders);
        std::fs::remove_dir_all(&parent).unwrap();
        assert_eq!(folders, ["17/bin", "15/bin", "9/bin"].map(|tail| parent.join(tail)));
        assert_eq!(found, Some(parent.join("15/bin/sh")));
        assert_eq!(missing, None);
        assert!(find("sh", &[]).is_some());
        assert!(versions(&parent, "bin").is_empty());
    }
}
