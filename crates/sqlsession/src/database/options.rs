use sqlsession_core::{EngineOptions, SessionOptions};

/// The options of a client.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DatabaseOptions {
    /// The engine's.
    pub engine: EngineOptions,
    /// The session maker's.
    pub session: SessionOptions,
    /// Whether a session generator commits when it is run to its end. Default: yes.
    pub commit_on_exit: bool,
}

impl Default for DatabaseOptions {
    fn default() -> Self {
        Self { engine: EngineOptions::default(), session: SessionOptions::default(), commit_on_exit: true }
    }
}

impl DatabaseOptions {
    /// The engine's options.
    #[must_use]
    pub fn engine(mut self, options: EngineOptions) -> Self {
        self.engine = options;
        self
    }

    /// The session maker's options.
    #[must_use]
    pub fn session(mut self, options: SessionOptions) -> Self {
        self.session = options;
        self
    }

    /// Whether a session generator commits when it is run to its end.
    #[must_use]
    pub fn commit_on_exit(mut self, commit: bool) -> Self {
        self.commit_on_exit = commit;
        self
    }
}
