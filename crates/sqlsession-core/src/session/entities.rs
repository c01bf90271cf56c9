//! How entities are read.

use super::{Started, driver_session::DriverSession};
use crate::{
    Result, ResultSet, Value,
    driver::{Driver, Request},
    entity::Table,
    unit_of_work::{TextKey, Verb},
};

/// The rows of an entity's table by their keys.
#[doc(hidden)]
#[derive(Debug)]
pub struct KeyedSelect {
    pub(crate) table: &'static Table,
    /// How many keys there are.
    pub(crate) keys: usize,
    /// Their values, one key behind the other.
    pub(crate) values: Vec<Value>,
    /// Whether the rows are to be locked for a change, where the backend has that.
    pub(crate) lock: bool,
}

impl KeyedSelect {
    /// Fills the list up to a power of two with keys that no row has, so that few texts are needed.
    pub(crate) fn new(table: &'static Table, keys: usize, mut values: Vec<Value>, lock: bool) -> Self {
        let width = values.len().checked_div(keys).unwrap_or_default();
        let keys = keys.next_power_of_two();
        values.resize(keys * width, Value::Null);
        Self { table, keys, values, lock }
    }

    pub(super) fn text(&self) -> TextKey {
        TextKey::new(self.table, Verb::Select { keys: self.keys, lock: self.lock }, [])
    }
}

impl<D: Driver> DriverSession<D> {
    pub(super) async fn select_now(&mut self, select: KeyedSelect) -> Result<ResultSet> {
        let text = self.shared.entity_texts.get(select.table, select.text(), self.shared.driver.dialect())?;
        let request = self.prepare(|_| Ok(Request::new(text, select.values))).await?;
        self.use_budget().await;
        let result = self.start(request).end(self).await;
        self.state.answered();
        result
    }

    /// As [`execute_at_once`](Self::execute_at_once).
    pub(super) fn select_at_once(
        &mut self,
        select: KeyedSelect,
    ) -> std::result::Result<Started, KeyedSelect> {
        // Before a transaction begins for it.
        let dialect = self.shared.driver.dialect();
        let text = match self.shared.entity_texts.get(select.table, select.text(), dialect) {
            Ok(text) => text,
            Err(error) => return Ok(Started::Ended(Err(error))),
        };
        if !self.may_start_at_once() {
            return Err(select);
        }
        Ok(match self.compile(|_| Ok(Request::new(text, select.values))) {
            Ok(request) => self.start(request),
            Err(error) => Started::Ended(Err(error)),
        })
    }
}
