/// Bytes that have passed a [`Proxy`](super::Proxy).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// The number of the connection, from 0, in the order in which they were made.
    pub connection: usize,
    /// Who sent them.
    pub sender: Sender,
    /// What was sent, cut as the network cut it.
    pub bytes: Vec<u8>,
}

/// Whose bytes are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// The side that connected.
    Client,
    /// The side that was connected to.
    Server,
}
