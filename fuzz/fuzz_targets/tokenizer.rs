//! Any text can be taken apart, and what is sent holds the same parameters.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sqlsession_core::{
    Value,
    driver::{Dialect, PlaceholderStyle},
    statement::{Lexicon, Parsed, Segment, SharedTexts, text},
};

fuzz_target!(|sql: &str| {
    use PlaceholderStyle::{Dollar, NumberedQuestion, Question};
    for style in [Dollar, NumberedQuestion, Question] {
        let dialect = Dialect::new("any", "fuzz", style, &[]);
        check(sql, Lexicon::of(&dialect));
        check(sql, Lexicon::of(&dialect.with_backslash_escapes()));
    }
});

fn check(sql: &str, lexicon: Lexicon) {
    let parsed = Parsed::parse(sql, lexicon);
    let (mut source, mut plain, mut escapes) = (String::new(), String::new(), false);
    for segment in parsed.segments() {
        match segment {
            Segment::Text(text) => {
                source.push_str(text);
                plain.push_str(text);
            }
            Segment::EscapedColon => {
                source.push_str("\\:");
                plain.push(':');
                escapes = true;
            }
            Segment::Parameter(name) => {
                source.push(':');
                source.push_str(name);
            }
            _ => {}
        }
    }
    assert_eq!(source, sql, "the segments make up the text");

    let names: Vec<String> = parsed.names().map(str::to_owned).collect();
    for list in [Value::Null, Value::Array(vec![]), Value::Array(vec![Value::I64(1), Value::I64(2)])] {
        let values: Vec<_> = names.iter().map(|name| (name.clone(), list.clone())).collect();
        let statement = text(sql.to_owned()).bind_all(values);
        let Ok(request) = SharedTexts::new(lexicon, 0).local().compile(statement) else {
            continue;
        };
        let written = request.text.sql();
        if names.is_empty() {
            assert_eq!(**written, plain, "a text without parameters is left as it is");
        }
        // A `$` before a placeholder, and a colon without its backslash, make new tokens.
        if !escapes && !sql.contains('$') {
            let again = Parsed::parse(written, lexicon);
            assert_eq!(again.names().len(), 0, "no parameter is left in {written}");
            assert_eq!(again.driver_placeholder().is_some(), !request.values.is_empty(), "{written}");
        }
    }
}
