use super::Lexicon;

/// A piece of SQL text. Tokens follow each other without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind,
    pub(super) text: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Blank,
    Comment,
    /// A string, a quoted name or a dollar quote.
    Quoted,
    /// A keyword, a name or a number.
    Word,
    /// `:name`.
    Parameter,
    /// `\:`.
    EscapedColon,
    /// What the server would take for a placeholder.
    Foreign,
    /// Any other character.
    Symbol,
}

/// Cuts SQL text into tokens. It never fails: what is not closed goes to the end of the text.
#[derive(Debug)]
pub(super) struct Tokenizer<'a> {
    sql: &'a str,
    position: usize,
    previous: Option<char>,
    lexicon: Lexicon,
}

impl<'a> Tokenizer<'a> {
    pub(super) fn new(sql: &'a str, lexicon: Lexicon) -> Self {
        Self { sql, position: 0, previous: None, lexicon }
    }
}

impl<'a> Iterator for Tokenizer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = self.sql.get(self.position..)?;
        let first = rest.chars().next()?;
        let (kind, length) = scan(rest, first, self.previous, self.lexicon);
        let text = rest.get(..length).unwrap_or(rest);
        self.position += text.len();
        self.previous = text.chars().next_back();
        Some(Token { kind, text })
    }
}

/// A character of a name, as in Python's `\w`.
fn is_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

fn scan(rest: &str, first: char, previous: Option<char>, lexicon: Lexicon) -> (TokenKind, usize) {
    let second = rest.as_bytes().get(1).copied();
    match first {
        '\'' => (TokenKind::Quoted, quoted(rest, '\'', lexicon.backslash_escapes)),
        // A string in MySQL; a name, which has no escapes, elsewhere.
        '"' => (TokenKind::Quoted, quoted(rest, '"', lexicon.backslash_escapes)),
        '`' if lexicon.backticks() => (TokenKind::Quoted, quoted(rest, '`', false)),
        '[' if lexicon.brackets() => (TokenKind::Quoted, rest.find(']').map_or(rest.len(), |end| end + 1)),
        '-' if second == Some(b'-') && begins_dash_comment(rest, lexicon) => (TokenKind::Comment, line(rest)),
        '#' if lexicon.mysql_comments() => (TokenKind::Comment, line(rest)),
        '/' if second == Some(b'*') => block_comment(rest, lexicon),
        '\\' if second == Some(b':') => escaped_colon(rest, lexicon),
        ':' => colon(rest, previous, lexicon),
        '?' if lexicon.question_marks() => (TokenKind::Foreign, 1 + word(&rest[1..])),
        '$' | '@' => dollar(rest, first, lexicon),
        _ if first.is_whitespace() => {
            (TokenKind::Blank, rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len()))
        }
        _ if is_word(first) => name(rest, lexicon),
        _ => (TokenKind::Symbol, first.len_utf8()),
    }
}

/// The length of the word characters at the start.
fn word(rest: &str) -> usize {
    rest.find(|c: char| !is_word(c)).unwrap_or(rest.len())
}

/// A name, or a string with a prefix that gives it escapes.
fn name(rest: &str, lexicon: Lexicon) -> (TokenKind, usize) {
    let length = rest.find(|c: char| !is_word(c) && c != '$').unwrap_or(rest.len());
    if lexicon.dollar_quotes() && length == 1 && rest.starts_with(['e', 'E']) && rest[1..].starts_with('\'') {
        return (TokenKind::Quoted, 1 + escape_string(&rest[1..]));
    }
    (TokenKind::Word, length)
}

/// PostgreSQL's `E'…'`, which goes on where only blanks with a line break stand before another quote.
fn escape_string(rest: &str) -> usize {
    let mut length = 0;
    loop {
        length += quoted(&rest[length..], '\'', true);
        let after = &rest[length..];
        let next = after.trim_start();
        let gap = &after[..after.len() - next.len()];
        if !next.starts_with('\'') || !gap.contains(['\n', '\r']) {
            return length;
        }
        length += gap.len();
    }
}

/// The length of what stands between two `quote`s, which is written twice to stand for itself.
fn quoted(rest: &str, quote: char, backslash_escapes: bool) -> usize {
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == '\\' && backslash_escapes {
            characters.next();
        } else if character == quote && characters.next_if(|&(_, next)| next == quote).is_none() {
            return at + quote.len_utf8();
        }
    }
    rest.len()
}

/// The rest of the line, without its end.
fn line(rest: &str) -> usize {
    rest.find(['\n', '\r']).unwrap_or(rest.len())
}

fn begins_dash_comment(rest: &str, lexicon: Lexicon) -> bool {
    // `5--3` is arithmetic in MySQL.
    !lexicon.mysql_comments()
        || rest[2..].chars().next().is_none_or(|third| third.is_whitespace() || third.is_control())
}

fn block_comment(rest: &str, lexicon: Lexicon) -> (TokenKind, usize) {
    if lexicon.mysql_comments() && (rest.starts_with("/*!") || rest.starts_with("/*M!")) {
        // MySQL and MariaDB run what is in it.
        return (TokenKind::Symbol, 3);
    }
    let bytes = rest.as_bytes();
    let (mut depth, mut at) = (1_usize, 2);
    while let Some(pair) = bytes.get(at..at + 2) {
        at += match pair {
            b"*/" => {
                depth -= 1;
                2
            }
            b"/*" if lexicon.nested_comments() => {
                depth += 1;
                2
            }
            _ => 1,
        };
        if depth == 0 {
            return (TokenKind::Comment, at);
        }
    }
    (TokenKind::Comment, rest.len())
}

/// A colon of the user's, unless the server would take it and the name behind it for a placeholder.
fn escaped_colon(rest: &str, lexicon: Lexicon) -> (TokenKind, usize) {
    match word(&rest[2..]) {
        length if length > 0 && lexicon.begins_placeholder(':', false) => (TokenKind::Foreign, 2 + length),
        _ => (TokenKind::EscapedColon, 2),
    }
}

/// A parameter, or one of the other things that begin with a colon.
fn colon(rest: &str, previous: Option<char>, lexicon: Lexicon) -> (TokenKind, usize) {
    let length = 1 + word(&rest[1..]);
    let begins = previous.is_none_or(|c| !is_word(c) && c != ':' && c != '\\');
    let after = &rest[length..];
    // `:a::int` is a parameter and a cast, `:a:b` is no parameter.
    let ends = !after.starts_with(':') || (after.starts_with("::") && !after.starts_with(":::"));
    if length == 1 {
        (TokenKind::Symbol, 1)
    } else if begins && ends {
        (TokenKind::Parameter, length)
    } else if previous != Some(':') && lexicon.begins_placeholder(':', false) {
        (TokenKind::Foreign, length)
    } else {
        (TokenKind::Symbol, 1)
    }
}

/// A dollar quote, a placeholder, or just the character.
fn dollar(rest: &str, first: char, lexicon: Lexicon) -> (TokenKind, usize) {
    let length = 1 + word(&rest[1..]);
    let next_is_digit = rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    if length > 1 && lexicon.begins_placeholder(first, next_is_digit) {
        return (TokenKind::Foreign, length);
    }
    if first == '$' && lexicon.dollar_quotes() && rest[length..].starts_with('$') {
        let tag = &rest[..=length];
        let body = &rest[tag.len()..];
        return (TokenKind::Quoted, body.find(tag).map_or(rest.len(), |end| end + 2 * tag.len()));
    }
    (TokenKind::Symbol, 1)
}
