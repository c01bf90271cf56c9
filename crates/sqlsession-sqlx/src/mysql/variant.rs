use std::borrow::Cow;

use sqlsession_core::{
    Value,
    statement::{CompiledText, Lexicon, first_word},
    value::mysql::{Decimal, Signature},
};

use super::backend::DIALECT;

/// What a statement is prepared for: sqlx keeps statements by their text alone, and MySQL keeps the types of the first
/// values for good.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Variant {
    signature: Signature,
    /// A letter for each value's type, as far as it matters.
    types: String,
}

impl Variant {
    pub(super) fn of(text: &CompiledText, values: &[Value]) -> Self {
        Self {
            signature: Signature::of(values, true, Decimal::MARIADB_FRACTION, || calls(text.sql())),
            types: values.iter().map(letter).collect(),
        }
    }

    /// The text that is prepared, which no other variant has.
    pub(super) fn wording<'t>(&self, text: &'t CompiledText) -> Cow<'t, str> {
        let sql = self.signature.text(text);
        if self.types.bytes().all(|letter| letter == TEXT) {
            return sql;
        }
        Cow::Owned(format!("{sql}\n/* {} */", self.types))
    }
}

const TEXT: u8 = b't';

/// What a value is sent as.
fn letter(value: &Value) -> char {
    match value {
        Value::Null => 'n',
        Value::Bool(_) | Value::I64(_) => 'i',
        Value::U64(_) => 'u',
        Value::F64(_) => 'f',
        Value::Decimal(_) => 'd',
        Value::Bytes(_) => 'b',
        Value::Time(_) => 'm',
        _ => char::from(TEXT),
    }
}

/// Whether a statement runs a procedure.
fn calls(sql: &str) -> bool {
    first_word(sql, Lexicon::of(&DIALECT)).is_some_and(|word| word.eq_ignore_ascii_case("call"))
}

/// Whether a statement may end a transaction in other ways than by a commit.
pub(super) fn ends_transaction(sql: &str) -> bool {
    first_word(sql, Lexicon::of(&DIALECT)).is_some_and(|word| {
        ["rollback", "begin", "start", "xa", "call"].iter().any(|known| word.eq_ignore_ascii_case(known))
    })
}
