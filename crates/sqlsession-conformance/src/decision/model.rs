use serde::Deserialize;

use crate::{
    Client,
    compare::Difference,
    outcome::Body,
    scenario::{RecordedOutcome, Step},
};

/// One decision: the differences it speaks of, and why they are wanted.
///
/// Every list that is given must hold the difference's value; a list left out holds any.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Decision {
    /// A short name for it.
    pub id: String,
    /// Why it was decided so.
    pub reason: String,
    /// The cases it is about.
    pub of: CaseSort,
    /// The scenarios or cases, by name; a `*` at the end stands for anything.
    pub cases: Option<Vec<String>>,
    /// The backends.
    pub backends: Option<Vec<String>>,
    /// Who makes the server, by the names of [`Backend::product`](crate::Backend::product).
    pub products: Option<Vec<String>>,
    /// The drivers, by the names that their dialects have for them.
    pub drivers: Option<Vec<String>>,
    /// The faces of the library, by their names.
    pub clients: Option<Vec<String>>,
    /// The numbers of the steps.
    pub steps: Option<Vec<u64>>,
    /// The operations.
    pub ops: Option<Vec<String>>,
    /// The first letters of the actors, as in `s` for sessions.
    pub actors: Option<Vec<String>>,
    /// In what the outcome differs, by the names of [`Aspect`](crate::compare::Aspect).
    pub aspects: Option<Vec<String>>,
    /// The kinds of outcome the primary driver gave.
    pub recorded_kinds: Option<Vec<String>>,
    /// The classes of error the primary driver gave.
    pub recorded_classes: Option<Vec<String>>,
    /// What the primary driver's error says one of.
    pub recorded_messages: Option<Vec<String>>,
    /// The kinds of outcome that came.
    pub actual_kinds: Option<Vec<String>>,
    /// The kinds of error that came, by the names of [`ErrorKind`](sqlsession_core::ErrorKind).
    pub actual_errors: Option<Vec<String>>,
    /// What the error that came says one of, or the reason why there is no counterpart.
    pub actual_messages: Option<Vec<String>>,
    /// Fields of the step of which one must be there.
    pub fields: Option<Vec<String>>,
    /// What the step's statement contains one of, without regard to case.
    pub sql: Option<Vec<String>>,
    /// Rules the runner has found to hold for the difference, one of which is needed.
    pub rules: Option<Vec<String>>,
    /// Whether what follows in the same scenario follows from it: a statement that was refused leaves another database
    /// behind.
    #[serde(default)]
    pub covers_the_rest: bool,
    /// Whether this crate's own cases may be without an example; other sets of cases have them.
    #[serde(default)]
    pub may_be_unseen: bool,
}

/// The sort of cases a decision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CaseSort {
    /// Scenarios.
    Scenario,
    /// Database URLs.
    Url,
    /// Named parameters.
    Bind,
}

impl Decision {
    /// Whether the decision speaks of this difference.
    #[must_use]
    pub fn covers(&self, sort: CaseSort, difference: &Difference) -> bool {
        let step = difference.step.as_ref();
        let recorded = |field| difference.recorded.as_ref().and_then(|outcome| text_of(outcome, field));
        let failure = match &difference.body {
            Some(Body::Error(failure)) => Some(failure),
            _ => None,
        };
        let error = failure.map(|failure| failure.word.name());
        let message = match &difference.body {
            Some(Body::NoCounterpart(reason)) => Some(*reason),
            _ => failure.map(|failure| failure.message.as_str()),
        };
        self.of == sort
            && self.names_case(&difference.case)
            && any_of(self.backends.as_deref(), Some(&difference.backend))
            && any_of(self.products.as_deref(), difference.product.as_deref())
            && any_of(self.drivers.as_deref(), difference.driver)
            && any_of(self.clients.as_deref(), difference.client.map(Client::name))
            && self
                .steps
                .as_ref()
                .is_none_or(|steps| step.and_then(|step| step.n).is_some_and(|n| steps.contains(&n)))
            && any_of(self.ops.as_deref(), step.map(|step| step.op.as_str()))
            && self.actors.as_ref().is_none_or(|actors| {
                step.is_some_and(|step| actors.iter().any(|actor| is_actor(&step.actor, actor)))
            })
            && any_of(self.aspects.as_deref(), Some(difference.aspect.name()))
            && any_of(self.recorded_kinds.as_deref(), recorded("kind"))
            && any_of(self.recorded_classes.as_deref(), recorded("class"))
            && says(self.recorded_messages.as_deref(), recorded("message"))
            && any_of(self.actual_kinds.as_deref(), difference.body.as_ref().map(Body::kind))
            && any_of(self.actual_errors.as_deref(), error.as_deref())
            && says(self.actual_messages.as_deref(), message)
            && self.fields.as_ref().is_none_or(|fields| {
                step.is_some_and(|step| fields.iter().any(|field| step.fields.contains_key(field)))
            })
            && self.sql.as_ref().is_none_or(|parts| step.is_some_and(|step| mentions(step, parts)))
            && self.rules.as_ref().is_none_or(|rules| {
                rules.iter().any(|rule| difference.rules.iter().any(|found| found == rule))
            })
    }

    fn names_case(&self, case: &str) -> bool {
        self.cases.as_ref().is_none_or(|cases| {
            cases.iter().any(|name| match name.strip_suffix('*') {
                Some(start) => case.starts_with(start),
                None => name == case,
            })
        })
    }
}

fn any_of(names: Option<&[String]>, name: Option<&str>) -> bool {
    names.is_none_or(|names| name.is_some_and(|name| names.iter().any(|known| known == name)))
}

fn says(parts: Option<&[String]>, message: Option<&str>) -> bool {
    parts.is_none_or(|parts| {
        message.is_some_and(|message| parts.iter().any(|part| message.contains(part.as_str())))
    })
}

/// Whether an actor is of the sort, as `s1` is of `s` and `tx1` is not of `t`.
fn is_actor(actor: &str, sort: &str) -> bool {
    actor.trim_end_matches(|letter: char| letter.is_ascii_digit()) == sort
}

fn mentions(step: &Step, parts: &[String]) -> bool {
    let sql = step.text("sql").unwrap_or_default().to_lowercase();
    parts.iter().any(|part| sql.contains(&part.to_lowercase()))
}

fn text_of<'a>(outcome: &'a RecordedOutcome, field: &str) -> Option<&'a str> {
    outcome.get(field).and_then(|value| value.as_str())
}
