use sqlsession_core::{Error, ErrorKind};

/// An error that a step ended with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What sort of error it is.
    pub word: ErrorWord,
    /// What it says.
    pub message: String,
}

/// What sort of error a step ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorWord {
    /// One of the library's.
    Kind(ErrorKind),
    /// The error a scenario throws itself.
    Boom,
}

impl ErrorWord {
    /// The name by which decisions speak of it: a kind's name as it is written in code, or `Boom`.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Kind(kind) => format!("{kind:?}"),
            Self::Boom => "Boom".to_owned(),
        }
    }
}

impl Failure {
    /// The error a scenario throws itself.
    #[must_use]
    pub fn boom() -> Self {
        Self { word: ErrorWord::Boom, message: "boom".to_owned() }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { word: ErrorWord::Kind(error.kind()), message: error.to_string() }
    }
}
