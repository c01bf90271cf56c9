use std::fmt;
use std::time::Duration;

/// A fault, with all that the seed decides of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// What it is.
    pub sort: FaultSort,
    /// How long it lasts, where it lasts.
    pub lasting: Duration,
    /// How much: bytes, or milliseconds.
    pub amount: u64,
    /// One way or the other: a reset and not a close, the server's bytes and not the client's, all and not some.
    pub other: bool,
}

/// The sorts of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FaultSort {
    /// Every answer comes late.
    Delay,
    /// Bytes pass a few at a time.
    Drip,
    /// Every connection is ended now.
    Cut,
    /// Every connection is ended after so many bytes, in the middle of a message.
    CutAfter,
    /// Nothing passes any more, for a time.
    BlackHole,
    /// Nothing passes any more on the connections that there are, and new ones work.
    HalfOpen,
    /// New connections are refused.
    Refuse,
    /// A COMMIT does not reach the server.
    LoseCommit,
    /// The answer to a COMMIT does not reach the client.
    LoseCommitAnswer,
    /// The server is killed (`kill -9`), and started again after a time.
    Kill,
    /// The server is stopped in order and started again.
    Restart,
    /// The server ends connections by itself.
    EndConnections,
    /// The server stops what connections do.
    StopStatements,
    /// The primary is killed, and its standby becomes the primary.
    Promote,
    /// A process that uses the file is killed (`kill -9`), and another takes its place.
    KillProcess,
    /// All processes that use the file are killed at once.
    KillProcesses,
    /// A process that uses the file stands still for a time, whatever it holds.
    Freeze,
    /// A foreign process holds the write lock.
    HoldLock,
}

impl FaultSort {
    /// What stands between a client and a server.
    pub(crate) const NETWORK: [Self; 9] = [
        Self::Delay,
        Self::Drip,
        Self::Cut,
        Self::CutAfter,
        Self::BlackHole,
        Self::HalfOpen,
        Self::Refuse,
        Self::LoseCommit,
        Self::LoseCommitAnswer,
    ];
    /// What happens to any server.
    pub(crate) const SERVER: [Self; 4] =
        [Self::Kill, Self::Restart, Self::EndConnections, Self::StopStatements];
    /// What happens to a file.
    pub(crate) const FILE: [Self; 4] = [Self::KillProcess, Self::KillProcesses, Self::Freeze, Self::HoldLock];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Delay => "delay",
            Self::Drip => "slow drip",
            Self::Cut => "cut now",
            Self::CutAfter => "cut after bytes",
            Self::BlackHole => "black hole",
            Self::HalfOpen => "half-open",
            Self::Refuse => "refuse",
            Self::LoseCommit => "commit lost",
            Self::LoseCommitAnswer => "answer to commit lost",
            Self::Kill => "kill -9 server",
            Self::Restart => "restart server",
            Self::EndConnections => "end connections",
            Self::StopStatements => "stop statements",
            Self::Promote => "promote standby",
            Self::KillProcess => "kill -9 process",
            Self::KillProcesses => "kill -9 all processes",
            Self::Freeze => "freeze process",
            Self::HoldLock => "hold write lock",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?}, {}", self.sort.name(), self.lasting, self.amount)?;
        if self.other { f.write_str(", other)") } else { f.write_str(")") }
    }
}
