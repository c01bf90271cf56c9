//! What holds for any text, tried on texts put together from pieces that mean something to a tokenizer.

use super::{MYSQL, POSTGRESQL, SQLITE, compile};
use crate::{
    Value,
    statement::{Lexicon, Parsed, Segment, Statement},
};

const PIECES: [&str; 36] = [
    ":a", ":b", ":", "::", "\\:", "\\", "'", "''", "\"", "`", "[", "]", "$", "$$", "$t$", "$1", "?", "--",
    "--\n", "/*", "*/", "#", "\n", " ", "e'", "E", "in", "not in", "(", ")", ",", ";", "é", "1", "@x", "/*!",
];

fn check(sql: &str, lexicon: Lexicon) {
    let parsed = Parsed::parse(sql, lexicon);
    let (mut source, mut plain, mut escapes) = (String::new(), String::new(), 0);
    for segment in parsed.segments() {
        match segment {
            Segment::Text(text) => {
                source.push_str(text);
                plain.push_str(text);
            }
            Segment::EscapedColon => {
                source.push_str("\\:");
                plain.push(':');
                escapes += 1;
            }
            Segment::Parameter(name) => {
                source.push(':');
                source.push_str(name);
            }
        }
    }
    assert_eq!(source, sql);
    let values: Vec<_> = parsed.names().map(|name| (name.to_owned(), Value::Null)).collect();
    let count = values.len();
    let request = compile(lexicon, Statement::text(sql.to_owned()).bind_all(values));
    assert_eq!(request.is_err(), parsed.driver_placeholder().is_some(), "{sql}");
    let Ok(request) = request else { return };
    let written = request.text.sql();
    if count == 0 {
        assert_eq!(**written, plain);
    }
    // A `$` before a placeholder, and a colon without its backslash, make new tokens.
    if escapes == 0 && !sql.contains('$') {
        let again = Parsed::parse(written, lexicon);
        assert_eq!(again.names().len(), 0, "{sql} became {written}");
        assert_eq!(again.driver_placeholder().is_some(), count > 0, "{sql} became {written}");
        assert_eq!(again.is_blank(), parsed.is_blank(), "{sql}");
        assert_eq!(again.has_inner_semicolon(), parsed.has_inner_semicolon(), "{sql}");
    }
}

#[test]
fn hold_for_texts_of_any_pieces() {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    for _ in 0..20_000 {
        let mut sql = String::new();
        for _ in 0..8 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let index = usize::try_from(state % 36).unwrap();
            sql.push_str(PIECES[index]);
        }
        for lexicon in [POSTGRESQL, SQLITE, MYSQL] {
            check(&sql, lexicon);
        }
    }
}
