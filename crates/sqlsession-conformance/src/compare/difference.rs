use std::fmt;

use crate::{
    Client,
    outcome::Body,
    scenario::{RecordedOutcome, Step},
};

/// Something that came out otherwise than recorded.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Difference {
    /// The scenario or case.
    pub case: String,
    /// The backend it ran on; empty for cases that need none.
    pub backend: String,
    /// Who makes the server, where several do.
    pub product: Option<String>,
    /// By which face of the library, where that is known.
    pub client: Option<Client>,
    /// The driver, by its dialect's name for it.
    pub driver: Option<&'static str>,
    /// The step; `None` for what concerns the whole scenario.
    pub step: Option<Step>,
    /// In what it differs.
    pub aspect: Aspect,
    /// What would have been right: each driver that was recorded, and what it gave.
    pub expected: Vec<(String, String)>,
    /// What the primary driver gave, as recorded.
    pub recorded: Option<RecordedOutcome>,
    /// What came.
    pub actual: String,
    /// The result that came, where it is one.
    pub body: Option<Body>,
    /// The rules that were found to explain it; a decision may speak of them.
    pub rules: Vec<&'static str>,
}

/// In what an outcome differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Aspect {
    /// Another kind of result, or an error where none was, or none where one was.
    Kind,
    /// Other values, rows or counts.
    Value,
    /// An error of another family.
    Error,
    /// The state of a session afterwards.
    State,
    /// The events of transactions and the pool, over the whole scenario.
    Control,
    /// Whether an engine could be made.
    Engine,
    /// A part of a URL or of a statement's text.
    Part,
}

impl Aspect {
    /// The word for it, as decisions write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Value => "value",
            Self::Error => "error",
            Self::State => "state",
            Self::Control => "control",
            Self::Engine => "engine",
            Self::Part => "part",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.case)?;
        if !self.backend.is_empty() {
            write!(f, " [{}]", self.backend)?;
        }
        if let Some(step) = &self.step {
            write!(f, " step {}: {}.{}", step.n.unwrap_or_default(), step.actor, step.op)?;
            if let Some(sql) = step.text("sql") {
                write!(f, " {sql:?}")?;
            }
        }
        write!(f, ": another {}", self.aspect.name())?;
        for (driver, expected) in &self.expected {
            write!(f, "\n    expected ({driver}): {expected}")?;
        }
        write!(f, "\n    got: {}", self.actual)
    }
}
