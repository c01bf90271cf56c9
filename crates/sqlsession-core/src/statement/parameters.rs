use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    fmt,
};

use crate::Value;

/// How many values there is room for with the first: as many as a vector makes.
const FEW: usize = 4;

/// The values of one run of a statement, by name.
///
/// ```
/// use sqlsession_core::statement::ParameterSet;
///
/// let mut set = ParameterSet::from([("id", 1)]);
/// set.push("name", "Ada");
/// assert_eq!(set.names().collect::<Vec<_>>(), ["id", "name"]);
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct ParameterSet(pub(super) Vec<(Cow<'static, str>, Value)>);

impl ParameterSet {
    /// No values; allocates nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a value. Of two values for one name the later one counts.
    pub fn push(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        if self.0.capacity() == 0 {
            // To grow from nothing goes a longer way.
            self.0 = Vec::with_capacity(FEW);
        }
        self.0.push((name.into(), value.into()));
    }

    /// The same set with one more value.
    #[must_use]
    pub fn bind(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.push(name, value);
        self
    }

    /// Adds all values of another set.
    pub fn append(&mut self, mut other: Self) {
        if self.0.is_empty() {
            *self = other;
        } else {
            self.0.append(&mut other.0);
        }
    }

    /// The names in the order they were given.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_ref())
    }

    /// How many values were given.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<Cow<'static, str>>, V: Into<Value>> FromIterator<(N, V)> for ParameterSet {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl<N: Into<Cow<'static, str>>, V: Into<Value>, const LEN: usize> From<[(N, V); LEN]> for ParameterSet {
    fn from(pairs: [(N, V); LEN]) -> Self {
        pairs.into_iter().collect()
    }
}

impl<N: Into<Cow<'static, str>>, V: Into<Value>> From<Vec<(N, V)>> for ParameterSet {
    fn from(pairs: Vec<(N, V)>) -> Self {
        pairs.into_iter().collect()
    }
}

impl<N: Into<Cow<'static, str>>, V: Into<Value>> From<BTreeMap<N, V>> for ParameterSet {
    fn from(pairs: BTreeMap<N, V>) -> Self {
        pairs.into_iter().collect()
    }
}

impl<N: Into<Cow<'static, str>>, V: Into<Value>, S> From<HashMap<N, V, S>> for ParameterSet {
    fn from(pairs: HashMap<N, V, S>) -> Self {
        pairs.into_iter().collect()
    }
}

/// Shows the names, never the values.
impl fmt::Debug for ParameterSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
