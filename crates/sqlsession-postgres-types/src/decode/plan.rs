use postgres_types::{Kind, Type};

/// How the values of a column are read, which is found out once per result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the name of each is that of a type")]
pub enum Decoding {
    Bool,
    Int2,
    Int4,
    Int8,
    /// 32 bits without a sign.
    Oid,
    Float4,
    Float8,
    Text,
    /// `"char"`, which is one byte.
    Char,
    Json,
    /// JSON behind the number of its binary form.
    Jsonb,
    /// Text behind the number of its binary form.
    NumberedText,
    Bytes,
    Uuid,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    /// Computed, and then kept.
    Computed,
    /// Text if it looks like text.
    Unknown,
}

impl Decoding {
    /// How values of this type are read.
    #[must_use]
    pub fn of(ty: &Type) -> Self {
        match *ty {
            Type::BOOL => Self::Bool,
            Type::INT2 => Self::Int2,
            Type::INT4 => Self::Int4,
            Type::INT8 => Self::Int8,
            Type::OID
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
            Type::TEXT
            | Type::VARCHAR
            | Type::BPCHAR
            | Type::NAME
            | Type::CSTRING
            | Type::REFCURSOR
            | Type::XML
            | Type::PG_NODE_TREE
            // Nothing, as text.
            | Type::VOID => Self::Text,
            // Also what stands for the types of users, where their names are not looked up.
            Type::UNKNOWN => Self::Unknown,
            Type::CHAR => Self::Char,
            Type::JSON => Self::Json,
            Type::JSONB => Self::Jsonb,
            Type::JSONPATH => Self::NumberedText,
            Type::BYTEA => Self::Bytes,
            Type::UUID => Self::Uuid,
            Type::DATE => Self::Date,
            Type::TIME => Self::Time,
            Type::TIMESTAMP => Self::Timestamp,
            Type::TIMESTAMPTZ => Self::TimestampTz,
            _ => Self::of_kind(ty),
        }
    }

    fn of_kind(ty: &Type) -> Self {
        match ty.kind() {
            Kind::Enum(_) => Self::Text,
            Kind::Domain(base) => Self::of(base),
            Kind::Simple if Type::from_oid(ty.oid()).is_none() => match ty.name() {
                "citext" => Self::Text,
                "ltree" | "lquery" | "ltxtquery" => Self::NumberedText,
                "hstore" => Self::Computed,
                _ => Self::Unknown,
            },
            _ => Self::Computed,
        }
    }

    /// Whether some values of the column may have to be computed.
    #[must_use]
    pub fn may_compute(self) -> bool {
        // A date may be beyond the years of core.
        matches!(self, Self::Computed | Self::Date)
    }
}
