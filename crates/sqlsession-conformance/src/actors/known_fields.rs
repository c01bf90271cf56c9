use super::Halt;
use crate::scenario::Step;

/// The fields that steps have. A field that is not among them may change what a step means.
const KNOWN: &[&str] = &[
    "as",
    "background",
    "bind_types",
    "body",
    "close",
    "column_types",
    "columns",
    "commit",
    "execution_options",
    "expanding",
    "field",
    "fields",
    "how",
    "ident",
    "index",
    "is_session",
    "key",
    "measure",
    "name",
    "nested",
    "new",
    "object",
    "objects",
    "on_close_pre",
    "only",
    "options",
    "params",
    "seconds",
    "show_sql",
    "size",
    "sql",
    "stop_after",
    "value",
    "want",
];

/// Refuses a step with a field nobody knows.
pub(super) fn check(step: &Step) -> Result<(), Halt> {
    match step.fields.keys().find(|field| !KNOWN.contains(&field.as_str())) {
        None => Ok(()),
        Some(field) => {
            Err(Halt::Skip(format!("field {field} of {}.{} is not known to the runner", step.actor, step.op)))
        }
    }
}
