use std::fmt::Write;

use super::{
    compiled::Rendered,
    parsed::{ListPlace, Parsed, PieceKind},
    shape::Shape,
};
use crate::driver::PlaceholderStyle;

/// Writes a text in a driver's placeholder style. `shapes` has one entry for each name.
pub(super) fn render(parsed: &Parsed, style: PlaceholderStyle, shapes: &[Shape]) -> Rendered {
    let mut writer = Writer {
        sql: String::with_capacity(parsed.sql.len() + 16),
        placeholders: Vec::new(),
        style,
        ends_in_word: false,
    };
    let first_numbers: Vec<usize> = shapes
        .iter()
        .scan(1, |next, shape| {
            let first = *next;
            *next += shape.width();
            Some(first)
        })
        .collect();
    let mut after_parenthesis = "";
    for (text, kind) in parsed.pieces() {
        // What follows `in (:ids)` may do so without a blank; what is written behind an empty list may not.
        if writer.ends_in_word && !text.starts_with(|c: char| c.is_ascii_whitespace() || c == ')') {
            writer.sql.push(' ');
        }
        writer.ends_in_word = false;
        match kind {
            PieceKind::Text => {
                writer.sql.push_str(text);
                writer.suffix(std::mem::take(&mut after_parenthesis));
            }
            PieceKind::EscapedColon => writer.sql.push(':'),
            PieceKind::Parameter { name, place } => match (place, shapes[name]) {
                (Some(place), shape @ (Shape::List { .. } | Shape::Rows { .. })) => {
                    if !place.parenthesized {
                        writer.sql.push('(');
                    }
                    let suffix = writer.list(shape, place, first_numbers[name]);
                    if place.parenthesized {
                        after_parenthesis = suffix;
                    } else {
                        writer.sql.push(')');
                        writer.suffix(suffix);
                    }
                }
                _ => writer.placeholder(first_numbers[name]),
            },
        }
    }
    Rendered { sql: writer.sql.into(), placeholders: writer.placeholders }
}

/// Writes the placeholder of this number, counted from 1.
pub(super) fn write_placeholder(sql: &mut String, style: PlaceholderStyle, number: usize) {
    // Writing to a string cannot fail.
    let _ = match style {
        PlaceholderStyle::Dollar => write!(sql, "${number}"),
        PlaceholderStyle::NumberedQuestion => write!(sql, "?{number}"),
        PlaceholderStyle::Question => sql.write_char('?'),
    };
}

struct Writer {
    sql: String,
    placeholders: Vec<usize>,
    style: PlaceholderStyle,
    /// Whether the last thing written is a word of ours.
    ends_in_word: bool,
}

impl Writer {
    fn suffix(&mut self, words: &str) {
        self.sql.push_str(words);
        self.ends_in_word = !words.is_empty();
    }

    fn placeholder(&mut self, number: usize) {
        self.placeholders.push(self.sql.len());
        write_placeholder(&mut self.sql, self.style, number);
    }

    fn separated(&mut self, count: usize, mut write: impl FnMut(&mut Self, usize)) {
        for index in 0..count {
            if index > 0 {
                self.sql.push_str(", ");
            }
            write(self, index);
        }
    }

    /// Writes what stands in the parentheses behind IN, and gives what has to follow them.
    fn list(&mut self, shape: Shape, place: ListPlace, first: usize) -> &'static str {
        match shape {
            Shape::Single => self.placeholder(first),
            Shape::List { len: 0 } | Shape::Rows { len: 0, .. } => return self.empty_list(place),
            Shape::List { len } => self.separated(len, |writer, index| writer.placeholder(first + index)),
            Shape::Rows { len, columns } => {
                if self.style == PlaceholderStyle::NumberedQuestion {
                    // SQLite compares a row with the rows of a query only.
                    self.sql.push_str("values ");
                }
                self.separated(len, |writer, row| {
                    writer.sql.push('(');
                    let first = first + row * columns;
                    writer.separated(columns, |writer, column| writer.placeholder(first + column));
                    writer.sql.push(')');
                });
            }
        }
        ""
    }

    /// A list without items, which has to suit columns of any type.
    fn empty_list(&mut self, place: ListPlace) -> &'static str {
        let nulls =
            |writer: &mut Self| writer.separated(place.columns, |writer, _| writer.sql.push_str("null"));
        match self.style {
            PlaceholderStyle::NumberedQuestion | PlaceholderStyle::Question => {
                self.sql.push_str("select ");
                nulls(self);
                // MariaDB and MySQL 5.7 take no WHERE without FROM, SQLite has no `dual`.
                let question = self.style == PlaceholderStyle::Question;
                self.sql.push_str(if question { " from dual where 1 = 0" } else { " where 1 = 0" });
                ""
            }
            // PostgreSQL would make the NULL of a query text, which compares with text only.
            PlaceholderStyle::Dollar => {
                let row = place.columns > 1;
                self.sql.push_str(if row { "(" } else { "" });
                nulls(self);
                self.sql.push_str(if row { ")" } else { "" });
                if place.negated { " is not false" } else { " is true" }
            }
        }
    }
}
