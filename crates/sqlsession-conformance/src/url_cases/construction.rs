use serde_json::{Map, Value as Json, json};
use sqlsession_core::{DatabaseUrl, Result};

use super::{parts::query, runner::difference};
use crate::report::Verdict;

/// What a construction gives, as it is recorded.
type Construct = fn() -> Result<Json>;

/// The recordings say what came of each construction but not how it was written; those that have a counterpart here
/// are written again.
const CONSTRUCTIONS: &[(&str, Construct)] = &[
    ("create_full", || {
        let url =
            DatabaseUrl::new("postgresql+asyncpg").with_username("u@x").with_password("p/w:x").with_host("h");
        let url = url.with_port(5432).with_database("d b").with_query("a", "1").with_query_appended("a", "2");
        Ok(whole(&url.with_query("b", "x y")))
    }),
    ("create_ipv6", || Ok(whole(&DatabaseUrl::new("postgresql").with_host("::1").with_port(5)))),
    ("create_empty_drivername", || Ok(whole(&DatabaseUrl::new("")))),
    ("create_empty_strings", || {
        let url = DatabaseUrl::new("postgresql").with_username("").with_password("").with_host("");
        Ok(whole(&url.with_database("")))
    }),
    ("create_password_only", || {
        Ok(json!(DatabaseUrl::new("postgresql").with_password("p").with_host("h").render()))
    }),
    ("create_database_slash", || Ok(json!(DatabaseUrl::new("sqlite").with_database("/abs.db").render()))),
    ("create_database_special", || {
        Ok(json!(DatabaseUrl::new("postgresql").with_host("h").with_database("a?b#c").render()))
    }),
    ("set_database", || Ok(whole(&DatabaseUrl::parse("postgresql://u:p@h/db")?.with_database("other")))),
    ("update_query_string", || {
        Ok(whole(&DatabaseUrl::parse("postgresql://h/db?a=1")?.with_query_string("a=2&b=3")))
    }),
    ("update_query_string_append", || {
        let url = DatabaseUrl::parse("postgresql://h/db?a=1")?;
        Ok(whole(&url.with_query_appended("a", "2").with_query_appended("b", "3")))
    }),
    ("difference_update_query", || {
        Ok(whole(&DatabaseUrl::parse("postgresql://h/db?a=1&b=2")?.without_query("a")))
    }),
    ("equal_other_password", || {
        Ok(json!(
            DatabaseUrl::parse("postgresql://u:p@h/db")? == DatabaseUrl::parse("postgresql://u:q@h/db")?
        ))
    }),
    ("equal_default_port", || {
        Ok(json!(DatabaseUrl::parse("postgresql://h/db")? == DatabaseUrl::parse("postgresql://h:5432/db")?))
    }),
    ("hashable", || {
        let url = DatabaseUrl::parse("postgresql://u:p@h/db")?;
        Ok(json!(std::collections::HashSet::from([url.clone()]).contains(&url)))
    }),
    ("str_hides", || Ok(json!(DatabaseUrl::parse("postgresql://u:p@h/db")?.to_string()))),
    ("repr_hides_empty_password", || Ok(json!(DatabaseUrl::parse("postgresql://u:@h/db")?.to_string()))),
    ("make_url_of_url", || {
        let url = DatabaseUrl::parse("postgresql://u:p@h/db")?;
        let again = DatabaseUrl::from(&url);
        Ok(json!(again == url))
    }),
    ("normalized_query", || {
        let url = DatabaseUrl::parse("postgresql://h/db?a=1&b=2&b=3")?;
        Ok(json!({"a": url.query_values("a"), "b": url.query_values("b")}))
    }),
    ("create_engine_url_object", || {
        let url = DatabaseUrl::parse("sqlite:///x.db")?;
        Ok(json!(DatabaseUrl::from(&url).render()))
    }),
];

/// Those that have none; a decision says why.
const WITHOUT_COUNTERPART: [&str; 12] = [
    "async_engine_psycopg",
    "async_engine_sqlite_default",
    "create_drivername_none",
    "create_engine_max_overflow_memory",
    "create_engine_pool_size_memory",
    "create_engine_pool_size_null_pool",
    "create_port_bad",
    "create_port_string",
    "create_query_none_value",
    "create_query_not_str",
    "engine_from_config",
    "sync_engine_async_driver_used",
];

/// Holds one construction against what was recorded.
pub(super) fn judge(id: &str, case: &Map<String, Json>) -> Verdict {
    let recorded = case.get("value").or_else(|| case.get("error")).cloned().unwrap_or_default();
    if WITHOUT_COUNTERPART.contains(&id) {
        let actual = "no counterpart".to_owned();
        return Verdict::Ran(vec![difference(id, "value", recorded.to_string(), actual, Vec::new())]);
    }
    let Some((_, construct)) = CONSTRUCTIONS.iter().find(|(name, _)| *name == id) else {
        return Verdict::Skipped("this construction is not known to the runner".to_owned());
    };
    let actual = construct().unwrap_or_else(|error| json!({"error": error.to_string()}));
    if recorded == actual {
        return Verdict::Ran(Vec::new());
    }
    Verdict::Ran(vec![difference(id, "value", recorded.to_string(), actual.to_string(), Vec::new())])
}

fn whole(url: &DatabaseUrl) -> Json {
    json!({
        "rendered": url.render(),
        "query": query(url),
        "port": url.port(),
        "host": url.host(),
        "database": url.database(),
        "username": url.username(),
        "password": url.password(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(id: &str, case: &Json) -> Verdict {
        judge(id, case.as_object().unwrap())
    }

    #[test]
    fn another_value_is_a_difference_and_an_unknown_one_is_skipped() {
        let right = json!({"value": "postgresql://u:***@h/db"});
        assert!(matches!(verdict("str_hides", &right), Verdict::Ran(differences) if differences.is_empty()));
        let wrong = json!({"value": "postgresql://u:p@h/db"});
        assert!(matches!(verdict("str_hides", &wrong), Verdict::Ran(differences) if differences.len() == 1));
        assert!(matches!(verdict("novel", &json!({"value": 1})), Verdict::Skipped(_)));
    }
}
