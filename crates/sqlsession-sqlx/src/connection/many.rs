use sqlsession_core::{
    Result,
    driver::{Begin, ManyRequest, Outcome},
};

use super::{execute::Waiting, inner::Inner, own::Unit};
use crate::SqlxDatabase;

impl<DB: SqlxDatabase> Inner<DB> {
    /// Runs a statement once for each set of values, one after the other: sqlx sends one at a time.
    ///
    /// Outside of a transaction the sets are a transaction of their own, where the native driver has it so.
    pub(super) async fn execute_many(&mut self, mut request: ManyRequest) -> Result<Outcome> {
        for set in &request.sets {
            DB::check(&request.text, set)?;
        }
        let mut unit = Unit::new(DB::SETS_ARE_ONE && self.is_alone(request.begin));
        request.begin = request.begin.or(unit.own.then(Begin::default));
        let stopper = self.stopper.clone();
        let timeout = request.options.timeout;
        match stopper.guard(timeout, self.run_sets(request, &mut unit)).await {
            Err(error) if unit.own => Err(self.undo(&unit, error).await),
            ran => ran,
        }
    }

    async fn run_sets(&mut self, request: ManyRequest, unit: &mut Unit) -> Result<Outcome> {
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
        if unit.own {
            let mut waiting = Waiting::new(DB::patience(&self.shared.settings));
            self.commit_own(unit, &mut waiting).await?;
        }
        sum.rows = None;
        sum.rows_affected = Some(affected);
        Ok(sum)
    }
}
