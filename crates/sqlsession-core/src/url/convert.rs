use std::str::FromStr;

use super::DatabaseUrl;
use crate::{Error, Result};

impl FromStr for DatabaseUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for DatabaseUrl {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl TryFrom<String> for DatabaseUrl {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

impl TryFrom<&String> for DatabaseUrl {
    type Error = Error;

    fn try_from(text: &String) -> Result<Self> {
        Self::parse(text)
    }
}

impl From<&Self> for DatabaseUrl {
    fn from(url: &Self) -> Self {
        url.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes_any(url: impl TryInto<DatabaseUrl>) -> Option<DatabaseUrl> {
        url.try_into().ok()
    }

    #[test]
    fn a_url_is_made_of_any_text_or_url() {
        let url = DatabaseUrl::new("sqlite").with_database("x.db");
        let text = url.render();
        assert_eq!(text.parse::<DatabaseUrl>().ok().as_ref(), Some(&url));
        assert_eq!(takes_any(text.as_str()).as_ref(), Some(&url));
        assert_eq!(takes_any(&text).as_ref(), Some(&url));
        assert_eq!(takes_any(text).as_ref(), Some(&url));
        assert_eq!(takes_any(&url).as_ref(), Some(&url));
        assert_eq!(takes_any("sqlite"), None);
    }
}
