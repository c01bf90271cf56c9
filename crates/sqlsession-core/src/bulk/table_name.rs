use std::{fmt, str::FromStr};

use crate::{Error, ErrorKind, Result};

/// A catalog, a schema and a table: no backend knows more.
const MOST_PARTS: usize = 3;

/// The name of a table, with its schema where one is given.
///
/// Written `users`, `app.users` or `"odd.name"`: dots outside of double quotes separate the parts, and `""` inside of
/// quotes is one quote. A part is taken as it is written, capitals included, and the driver quotes it, so that
/// whatever is in it remains a name.
///
/// ```
/// use sqlsession_core::bulk::TableName;
///
/// let name: TableName = "app.users; drop table users".parse()?;
/// assert_eq!(name.quoted('"'), r#""app"."users; drop table users""#);
/// # Ok::<_, sqlsession_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TableName {
    parts: Vec<String>,
}

impl TableName {
    /// The name of these parts: schema and table, or a table alone.
    ///
    /// # Errors
    /// `BadParameter` when there is no part, or more than three; when one is empty or holds a NUL character.
    pub fn from_parts(parts: impl IntoIterator<Item: Into<String>>) -> Result<Self> {
        let parts: Vec<String> = parts.into_iter().map(Into::into).collect();
        if parts.is_empty() || parts.len() > MOST_PARTS {
            return Err(bad(format!("a table's name has one to three parts, not {}", parts.len())));
        }
        parts.iter().try_for_each(|part| check_name("part of a table's name", part))?;
        Ok(Self { parts })
    }

    /// The parts, the table's own name last.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.parts.iter().map(String::as_str)
    }

    /// The name as SQL with every part in quotes of this sort.
    #[must_use]
    pub fn quoted(&self, quote: char) -> String {
        let parts: Vec<String> = self.parts().map(|part| quote_name(part, quote)).collect();
        parts.join(".")
    }
}

impl FromStr for TableName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        loop {
            let (part, after) = match rest.strip_prefix('"') {
                Some(inside) => quoted_part(inside).ok_or_else(|| misquoted(text))?,
                None => {
                    let end = rest.find('.').unwrap_or(rest.len());
                    (rest[..end].to_owned(), &rest[end..])
                }
            };
            if !rest.starts_with('"') && part.contains('"') {
                return Err(misquoted(text));
            }
            parts.push(part);
            match after.strip_prefix('.') {
                Some(next) => rest = next,
                None if after.is_empty() => return Self::from_parts(parts),
                None => return Err(misquoted(text)),
            }
        }
    }
}

/// What stands before the closing quote, and what follows it.
fn quoted_part(inside: &str) -> Option<(String, &str)> {
    let mut part = String::new();
    let mut rest = inside;
    loop {
        let end = rest.find('"')?;
        part.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                part.push('"');
                rest = after;
            }
            None => return Some((part, rest)),
        }
    }
}

fn misquoted(text: &str) -> Error {
    bad(format!("the quotes in the table's name {text:?} do not enclose whole parts"))
}

/// Writes the name so that it parses back: in double quotes where it is no plain word.
impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            if part.chars().all(|c| c == '_' || c.is_alphanumeric()) {
                f.write_str(part)?;
            } else {
                f.write_str(&quote_name(part, '"'))?;
            }
        }
        Ok(())
    }
}

macro_rules! try_from_text {
    ($($text:ty),+) => {$(
        impl TryFrom<$text> for TableName {
            type Error = Error;

            fn try_from(text: $text) -> Result<Self> {
                text.parse()
            }
        }
    )+};
}

try_from_text!(&str, String, &String);

/// A name in quotes of this sort, which are doubled where they are part of it.
#[must_use]
pub fn quote_name(name: &str, quote: char) -> String {
    let mut quoted = String::with_capacity(name.len() + 2);
    quoted.push(quote);
    for character in name.chars() {
        if character == quote {
            quoted.push(quote);
        }
        quoted.push(character);
    }
    quoted.push(quote);
    quoted
}

/// # Errors
/// `BadParameter` when no server takes the name, however it is quoted.
pub(crate) fn check_name(what: &str, name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(bad(format!("a {what} is empty")));
    }
    if name.contains('\0') {
        return Err(bad(format!("a {what} holds a NUL character: {name:?}")));
    }
    Ok(())
}

fn bad(message: String) -> Error {
    Error::new(ErrorKind::BadParameter, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<String> {
        text.parse::<TableName>().unwrap().parts().map(str::to_owned).collect()
    }

    #[test]
    fn dots_outside_of_quotes_separate_the_parts() {
        assert_eq!(parts("users"), ["users"]);
        assert_eq!(parts("App.Users"), ["App", "Users"]);
        assert_eq!(parts(r#""a.b".c"#), ["a.b", "c"]);
        assert_eq!(parts(r#"a."say ""hi"".""#), ["a", r#"say "hi"."#]);
        assert_eq!(parts("my table.straße"), ["my table", "straße"]);
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", ".", "a.", ".a", "a..b", "a.b.c.d", "\"", "\"a", "a\"b", "\"a\"b", "\"\"", "a\0"] {
            let error = text.parse::<TableName>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BadParameter, "{text:?}");
        }
        assert!(TableName::from_parts(Vec::<String>::new()).is_err());
    }

    #[test]
    fn a_quoted_name_keeps_its_quotes_to_itself() {
        let name = TableName::from_parts(["a`b", "c\"d"]).unwrap();
        assert_eq!(name.quoted('`'), "`a``b`.`c\"d`");
        assert_eq!(name.quoted('"'), "\"a`b\".\"c\"\"d\"");
    }

    #[test]
    fn a_name_that_is_shown_parses_back() {
        for parts in [vec!["users"], vec!["app", "Users"], vec!["a.b", "say \"hi\"", "ü 1"]] {
            let name = TableName::from_parts(parts).unwrap();
            assert_eq!(name.to_string().parse::<TableName>().unwrap(), name);
        }
    }
}
