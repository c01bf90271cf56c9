use std::sync::Arc;

use super::{ResultSet, result_set::State};
use crate::{
    Result,
    row::{BatchCursor, BatchView, ColumnIndex},
    value::FromValueOwned,
};

impl ResultSet {
    /// The first column of all rows that are left.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub fn scalars<T: FromValueOwned>(&mut self) -> Result<Vec<T>> {
        self.scalars_of(0)
    }

    /// One column, by index or name, of all rows that are left.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub fn scalars_of<T: FromValueOwned>(&mut self, column: impl ColumnIndex) -> Result<Vec<T>> {
        let cursor = self.cursor()?;
        let position = column.position(cursor.columns())?;
        let mut scalars = Vec::with_capacity(cursor.remaining());
        while let Some(scalar) = cursor.read_next(|row| row.get_at(position)) {
            scalars.push(scalar?);
        }
        Ok(scalars)
    }

    /// Leaves only these columns, in this order, in the rows not yet read.
    ///
    /// With [`unique`](Self::unique), before or after, it is these columns that do not repeat.
    ///
    /// # Errors
    /// `InvalidState` if the result is closed or without rows; `UndefinedColumn`, and nothing is changed, if there is no
    /// such column.
    pub fn columns<C: ColumnIndex>(&mut self, columns: impl IntoIterator<Item = C>) -> Result<&mut Self> {
        let cursor = self.cursor()?;
        let positions = columns
            .into_iter()
            .map(|column| column.position(cursor.columns()))
            .collect::<Result<Box<[usize]>>>()?;
        let view = BatchView::of_columns(Arc::clone(cursor.batch()), positions);
        let mut narrowed = BatchCursor::new(Arc::new(view));
        narrowed.skip(cursor.position());
        self.state = State::Open(narrowed);
        if self.unique {
            self.drop_repeats();
        }
        Ok(self)
    }
}
