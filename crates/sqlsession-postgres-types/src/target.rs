use postgres_types::{Kind, Type};

/// What a parameter's type asks for. A domain is what it is over.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target<'t> {
    Bool,
    Int2,
    Int4,
    Int8,
    /// Object identifiers and transaction numbers: 32 bits without a sign.
    Oid,
    Float4,
    Float8,
    Numeric,
    Money,
    /// Transaction numbers of 64 bits without a sign.
    Xid8,
    Text,
    /// `"char"`, which is one byte.
    Char,
    Enum,
    Bytea,
    Uuid,
    Date,
    Time,
    TimeTz,
    Timestamp,
    TimestampTz,
    Interval,
    Json,
    Jsonb,
    Array {
        member: &'t Type,
        /// The number of the first element.
        first: i32,
    },
    /// Everything else that comes with PostgreSQL: only its text is understood.
    Parsed,
    /// A type of an extension or of the user.
    Foreign,
    /// The server is to infer the type from the statement.
    Undescribed,
}

impl<'t> Target<'t> {
    pub(super) fn of(ty: &'t Type) -> Self {
        match *ty {
            Type::BOOL => Self::Bool,
            Type::INT2 => Self::Int2,
            Type::INT4 => Self::Int4,
            Type::INT8 => Self::Int8,
            Type::OID
            | Type::XID
            | Type::CID
            | Type::REGPROC
            | Type::REGPROCEDURE
            | Type::REGOPER
            | Type::REGOPERATOR
            | Type::REGCLASS
            | Type::REGTYPE
            | Type::REGCONFIG
            | Type::REGDICTIONARY
            | Type::REGNAMESPACE
            | Type::REGROLE
            | Type::REGCOLLATION => Self::Oid,
            Type::FLOAT4 => Self::Float4,
            Type::FLOAT8 => Self::Float8,
            Type::NUMERIC => Self::Numeric,
            Type::MONEY => Self::Money,
            Type::XID8 => Self::Xid8,
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::REFCURSOR => Self::Text,
            Type::CHAR => Self::Char,
            Type::BYTEA => Self::Bytea,
            Type::UUID => Self::Uuid,
            Type::DATE => Self::Date,
            Type::TIME => Self::Time,
            Type::TIMETZ => Self::TimeTz,
            Type::TIMESTAMP => Self::Timestamp,
            Type::TIMESTAMPTZ => Self::TimestampTz,
            Type::INTERVAL => Self::Interval,
            Type::JSON => Self::Json,
            Type::JSONB => Self::Jsonb,
            Type::UNKNOWN => Self::Undescribed,
            // Their receiving functions want elements from 0.
            Type::INT2_VECTOR => Self::Array { member: &Type::INT2, first: 0 },
            Type::OID_VECTOR => Self::Array { member: &Type::OID, first: 0 },
            _ => Self::of_kind(ty),
        }
    }

    fn of_kind(ty: &'t Type) -> Self {
        match ty.kind() {
            Kind::Enum(_) => Self::Enum,
            Kind::Array(member) => Self::Array { member, first: 1 },
            Kind::Domain(base) => Self::of(base),
            Kind::Simple if ty.oid() == 0 => Self::Undescribed,
            // An extension's type of text.
            Kind::Simple if ty.name() == "citext" => Self::Text,
            Kind::Simple if Type::from_oid(ty.oid()).is_none() => Self::Foreign,
            _ => Self::Parsed,
        }
    }
}
