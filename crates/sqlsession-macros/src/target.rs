/// What is derived for a struct.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    FromRow,
    Entity,
    Embedded,
}

impl Target {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FromRow => "FromRow",
            Self::Entity => "Entity",
            Self::Embedded => "Embedded",
        }
    }

    /// The attribute that is its own.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::FromRow => "from_row",
            Self::Entity => "entity",
            Self::Embedded => "embedded",
        }
    }

    /// What a field takes, as an error lists it.
    pub(crate) fn field_attributes(self) -> &'static str {
        match self {
            Self::FromRow => "rename, default, skip, flatten, try_from and json",
            Self::Entity => {
                "rename, key, generated, skip, flatten, prefix, try_from, json, column_type, length, precision, \
                 scale, unique, default, references and on_delete"
            }
            Self::Embedded => {
                "rename, skip, flatten, prefix, try_from, json, column_type, length, precision, scale, unique, \
                 default, references and on_delete"
            }
        }
    }
}
