use std::fmt;

use serde_json::{Value as Json, json};
use sqlsession_core::Value;

use super::{Body, Outcome};
use crate::value::write;

impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())?;
        match self {
            Self::Value(value) => write!(f, " {}", write(value)),
            Self::Values(values) => write!(f, " {}", list(values)),
            Self::Rows(rows) => write!(f, " {}", Json::Array(rows.iter().map(|row| list(row)).collect())),
            Self::RowCount { rowcount, .. } => write!(f, " {}", count(*rowcount)),
            Self::Result { returns_rows: false, rowcount } => write!(f, " rowcount {}", count(*rowcount)),
            Self::Result { .. } => f.write_str(" with rows"),
            Self::Entity(None) => f.write_str(" null"),
            Self::Entity(Some(entity)) => write!(f, " {} {}", entity.state, by_name(&entity.loaded)),
            Self::Row(row) => write!(f, " {}", row.as_ref().map_or(Json::Null, |row| list(row))),
            Self::Mapping(mapping) => write!(f, " {}", mapping.as_ref().map_or(Json::Null, by_name)),
            Self::Mappings(rows) => write!(f, " {}", Json::Array(rows.iter().map(by_name).collect())),
            Self::Partitions(parts) | Self::Steps(parts) => {
                parts.iter().try_for_each(|part| write!(f, " [{part}]"))
            }
            Self::Pool(pool) => write!(
                f,
                " {} size {} in {} out {} overflow {}",
                pool.class, pool.size, pool.checked_in, pool.checked_out, pool.overflow
            ),
            Self::Error(failure) => write!(f, " {}: {}", failure.word.name(), failure.message),
            Self::NoCounterpart(reason) => write!(f, ": {reason}"),
            Self::Ok | Self::None | Self::Exit | Self::Absent | Self::Started | Self::Skipped => Ok(()),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.body.fmt(f)?;
        for (name, state) in &self.sessions {
            write!(f, "; {name} in_tx={} in_nested={}", state.in_tx, state.in_nested)?;
        }
        Ok(())
    }
}

/// A count as it is recorded: -1 where it is not known.
fn count(count: Option<u64>) -> Json {
    count.map_or_else(|| json!(-1), |count| json!(count))
}

fn list(values: &[Value]) -> Json {
    Json::Array(values.iter().map(write).collect())
}

fn by_name(row: &std::collections::BTreeMap<String, Value>) -> Json {
    Json::Object(row.iter().map(|(name, value)| (name.clone(), write(value))).collect())
}
