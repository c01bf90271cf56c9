use std::fmt;

/// Why a connection was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseReason {
    /// It came back when the pool had enough of them.
    Surplus,
    /// It had reached its age: `pool_recycle` or `max_lifetime`.
    Aged,
    /// Nobody had used it for as long as `idle_timeout` allows.
    Idle,
    /// It was found lost: the server or the network had ended it, or its driver would not answer for it any more.
    Lost,
    /// The program threw it away.
    Invalidated,
    /// It could not be made ready for its next user, or not in time.
    Unclean,
    /// The engine was closed or disposed of.
    Disposed,
    /// What used it was dropped where nothing could be finished any more, a runtime that ended for example.
    Abandoned,
}

impl CloseReason {
    pub(super) const ALL: [Self; 8] = [
        Self::Surplus,
        Self::Aged,
        Self::Idle,
        Self::Lost,
        Self::Invalidated,
        Self::Unclean,
        Self::Disposed,
        Self::Abandoned,
    ];

    /// Whether nobody may use the connection again.
    pub(crate) fn leaves_doubt(self) -> bool {
        matches!(self, Self::Lost | Self::Invalidated | Self::Unclean | Self::Abandoned)
    }

    /// The reason in one lower-case word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Surplus => "surplus",
            Self::Aged => "aged",
            Self::Idle => "idle",
            Self::Lost => "lost",
            Self::Invalidated => "invalidated",
            Self::Unclean => "unclean",
            Self::Disposed => "disposed",
            Self::Abandoned => "abandoned",
        }
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_has_a_counter_of_its_own() {
        for (place, reason) in CloseReason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, place, "{reason}");
        }
    }
}
