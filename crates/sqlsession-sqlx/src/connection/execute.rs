use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlsession_core::{
    Result, Value,
    driver::{Begin, Outcome, Request, ServerTransaction},
    statement::CompiledText,
};
use tokio::time::sleep;

use super::{
    answer::{Answer, read_all},
    inner::{Inner, sql_of},
    known::Known,
};
use crate::SqlxDatabase;

/// Milliseconds between two attempts to get a lock that somebody else has, at first and at most.
const PAUSES: [u64; 4] = [1, 2, 5, 10];
const LONGEST_PAUSE: u64 = 20;

impl<DB: SqlxDatabase> Inner<DB> {
    /// Runs a statement and reads its rows.
    pub(super) async fn execute(&mut self, request: Request) -> Result<Outcome> {
        let Request { text, values, begin, all_results, options, .. } = request;
        DB::check(&text, &values)?;
        let stopper = self.stopper.clone();
        let running = self.run_patiently(&text, &values, begin);
        let (known, answers) = stopper.guard(options.timeout, running).await?;
        let mut outcomes = answers.into_iter().map(|answer| answer.into_outcome(&known));
        let mut outcome = outcomes.next().unwrap_or_default();
        if all_results {
            outcome.further = outcomes.collect();
        }
        Ok(outcome)
    }

    /// Runs a statement, and waits where somebody else has a lock.
    pub(super) async fn run_patiently(
        &mut self,
        text: &CompiledText,
        values: &[Value],
        begin: Option<Begin>,
    ) -> Result<(Arc<Known<DB>>, Vec<Answer<DB>>)> {
        let mut waiting = Waiting::new(DB::patience(&self.shared.settings));
        loop {
            match self.run_again(text, values, begin).await {
                Err(error) if DB::is_busy(&error) && waiting.goes_on().await => self.stopper.check()?,
                result => return result,
            }
        }
    }

    async fn run_again(
        &mut self,
        text: &CompiledText,
        values: &[Value],
        begin: Option<Begin>,
    ) -> Result<(Arc<Known<DB>>, Vec<Answer<DB>>)> {
        let alone = self.transaction == ServerTransaction::Idle;
        let result = self.attempt(text, values, begin).await;
        if self.has_to_run_again(text, &result, alone).await? {
            return self.attempt(text, values, begin).await;
        }
        result
    }

    async fn attempt(
        &mut self,
        text: &CompiledText,
        values: &[Value],
        begin: Option<Begin>,
    ) -> Result<(Arc<Known<DB>>, Vec<Answer<DB>>)> {
        let (known, arguments) = self.ready(text, values, begin, false).await?;
        let answers = DB::send(&mut self.client, sql_of(Arc::clone(&known.sql)), arguments);
        let answers = read_all(answers, &known).await.map_err(DB::error)?;
        self.looked = true;
        if DB::may_change_schema(text) {
            self.known.clear();
        }
        Ok((known, answers))
    }

    /// Makes all ready for a statement: the transaction is open, it is prepared, and its values are bound.
    pub(super) async fn ready(
        &mut self,
        text: &CompiledText,
        values: &[Value],
        begin: Option<Begin>,
        rows: bool,
    ) -> Result<(Arc<Known<DB>>, Option<DB::Arguments>)> {
        // Before the statement is prepared: an error there is one of the transaction.
        if let Some(begin) = begin {
            self.begin(begin, text.sql()).await?;
            self.stopper.check()?;
        }
        let known = self.know(text, values, rows).await?;
        let arguments = match &known.prepared {
            Some(statement) => Some(DB::bind(values, statement, &known.variant)?),
            None => None,
        };
        self.stopper.check()?;
        if let Some(look) = DB::first_look(text).filter(|_| !self.looked) {
            self.send(look).await?;
            self.looked = true;
        }
        if DB::may_change_transaction(text) {
            self.doubtful = true;
            self.surroundings.doubtful |= DB::may_change_surroundings(text.sql());
        }
        // With autocommit off anything begins a transaction.
        self.doubtful |= self.transaction == ServerTransaction::Idle && !self.surroundings.is_autocommit();
        Ok((known, arguments))
    }
}

/// A wait for a lock.
pub(super) struct Waiting {
    until: Instant,
    pauses: std::array::IntoIter<u64, 4>,
}

impl Waiting {
    pub(super) fn new(patience: Duration) -> Self {
        let now = Instant::now();
        Self { until: now.checked_add(patience).unwrap_or(now), pauses: PAUSES.into_iter() }
    }

    /// Waits a little; false when the time is over.
    pub(super) async fn goes_on(&mut self) -> bool {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        sleep(left.min(Duration::from_millis(self.pauses.next().unwrap_or(LONGEST_PAUSE)))).await;
        true
    }
}
