use sqlsession_core::{Error, ErrorKind, Result, TableName, entity::Table};

use super::references::referred;

/// A table that has no place yet.
struct Waiting {
    name: TableName,
    refers_to: Vec<TableName>,
    table: &'static Table,
}

/// The tables in an order in which each comes behind those it refers to, and else as they were.
///
/// # Errors
/// `Configuration` when tables refer to each other in a circle, or one name stands for two tables.
pub(super) fn by_reference(tables: &[&'static Table]) -> Result<Vec<&'static Table>> {
    let mut waiting = named(tables)?;
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|Waiting { name, refers_to, .. }| {
            waiting.iter().all(|other| other.name == *name || !refers_to.contains(&other.name))
        });
        let Some(place) = ready else { return Err(circle(&waiting)) };
        ordered.push(waiting.remove(place).table);
    }
    Ok(ordered)
}

/// Each table once.
fn named(tables: &[&'static Table]) -> Result<Vec<Waiting>> {
    let mut named: Vec<Waiting> = Vec::with_capacity(tables.len());
    for &table in tables {
        table.check()?;
        let name = table.table_name()?;
        match named.iter().find(|known| known.name == name) {
            Some(known) if known.table == table => {}
            Some(_) => {
                let message = format!("two entities have the table `{name}`, and differ in its columns");
                return Err(Error::new(ErrorKind::Configuration, message));
            }
            None => {
                let references = table.columns().iter().filter_map(|column| column.references.as_ref());
                let refers_to = references.map(|to| referred(table, to)).collect::<Result<_>>()?;
                named.push(Waiting { name, refers_to, table });
            }
        }
    }
    Ok(named)
}

fn circle(waiting: &[Waiting]) -> Error {
    let names: Vec<String> = waiting.iter().map(|waiting| format!("`{}`", waiting.name)).collect();
    let message = format!(
        "there is no order in which these tables can be created, for they refer to each other: {}",
        names.join(", ")
    );
    Error::new(ErrorKind::Configuration, message)
}
