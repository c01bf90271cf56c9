//! How a field's name becomes a column's, and a type's name a table's.

use syn::{Ident, LitStr, ext::IdentExt};

#[derive(Clone, Copy)]
pub(crate) enum Rule {
    Lower,
    Upper,
    Snake,
    ScreamingSnake,
    Camel,
    Pascal,
    Kebab,
    ScreamingKebab,
}

impl Rule {
    const ALL: [(&'static str, Self); 8] = [
        ("lowercase", Self::Lower),
        ("UPPERCASE", Self::Upper),
        ("snake_case", Self::Snake),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("camelCase", Self::Camel),
        ("PascalCase", Self::Pascal),
        ("kebab-case", Self::Kebab),
        ("SCREAMING-KEBAB-CASE", Self::ScreamingKebab),
    ];

    pub(crate) fn parse(literal: &LitStr) -> syn::Result<Self> {
        let wanted = literal.value();
        Self::ALL.iter().find(|(name, _)| *name == wanted).map(|(_, rule)| *rule).ok_or_else(|| {
            let known = Self::ALL.map(|(name, _)| name).join(", ");
            syn::Error::new(literal.span(), format!("unknown rule; known are {known}"))
        })
    }

    /// The column's name for a field, which is in snake case as Rust wants it.
    pub(crate) fn apply(self, field: &str) -> String {
        match self {
            Self::Lower => field.to_lowercase(),
            Self::Upper | Self::ScreamingSnake => field.to_uppercase(),
            Self::Snake => field.to_owned(),
            Self::Pascal => field.split('_').map(capitalised).collect(),
            Self::Camel => {
                let mut words = field.split('_');
                let first = words.next().unwrap_or_default().to_owned();
                words.map(capitalised).fold(first, |name, word| name + &word)
            }
            Self::Kebab => field.replace('_', "-"),
            Self::ScreamingKebab => field.to_uppercase().replace('_', "-"),
        }
    }

    /// The same for the name of a type or a variant, which is in pascal case.
    pub(crate) fn apply_to_type(self, name: &Ident) -> String {
        let name = name.unraw().to_string();
        match self {
            Self::Lower => name.to_lowercase(),
            Self::Upper => name.to_uppercase(),
            Self::Pascal => name,
            _ => self.apply(&snake(&name)),
        }
    }
}

/// `HTTPServer2` in snake case: `http_server2`.
fn snake(pascal: &str) -> String {
    let letters: Vec<char> = pascal.chars().collect();
    let mut name = String::with_capacity(pascal.len() + 4);
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| letters[place]);
        let after = letters.get(place + 1);
        let begins = before.is_some_and(|before| before.is_lowercase() || before.is_numeric())
            || before.is_some_and(char::is_uppercase) && after.is_some_and(|after| after.is_lowercase());
        if letter.is_uppercase() && begins {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::{Rule, snake};

    #[test]
    fn every_rule_on_one_name() {
        let named = Rule::ALL.map(|(_, rule)| rule.apply("created_at_utc"));
        assert_eq!(
            named,
            [
                "created_at_utc",
                "CREATED_AT_UTC",
                "created_at_utc",
                "CREATED_AT_UTC",
                "createdAtUtc",
                "CreatedAtUtc",
                "created-at-utc",
                "CREATED-AT-UTC"
            ]
        );
    }

    #[test]
    fn words_of_a_type_are_told_apart_by_their_capitals() {
        let named = ["User", "UserRole", "HTTPServer", "OAuth2Token", "A", "ABC", "Über"].map(snake);
        assert_eq!(named, ["user", "user_role", "http_server", "o_auth2_token", "a", "abc", "über"]);
    }
}
