use crate::driver::{Dialect, PlaceholderStyle};

/// How a dialect writes strings, quoted names, comments and parameters: all a tokenizer has to know.
///
/// It follows from the placeholder style, which each of the three families of SQL has its own of, and from whether a
/// backslash escapes in a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lexicon {
    pub(super) style: PlaceholderStyle,
    pub(super) backslash_escapes: bool,
}

impl Lexicon {
    /// The rules of a family of dialects whose strings have no backslash escapes.
    #[must_use]
    pub const fn new(style: PlaceholderStyle) -> Self {
        Self { style, backslash_escapes: false }
    }

    /// The rules of a driver's dialect.
    #[must_use]
    pub const fn of(dialect: &Dialect) -> Self {
        Self { style: dialect.placeholders, backslash_escapes: dialect.backslash_escapes }
    }

    /// The placeholders the driver takes.
    #[must_use]
    pub const fn style(self) -> PlaceholderStyle {
        self.style
    }

    const fn is_postgresql(self) -> bool {
        matches!(self.style, PlaceholderStyle::Dollar)
    }

    const fn is_sqlite(self) -> bool {
        matches!(self.style, PlaceholderStyle::NumberedQuestion)
    }

    const fn is_mysql(self) -> bool {
        matches!(self.style, PlaceholderStyle::Question)
    }

    /// `$tag$ … $tag$` is a string, and `E'…'` one with backslash escapes.
    pub(super) const fn dollar_quotes(self) -> bool {
        self.is_postgresql()
    }

    /// A block comment may hold another.
    pub(super) const fn nested_comments(self) -> bool {
        self.is_postgresql()
    }

    /// `` `name` `` is a quoted name.
    pub(super) const fn backticks(self) -> bool {
        !self.is_postgresql()
    }

    /// `[name]` is a quoted name; in PostgreSQL it is a subscript.
    pub(super) const fn brackets(self) -> bool {
        self.is_sqlite()
    }

    /// `#` begins a comment, `--` only before a blank, and what is in `/*! */` is run.
    pub(super) const fn mysql_comments(self) -> bool {
        self.is_mysql()
    }

    /// `?` is a placeholder of the server; in PostgreSQL it is an operator.
    pub(super) const fn question_marks(self) -> bool {
        !self.is_postgresql()
    }

    /// Whether the server takes this character before a name or number for a placeholder.
    pub(super) const fn begins_placeholder(self, character: char, next_is_digit: bool) -> bool {
        match self.style {
            PlaceholderStyle::Dollar => character == '$' && next_is_digit,
            PlaceholderStyle::NumberedQuestion => matches!(character, '$' | '@' | ':'),
            PlaceholderStyle::Question => false,
        }
    }
}
