use std::fmt::{self, Write};

/// How the parts of an array, a row or a range are set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// Escaped by a backslash; the word NULL is quoted.
    Array { delimiter: char },
    /// Doubled.
    Composite,
    /// Doubled; brackets are quoted too.
    Range,
}

impl Quoting {
    fn is_needed(self, text: &str) -> bool {
        let special = |byte: u8| match (self, byte) {
            (_, b'"' | b'\\' | b' ' | b'\t' | b'\n' | b'\r' | b'\x0b' | b'\x0c') => true,
            (Self::Array { delimiter }, byte) => matches!(byte, b'{' | b'}') || char::from(byte) == delimiter,
            (_, b'(' | b')' | b',') => true,
            (Self::Range, byte) => matches!(byte, b'[' | b']'),
            (Self::Composite, _) => false,
        };
        let is_null_word = matches!(self, Self::Array { .. }) && text.eq_ignore_ascii_case("null");
        text.is_empty() || is_null_word || text.bytes().any(special)
    }
}

/// A part, in quotes where it needs them.
pub(crate) fn write_quoted(text: &str, quoting: Quoting, out: &mut impl Write) -> fmt::Result {
    if !quoting.is_needed(text) {
        return out.write_str(text);
    }
    out.write_char('"')?;
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\\']) {
        let (before, behind) = rest.split_at(at);
        out.write_str(before)?;
        let escape = match quoting {
            Quoting::Array { .. } => "\\",
            Quoting::Composite | Quoting::Range => &behind[..1],
        };
        out.write_str(escape)?;
        out.write_str(&behind[..1])?;
        rest = &behind[1..];
    }
    out.write_str(rest)?;
    out.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_quoted_only_where_they_must_be() {
        let write = |text, quoting| {
            let mut out = String::new();
            write_quoted(text, quoting, &mut out).unwrap();
            out
        };
        let array = Quoting::Array { delimiter: ',' };
        assert_eq!(write("plain", array), "plain");
        assert_eq!(write("", array), "\"\"");
        assert_eq!(write("nUll", array), "\"nUll\"");
        assert_eq!(write("a\"b\\c", array), r#""a\"b\\c""#);
        assert_eq!(write("(é;", array), "(é;");
        assert_eq!(write("(é;", Quoting::Array { delimiter: ';' }), "\"(é;\"");
        assert_eq!(write("null", Quoting::Composite), "null");
        assert_eq!(write("a\"b\\c", Quoting::Composite), r#""a""b\\c""#);
        assert_eq!(write("[", Quoting::Composite), "[");
        assert_eq!(write("[", Quoting::Range), "\"[\"");
    }
}
