use super::{Lexicon, compiled::Outline, parser};

/// SQL text taken apart at its parameters.
///
/// ```
/// use sqlsession_core::{driver::PlaceholderStyle, statement::{Lexicon, Parsed, Segment}};
///
/// let parsed = Parsed::parse("select :a, ':b'", Lexicon::new(PlaceholderStyle::Dollar));
/// assert_eq!(parsed.names().collect::<Vec<_>>(), ["a"]);
/// let segments: Vec<_> = parsed.segments().collect();
/// assert_eq!(segments, [Segment::Text("select "), Segment::Parameter("a"), Segment::Text(", ':b'")]);
/// ```
#[derive(Debug)]
pub struct Parsed {
    pub(super) sql: Box<str>,
    pub(super) names: Box<[Name]>,
    /// Indices of `names`, in the order of the names.
    pub(super) sorted: Box<[usize]>,
    pub(super) pieces: Box<[Piece]>,
    pub(super) foreign: Option<Box<str>>,
    pub(super) outline: Outline,
}

/// A parameter's name and where it stands.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) text: Box<str>,
    /// Somewhere a list of values can stand.
    pub(super) in_list: bool,
    /// Somewhere only one value can stand.
    pub(super) elsewhere: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// Where it ends in the text; it begins where the one before ends.
    pub(super) end: usize,
    pub(super) kind: PieceKind,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum PieceKind {
    Text,
    EscapedColon,
    Parameter { name: usize, place: Option<ListPlace> },
}

/// How a parameter that may be a list stands behind IN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ListPlace {
    /// `(:ids)`: the next piece ends with the closing parenthesis.
    pub(super) parenthesized: bool,
    /// `not in`.
    pub(super) negated: bool,
    /// How many values the left side of IN has; 1 unless it is written `(a, b)`.
    pub(super) columns: usize,
}

/// A part of SQL text, as it was written. The segments in order make up the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Segment<'a> {
    /// SQL that is left as it is.
    Text(&'a str),
    /// `\:`, which stands for a colon.
    EscapedColon,
    /// `:name`, by its name.
    Parameter(&'a str),
}

impl Parsed {
    /// Takes a text apart. Any text can be; whether it is valid SQL is for the server to say.
    #[must_use]
    pub fn parse(sql: &str, lexicon: Lexicon) -> Self {
        parser::parse(sql, lexicon)
    }

    /// The names of the parameters in the order they first appear.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(|name| &*name.text)
    }

    /// The parts of the text in order.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        self.pieces().map(|(text, kind)| match kind {
            PieceKind::Text => Segment::Text(text),
            PieceKind::EscapedColon => Segment::EscapedColon,
            PieceKind::Parameter { .. } => Segment::Parameter(text.trim_start_matches(':')),
        })
    }

    /// The first thing that the server would take for a placeholder of its own, such as `?` or `$1`.
    #[must_use]
    pub fn driver_placeholder(&self) -> Option<&str> {
        self.foreign.as_deref()
    }

    /// Whether nothing is in it but blanks, comments and semicolons.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.outline.blank
    }

    /// Whether something follows a semicolon: several statements, or one with a body, such as CREATE TRIGGER.
    #[must_use]
    pub fn has_inner_semicolon(&self) -> bool {
        self.outline.several
    }

    pub(super) fn pieces(&self) -> impl Iterator<Item = (&str, PieceKind)> {
        let mut start = 0;
        self.pieces.iter().map(move |piece| {
            let text = self.sql.get(start..piece.end).unwrap_or_default();
            start = piece.end;
            (text, piece.kind)
        })
    }

    /// The index of a name.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        let found = self.sorted.binary_search_by(|&index| (*self.names[index].text).cmp(name)).ok()?;
        Some(self.sorted[found])
    }
}
