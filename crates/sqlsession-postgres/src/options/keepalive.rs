use std::time::Duration;

/// How a TCP connection finds out that its other end is gone. What is `None` is the system's default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keepalive {
    /// Whether the system asks the other end at all when nothing else is sent.
    pub on: bool,
    /// After so long of silence.
    pub idle: Option<Duration>,
    /// Again after so long.
    pub interval: Option<Duration>,
    /// So many times until it is gone.
    pub count: Option<u32>,
    /// How long what was sent may stay without acknowledgement.
    pub user_timeout: Option<Duration>,
}

impl Default for Keepalive {
    fn default() -> Self {
        Self { on: true, idle: None, interval: None, count: None, user_timeout: None }
    }
}
