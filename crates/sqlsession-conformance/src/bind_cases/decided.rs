use sqlsession_core::driver::PlaceholderStyle;

/// What a text is to become where this library does otherwise than SQLAlchemy: said once more, and simpler than in the
/// tokenizer, so that a difference is put down to a decision only if it is exactly the decided one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Decided {
    /// The names, in order of first appearance.
    pub(crate) names: Vec<String>,
    /// The text a driver is given; `None` where it is refused.
    pub(crate) sql: Option<String>,
    /// The name at each placeholder, or at each number.
    pub(crate) order: Vec<String>,
    /// The decisions that made a difference.
    pub(crate) rules: Vec<&'static str>,
}

/// What is between quotes or in a comment is left as it is.
const QUOTED: &str = "quoted";
/// `:a::int` is a parameter and a cast.
const CAST: &str = "cast";
/// `\:` is a colon wherever it stands outside of quotes.
const ESCAPE: &str = "escape";
/// A placeholder of the driver's own is refused.
const PLACEHOLDER: &str = "placeholder";

pub(crate) fn decided(text: &str, style: PlaceholderStyle) -> Decided {
    let is_dollar = style == PlaceholderStyle::Dollar;
    let mut out = Decided::default();
    let mut sql = String::new();
    let mut refused = false;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        if let Some(length) = quoted(rest, before, is_dollar) {
            let inside = rest.get(..length).unwrap_or(rest);
            note(&mut out.rules, QUOTED, inside.contains(':'));
            sql.push_str(inside);
            at += inside.len();
        } else if rest.starts_with("\\:") {
            note(&mut out.rules, ESCAPE, true);
            sql.push(':');
            at += 2;
        } else if let Some(name) = parameter(rest, before) {
            note(
                &mut out.rules,
                CAST,
                rest.get(name.len() + 1..).is_some_and(|after| after.starts_with("::")),
            );
            let known = out.names.iter().position(|known| known == name);
            if known.is_none() {
                out.names.push(name.to_owned());
            }
            if !is_dollar || known.is_none() {
                out.order.push(name.to_owned());
            }
            let number = known.map_or(out.names.len(), |index| index + 1);
            sql.push_str(&if is_dollar { format!("${number}") } else { "?".to_owned() });
            at += 1 + name.len();
        } else {
            let Some(letter) = rest.chars().next() else { break };
            let digit_follows = rest.chars().nth(1).is_some_and(|next| next.is_ascii_digit());
            refused |= if is_dollar { letter == '$' && digit_follows } else { letter == '?' };
            sql.push(letter);
            at += letter.len_utf8();
        }
    }
    note(&mut out.rules, PLACEHOLDER, refused);
    out.sql = (!refused).then_some(sql);
    out
}

fn note(rules: &mut Vec<&'static str>, rule: &'static str, holds: bool) {
    if holds && !rules.contains(&rule) {
        rules.push(rule);
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The name at the start of the text.
fn parameter(rest: &str, before: Option<char>) -> Option<&str> {
    let name =
        rest.strip_prefix(':').filter(|_| !before.is_some_and(|before| before == ':' || is_word(before)))?;
    let end = name.find(|letter| !is_word(letter)).unwrap_or(name.len());
    let (name, after) = name.split_at(end);
    let is_cast = after.starts_with("::");
    (!name.is_empty() && (is_cast || !after.starts_with(':'))).then_some(name)
}

/// The length of the string, quoted name or comment at the start of the text.
fn quoted(rest: &str, before: Option<char>, is_dollar: bool) -> Option<usize> {
    let until = |open: usize, close: &str| {
        let inside = rest.get(open..).unwrap_or_default();
        Some(inside.find(close).map_or(rest.len(), |end| open + end + close.len()))
    };
    match rest.chars().next()? {
        '\'' if is_dollar && matches!(before, Some('e' | 'E')) => Some(escape_string(rest)),
        '\'' => until(1, "'"),
        '"' => until(1, "\""),
        '`' if !is_dollar => until(1, "`"),
        '-' if rest.starts_with("--") => until(2, "\n"),
        '#' if !is_dollar => until(1, "\n"),
        '/' if rest.starts_with("/*") => until(2, "*/"),
        '$' if is_dollar && !before.is_some_and(is_word) => {
            let tag = rest.get(1..)?.split_once('$').map(|(tag, _)| tag)?;
            let is_tag = tag.chars().all(is_word) && !tag.starts_with(|first: char| first.is_ascii_digit());
            is_tag.then(|| until(tag.len() + 2, &format!("${tag}$")))?
        }
        _ => None,
    }
}

/// The length of a string in which a backslash escapes.
fn escape_string(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => {
                letters.next();
            }
            '\'' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(text: &str, style: PlaceholderStyle, sql: Option<&str>, rules: &[&str]) {
        let decided = decided(text, style);
        assert_eq!((decided.sql.as_deref(), &*decided.rules), (sql, rules), "{text}");
    }

    #[test]
    fn a_plain_text_needs_no_rule() {
        becomes(
            "SELECT :a, :b, :a, 5::int, 'x'",
            PlaceholderStyle::Dollar,
            Some("SELECT $1, $2, $1, 5::int, 'x'"),
            &[],
        );
        becomes("SELECT :a, :b, :a", PlaceholderStyle::Question, Some("SELECT ?, ?, ?"), &[]);
    }

    #[test]
    fn each_rule_is_named_where_it_holds() {
        becomes("SELECT ':a', :b", PlaceholderStyle::Question, Some("SELECT ':a', ?"), &[QUOTED]);
        becomes("SELECT $t$ :a $t$", PlaceholderStyle::Dollar, Some("SELECT $t$ :a $t$"), &[QUOTED]);
        becomes("SELECT E'\\' :a'", PlaceholderStyle::Dollar, Some("SELECT E'\\' :a'"), &[QUOTED]);
        becomes("SELECT 1 -- :a\n, :b", PlaceholderStyle::Dollar, Some("SELECT 1 -- :a\n, $1"), &[QUOTED]);
        becomes("SELECT :a::int", PlaceholderStyle::Dollar, Some("SELECT $1::int"), &[CAST]);
        becomes("SELECT x\\::int", PlaceholderStyle::Dollar, Some("SELECT x::int"), &[ESCAPE]);
        becomes("SELECT $1", PlaceholderStyle::Dollar, None, &[PLACEHOLDER]);
        becomes("SELECT ?", PlaceholderStyle::Question, None, &[PLACEHOLDER]);
    }
}
