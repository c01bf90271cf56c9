use tokio_postgres::Error;

/// What is not as the server says. All of it is told at the end of a test.
#[derive(Debug, Default)]
pub(super) struct Differences(Vec<String>);

impl Differences {
    pub(super) fn compare(&mut self, name: &str, found: Result<String, Error>, expected: &str) {
        match found {
            Ok(found) if found == expected => {}
            found => self.0.push(format!("{name}: {found:?}, and not {expected:?}")),
        }
    }
}

impl Drop for Differences {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.0.is_empty(), "{}", self.0.join("\n"));
        }
    }
}
