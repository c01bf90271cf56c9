use sea_query::{ColumnDef, Expr};
use sqlsession_core::{
    Error, ErrorKind, Result,
    entity::{Column, ColumnType, Table},
};

use super::{column_types::column_type, dialect::Dialect};

/// A column as `CREATE TABLE` has it. A key of one column is said here.
pub(super) fn column_def(table: &Table, column: &Column, dialect: Dialect) -> Result<ColumnDef> {
    let keys = table.key_columns().count();
    let refuse = |what: &str| {
        let message = format!("the column `{}` of the table `{}` {what}", column.name, table.name());
        Error::new(ErrorKind::Configuration, message)
    };
    check_index(column, dialect).map_err(refuse)?;
    let numbered = check_numbered(table, column, dialect).map_err(refuse)?;

    // An identity of PostgreSQL is no `numeric`; so far nobody has counted.
    let counted = if numbered && column.column_type == ColumnType::BigUnsigned && dialect == Dialect::Postgres
    {
        &ColumnType::BigInteger
    } else {
        &column.column_type
    };
    let mut def = ColumnDef::new_with_type(
        column.name.clone().into_owned(),
        column_type(counted, dialect).map_err(refuse)?,
    );
    if !column.is_nullable {
        def.not_null();
    }
    if let Some(sql) = &column.default {
        def.default(Expr::cust(sql.clone()));
    }
    if column.is_key && keys == 1 {
        def.primary_key();
    }
    if numbered {
        // sea-query writes `bigint`, and SQLite numbers an `INTEGER` only.
        if dialect == Dialect::Sqlite {
            def.integer();
        }
        def.auto_increment();
    }
    if column.is_unique {
        def.unique_key();
    }
    Ok(def)
}

/// MySQL has no index over a whole text of any length.
fn check_index(column: &Column, dialect: Dialect) -> Result<(), &'static str> {
    let is_indexed = column.is_key || column.is_unique || column.references.is_some();
    match column.column_type {
        ColumnType::Text if dialect == Dialect::Mysql && is_indexed => Err(
            "is a key, unique or a reference, and MySQL has no index over text of any length: say its `length`",
        ),
        ColumnType::Bytes | ColumnType::Json if dialect == Dialect::Mysql && is_indexed => {
            Err("is a key, unique or a reference, and MySQL has no index over it: say a `column_type`")
        }
        _ => Ok(()),
    }
}

/// Whether the server numbers the column. Whatever else is generated has a default.
fn check_numbered(table: &Table, column: &Column, dialect: Dialect) -> Result<bool, &'static str> {
    if !column.is_generated || column.default.is_some() {
        return Ok(false);
    }
    let is_integer = matches!(
        column.column_type,
        ColumnType::SmallInteger | ColumnType::Integer | ColumnType::BigInteger | ColumnType::BigUnsigned
    );
    if !column.is_key || !is_integer {
        return Err(
            "is generated, but not said by what: only a key that is an integer is numbered, anything else needs a `default`",
        );
    }
    let first = table.key_columns().next().and_then(|place| table.columns().get(place));
    match dialect {
        Dialect::Sqlite if table.key_columns().count() > 1 => {
            Err("is generated as a part of a key, and SQLite numbers a key of one column only")
        }
        Dialect::Mysql if first != Some(column) => {
            Err("is generated as a part of a key, and MySQL numbers the first column of a key only")
        }
        _ => Ok(true),
    }
}
