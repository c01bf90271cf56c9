use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard},
};

use sqlsession_core::ErrorKind;

/// What the connections of a driver talk to. It remembers what it was sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Server(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    sent: Vec<String>,
    answers: HashMap<String, Answer>,
    open: usize,
}

impl State {
    fn answer(&self, words: &str) -> Answer {
        self.answers.get(words).copied().unwrap_or(Answer::new(End::Ok))
    }
}

/// How an operation ends, and after how many polls that find nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    pub(crate) polls: usize,
    pub(crate) end: End,
    /// Whether it takes no notice of a cancel.
    pub(crate) stubborn: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    Ok,
    /// Well, and it has only read.
    Reads,
    Fails(ErrorKind),
    /// With this error, and without the connection.
    Lost(ErrorKind),
    /// Well, but without the connection.
    Gone,
    Panics,
    /// Not at all.
    Never,
}

impl Answer {
    pub(crate) fn new(end: End) -> Self {
        Self { polls: 0, end, stubborn: false }
    }

    pub(crate) fn after(mut self, polls: usize) -> Self {
        self.polls = polls;
        self
    }

    pub(crate) fn stubborn(mut self) -> Self {
        self.stubborn = true;
        self
    }
}

impl Server {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// From now on what has these words ends so.
    pub(crate) fn answers(&self, words: &str, answer: Answer) {
        self.state().answers.insert(words.to_owned(), answer);
    }

    /// What it was sent since the last call.
    pub(crate) fn sent(&self) -> Vec<String> {
        mem::take(&mut self.state().sent)
    }

    /// How many connections are open.
    pub(crate) fn open(&self) -> usize {
        self.state().open
    }

    /// Takes note of something that came, and says how it ends.
    pub(super) fn receive(&self, sent: String, words: &str) -> Answer {
        let mut state = self.state();
        state.sent.push(sent);
        state.answer(words)
    }

    /// How an attempt to connect ends.
    pub(super) fn accept(&self) -> Answer {
        self.state().answer("CONNECT")
    }

    pub(super) fn connected(&self) {
        self.state().open += 1;
    }

    pub(super) fn closed(&self) {
        self.state().open -= 1;
    }
}
