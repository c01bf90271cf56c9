use std::collections::BTreeMap;

use super::percent;

/// The options of a URL: each key has one value or more. Keys are in order, the values of a key as they were given.
///
/// An empty value counts as none. `Debug` shows `***` for the values of keys that name a password.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct UrlQuery(BTreeMap<String, Vec<String>>);

impl UrlQuery {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads `a=1&b=2&a=3`: `+` is a space, escapes are decoded, and what has no value is dropped.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut query = Self::new();
        for (key, value) in text.split('&').filter_map(|pair| pair.split_once('=')) {
            query.append(percent::decode_form(key), percent::decode_form(value));
        }
        query
    }

    /// The first value of this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.get_all(key).first().map(String::as_str)
    }

    /// Every value of this key; empty if there is none.
    #[must_use]
    pub fn get_all(&self, key: &str) -> &[String] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether there are no options.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many different keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The keys with their values, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(key, values)| (key.as_str(), values.as_slice()))
    }

    /// Gives the key this one value, or none if the value is empty.
    pub fn set(&mut self, key: impl Into<String>, value: impl Into<String>) {
        let key = key.into();
        self.0.remove(&key);
        self.append(key, value);
    }

    /// Gives the key one value more.
    pub fn append(&mut self, key: impl Into<String>, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.0.entry(key.into()).or_default().push(value);
        }
    }

    /// Takes over the options of `other`, in place of those of the same key.
    pub fn update(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Takes the key out and gives its values, none if it was not there.
    pub fn remove(&mut self, key: &str) -> Vec<String> {
        self.0.remove(key).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, Vec<String>)> {
        UrlQuery::parse(text).iter().map(|(key, values)| (key.to_owned(), values.to_vec())).collect()
    }

    fn one(key: &str, value: &str) -> (String, Vec<String>) {
        (key.to_owned(), vec![value.to_owned()])
    }

    #[test]
    fn a_key_may_have_several_values() {
        let query = UrlQuery::parse("a=1&b=2&a=3");
        assert_eq!(query.get_all("a"), ["1", "3"]);
        assert_eq!(query.get("a"), Some("1"));
        assert_eq!(query.get("c"), None);
        assert_eq!(query.len(), 2);
    }

    #[test]
    fn what_has_no_value_is_dropped() {
        assert_eq!(pairs(""), []);
        assert_eq!(pairs("&"), []);
        assert_eq!(pairs("a"), []);
        assert_eq!(pairs("a=&&b=2"), [one("b", "2")]);
        assert_eq!(pairs("=1"), [one("", "1")]);
    }

    #[test]
    fn only_the_ampersand_and_the_first_equals_sign_separate() {
        assert_eq!(pairs("a=1;b=2"), [one("a", "1;b=2")]);
        assert_eq!(pairs("a?b=1?c#d"), [one("a?b", "1?c#d")]);
        assert_eq!(pairs("a%20b=%26%3D&c=x+y%2B"), [one("a b", "&="), one("c", "x y+")]);
    }

    #[test]
    fn the_order_of_keys_does_not_matter_and_that_of_values_does() {
        assert_eq!(UrlQuery::parse("a=1&b=2"), UrlQuery::parse("b=2&a=1"));
        assert_ne!(UrlQuery::parse("a=1&a=2"), UrlQuery::parse("a=2&a=1"));
    }
}
