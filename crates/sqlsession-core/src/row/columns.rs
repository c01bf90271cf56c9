use std::sync::Arc;

/// The names of a result's columns, shared by its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    names: Box<[Box<str>]>,
    /// Whether each name is there once.
    distinct: bool,
}

/// Of more columns it is not found out whether their names are distinct.
const FEW: usize = 64;

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

    /// As [`position`](Self::position), with the place where the column is most likely.
    #[inline]
    pub(super) fn position_near(&self, name: &str, place: usize) -> Option<usize> {
        match self.name(place) {
            Some(found) if self.distinct && found == name => Some(place),
            _ => self.position(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_columns_with_one_name_it_is_the_last_wherever_it_is_expected() {
        let columns = Columns::new(["id", "name", "id"]);
        for place in 0..4 {
            assert_eq!(columns.position_near("id", place), Some(2));
            assert_eq!(columns.position_near("name", place), Some(1));
            assert_eq!(columns.position_near("age", place), None);
        }
        let columns = Columns::new(["id", "name"]);
        assert_eq!(columns.position_near("id", 0), Some(0));
        assert_eq!(columns.position_near("id", 1), Some(0));
    }
}
