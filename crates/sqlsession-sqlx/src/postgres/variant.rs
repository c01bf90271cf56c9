use std::fmt::Write as _;

use bytes::BytesMut;
use sqlsession_core::{
    ErrorKind, Value,
    statement::{CompiledText, Lexicon, numbered_placeholders},
};
use sqlsession_postgres_types::{
    declared, holds_money,
    postgres_types::{Kind, Type},
    write_copy_field,
};

use super::backend::DIALECT;

/// What a statement is prepared for: sqlx keeps statements by their text alone, and sends every value in binary form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Variant {
    /// The types that its parameters are declared as; 0 leaves one to the server.
    pub(super) declared: Vec<u32>,
    /// Those whose text only the server can read: they are sent as text, and cast.
    pub(super) casts: Vec<Option<Type>>,
}

impl Variant {
    pub(super) fn of(values: &[Value], rows: bool) -> Self {
        // Those of rows have the types of their columns.
        let declared = if rows {
            vec![0; values.len()]
        } else {
            values.iter().map(|value| declared(value).oid()).collect()
        };
        Self { declared, casts: Vec::new() }
    }

    /// With casts for those of these values that only the server can read, and what it has to convert declared as its
    /// literal; `None` if there are neither.
    pub(super) fn with_casts(&self, values: &[Value], types: &[Type]) -> Option<Self> {
        let mut declared = self.declared.clone();
        let mut casts = vec![None; values.len()];
        let mut unused = BytesMut::new();
        for (((cast, declared), value), ty) in casts.iter_mut().zip(&mut declared).zip(values).zip(types) {
            unused.clear();
            let Err(error) = write_copy_field(value, ty, &mut unused) else { continue };
            if error.kind() != ErrorKind::Unsupported {
                continue;
            }
            match converted(value, ty) {
                Some(literal) if write_copy_field(value, &literal, &mut unused).is_ok() => {
                    *declared = literal.oid();
                }
                literal => {
                    *declared = 0;
                    *cast = Some(literal.unwrap_or_else(|| ty.clone()));
                }
            }
        }
        let is_same = declared == self.declared && casts.iter().all(Option::is_none);
        (!is_same).then_some(Self { declared, casts })
    }

    /// The text that is prepared, which no other variant has.
    pub(super) fn wording(&self, text: &CompiledText) -> Option<String> {
        if self.declared.iter().all(|oid| *oid == 0) && self.casts.is_empty() {
            return None;
        }
        let mut sql = self.with_casts_in(text.sql());
        sql.push_str("\n/*");
        for oid in &self.declared {
            // Writing to a string cannot fail.
            let _ = write!(sql, " {oid}");
        }
        sql.push_str(" */");
        Some(sql)
    }

    /// The text with its placeholders cast.
    fn with_casts_in(&self, sql: &str) -> String {
        let mut cast = String::with_capacity(sql.len() + 64);
        let mut rest = sql;
        for (place, number) in numbered_placeholders(sql, Lexicon::of(&DIALECT)) {
            let Some(Some(ty)) = number.checked_sub(1).and_then(|index| self.casts.get(index)) else {
                continue;
            };
            let done = sql.len() - rest.len();
            cast.push_str(&sql[done..place]);
            let _ = write!(cast, "CAST(${number}::text AS {})", name(ty));
            let digits = sql[place + 1..].bytes().take_while(u8::is_ascii_digit).count();
            rest = &sql[place + 1 + digits..];
        }
        cast.push_str(rest);
        cast
    }
}

/// What numbers are declared as that the server is to convert, as it does in any INSERT: to `numeric` it rounds floats,
/// and the text of an amount of money is read as `lc_monetary` has it.
fn converted(value: &Value, ty: &Type) -> Option<Type> {
    let literal = declared(value);
    match literal {
        _ if !(holds_money(ty) || is_array_of_numeric(ty)) => None,
        Type::FLOAT8_ARRAY if holds_money(ty) => Some(Type::NUMERIC_ARRAY),
        Type::INT4_ARRAY | Type::INT8_ARRAY | Type::FLOAT8_ARRAY | Type::NUMERIC_ARRAY => Some(literal),
        Type::INT4 | Type::INT8 | Type::FLOAT8 | Type::NUMERIC => Some(Type::NUMERIC),
        _ => None,
    }
}

fn is_array_of_numeric(ty: &Type) -> bool {
    match ty.kind() {
        Kind::Domain(base) => is_array_of_numeric(base),
        Kind::Array(member) => {
            let mut member = member;
            while let Kind::Domain(base) = member.kind() {
                member = base;
            }
            *member == Type::NUMERIC
        }
        _ => false,
    }
}

/// A type's name as SQL writes it.
fn name(ty: &Type) -> String {
    match ty.kind() {
        Kind::Array(member) => format!("{}[]", name(member)),
        // A name of several words, or with a schema, is as SQL writes it already.
        _ if ty.name().contains(['.', '"', ' ']) => ty.name().to_owned(),
        _ => format!("\"{}\"", ty.name()),
    }
}
