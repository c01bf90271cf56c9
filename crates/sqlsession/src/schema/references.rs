use sqlsession_core::{
    Error, ErrorKind, Result, TableName,
    entity::{Reference, Table},
};

use super::dialect::Dialect;

/// The other table, which is in the schema of this one where it names none.
///
/// # Errors
/// `BadParameter` for a malformed name.
pub(super) fn referred(table: &Table, reference: &Reference) -> Result<TableName> {
    let (own, referred): (TableName, TableName) = (table.table_name()?, reference.table.parse()?);
    if referred.parts().len() > 1 {
        return Ok(referred);
    }
    let schema = own.parts().rev().skip(1).collect::<Vec<_>>().into_iter().rev();
    TableName::from_parts(schema.chain(referred.parts()))
}

/// How the dialect is told: SQLite takes no schema there, and sea-query gives MySQL none.
///
/// # Errors
/// `BadParameter` for a malformed name, `Configuration` for a table of another schema that would need it.
pub(super) fn referred_in(dialect: Dialect, table: &Table, reference: &Reference) -> Result<TableName> {
    let referred = referred(table, reference)?;
    if dialect == Dialect::Postgres {
        return Ok(referred);
    }
    let own = table.table_name()?;
    if !own.parts().rev().skip(1).eq(referred.parts().rev().skip(1)) {
        let message = format!(
            "the table `{own}` refers to `{referred}` of another schema, which it cannot in this dialect"
        );
        return Err(Error::new(ErrorKind::Configuration, message));
    }
    TableName::from_parts(referred.parts().last())
}
