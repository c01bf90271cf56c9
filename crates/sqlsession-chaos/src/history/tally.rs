use std::collections::BTreeMap;
use std::fmt;

/// How often what happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<String, u64>);

impl Tally {
    /// Counts one.
    pub fn add(&mut self, sort: &str) {
        match self.0.get_mut(sort) {
            Some(count) => *count += 1,
            None => drop(self.0.insert(sort.to_owned(), 1)),
        }
    }

    /// How often that happened.
    #[must_use]
    pub fn of(&self, sort: &str) -> u64 {
        self.0.get(sort).copied().unwrap_or_default()
    }

    /// How often anything happened.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.0.values().sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.sum())?;
        if self.0.is_empty() {
            return Ok(());
        }
        let sorts: Vec<String> = self.0.iter().map(|(sort, count)| format!("{sort} {count}")).collect();
        write!(f, " ({})", sorts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_are_counted_apart() {
        let mut tally = Tally::default();
        assert_eq!(tally.to_string(), "0");
        ["b", "a", "b"].iter().for_each(|sort| tally.add(sort));
        assert_eq!((tally.of("b"), tally.of("c"), tally.sum()), (2, 0, 3));
        assert_eq!(tally.to_string(), "3 (a 1, b 2)");
    }
}
