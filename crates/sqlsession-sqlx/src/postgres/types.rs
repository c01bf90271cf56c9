use std::sync::Arc;

use sqlsession_postgres_types::postgres_types::{Field, Kind, Type};
use sqlx_core::type_info::TypeInfo as _;
use sqlx_postgres::{PgTypeInfo, PgTypeKind, types::Oid};

/// Types within types deeper than this are not followed.
const MAX_DEPTH: usize = 24;

/// The type in the words of those who decode it.
pub(super) fn type_of(info: &PgTypeInfo) -> Type {
    deep(info, 0)
}

fn deep(info: &PgTypeInfo, depth: usize) -> Type {
    let Some(Oid(oid)) = info.oid() else { return Type::UNKNOWN };
    Type::from_oid(oid).unwrap_or_else(|| {
        let kind = if depth < MAX_DEPTH { kind(info.kind(), depth + 1) } else { Kind::Simple };
        Type::new(info.name().to_owned(), oid, kind, String::new())
    })
}

fn kind(kind: &PgTypeKind, depth: usize) -> Kind {
    match kind {
        PgTypeKind::Simple => Kind::Simple,
        PgTypeKind::Pseudo => Kind::Pseudo,
        PgTypeKind::Domain(base) => Kind::Domain(deep(base, depth)),
        PgTypeKind::Array(member) => Kind::Array(deep(member, depth)),
        PgTypeKind::Range(member) => Kind::Range(deep(member, depth)),
        PgTypeKind::Enum(labels) => Kind::Enum(labels.to_vec()),
        PgTypeKind::Composite(fields) => Kind::Composite(fields_of(fields, depth)),
    }
}

fn fields_of(fields: &Arc<[(String, PgTypeInfo)]>, depth: usize) -> Vec<Field> {
    fields.iter().map(|(name, info)| Field::new(name.clone(), deep(info, depth))).collect()
}
