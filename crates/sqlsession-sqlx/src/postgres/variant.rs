use std::fmt::Write as _;

use bytes::BytesMut;
use sqlsession_core::{
    ErrorKind, Value,
    statement::{CompiledText, Lexicon, numbered_placeholders},
};
use sqlsession_postgres_types::{
    declared,
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

    /// With casts for those of these values that only the server can read; `None` if there are none.
    pub(super) fn with_casts(&self, values: &[Value], types: &[Type]) -> Option<Self> {
        let mut casts = vec![None; values.len()];
        let mut unused = BytesMut::new();
        for ((cast, value), ty) in casts.iter_mut().zip(values).zip(types) {
            unused.clear();
            if let Err(error) = write_copy_field(value, ty, &mut unused)
                && error.kind() == ErrorKind::Unsupported
            {
                *cast = Some(ty.clone());
            }
        }
        casts.iter().any(Option::is_some).then(|| Self { declared: self.declared_beside(&casts), casts })
    }

    fn declared_beside(&self, casts: &[Option<Type>]) -> Vec<u32> {
        self.declared.iter().zip(casts).map(|(oid, cast)| if cast.is_some() { 0 } else { *oid }).collect()
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

/// A type's name as SQL writes it.
fn name(ty: &Type) -> String {
    match ty.kind() {
        Kind::Array(member) => format!("{}[]", name(member)),
        // A name of several words, or with a schema, is as SQL writes it already.
        _ if ty.name().contains(['.', '"', ' ']) => ty.name().to_owned(),
        _ => format!("\"{}\"", ty.name()),
    }
}
