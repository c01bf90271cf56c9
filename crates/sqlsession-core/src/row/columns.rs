use std::sync::Arc;

/// The names of a result's columns, shared by its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    names: Box<[Box<str>]>,
}

impl Columns {
    /// Columns of these names, in order; a name may appear twice.
    pub fn new<N: Into<Box<str>>>(names: impl IntoIterator<Item = N>) -> Arc<Self> {
        Arc::new(Self { names: names.into_iter().map(Into::into).collect() })
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
}
