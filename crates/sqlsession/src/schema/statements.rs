use sea_query::{
    ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index, IntoIden, SchemaName, Table as Ddl,
    TableRef,
};
use sqlsession_core::{
    Result, TableName,
    entity::{Column, Reference, ReferentialAction, Table},
};

use super::{columns::column_def, dialect::Dialect, references::referred_in};

/// # Errors
/// `Configuration` for what the dialect cannot create, `BadParameter` for malformed names.
pub(super) fn create(table: &Table, dialect: Dialect, if_not_exists: bool) -> Result<String> {
    table.check()?;
    let mut create = Ddl::create();
    create.table(table_ref(&table.table_name()?));
    if if_not_exists {
        create.if_not_exists();
    }
    for column in table.columns() {
        create.col(column_def(table, column, dialect)?);
    }
    if table.key_columns().count() > 1 {
        let mut key = Index::create();
        for column in table.columns().iter().filter(|column| column.is_key) {
            key.col(name(column));
        }
        create.primary_key(&mut key);
    }
    for column in table.columns() {
        if let Some(reference) = &column.references {
            create.foreign_key(&mut foreign_key(table, column, reference, dialect)?);
        }
    }
    if dialect == Dialect::Mysql {
        create.engine("InnoDB").character_set("utf8mb4");
    }
    Ok(dialect.create(&create))
}

/// # Errors
/// `BadParameter` for a malformed name.
pub(super) fn drop(table: &Table, dialect: Dialect, if_exists: bool) -> Result<String> {
    let mut drop = Ddl::drop();
    drop.table(table_ref(&table.table_name()?));
    if if_exists {
        drop.if_exists();
    }
    Ok(dialect.drop(&drop))
}

fn foreign_key(
    table: &Table,
    column: &Column,
    reference: &Reference,
    dialect: Dialect,
) -> Result<ForeignKeyCreateStatement> {
    let mut key = ForeignKey::create();
    let referred = referred_in(dialect, table, reference)?;
    key.from_col(name(column)).to(table_ref(&referred), reference.column.clone().into_owned());
    match reference.on_delete {
        ReferentialAction::Cascade => {
            key.on_delete(ForeignKeyAction::Cascade);
        }
        ReferentialAction::SetNull => {
            key.on_delete(ForeignKeyAction::SetNull);
        }
        // What every server does by itself.
        _ => {}
    }
    Ok(key)
}

/// sea-query doubles the quotes inside of an owned name, and of no other.
fn name(column: &Column) -> String {
    column.name.clone().into_owned()
}

fn table_ref(name: &TableName) -> TableRef {
    let mut parts = name.parts().rev().map(|part| part.to_owned().into_iden());
    let table = parts.next().unwrap_or_else(|| String::new().into_iden());
    let schema = parts.next().map(|schema| SchemaName(parts.next().map(Into::into), schema));
    TableRef::Table(sea_query::TableName(schema, table), None)
}
