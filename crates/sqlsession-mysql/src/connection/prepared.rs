use std::sync::Arc;

use hashlink::LruCache;
use mysql_async::{Column, Statement, prelude::Queryable as _};
use mysql_common::named_params::ParsedNamedParams;
use sqlsession_core::{Error, ErrorKind, Result, Value, driver::Request, statement::CompiledText};

use super::mysql_connection::Inner;
use crate::{
    error::from_mysql,
    first_word::{calls, runs_code, sets_level, uses},
    rows::MyColumns,
    types::Signature,
};

/// The number of the error of what can not be prepared.
pub(super) const UNPREPARABLE: &str = "1295";

/// The number of the error of sets of values in one command where the binary log is one of statements.
pub(super) const NO_SETS: &str = "4033";

/// How a text is run.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    /// The server has prepared it for this connection.
    Prepared(Statement),
    /// The server cannot prepare it: it is sent as text, and has no values.
    Text,
}

/// How a text is run, and the columns its rows had the last time, as far as that is known.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) plan: Plan,
    pub(super) columns: KnownColumns,
    pub(super) sets_level: bool,
}

/// The statements of a connection, by their texts; those used longest ago are given up first.
///
/// A text has several where its values differ in what it is prepared for. The first is under the text itself, the others
/// under the text with a mark behind it.
#[derive(Debug)]
pub(super) struct PreparedStatements {
    kept: LruCache<Arc<str>, Kept>,
    size: usize,
}

#[derive(Debug)]
pub(super) struct Kept {
    pub(super) plan: Plan,
    /// What it was prepared for.
    signature: Signature,
    /// The columns of its rows the last time it ran.
    pub(super) columns: KnownColumns,
    /// Whether it may set the isolation level of the connection.
    pub(super) sets_level: bool,
}

/// The columns that a text's rows had the last time, if it had any.
pub(super) type KnownColumns = Option<Arc<MyColumns>>;

/// The columns of this description, which are known from now on.
pub(super) fn columns_of(known: &mut KnownColumns, described: Arc<[Column]>) -> Arc<MyColumns> {
    match known {
        Some(columns) if columns.are(&described) => Arc::clone(columns),
        _ => Arc::clone(known.insert(MyColumns::of(described))),
    }
}

impl Kept {
    pub(super) fn planned(&self) -> Planned {
        Planned { plan: self.plan.clone(), columns: self.columns.clone(), sets_level: self.sets_level }
    }
}

impl PreparedStatements {
    pub(super) fn new(size: usize) -> Self {
        Self { kept: LruCache::new_unbounded(), size }
    }

    /// The columns of a result of this text, which may be those that are known.
    pub(super) fn columns(
        &mut self,
        sql: &Arc<str>,
        known: KnownColumns,
        described: Arc<[Column]>,
    ) -> Arc<MyColumns> {
        if let Some(known) = known.filter(|known| known.are(&described)) {
            return known;
        }
        match self.known_columns(sql) {
            Some(known) => columns_of(known, described),
            None => MyColumns::of(described),
        }
    }

    /// What is known of the columns of a text.
    pub(super) fn known_columns(&mut self, sql: &str) -> Option<&mut KnownColumns> {
        self.kept.get_mut(sql).map(|kept| &mut kept.columns)
    }

    /// Takes out all that are prepared.
    pub(super) fn take_all(&mut self) -> Vec<Statement> {
        let all = self.kept.drain().filter_map(|(_, kept)| match kept.plan {
            Plan::Prepared(statement) => Some(statement),
            Plan::Text => None,
        });
        all.collect()
    }

    /// Keeps a statement, and gives the one that goes for it.
    fn keep(&mut self, key: Arc<str>, kept: Kept) -> Option<Plan> {
        let before = self.kept.insert(key, kept);
        if self.kept.len() <= self.size {
            return before.map(|kept| kept.plan);
        }
        self.kept.remove_lru().map(|(_, kept)| kept.plan)
    }

    /// What is kept of a statement, if it is for such values.
    pub(super) fn known(&mut self, request: &Request) -> Option<&mut Kept> {
        let sql = request.text.sql();
        // The one that was used last stands last: the same text as before need not be looked for.
        let is_last = self.kept.iter().next_back().is_some_and(|(last, _)| Arc::ptr_eq(last, sql));
        let kept = if is_last { self.kept.iter_mut().next_back()?.1 } else { self.kept.get_mut(sql)? };
        if kept.signature.takes(&request.values) { Some(kept) } else { None }
    }

    /// A plan that is kept for values such as these.
    fn find<T>(&mut self, key: &str, values: &[Value], take: Take<T>) -> Found<T> {
        let Some(kept) = self.kept.get_mut(key) else { return Found::Nothing };
        if kept.signature.takes(values) { Found::Plan(take(kept)) } else { Found::ForOthers }
    }
}

/// What is wanted of a plan.
type Take<T> = fn(&Kept) -> T;

enum Found<T> {
    Plan(T),
    ForOthers,
    Nothing,
}

/// What parts a text from the mark of a signature.
const MARK: char = '\0';

impl Inner {
    /// How to run this text with such values; it is prepared for them if it is not.
    pub(super) async fn plan(&mut self, text: &CompiledText, values: &[Value]) -> Result<Planned> {
        self.take_plan(text, values, Kept::planned).await
    }

    /// As [`plan`](Self::plan), with what it was prepared for: values of other types may have come before these.
    pub(super) async fn plan_and_signature(
        &mut self,
        text: &CompiledText,
        values: &[Value],
    ) -> Result<(Plan, Signature)> {
        self.take_plan(text, values, |kept| (kept.plan.clone(), kept.signature.clone())).await
    }

    async fn take_plan<T>(&mut self, text: &CompiledText, values: &[Value], take: Take<T>) -> Result<T> {
        let sql = text.sql();
        let found = self.prepared.find(sql, values, take);
        if let Found::Plan(plan) = found {
            return Ok(plan);
        }
        let signature =
            Signature::of(values, !self.server.is_mariadb, self.server.most_fraction, || calls(sql));
        let mut key = Arc::clone(sql);
        if matches!(found, Found::ForOthers) {
            key = format!("{sql}{MARK}{}", signature.mark()).into();
            if let Found::Plan(plan) = self.prepared.find(&key, values, take) {
                return Ok(plan);
            }
        }
        let prepared = signature.text(text);
        // With its CASTs it is longer than what was looked at before the transaction was begun.
        self.check_size(&prepared, &[])?;
        let prepared = match uses(sql) {
            // Prepared, it would use another database only for as long as it runs.
            true => Ok(None),
            false => self.prepare(&prepared, values.len()).await,
        };
        let plan = match prepared {
            Ok(Some(statement)) => Plan::Prepared(statement),
            Ok(None) if values.is_empty() && !text.has_inner_semicolon() => Plan::Text,
            Ok(None) if values.is_empty() => return Err(is_a_script(&unpreparable())),
            Ok(None) => return Err(unpreparable()),
            Err(error) if error.code() == Some(UNPREPARABLE) && values.is_empty() => {
                if text.has_inner_semicolon() {
                    return Err(is_a_script(&error));
                }
                Plan::Text
            }
            Err(error) => return Err(error),
        };
        let sets_level = sets_level(sql);
        if sets_level {
            self.know_level().await?;
        }
        let kept = Kept { plan, signature, columns: None, sets_level };
        let taken = take(&kept);
        if self.prepared.size > 0
            && let Some(given_up) = self.prepared.keep(key, kept)
        {
            self.close(given_up).await?;
        }
        Ok(taken)
    }

    /// Has a text prepared. `None` if mysql_async reads a parameter of its own notation in it.
    pub(super) async fn prepare(&mut self, sql: &str, values: usize) -> Result<Option<Statement>> {
        if ParsedNamedParams::parse(sql.as_bytes()).is_ok_and(|parsed| !parsed.params().is_empty()) {
            return Ok(None);
        }
        let statement = self.conn.prep(sql).await.map_err(from_mysql)?;
        if usize::from(statement.num_params()) == values {
            return Ok(Some(statement));
        }
        self.close(Plan::Prepared(statement)).await?;
        Ok(None)
    }

    /// Closes a statement that is not kept. The server does not answer.
    pub(super) async fn close(&mut self, plan: Plan) -> Result<()> {
        match plan {
            Plan::Prepared(statement) => self.conn.close(statement).await.map_err(from_mysql),
            Plan::Text => Ok(()),
        }
    }

    /// Whether what a statement is prepared for changes with the values that it is given.
    pub(super) fn learns_types(&self) -> bool {
        self.keeps_statements() && !self.server.is_mariadb
    }

    /// Whether a statement is there again for the next time: where none are kept, it is to be [closed](Self::used).
    pub(super) fn keeps_statements(&self) -> bool {
        self.prepared.size > 0
    }

    /// Closes a statement after use, where none are kept.
    pub(super) async fn used(&mut self, plan: Plan) -> Result<()> {
        if self.keeps_statements() { Ok(()) } else { self.close(plan).await }
    }

    /// Whether what has failed so is to be run again: the server knew its statement no more, and has run nothing of it.
    ///
    /// A procedure may have met the error in the middle of what it does.
    pub(super) async fn is_to_run_again(&mut self, text: &CompiledText, error: &Error) -> Result<bool> {
        if error.kind() != ErrorKind::SchemaChanged {
            return Ok(false);
        }
        self.forget(text.sql()).await?;
        Ok(!runs_code(text))
    }

    /// Gives up the statements of a text, which the server no longer runs.
    async fn forget(&mut self, sql: &Arc<str>) -> Result<()> {
        let is_of = |key: &Arc<str>| {
            key.strip_prefix(&**sql).is_some_and(|rest| rest.is_empty() || rest.starts_with(MARK))
        };
        let keys: Vec<Arc<str>> =
            self.prepared.kept.iter().map(|(key, _)| key).filter(|key| is_of(key)).cloned().collect();
        for key in keys {
            if let Some(kept) = self.prepared.kept.remove(&key) {
                self.close(kept.plan).await?;
            }
        }
        Ok(())
    }
}

fn unpreparable() -> Error {
    Error::new(
        ErrorKind::BadParameter,
        "the statement does not take as many values as it was given, or a colon before a name is in it outside of quotes",
    )
}

/// A text with semicolons in it that the server cannot prepare, and that might be several statements.
fn is_a_script(error: &Error) -> Error {
    let words = "as a script it can be sent: use execute_script";
    Error::new(error.kind(), format!("{}; {words}", error.message())).with_details(error.details().clone())
}
