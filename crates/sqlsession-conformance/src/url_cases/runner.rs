use serde_json::{Map, Value as Json};
use sqlsession_core::{DatabaseUrl, EngineOptions, Error, url::Scheme};

use super::{construction, parts};
use crate::{
    Backend,
    compare::{Aspect, Difference, accepts},
    outcome::{Body, ErrorWord},
    report::Verdict,
};

/// Runs every case of a file, giving each its name and verdict.
///
/// # Errors
///
/// The text is no file of URL cases.
pub(crate) fn run(text: &str, backends: &[&dyn Backend]) -> Result<Vec<(String, Verdict)>, String> {
    let file: Json =
        serde_json::from_str(text).map_err(|error| format!("not a file of URL cases: {error}"))?;
    let list = |name: &str| file.get(name).and_then(Json::as_array).map(Vec::as_slice);
    let cases = list("cases").ok_or("not a file of URL cases: it has no cases")?;
    let parsed = cases.iter().enumerate().map(|(index, case)| {
        let verdict = match (case.get("url").and_then(Json::as_str), case.as_object()) {
            (Some(url), Some(case)) => Verdict::Ran(judge(&id(case, index), url, case, backends)),
            _ => Verdict::Broken("not a URL case: it has no url".to_owned()),
        };
        (case.as_object().map_or_else(|| format!("url case {index}"), |case| id(case, index)), verdict)
    });
    let constructed = list("construction").unwrap_or_default().iter().filter_map(Json::as_object).enumerate();
    let constructed = constructed.map(|(index, case)| {
        let id = id(case, index);
        let verdict = construction::judge(&id, case);
        (id, verdict)
    });
    Ok(parsed.chain(constructed).collect())
}

fn id(case: &Map<String, Json>, index: usize) -> String {
    case.get("id").and_then(Json::as_str).map_or_else(|| format!("url case {index}"), str::to_owned)
}

fn judge(id: &str, text: &str, case: &Map<String, Json>, backends: &[&dyn Backend]) -> Vec<Difference> {
    let url = match DatabaseUrl::parse(text) {
        Ok(url) => url,
        Err(error) => return refused(id, text, case, error),
    };
    let mut differences = Vec::new();
    if let Some(recorded) = case.get("error") {
        let rules = parts::taken_rules(&url);
        differences.push(difference(id, "error", recorded.to_string(), url.render(), rules));
        return differences;
    }
    for (part, recorded, actual) in parts::compare(case, &url) {
        differences.push(difference(id, part, recorded, actual, Vec::new()));
    }
    differences.extend(dialect(id, case, &url));
    differences.extend(engine(id, case, &url, backends));
    differences
}

/// A URL that is refused, as it should be or not.
fn refused(id: &str, text: &str, case: &Map<String, Json>, error: Error) -> Vec<Difference> {
    if let Some(recorded) = case.get("error").and_then(Json::as_object)
        && accepts(recorded, ErrorWord::Kind(error.kind()))
    {
        return Vec::new();
    }
    let rules = parts::refused_rules(text, case);
    let recorded = case.get("error").or_else(|| case.get("rendered")).unwrap_or(&Json::Null);
    let mut found = difference(id, "url", recorded.to_string(), error.to_string(), rules);
    found.body = Some(Body::from(error));
    vec![found]
}

/// What the name before `://` chooses.
fn dialect(id: &str, case: &Map<String, Json>, url: &DatabaseUrl) -> Option<Difference> {
    let recorded = case.get("dialect")?;
    let name = recorded.get("name").and_then(Json::as_str);
    let actual = Scheme::resolve(url.drivername());
    let rule = match (name, &actual) {
        (Some(name), Ok(scheme)) if name == scheme.dialect => return None,
        (None, Err(_)) => return None,
        (Some("mariadb"), Ok(scheme)) if scheme.dialect == "mysql" => "one protocol",
        (Some(_), Ok(_)) => "another dialect",
        (None, Ok(_)) if url.dialect_name() == "postgres" => "postgres",
        (None, Ok(_)) => "known here only",
        (Some(_), Err(_)) => "not here",
    };
    let actual = actual.map_or_else(|error| error.to_string(), |scheme| scheme.dialect.to_owned());
    Some(difference(id, "dialect", recorded.to_string(), actual, vec![rule]))
}

/// Whether an engine can be made, where there is a backend of the dialect.
fn engine(
    id: &str,
    case: &Map<String, Json>,
    url: &DatabaseUrl,
    backends: &[&dyn Backend],
) -> Option<Difference> {
    let recorded = case.get("create_engine")?;
    let scheme = Scheme::resolve(url.drivername()).ok()?;
    let name = if scheme.dialect == "postgresql" { "postgres" } else { scheme.dialect };
    let backend = backends.iter().find(|backend| backend.name() == name)?;
    let error = recorded.get("error").and_then(Json::as_object);
    let class = error.and_then(|error| error.get("class")).and_then(Json::as_str);
    if class == Some("ModuleNotFoundError") {
        return None;
    }
    let made = backend.engine(url.clone(), EngineOptions::default());
    let rule = match (&made, error) {
        (Ok(_), None) => return None,
        (Err(actual), Some(error)) if accepts(error, ErrorWord::Kind(actual.kind())) => return None,
        (Err(_), None) if !url.query().is_empty() => "option",
        _ => "engine",
    };
    let (actual, body) = match made {
        Ok(engine) => (format!("an engine for {}", engine.url()), None),
        Err(error) => (error.to_string(), Some(Body::from(error))),
    };
    let mut found = difference(id, "create_engine", recorded.to_string(), actual, vec![rule]);
    found.body = body;
    Some(found)
}

pub(super) fn difference(
    id: &str,
    part: &str,
    recorded: String,
    actual: String,
    rules: Vec<&'static str>,
) -> Difference {
    Difference {
        case: id.to_owned(),
        backend: String::new(),
        product: None,
        client: None,
        driver: None,
        step: None,
        aspect: Aspect::Part,
        expected: vec![(part.to_owned(), recorded)],
        recorded: None,
        actual,
        body: None,
        rules,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(case: &str) -> Vec<Difference> {
        let verdict =
            run(&format!(r#"{{"cases": [{case}], "construction": []}}"#), &[]).unwrap().pop().unwrap().1;
        let Verdict::Ran(differences) = verdict else { panic!("{verdict:?}") };
        differences
    }

    const PARTS: &str = r#""drivername": "postgresql", "username": "u", "password": "p", "host": "h", "port": 5,
        "database": "d", "query": {"a": "1"}, "rendered": "postgresql://u:p@h:5/d?a=1",
        "rendered_hidden": "postgresql://u:***@h:5/d?a=1", "str_is_hidden": true, "round_trips": true,
        "dialect": {"name": "postgresql"}"#;

    #[test]
    fn a_url_that_comes_out_as_recorded_has_no_difference() {
        assert!(only(&format!(r#"{{"id": "x", "url": "postgresql://u:p@h:5/d?a=1", {PARTS}}}"#)).is_empty());
    }

    #[test]
    fn another_part_is_a_difference() {
        for url in ["postgresql://u:p@h:6/d?a=1", "postgresql://u:p@h:5/d?a=2", "mysql://u:p@h:5/d?a=1"] {
            assert!(!only(&format!(r#"{{"id": "x", "url": "{url}", {PARTS}}}"#)).is_empty(), "{url}");
        }
    }

    #[test]
    fn an_error_is_expected_where_one_was_recorded() {
        let error = r#""error": {"class": "ArgumentError", "is_a": ["ArgumentError"]}"#;
        assert!(only(&format!(r#"{{"id": "x", "url": "no url", {error}}}"#)).is_empty());
        assert_eq!(only(&format!(r#"{{"id": "x", "url": "sqlite://", {error}}}"#)).len(), 1);
        assert_eq!(only(&format!(r#"{{"id": "x", "url": "no url", {PARTS}}}"#)).len(), 1);
    }

    #[test]
    fn what_is_no_case_is_said() {
        assert!(run("5", &[]).is_err());
        let verdicts = run(r#"{"cases": [{"id": "x"}, 5]}"#, &[]).unwrap();
        assert!(verdicts.iter().all(|(_, verdict)| matches!(verdict, Verdict::Broken(_))), "{verdicts:?}");
    }
}
