use std::time::Duration;

use serde_json::{Map, Value as Json};
use sqlsession_core::{
    DatabaseUrl, EngineOptions, Error,
    pool::{PoolClass, ResetOnReturn},
};

use super::Halt;
use crate::Database;

/// What a scenario says of an engine.
#[derive(Debug)]
pub(crate) struct EngineSetup {
    /// Where it connects.
    pub(crate) url: DatabaseUrl,
    /// How.
    pub(crate) options: EngineOptions,
}

impl EngineSetup {
    /// Reads an engine's options, which are those of `create_engine`; the inner error is one of the library's.
    pub(crate) fn read(
        written: &Map<String, Json>,
        database: &dyn Database,
    ) -> Result<Result<Self, Error>, Halt> {
        let mut setup = Self {
            url: database.url(),
            // The scenarios were recorded with the pool that lends the longest idle connection first.
            options: EngineOptions::default().pool_use_lifo(false),
        };
        for (name, value) in written.iter().filter(|(_, value)| !value.is_null()) {
            let wrong = || Halt::Skip(format!("engine option {name} is {value}"));
            let text = value.as_str().ok_or_else(wrong);
            let number = value.as_i64().ok_or_else(wrong);
            let truth = value.as_bool().ok_or_else(wrong);
            let options = setup.options.clone();
            setup.options = match name.as_str() {
                "pool_size" => options.pool_size(number?.try_into().map_err(|_| wrong())?),
                "max_overflow" => options.max_overflow(number?),
                "pool_timeout" => options.pool_timeout(seconds(value).ok_or_else(wrong)?),
                "pool_recycle" => match seconds(value) {
                    Some(age) => options.pool_recycle(age),
                    None => options,
                },
                "pool_pre_ping" => options.pool_pre_ping(truth?),
                "pool_use_lifo" => options.pool_use_lifo(truth?),
                "pool_reset_on_return" => options.reset_on_return(reset_on_return(value).ok_or_else(wrong)?),
                "poolclass" => match text? {
                    "QueuePool" | "AsyncAdaptedQueuePool" => options,
                    "NullPool" => options.pool_class(PoolClass::Null),
                    "StaticPool" => {
                        return Err(Halt::NoCounterpart(
                            "a connection has one user at a time, in a static pool too",
                        ));
                    }
                    "AssertionPool" => return Err(Halt::NoCounterpart("there is no pool that asserts")),
                    class => return Err(Halt::Skip(format!("there is no {class}"))),
                },
                "isolation_level" => match text?.parse() {
                    Ok(level) => options.isolation_level(level),
                    Err(error) => return Ok(Err(error)),
                },
                "url" => {
                    match DatabaseUrl::parse(&with_places(text?, database)) {
                        Ok(url) => setup.url = url,
                        Err(error) => return Ok(Err(error)),
                    }
                    options
                }
                // Nothing is sent for a connection that has no transaction. The query is added to whatever the URL is.
                "skip_autocommit_rollback" | "url_query" => options,
                _ => return Err(Halt::Skip(format!("engine option {name} is not known to the runner"))),
            };
        }
        for (key, value) in written.get("url_query").and_then(Json::as_object).into_iter().flatten() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            setup.url = setup.url.with_query(key, value);
        }
        Ok(Ok(setup))
    }
}

/// A URL with its `{places}` filled in.
fn with_places(written: &str, database: &dyn Database) -> String {
    let mut url = String::new();
    let mut rest = written;
    while let Some((before, after)) = rest.split_once('{') {
        url.push_str(before);
        match after.split_once('}').and_then(|(name, after)| Some((database.place(name)?, after))) {
            Some((place, after)) => {
                url.push_str(&place);
                rest = after;
            }
            None => {
                url.push('{');
                rest = after;
            }
        }
    }
    url + rest
}

fn seconds(value: &Json) -> Option<Duration> {
    Duration::try_from_secs_f64(value.as_f64()?).ok()
}

fn reset_on_return(value: &Json) -> Option<ResetOnReturn> {
    match value {
        Json::Bool(true) => Some(ResetOnReturn::Rollback),
        Json::Bool(false) => Some(ResetOnReturn::None),
        Json::String(word) => word.parse().ok(),
        _ => None,
    }
}
