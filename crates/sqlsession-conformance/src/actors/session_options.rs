use serde_json::{Map, Value as Json};
use sqlsession_core::{SessionOptions, session::Info};

use super::Halt;
use crate::value::read;

/// Whether the objects of a session keep their values past a commit, if that is said.
pub(super) fn keeps_objects(written: &Map<String, Json>) -> Option<bool> {
    written.get("expire_on_commit").and_then(Json::as_bool).map(|expires| !expires)
}

/// Reads a session's options, which are those of `sessionmaker`, and what it remembers from the start.
pub(super) fn session_options(written: &Map<String, Json>) -> Result<(SessionOptions, Info), Halt> {
    let mut options = SessionOptions::default();
    let mut info = Info::new();
    for (name, value) in written.iter().filter(|(name, _)| *name != "bind") {
        let truth = value.as_bool().ok_or_else(|| Halt::Skip(format!("session option {name} is {value}")));
        options = match name.as_str() {
            "autobegin" => options.autobegin(truth?),
            "autoflush" => options.autoflush(truth?),
            "info" => {
                for (key, value) in value.as_object().into_iter().flatten() {
                    info.insert(key.clone(), read(value).map_err(Halt::Skip)?);
                }
                options
            }
            // A session gives entities away and expires none: see `keeps_objects`.
            "expire_on_commit" => options,
            "twophase" if value.as_bool() == Some(false) => options,
            "close_resets_only" if value.as_bool() != Some(false) => options,
            "twophase" => return Err(Halt::NoCounterpart("there is no two-phase commit")),
            "close_resets_only" => {
                return Err(Halt::NoCounterpart("a closed session can always be used again"));
            }
            "join_transaction_mode" => {
                return Err(Halt::NoCounterpart("a session belongs to an engine, not to a connection"));
            }
            _ => return Err(Halt::Skip(format!("session option {name} is not known to the runner"))),
        };
    }
    Ok((options, info))
}
