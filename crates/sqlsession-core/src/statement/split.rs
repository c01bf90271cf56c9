use super::{
    Lexicon,
    tokenizer::{Token, TokenKind, Tokenizer},
};

/// The statements of a text, which are separated by `;`, without the blanks around them.
///
/// A semicolon in parentheses is part of its statement, and so is one in a body between BEGIN and END, which CREATE of
/// a trigger, a function, a procedure, an event or a package can have. What is blank, or only a comment, is none.
///
/// ```
/// use sqlsession_core::{driver::PlaceholderStyle, statement::{Lexicon, statements}};
///
/// let lexicon = Lexicon::new(PlaceholderStyle::NumberedQuestion);
/// assert_eq!(statements("select ';'; -- none\n; select 2", lexicon), ["select ';'", "select 2"]);
/// ```
#[must_use]
pub fn statements(sql: &str, lexicon: Lexicon) -> Vec<&str> {
    let mut found = Vec::new();
    let mut body = Body::default();
    let (mut start, mut position, mut blank) = (0, 0, true);
    for token in Tokenizer::new(sql, lexicon) {
        let at = position;
        position += token.text.len();
        if token.text == ";" && token.kind == TokenKind::Symbol && !body.is_open() {
            if !blank {
                found.extend(sql.get(start..at).map(str::trim));
            }
            (start, blank, body) = (position, true, Body::default());
        } else if !matches!(token.kind, TokenKind::Blank | TokenKind::Comment) {
            blank = false;
            body.see(token);
        }
    }
    if !blank {
        found.extend(sql.get(start..).map(str::trim));
    }
    found
}

/// The word a statement begins with, in front of which blanks, comments and semicolons may stand.
#[must_use]
pub fn first_word(sql: &str, lexicon: Lexicon) -> Option<&str> {
    Tokenizer::new(sql, lexicon)
        .find(|token| !matches!(token.kind, TokenKind::Blank | TokenKind::Comment) && token.text != ";")
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token| token.text)
}

/// The words of a text outside of quotes and comments: keywords, names and numbers.
pub fn words(sql: &str, lexicon: Lexicon) -> impl Iterator<Item = &str> {
    Tokenizer::new(sql, lexicon).filter(|token| token.kind == TokenKind::Word).map(|token| token.text)
}

/// How often a keyword stands in a text outside of quotes and comments.
#[cfg(feature = "sea-query")]
pub(super) fn count_words(sql: &str, lexicon: Lexicon, word: &str) -> usize {
    words(sql, lexicon).filter(|found| found.eq_ignore_ascii_case(word)).count()
}

/// Follows a statement into its parentheses and its body.
#[derive(Debug, Default)]
struct Body {
    parentheses: usize,
    blocks: usize,
    begins: Begins,
    last: Last,
}

/// How the statement begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Begins {
    #[default]
    Unknown,
    /// CREATE of something.
    Create,
    /// CREATE of what can have a body.
    WithBody,
    Otherwise,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    #[default]
    Other,
    End,
    Dot,
}

const WITH_BODY: [&str; 5] = ["trigger", "function", "procedure", "event", "package"];

impl Body {
    fn is_open(&self) -> bool {
        self.parentheses > 0 || self.blocks > 0
    }

    /// Takes the next token that is neither blank nor a comment.
    fn see(&mut self, token: Token<'_>) {
        let before = std::mem::take(&mut self.last);
        match (token.kind, token.text) {
            (TokenKind::Symbol, "(") => self.parentheses += 1,
            (TokenKind::Symbol, ")") => self.parentheses = self.parentheses.saturating_sub(1),
            (TokenKind::Symbol, ".") => self.last = Last::Dot,
            // A pair inside of parentheses is there as a whole. Behind a dot it is a name.
            (TokenKind::Word, word) if self.parentheses == 0 && before != Last::Dot => {
                self.see_word(word, before);
            }
            _ => {}
        }
        if self.begins == Begins::Unknown {
            self.begins = Begins::Otherwise;
        }
    }

    fn see_word(&mut self, word: &str, before: Last) {
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        match self.begins {
            Begins::Unknown if is("create") => self.begins = Begins::Create,
            Begins::Create if WITH_BODY.into_iter().any(is) => self.begins = Begins::WithBody,
            Begins::WithBody if is("end") => {
                self.blocks = self.blocks.saturating_sub(1);
                self.last = Last::End;
            }
            // END IF and its like end what has not been counted, END CASE what has.
            Begins::WithBody
                if before == Last::End && ["if", "loop", "while", "repeat"].into_iter().any(is) =>
            {
                self.blocks += 1;
            }
            Begins::WithBody if is("begin") || (is("case") && before != Last::End) => self.blocks += 1,
            _ => {}
        }
    }
}
