use super::{Columns, Row, RowPlan};
use crate::{Error, ErrorKind, Result, value::FromValueOwned};

/// A type that a row is read into.
///
/// Implemented for [`Row`] itself and for tuples of up to 16 elements, which are read by position from rows of at
/// least as many columns. Structs derive it, and are then read by name.
///
/// By hand it is one method:
///
/// ```
/// use sqlsession_core::{Result, row::{FromRow, Row}};
///
/// struct User { id: i64, name: String }
///
/// impl FromRow for User {
///     fn from_row(row: &Row) -> Result<Self> {
///         Ok(Self { id: row.get("id")?, name: row.get("name")? })
///     }
/// }
/// ```
///
/// The other two methods spare looking names up in every row. Whoever reads many rows of one result calls
/// [`plan`](Self::plan) once and [`from_planned_row`](Self::from_planned_row) for each row, as [`Decoder`](super::Decoder) does.
#[diagnostic::on_unimplemented(
    message = "a row cannot be read into `{Self}`",
    note = "derive `FromRow` for a struct, ask for a tuple, or read one column with `scalars`"
)]
pub trait FromRow: Sized {
    /// Reads the row.
    ///
    /// # Errors
    /// `UndefinedColumn` if a column is missing, `TypeMismatch` or `OutOfRange` if a value cannot be read.
    fn from_row(row: &Row) -> Result<Self>;

    /// Looks up, once for a whole result, where the columns are. By default there is nothing to look up.
    ///
    /// # Errors
    /// `UndefinedColumn` if a column is missing.
    fn plan(columns: &Columns) -> Result<RowPlan> {
        let _ = columns;
        Ok(RowPlan::default())
    }

    /// Reads a row by what [`plan`](Self::plan) gave for its columns. By default this is [`from_row`](Self::from_row).
    ///
    /// # Errors
    /// As [`from_row`](Self::from_row).
    fn from_planned_row(row: &Row, plan: &RowPlan) -> Result<Self> {
        let _ = plan;
        Self::from_row(row)
    }
}

impl FromRow for Row {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(row.clone())
    }
}

macro_rules! tuples {
    ($($count:literal: $($element:ident $index:literal),+;)+) => {$(
        impl<$($element: FromValueOwned),+> FromRow for ($($element,)+) {
            fn from_row(row: &Row) -> Result<Self> {
                Self::plan(row.columns())?;
                Ok(($(row.get_at::<$element>($index)?,)+))
            }

            fn plan(columns: &Columns) -> Result<RowPlan> {
                at_least($count, columns)?;
                Ok(RowPlan::default())
            }

            fn from_planned_row(row: &Row, _: &RowPlan) -> Result<Self> {
                Ok(($(row.get_at::<$element>($index)?,)+))
            }
        }
    )+};
}

tuples! {
    1: A 0;
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
    7: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
    9: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8;
    10: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9;
    11: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10;
    12: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11;
    13: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12;
    14: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13;
    15: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14;
    16: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15;
}

fn at_least(wanted: usize, columns: &Columns) -> Result<()> {
    if columns.len() >= wanted {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::UndefinedColumn,
        format!("a tuple of {wanted} elements was asked of a row of {} columns", columns.len()),
    ))
}
