//! What a client of PostgreSQL sends, read off the wire.

use sqlsession_test_servers::{Passed, Sender};

/// One message of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Message {
    /// A simple query, with its text.
    Query(String),
    /// Those that run this BEGIN, at the head of a request.
    Begin(String),
    /// Any other, by its tag.
    Tagged(u8),
}

impl Message {
    /// Whether the server ends its answer to it with a ReadyForQuery.
    fn is_request(&self) -> bool {
        matches!(self, Self::Query(_) | Self::Tagged(b'S'))
    }
}

/// What one client has sent, from a moment between two messages on.
#[derive(Debug)]
pub(crate) struct Conversation {
    /// The messages, in flights: one ends where an answer comes.
    flights: Vec<Vec<Message>>,
    /// Whether the last flight was answered.
    answered: bool,
}

impl Conversation {
    /// Reads it, of a connection that has logged in.
    pub(crate) fn read(passed: &[Passed]) -> Self {
        let mut conversation = Self { flights: Vec::new(), answered: true };
        let mut rest: Vec<u8> = Vec::new();
        for piece in passed {
            if piece.sender == Sender::Server {
                conversation.answered = true;
                continue;
            }
            if conversation.answered {
                conversation.flights.push(Vec::new());
                conversation.answered = false;
            }
            rest.extend_from_slice(&piece.bytes);
            let flight = conversation.flights.last_mut().unwrap();
            while let Some((message, length)) = first_message(&rest) {
                rest.drain(..length);
                flight.push(message);
            }
        }
        conversation
    }

    /// What comes before this simple query.
    pub(crate) fn before(mut self, mark: &str) -> Self {
        let is_mark = |message: &Message| matches!(message, Message::Query(text) if text == mark);
        let last = self.flights.last_mut().unwrap();
        assert!(last.pop().as_ref().is_some_and(is_mark), "the last thing that is sent is the mark");
        self.flights.retain(|flight| !flight.is_empty());
        self
    }

    /// How many flights were answered.
    pub(crate) fn round_trips(&self) -> usize {
        self.flights.len() - usize::from(!self.answered)
    }

    pub(crate) fn requests(&self) -> usize {
        self.messages().filter(|message| message.is_request()).count()
    }

    pub(crate) fn parses(&self) -> usize {
        self.messages().filter(|message| **message == Message::Tagged(b'P')).count()
    }

    fn messages(&self) -> impl Iterator<Item = &Message> {
        self.flights.iter().flatten()
    }

    /// It as a text, of which the first flights were waited for.
    pub(crate) fn shown(&self, waited_for: usize) -> String {
        let flights = self.flights.iter().enumerate().map(|(number, flight)| {
            let flight = shown(flight);
            if number < waited_for { flight } else { format!("({flight})") }
        });
        flights.collect::<Vec<_>>().join(" / ")
    }
}

/// The requests of a flight, each but once where it comes several times in a row.
fn shown(flight: &[Message]) -> String {
    let mut requests: Vec<(String, usize)> = Vec::new();
    for request in flight.split_inclusive(Message::is_request) {
        let mut text = String::new();
        for message in request {
            match message {
                Message::Query(sql) => text.push_str(sql),
                Message::Begin(sql) => text.push_str(&format!("{sql} ")),
                // However many there are.
                Message::Tagged(b'd') if text.ends_with('d') => {}
                Message::Tagged(tag) => text.push(char::from(*tag)),
            }
        }
        match requests.last_mut() {
            Some((last, times)) if *last == text => *times += 1,
            _ => requests.push((text, 1)),
        }
    }
    let texts = requests.into_iter().map(|(text, times)| match times {
        1 => text,
        _ => format!("{times} x {text}"),
    });
    texts.collect::<Vec<_>>().join(" + ")
}

/// The first message, and its length, if all of it is here.
fn first_message(bytes: &[u8]) -> Option<(Message, usize)> {
    let (tag, body, mut end) = cut(bytes)?;
    let text = |body: &[u8]| String::from_utf8_lossy(body).trim_matches('\0').to_owned();
    let message = match tag {
        b'Q' => Message::Query(text(body)),
        b'P' if body.starts_with(b"\0BEGIN") => {
            for wanted in [b'B', b'E'] {
                let (tag, _, length) = cut(&bytes[end..])?;
                assert_eq!(tag, wanted);
                end += length;
            }
            Message::Begin(text(body))
        }
        tag => Message::Tagged(tag),
    };
    Some((message, end))
}

/// The tag, the body and the length of the first message, if all of it is here.
fn cut(bytes: &[u8]) -> Option<(u8, &[u8], usize)> {
    let length: [u8; 4] = bytes.get(1..5)?.try_into().unwrap();
    let end = 1 + usize::try_from(u32::from_be_bytes(length)).unwrap();
    Some((bytes[0], bytes.get(5..end)?, end))
}
