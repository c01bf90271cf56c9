use std::sync::Arc;

use sqlsession_core::{
    Result,
    driver::{Outcome, Request, RowSender, ServerTransaction},
    row::Columns,
};
use sqlx_core::Either;
use tokio::task::yield_now;

use super::{
    answer::{check_end, next, outcome_of},
    execute::Waiting,
    inner::{Inner, sql_of},
};
use crate::{SqlxDatabase, backend::Gathered as _};

/// A batch ends with so many rows, or so many bytes of them.
const BATCH_ROWS: usize = 256;
const BATCH_BYTES: usize = 256 * 1024;

impl<DB: SqlxDatabase> Inner<DB> {
    /// Runs a statement and hands its rows over as they come.
    pub(super) async fn stream(&mut self, request: Request, rows: RowSender) -> Result<Outcome> {
        DB::check(&request.text, &request.values)?;
        let stopper = self.stopper.clone();
        let timeout = request.options.timeout;
        stopper.guard(timeout, self.stream_patiently(&request, &rows)).await
    }

    async fn stream_patiently(&mut self, request: &Request, rows: &RowSender) -> Result<Outcome> {
        let mut waiting = Waiting::new(DB::patience(&self.shared.settings));
        let mut begun = false;
        loop {
            let alone = self.transaction == ServerTransaction::Idle;
            let result = self.attempt_stream(request, rows, &mut begun).await;
            match result {
                Err(error) if !begun && DB::is_busy(&error) && waiting.goes_on().await => {
                    self.stopper.check()?;
                }
                result if !begun && self.has_to_run_again(&request.text, &result, alone).await? => {
                    return self.attempt_stream(request, rows, &mut begun).await;
                }
                result => return result,
            }
        }
    }

    async fn attempt_stream(
        &mut self,
        request: &Request,
        rows: &RowSender,
        begun: &mut bool,
    ) -> Result<Outcome> {
        let (known, arguments) = self.ready(&request.text, &request.values, request.begin, false).await?;
        let mut hand = Hand {
            rows,
            size: if request.options.batch_rows == 0 { BATCH_ROWS } else { request.options.batch_rows },
            binary: known.prepared.is_some(),
            gathered: known.gathered(),
            handed: 0,
            columns: known.columns.clone(),
            begun,
            unwanted: 0,
        };
        // What may write is read to its end: SQLite commits it there, and only there an error of that comes out.
        let leaves_rows = DB::LEAVES_ROWS && DB::only_reads(&known.sql);
        let mut done = DB::QueryResult::default();
        let mut first = true;
        let mut answers = DB::send(&mut self.client, sql_of(Arc::clone(&known.sql)), arguments);
        while let Some(answer) = next(&mut answers).await {
            match answer.map_err(DB::error)? {
                // The rows of further results belong to nobody.
                Either::Right(_) if !first => {}
                Either::Right(row) => {
                    if hand.gathered.rows() == 0 {
                        hand.columns = Some(known.columns_of(&row));
                    }
                    if !hand.take::<DB>(row).await? && leaves_rows {
                        first = false;
                        break;
                    }
                }
                Either::Left(word) if first => {
                    done = word;
                    first = false;
                }
                Either::Left(_) => {}
            }
        }
        drop(answers);
        if first {
            check_end::<DB>(&known.sql).map_err(DB::error)?;
        }
        let rows = hand.end().await;
        Ok(outcome_of::<DB>(&done, &known.sql, rows))
    }
}

/// What hands rows on.
struct Hand<'h, G> {
    rows: &'h RowSender,
    size: usize,
    binary: bool,
    gathered: G,
    /// Rows handed on.
    handed: usize,
    columns: Option<Arc<Columns>>,
    /// Something was handed on.
    begun: &'h mut bool,
    /// Rows that nobody has wanted.
    unwanted: usize,
}

impl<G: crate::backend::Gathered> Hand<'_, G> {
    /// Takes a row, and says whether rows are wanted.
    async fn take<DB: SqlxDatabase>(&mut self, row: G::Row) -> Result<bool> {
        if self.rows.is_closed() {
            // Much may be here already, and who waits for the end has a limit.
            self.unwanted += 1;
            if self.unwanted.is_multiple_of(BATCH_ROWS) {
                yield_now().await;
            }
            return Ok(false);
        }
        self.gathered.push(row).map_err(DB::error)?;
        if self.gathered.rows() < self.size && self.gathered.memory() < BATCH_BYTES {
            return Ok(true);
        }
        Ok(self.hand_on().await)
    }

    async fn hand_on(&mut self) -> bool {
        let Some(columns) = self.columns.clone() else { return true };
        *self.begun = true;
        let gathered = std::mem::replace(&mut self.gathered, G::new(self.binary));
        self.handed += gathered.rows();
        self.rows.send(gathered.finish(columns)).await
    }

    /// Hands on what is left; a batch without rows if there were none. Says how many there were, if it gives any.
    async fn end(mut self) -> Option<usize> {
        if self.gathered.rows() > 0 || !*self.begun {
            self.hand_on().await;
        }
        self.columns.map(|_| self.handed)
    }
}
