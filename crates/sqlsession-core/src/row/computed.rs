use std::sync::OnceLock;

use crate::Value;

/// Values of a batch that had to be made, row by row. Nothing is allocated before the first of them is asked for.
#[derive(Debug, Default)]
pub struct ComputedCells(OnceLock<Box<[OnceLock<Value>]>>);

impl ComputedCells {
    /// The value of this cell of a row, of `width` in each of so many rows, which is made if it was not; `None` if there
    /// is no such cell.
    #[cold]
    pub fn get(
        &self,
        (rows, width): (usize, usize),
        (row, cell): (usize, usize),
        make: impl FnOnce() -> Value,
    ) -> Option<&Value> {
        let cells = self.0.get_or_init(|| (0..rows * width).map(|_| OnceLock::new()).collect());
        cells.get(row * width + cell).map(|cell| cell.get_or_init(make))
    }
}
