use std::sync::Arc;

/// The names of a result's columns, shared by its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    names: Box<[Box<str>]>,
    /// Whether each name is there once.
    distinct: bool,
}

/// Of more columns it is not found out whether their names are distinct.
const FEW: usize = 32;

impl Columns {
    /// Columns of these names, in order; a name may appear twice.
    pub fn new<N: Into<Box<str>>>(names: impl IntoIterator<Item = N>) -> Arc<Self> {
        let names: Box<[Box<str>]> = names.into_iter().map(Into::into).collect();
        let distinct =
            names.len() <= FEW && names.iter().enumerate().all(|(at, name)| !names[..at].contains(name));
        Arc::new(Self { names, distinct })
    }

    /// The number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The names in order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }

    /// The name of the column at this index, from 0.
    #[must_use]
    pub fn name(&self, index: usize) -> Option<&str> {
        self.names.get(index).map(AsRef::as_ref)
    }

    /// Where the column of this name is; of two with one name it is the last, as in SQLAlchemy.
    #[inline]
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().rposition(|candidate| &**candidate == name)
    }

    /// Whether this place is known to be the [position](Self::position) of this name.
    #[inline(always)]
    pub(super) fn is_at(&self, place: usize, name: &str) -> bool {
        self.distinct && self.name(place).is_some_and(|found| found == name)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{ColumnIndex as _, Near},
        *,
    };

    #[test]
    fn of_two_columns_with_one_name_it_is_the_last_wherever_it_is_expected() {
        let position = |columns: &Columns, name, place| Near(place, name).position(columns).ok();
        let columns = Columns::new(["id", "name", "id"]);
        for place in 0..4 {
            assert_eq!(position(&columns, "id", place), Some(2));
            assert_eq!(position(&columns, "name", place), Some(1));
            assert_eq!(position(&columns, "age", place), None);
        }
        let columns = Columns::new(["id", "name"]);
        assert_eq!(position(&columns, "id", 0), Some(0));
        assert_eq!(position(&columns, "id", 1), Some(0));
    }
}
