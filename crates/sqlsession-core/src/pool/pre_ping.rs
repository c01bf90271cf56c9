use std::time::Duration;

/// When a connection is asked whether it is alive before it is lent.
///
/// One that other connections' fate makes doubtful is asked in any case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PrePing {
    /// Never: a dead connection is found by the first statement, whose error the user gets.
    #[default]
    Never,
    /// At each checkout but its first, which costs a round trip.
    Always,
    /// When it was idle for at least so long: busy connections cost nothing, and those that a firewall or a server may
    /// have forgotten are found.
    AfterIdle(Duration),
}

impl From<bool> for PrePing {
    fn from(always: bool) -> Self {
        if always { Self::Always } else { Self::Never }
    }
}

impl From<Duration> for PrePing {
    fn from(idle: Duration) -> Self {
        Self::AfterIdle(idle)
    }
}
