use std::sync::Arc;

use sqlsession_core::{
    Result,
    driver::{Outcome, Request, RowSender},
};

use super::{execute::run_once, limit::Limit, postgres_connection::Inner, riding::Riding};

const NAME: &str = "sqlsession_cursor";

impl Inner {
    /// Reads the rows of a query by a cursor, so many at a time: no more than that is on its way when the reader stops.
    pub(super) async fn stream_by_cursor(
        &mut self,
        request: &Request,
        riding: Riding<'_>,
        rows: &RowSender,
    ) -> Result<Outcome> {
        let declare = format!("DECLARE {NAME} NO SCROLL CURSOR FOR {}", request.text.sql());
        let fetch = format!("FETCH FORWARD {} FROM {NAME}", request.options.batch_rows);
        let limit = request.options.timeout;
        let canceller = Arc::clone(&self.canceller);
        Self::bounded(&*self.canceller, limit, self.hear_out()).await?;
        let declaring = run_once(&self.client, &self.server, &declare, &request.values, None);
        let declared = riding.carry(&self.client, &self.server, declaring);
        Self::bounded(&*self.canceller, limit, declared).await?;
        loop {
            let mut limit = Limit::new(&*canceller, limit);
            let fetching = run_once(&self.client, &self.server, &fetch, &[], None);
            let answer = limit.wait(fetching).await?;
            let answer = self.with_columns(answer, false).await?;
            let count = answer.len();
            let wanted = match answer.into_batch() {
                Some(batch) => limit.hand_on(rows, batch).await,
                None => true,
            };
            if count < request.options.batch_rows || !wanted {
                break;
            }
        }
        Self::bounded(&*self.canceller, limit, self.send(&format!("CLOSE {NAME}"))).await?;
        Ok(Outcome::default())
    }
}
