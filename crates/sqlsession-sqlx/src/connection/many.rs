use sqlsession_core::{
    Result,
    driver::{ManyRequest, Outcome},
};

use super::inner::Inner;
use crate::SqlxDatabase;

impl<DB: SqlxDatabase> Inner<DB> {
    /// Runs a statement once for each set of values, one after the other: sqlx sends one at a time.
    pub(super) async fn execute_many(&mut self, request: ManyRequest) -> Result<Outcome> {
        for set in &request.sets {
            DB::check(&request.text, set)?;
        }
        let stopper = self.stopper.clone();
        let timeout = request.options.timeout;
        stopper.guard(timeout, self.run_sets(request)).await
    }

    async fn run_sets(&mut self, request: ManyRequest) -> Result<Outcome> {
        let ManyRequest { text, sets, begin, .. } = request;
        let mut sum = Outcome::default();
        let mut affected = 0;
        for set in sets {
            let (known, answers) = self.run_patiently(&text, &set, begin).await?;
            for answer in answers {
                sum = answer.into_outcome(&known);
                affected += sum.rows_affected.unwrap_or(0);
            }
        }
        sum.rows = None;
        sum.rows_affected = Some(affected);
        Ok(sum)
    }
}
