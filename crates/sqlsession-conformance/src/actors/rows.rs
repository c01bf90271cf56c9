use std::collections::BTreeMap;

use serde_json::Value as Json;
use sqlsession_core::{Result, ResultSet, Row, Value, ValueRef};

use super::Halt;
use crate::scenario::Step;

/// The columns that are read as another type than they come in, by name.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnTypes {
    truths: Vec<String>,
}

impl ColumnTypes {
    /// The types a step asks for.
    pub(super) fn of(step: &Step) -> Result<Self, Halt> {
        let mut types = Self::default();
        for (column, wanted) in step.options("column_types").into_iter().flatten() {
            match wanted.as_str() {
                Some("Boolean") => types.truths.push(column.clone()),
                _ => return Err(Halt::Skip(format!("columns of type {wanted} are not known to the runner"))),
            }
        }
        Ok(types)
    }

    /// The values of a row.
    pub(super) fn read(&self, row: &Row) -> Result<Vec<Value>> {
        let names = row.columns().names().enumerate();
        names
            .map(|(index, name)| match row.value(index) {
                Some(value) if !value_is_null(value) && self.truths.iter().any(|truth| truth == name) => {
                    row.get::<bool>(index).map(Value::Bool)
                }
                value => Ok(value.unwrap_or(ValueRef::Null).to_value()),
            })
            .collect()
    }
}

fn value_is_null(value: ValueRef<'_>) -> bool {
    matches!(value, ValueRef::Null)
}

/// Everything that is left of a result.
pub(super) fn all_rows(result: &mut ResultSet, types: &ColumnTypes) -> Result<Vec<Vec<Value>>> {
    result.rows()?.map(|row| types.read(&row)).collect()
}

/// The values of a row, as they came.
pub(super) fn values(row: &Row) -> Vec<Value> {
    row.values().map(ValueRef::to_value).collect()
}

/// A row by its names.
pub(super) fn by_name(row: &Row) -> BTreeMap<String, Value> {
    row.mapping().iter().map(|(name, value)| (name.to_owned(), value.to_value())).collect()
}

/// A column's name or number as a scenario writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    Index(usize),
    Name(String),
}

impl Column {
    pub(super) fn of(written: Option<&Json>) -> Option<Self> {
        match written {
            None | Some(Json::Null) => Some(Self::Index(0)),
            Some(Json::String(name)) => Some(Self::Name(name.clone())),
            Some(number) => number.as_u64().and_then(|index| usize::try_from(index).ok()).map(Self::Index),
        }
    }

    /// Where the column is.
    pub(super) fn position(&self, columns: &sqlsession_core::row::Columns) -> Result<usize> {
        use sqlsession_core::row::ColumnIndex;
        match self {
            Self::Index(index) => index.position(columns),
            Self::Name(name) => name.position(columns),
        }
    }
}
