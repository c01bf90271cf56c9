//! The texts, written once for all dialects. Names are quoted: what is in them is never taken for SQL.

mod delete;
mod insert;
mod select;
mod update;
mod verb;
mod writer;

pub(crate) use verb::Verb;

use crate::{Result, driver::Dialect, entity::Table, statement::CompiledText, unit_of_work::TextKey};
use writer::Writer;

/// Writes the text for what the key says.
///
/// # Errors
/// `BadParameter` when the table's name is malformed.
pub(super) fn write(table: &Table, key: &TextKey, dialect: &Dialect) -> Result<CompiledText> {
    let mut writer = Writer::new(table, dialect)?;
    match key.verb {
        Verb::Insert { rows } => insert::rows(&mut writer, &key.columns, rows, dialect),
        Verb::InsertArrays => insert::arrays(&mut writer, &key.columns),
        Verb::Update => update::one(&mut writer, &key.columns),
        Verb::UpdateArrays => update::arrays(&mut writer, &key.columns),
        Verb::UpdateJoined { rows } => update::joined(&mut writer, &key.columns, rows),
        Verb::Delete => delete::one(&mut writer),
        Verb::DeleteArrays => delete::arrays(&mut writer),
        Verb::DeleteListed { rows } => delete::listed(&mut writer, rows),
        Verb::Select { keys, lock } => select::by_key(&mut writer, keys, lock && dialect.row_locks),
    }
    if key.returning {
        insert::returning(&mut writer, &key.columns);
    }
    Ok(writer.finish())
}

#[cfg(test)]
mod tests;
