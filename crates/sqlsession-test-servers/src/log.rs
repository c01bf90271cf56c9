//! Reading a server's log.

use std::path::Path;

const LINES: usize = 15;

/// The last lines of a log, for an error message.
#[must_use]
pub fn tail(path: &Path) -> String {
    match std::fs::read(path) {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            let lines: Vec<&str> = text.lines().collect();
            lines[lines.len().saturating_sub(LINES)..].join("\n")
        }
        Err(error) => format!("no log at {}: {error}", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_shown() {
        let path = std::env::temp_dir().join(format!("sqlsession-log-test-{}", std::process::id()));
        let lines: Vec<String> = (1..=40).map(|number| number.to_string()).collect();
        std::fs::write(&path, lines.join("\n")).unwrap();
        let tail = tail(&path);
        std::fs::remove_file(&path).unwrap();
        assert!(tail.starts_with("26\n") && tail.ends_with("\n40"), "{tail}");
        assert!(super::tail(&path).starts_with("no log at"));
    }
}
