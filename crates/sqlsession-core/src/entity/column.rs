use std::borrow::Cow;

use super::ColumnType;

/// A column of an entity's table.
///
/// What it says beside name and type is for `CREATE TABLE`; a session looks at `is_key` and `is_generated` only.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Column {
    /// Its name, as it is written, capitals included.
    pub name: Cow<'static, str>,
    /// What it holds.
    pub column_type: ColumnType,
    /// Whether it may be NULL.
    pub is_nullable: bool,
    /// Whether it is the primary key, or a part of it.
    pub is_key: bool,
    /// Whether the server fills it where the entity has no value yet: `AUTO_INCREMENT`, an identity, a default.
    pub is_generated: bool,
    /// Whether no two rows may have the same value.
    pub is_unique: bool,
    /// The server's default, as SQL.
    pub default: Option<Cow<'static, str>>,
    /// The column of another table whose values it holds.
    pub references: Option<Reference>,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reference {
    /// The other table, as [`TableName`](crate::TableName) is written.
    pub table: Cow<'static, str>,
    /// Its column.
    pub column: Cow<'static, str>,
    /// What becomes of a row when the row is deleted that it refers to.
    pub on_delete: ReferentialAction,
}

/// What becomes of a row when the row is deleted that it refers to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReferentialAction {
    /// The delete is refused.
    #[default]
    NoAction,
    /// It is deleted as well.
    Cascade,
    /// Its column is set to NULL.
    SetNull,
}

impl Column {
    /// A column that is not null, no key and not generated.
    pub fn new(name: impl Into<Cow<'static, str>>, column_type: ColumnType) -> Self {
        Self {
            name: name.into(),
            column_type,
            is_nullable: false,
            is_key: false,
            is_generated: false,
            is_unique: false,
            default: None,
            references: None,
        }
    }

    /// The same column, that may be NULL or not.
    #[must_use]
    pub fn nullable(mut self, nullable: bool) -> Self {
        self.is_nullable = nullable;
        self
    }

    /// The same column as the primary key, or a part of it.
    #[must_use]
    pub fn key(mut self) -> Self {
        self.is_key = true;
        self
    }

    /// The same column, filled by the server where the entity has no value yet.
    #[must_use]
    pub fn generated(mut self) -> Self {
        self.is_generated = true;
        self
    }

    /// The same column, in which no two rows may have the same value.
    #[must_use]
    pub fn unique(mut self) -> Self {
        self.is_unique = true;
        self
    }

    /// The same column with a default of the server's, as SQL.
    #[must_use]
    pub fn default(mut self, sql: impl Into<Cow<'static, str>>) -> Self {
        self.default = Some(sql.into());
        self
    }

    /// The same column as a foreign key.
    #[must_use]
    pub fn references(mut self, reference: Reference) -> Self {
        self.references = Some(reference);
        self
    }
}

impl Reference {
    /// A reference that keeps the other row from being deleted.
    pub fn new(table: impl Into<Cow<'static, str>>, column: impl Into<Cow<'static, str>>) -> Self {
        Self { table: table.into(), column: column.into(), on_delete: ReferentialAction::default() }
    }

    /// The same reference with another action.
    #[must_use]
    pub fn on_delete(mut self, action: ReferentialAction) -> Self {
        self.on_delete = action;
        self
    }
}
