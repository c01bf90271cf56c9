use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    fmt,
};

use super::names::Names;
use crate::Value;

/// How many values there is room for with the first: as many as a vector makes by itself, which goes a longer way there.
const FIRST: usize = 4;

/// The values of one run of a statement, by name.
///
/// ```
/// use sqlsession_core::statement::ParameterSet;
///
/// let mut set = ParameterSet::from([("id", 1)]);
/// set.push("name", "Ada");
/// assert_eq!(set.names().collect::<Vec<_>>(), ["id", "name"]);
/// ```
#[derive(Clone, Default)]
pub struct ParameterSet {
    names: Names,
    /// By themselves, as a driver takes them.
    values: Vec<Value>,
}

impl ParameterSet {
    /// No values; allocates nothing.
    #[must_use]
    #[inline]
    pub const fn new() -> Self {
        Self { names: Names::new(), values: Vec::new() }
    }

    /// Adds a value. Of two values for one name the later one counts.
    #[inline]
    pub fn push(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        // The program's own code, which may panic, comes before anything is changed.
        let (name, value) = (name.into(), value.into());
        self.names.push(self.values.len(), name);
        if self.values.capacity() == 0 {
            self.values = Vec::with_capacity(FIRST);
        }
        self.values.push(value);
    }

    /// The same set with one more value.
    #[must_use]
    pub fn bind(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.push(name, value);
        self
    }

    /// Adds all values of another set.
    pub fn append(&mut self, other: Self) {
        if self.is_empty() {
            *self = other;
        } else {
            self.extend(other.into_pairs());
        }
    }

    /// The names in the order they were given.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.first(self.len()).iter().map(AsRef::as_ref)
    }

    /// How many values were given.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The values in the order they were given.
    pub(super) fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// The names with their values.
    pub(super) fn into_pairs(self) -> impl ExactSizeIterator<Item = (Cow<'static, str>, Value)> {
        self.names.into_vec(self.values.len()).into_iter().zip(self.values)
    }

    fn extend<N: Into<Cow<'static, str>>, V: Into<Value>>(
        &mut self,
        pairs: impl IntoIterator<Item = (N, V)>,
    ) {
        let pairs = pairs.into_iter();
        self.values.reserve(pairs.size_hint().0);
        for (name, value) in pairs {
            self.push(name, value);
        }
    }
}

impl<N: Into<Cow<'static, str>>, V: Into<Value>> FromIterator<(N, V)> for ParameterSet {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut set = Self::new();
        set.extend(pairs);
        set
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

impl PartialEq for ParameterSet {
    fn eq(&self, other: &Self) -> bool {
        self.names().eq(other.names()) && self.values == other.values
    }
}

/// Shows the names, never the values.
impl fmt::Debug for ParameterSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
