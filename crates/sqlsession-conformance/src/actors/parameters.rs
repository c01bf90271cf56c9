use serde_json::{Map, Value as Json};
use sqlsession_core::statement::ParameterSet;

use super::Halt;
use crate::{scenario::Step, value::read};

/// The parameters of a statement.
#[derive(Debug)]
pub(super) enum Parameters {
    /// One set, which may be empty.
    One(ParameterSet),
    /// Several sets, or none.
    Many(Vec<ParameterSet>),
    /// Values without names.
    Nameless,
}

/// Reads a step's parameters.
pub(super) fn parameters(step: &Step) -> Result<Parameters, Halt> {
    match step.fields.get("params") {
        None | Some(Json::Null) => Ok(Parameters::One(ParameterSet::new())),
        Some(Json::Object(values)) if !values.contains_key("$") => set(values).map(Parameters::One),
        Some(Json::Array(sets)) if sets.iter().all(|set| set.is_object() && set.get("$").is_none()) => {
            sets.iter().filter_map(Json::as_object).map(set).collect::<Result<_, _>>().map(Parameters::Many)
        }
        Some(_) => Ok(Parameters::Nameless),
    }
}

fn set(values: &Map<String, Json>) -> Result<ParameterSet, Halt> {
    let mut parameters = ParameterSet::new();
    for (name, value) in values {
        let value = read(value).map_err(|error| Halt::Skip(format!("parameter {name}: {error}")))?;
        parameters.push(name.clone(), value);
    }
    Ok(parameters)
}
