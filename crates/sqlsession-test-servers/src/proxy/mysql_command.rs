use super::passed::{Passed, Sender};

/// A packet of MySQL's protocol that begins something: what a client asks for. Texts are as they were sent, with
/// what is no UTF-8 replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MysqlCommand {
    /// The end of the connection. It has no answer.
    Quit,
    /// Another default database.
    InitDb(String),
    /// A query in text.
    Query(String),
    /// Whether the server is there.
    Ping,
    /// Another user, on the same connection.
    ChangeUser,
    /// A statement to prepare.
    Prepare(String),
    /// The prepared statement of that number is run.
    Execute(u32),
    /// A part of a parameter of that statement. It has no answer.
    LongData(u32),
    /// That statement is forgotten. It has no answer.
    Close(u32),
    /// The parts and the cursor of that statement are forgotten.
    ResetStatement(u32),
    /// The session becomes as it was after the login.
    ResetConnection,
    /// Another one, by its number in the protocol.
    Other(u8),
}

impl MysqlCommand {
    /// The commands of one connection in what passed a proxy, without the login and whatever else is part of
    /// something that had begun. The record begins with a packet; there is no TLS and no compression.
    #[must_use]
    pub fn read(passed: &[Passed], connection: usize) -> Vec<Self> {
        let sent = passed
            .iter()
            .filter(|passed| passed.connection == connection && passed.sender == Sender::Client)
            .flat_map(|passed| passed.bytes.iter().copied());
        let sent: Vec<u8> = sent.collect();
        let mut commands = Vec::new();
        let mut rest = sent.as_slice();
        // The length in three bytes, and a number that is 0 where something begins.
        while let Some((&[low, middle, high, number], after)) = rest.split_first_chunk() {
            let length = usize::from(low) | usize::from(middle) << 8 | usize::from(high) << 16;
            let (packet, next) = after.split_at(length.min(after.len()));
            if number == 0
                && let Some((&kind, arguments)) = packet.split_first()
            {
                commands.push(Self::of(kind, arguments));
            }
            rest = next;
        }
        commands
    }

    /// Whether the server says something to it.
    #[must_use]
    pub fn has_answer(&self) -> bool {
        !matches!(self, Self::Quit | Self::LongData(_) | Self::Close(_))
    }

    fn of(kind: u8, arguments: &[u8]) -> Self {
        let text = || String::from_utf8_lossy(arguments).into_owned();
        let statement = || arguments.first_chunk().map_or(0, |number| u32::from_le_bytes(*number));
        match kind {
            0x01 => Self::Quit,
            0x02 => Self::InitDb(text()),
            0x03 => {
                // Clients that send attributes say here that there are none.
                let query = arguments.strip_prefix(b"\0\x01").unwrap_or(arguments);
                Self::Query(String::from_utf8_lossy(query).into_owned())
            }
            0x0e => Self::Ping,
            0x11 => Self::ChangeUser,
            0x16 => Self::Prepare(text()),
            0x17 => Self::Execute(statement()),
            0x18 => Self::LongData(statement()),
            0x19 => Self::Close(statement()),
            0x1a => Self::ResetStatement(statement()),
            0x1f => Self::ResetConnection,
            _ => Self::Other(kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_client(connection: usize, bytes: &[u8]) -> Passed {
        Passed { connection, sender: Sender::Client, bytes: bytes.to_vec() }
    }

    #[test]
    fn packets_are_put_together_from_what_the_network_cut() {
        let passed = [
            from_client(0, b"\x02\0\0\x01xy\x09\0\0\0\x03SELE"),
            from_client(1, b"\x01\0\0\0\x0e"),
            Passed { connection: 0, sender: Sender::Server, bytes: b"\x01\0\0\0\x01".to_vec() },
            from_client(0, b"CT 1\x05\0\0\0\x19\x02\x01\0\0\x05\0\0"),
            from_client(0, b"\0\x03\0\x01ab\x01\0\0\0\x63"),
        ];
        let commands = MysqlCommand::read(&passed, 0);
        let query = |text: &str| MysqlCommand::Query(text.to_owned());
        assert_eq!(
            commands,
            [query("SELECT 1"), MysqlCommand::Close(258), query("ab"), MysqlCommand::Other(0x63)]
        );
        assert_eq!(MysqlCommand::read(&passed, 1), [MysqlCommand::Ping]);
        let answered: Vec<bool> = commands.iter().map(MysqlCommand::has_answer).collect();
        assert_eq!(answered, [true, false, true, true]);
    }

    #[test]
    fn an_empty_packet_and_a_cut_one_are_no_trouble() {
        assert_eq!(MysqlCommand::read(&[from_client(0, b"\0\0\0\0\x01\0")], 0), []);
        assert_eq!(
            MysqlCommand::read(&[from_client(0, b"\xff\xff\xff\0\x16ab")], 0),
            [MysqlCommand::Prepare("ab".to_owned())]
        );
    }
}
