use crate::Value;

/// What is a row of a bulk insert: a value for each column, in the order of the columns.
///
/// Implemented for tuples of up to 16 elements, arrays and vectors, of anything that becomes a [`Value`].
///
/// ```
/// use sqlsession_core::{Value, bulk::IntoRow};
///
/// struct User { id: i64, name: Option<String> }
///
/// impl IntoRow for User {
///     fn append_to(self, row: &mut Vec<Value>) {
///         row.extend([self.id.into(), self.name.into()]);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no row that can be inserted",
    note = "use a tuple, an array or a `Vec<Value>`, or implement `IntoRow`"
)]
pub trait IntoRow {
    /// Appends the values. The vector is used again for the next row.
    fn append_to(self, row: &mut Vec<Value>);
}

impl<V: Into<Value>> IntoRow for Vec<V> {
    fn append_to(self, row: &mut Vec<Value>) {
        row.extend(self.into_iter().map(Into::into));
    }
}

impl<V: Into<Value>, const LEN: usize> IntoRow for [V; LEN] {
    fn append_to(self, row: &mut Vec<Value>) {
        row.extend(self.into_iter().map(Into::into));
    }
}

macro_rules! tuples {
    ($($($element:ident $index:tt),+;)+) => {$(
        impl<$($element: Into<Value>),+> IntoRow for ($($element,)+) {
            fn append_to(self, row: &mut Vec<Value>) {
                // Straight to where they stay, and not by way of an array.
                row.reserve([$($index),+].len());
                $(row.push(self.$index.into());)+
            }
        }
    )+};
}

tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_every_shape_append_to_what_is_there() {
        let mut row = vec![Value::Null];
        (1, "a", None::<i64>).append_to(&mut row);
        [true, false].append_to(&mut row);
        vec![Value::F64(0.5)].append_to(&mut row);
        let wanted: [Value; 7] =
            [Value::Null, 1.into(), "a".into(), Value::Null, true.into(), false.into(), 0.5.into()];
        assert_eq!(row, wanted);
    }
}
