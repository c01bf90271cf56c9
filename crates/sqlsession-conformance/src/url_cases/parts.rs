use serde_json::{Map, Value as Json, json};
use sqlsession_core::DatabaseUrl;

/// The parts that are not as recorded: each with its name, what was recorded, and what came.
pub(super) fn compare(case: &Map<String, Json>, url: &DatabaseUrl) -> Vec<(&'static str, String, String)> {
    let again = DatabaseUrl::parse(&url.render());
    let actual = [
        ("drivername", json!(url.drivername())),
        ("username", json!(url.username())),
        ("password", json!(url.password())),
        ("host", json!(url.host())),
        ("port", json!(url.port())),
        ("database", json!(url.database())),
        ("query", query(url)),
        ("rendered", json!(url.render())),
        ("rendered_hidden", json!(url.render_hidden())),
        ("str_is_hidden", json!(url.to_string() == url.render_hidden())),
        ("round_trips", json!(again.is_ok_and(|again| again == *url))),
    ];
    let differs = |(part, actual): (&'static str, Json)| {
        let recorded = case.get(part)?;
        (*recorded != actual).then(|| (part, recorded.to_string(), actual.to_string()))
    };
    actual.into_iter().filter_map(differs).collect()
}

/// The options as they are recorded: one value by itself, several as a list.
pub(super) fn query(url: &DatabaseUrl) -> Json {
    let option = |(key, values): (&str, &[String])| {
        let value = match values {
            [value] => json!(value),
            values => json!(values),
        };
        (key.to_owned(), value)
    };
    Json::Object(url.query().iter().map(option).collect())
}

/// What may be wrong with a URL that SQLAlchemy took.
///
/// - `port`: it is beyond 65535 or below 0, or not written in plain digits.
/// - `at in host`: the host has a `@`, which was to be part of the password.
/// - `behind bracket`: something that is no port stands behind a host in brackets.
pub(super) fn refused_rules(text: &str, case: &Map<String, Json>) -> Vec<&'static str> {
    let mut rules = Vec::new();
    if let Some(port) = case.get("port").and_then(Json::as_i64) {
        let is_plain = text.contains(&format!(":{port}")) || text.contains(&format!("0{port}"));
        if u16::try_from(port).is_err() || !is_plain {
            rules.push("port");
        }
    } else if case.get("port").is_some_and(Json::is_object) {
        rules.push("port");
    }
    if case.get("host").and_then(Json::as_str).is_some_and(|host| host.contains('@')) {
        rules.push("at in host");
    }
    if text.split_once(']').is_some_and(|(_, after)| !after.is_empty() && !after.starts_with([':', '/', '?']))
    {
        rules.push("behind bracket");
    }
    rules
}

/// What may be said for a URL that SQLAlchemy refused.
///
/// - `several hosts`: it has several, each with a port.
pub(super) fn taken_rules(url: &DatabaseUrl) -> Vec<&'static str> {
    let is_list = url.host().is_some_and(|host| host.contains(',') && host.contains(':'));
    if is_list { vec!["several hosts"] } else { Vec::new() }
}
