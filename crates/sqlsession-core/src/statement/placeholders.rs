use super::{
    Lexicon,
    tokenizer::{TokenKind, Tokenizer},
};

/// Where the numbered placeholders of a text, `$1` or `?1`, begin in bytes, and their numbers.
///
/// For a driver that rewrites what it has compiled: what stands in quotes and comments is none.
#[must_use]
pub fn numbered_placeholders(sql: &str, lexicon: Lexicon) -> Vec<(usize, usize)> {
    let mut position = 0;
    let mut found = Vec::new();
    for token in Tokenizer::new(sql, lexicon) {
        if token.kind == TokenKind::Foreign
            && let Some(number) = token.text.get(1..).and_then(|digits| digits.parse().ok())
        {
            found.push((position, number));
        }
        position += token.text.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::PlaceholderStyle;

    #[test]
    fn only_what_the_server_takes_for_one_is_found() {
        let lexicon = Lexicon::new(PlaceholderStyle::Dollar);
        let sql = "select $1, '$2', \"$3\" /* $4 */, $q$ $5 $q$ from t where a = $12::int";
        let places = numbered_placeholders(sql, lexicon);
        assert_eq!(places, [(7, 1), (sql.find("$12").unwrap(), 12)]);
    }
}
