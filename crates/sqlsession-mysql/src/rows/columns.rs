use std::sync::Arc;

use mysql_async::Column;
use sqlsession_core::{row::Columns, value::mysql::Sort};

use crate::types::sort_of;

/// The columns of a result, and what each holds.
#[derive(Debug)]
pub(crate) struct MyColumns {
    pub(super) columns: Arc<Columns>,
    pub(super) readings: Box<[Reading]>,
    /// How many columns may have computed values.
    pub(super) computing: usize,
    /// What this was made of.
    described: Arc<[Column]>,
}

#[derive(Debug)]
pub(super) struct Reading {
    pub(super) sort: Sort,
    /// Digits behind the seconds.
    pub(super) digits: u8,
    /// Which one this is of the columns that may have computed values.
    pub(super) cell: usize,
}

impl MyColumns {
    pub(crate) fn of(described: Arc<[Column]>) -> Arc<Self> {
        let columns = Columns::new(described.iter().map(Column::name_str));
        let mut computing = 0;
        let readings = described
            .iter()
            .map(|column| {
                let reading = Reading { sort: sort_of(column), digits: column.decimals(), cell: computing };
                computing += usize::from(reading.sort.may_compute());
                reading
            })
            .collect();
        Arc::new(Self { columns, readings, computing, described })
    }

    /// Whether they are of this description.
    pub(crate) fn are(&self, described: &Arc<[Column]>) -> bool {
        Arc::ptr_eq(&self.described, described) || self.described == *described
    }
}
