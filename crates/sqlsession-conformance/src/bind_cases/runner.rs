use serde::Deserialize;
use serde_json::{Map, Value as Json};
use sqlsession_core::{
    ErrorKind, Result, Value,
    driver::PlaceholderStyle,
    statement::{Lexicon, ParameterSet, Parsed, SharedTexts, Statement},
};

use super::decided::decided;
use crate::{
    compare::{Aspect, Difference},
    report::Verdict,
};

/// One case. The styles that no driver here speaks (`named`, `format`, `pyformat`) are not looked at.
#[derive(Debug, Deserialize)]
struct Case {
    text: String,
    names: Vec<String>,
    styles: Map<String, Json>,
}

/// The recorded styles that a driver here speaks.
const STYLES: [(&str, PlaceholderStyle); 2] =
    [("qmark", PlaceholderStyle::Question), ("numeric_dollar", PlaceholderStyle::Dollar)];

/// Runs every case of a file, giving each its name and verdict.
///
/// # Errors
///
/// The text is no file of bind cases.
pub(crate) fn run(text: &str) -> Result<Vec<(String, Verdict)>, String> {
    #[derive(Deserialize)]
    struct File {
        cases: Vec<Json>,
    }
    let file: File =
        serde_json::from_str(text).map_err(|error| format!("not a file of bind cases: {error}"))?;
    let verdict = |(index, case): (usize, Json)| {
        let id =
            case.get("id").and_then(Json::as_str).map_or_else(|| format!("bind case {index}"), str::to_owned);
        let verdict = match serde_json::from_value::<Case>(case) {
            Ok(case) => judge(&id, &case),
            Err(error) => Verdict::Broken(format!("not a bind case: {error}")),
        };
        (id, verdict)
    };
    Ok(file.cases.into_iter().enumerate().map(verdict).collect())
}

fn judge(id: &str, case: &Case) -> Verdict {
    let recorded: Vec<_> =
        STYLES.iter().filter_map(|(name, style)| Some((*name, *style, case.styles.get(*name)?))).collect();
    if recorded.is_empty() {
        return Verdict::Skipped("it has no parameter style that a driver here speaks".to_owned());
    }
    let differences =
        recorded.into_iter().filter_map(|(name, style, recorded)| compare(id, case, name, style, recorded));
    Verdict::Ran(differences.collect())
}

fn compare(
    id: &str,
    case: &Case,
    style_name: &str,
    style: PlaceholderStyle,
    recorded: &Json,
) -> Option<Difference> {
    let lexicon = Lexicon::new(style);
    let parsed = Parsed::parse(&case.text, lexicon);
    let names: Vec<&str> = parsed.names().collect();
    let rendered = rendered(&case.text, &names, lexicon);
    let recorded_sql = recorded.get("sql").and_then(Json::as_str).unwrap_or_default();
    let recorded_order = recorded.get("order").and_then(Json::as_array).into_iter().flatten();
    let recorded_order: Vec<&str> = recorded_order.filter_map(Json::as_str).collect();
    let is_same = names == case.names
        && rendered.as_ref().is_ok_and(|(sql, order)| sql == recorded_sql && *order == recorded_order);
    if is_same {
        return None;
    }
    let decided = decided(&case.text, style);
    let is_decided = match &rendered {
        Ok((sql, order)) => {
            names == decided.names && decided.sql.as_ref() == Some(sql) && *order == decided.order
        }
        Err(error) => decided.sql.is_none() && error.kind() == ErrorKind::BadParameter,
    };
    Some(Difference {
        case: id.to_owned(),
        backend: String::new(),
        product: None,
        client: None,
        driver: None,
        step: None,
        aspect: Aspect::Part,
        expected: vec![(
            style_name.to_owned(),
            format!("{:?} {recorded_sql:?} {recorded_order:?}", case.names),
        )],
        recorded: None,
        actual: match rendered {
            Ok((sql, order)) => format!("{names:?} {sql:?} {order:?}"),
            Err(error) => error.to_string(),
        },
        body: None,
        rules: if is_decided { decided.rules } else { Vec::new() },
    })
}

/// The text a driver is given, and the name of the value at each of its placeholders: every value is its own name.
fn rendered(text: &str, names: &[&str], lexicon: Lexicon) -> Result<(String, Vec<String>)> {
    let mut parameters = ParameterSet::new();
    for name in names {
        parameters.push((*name).to_owned(), Value::Text((*name).to_owned()));
    }
    let statement = Statement::text(text.to_owned()).bind_all(parameters);
    let request = SharedTexts::new(lexicon, 0).local().compile(statement)?;
    let order = request.values.iter().map(|value| match value {
        Value::Text(name) => name.clone(),
        other => format!("{other:?}"),
    });
    Ok((request.text.sql().to_string(), order.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdicts(cases: &str) -> Vec<(String, Verdict)> {
        run(&format!(r#"{{"about": "x", "cases": [{cases}]}}"#)).unwrap()
    }

    fn only(cases: &str) -> Verdict {
        verdicts(cases).pop().unwrap().1
    }

    #[test]
    fn a_text_that_comes_out_as_recorded_has_no_difference() {
        let verdict = only(
            r#"{"id": "x", "text": "SELECT :a, :a", "names": ["a"], "styles": {
                "qmark": {"sql": "SELECT ?, ?", "order": ["a", "a"]},
                "numeric_dollar": {"sql": "SELECT $1, $1", "order": ["a"]}}}"#,
        );
        assert!(matches!(verdict, Verdict::Ran(differences) if differences.is_empty()));
    }

    #[test]
    fn other_names_another_text_or_another_order_is_a_difference() {
        for (names, sql, order) in [
            (r#"["b"]"#, "SELECT ?", r#"["a"]"#),
            (r#"["a"]"#, "SELECT :a", r#"["a"]"#),
            (r#"["a"]"#, "SELECT ?", "[]"),
        ] {
            let verdict = only(&format!(
                r#"{{"id": "x", "text": "SELECT :a", "names": {names}, "styles": {{"qmark": {{"sql": "{sql}", "order": {order}}}}}}}"#
            ));
            let Verdict::Ran(differences) = verdict else { panic!("{verdict:?}") };
            assert_eq!(differences.len(), 1);
            assert!(differences[0].rules.is_empty());
        }
    }

    #[test]
    fn a_decided_difference_carries_its_rule() {
        let verdict = only(
            r#"{"id": "x", "text": "SELECT ':a'", "names": ["a"], "styles": {"qmark": {"sql": "SELECT '?'", "order": ["a"]}}}"#,
        );
        let Verdict::Ran(differences) = verdict else { panic!("{verdict:?}") };
        assert_eq!(differences[0].rules, ["quoted"]);
    }

    #[test]
    fn what_is_no_case_is_said() {
        assert!(run("[]").is_err());
        assert!(matches!(only(r#"{"id": "x"}"#), Verdict::Broken(_)));
        assert!(matches!(only(r#"{"id": "x", "text": "", "names": [], "styles": {}}"#), Verdict::Skipped(_)));
        assert_eq!(verdicts("5")[0].0, "bind case 0");
    }
}
