use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use sqlsession_core::Value;

use super::{Aspect, accepts};
use crate::{
    outcome::{Body, PoolFigures, ShownEntity},
    value::same,
};

/// In what a result differs from a recorded one; `None` if it is the same.
pub(super) fn compare(recorded: &Map<String, Json>, actual: &Body) -> Option<Aspect> {
    if is_skipped(recorded) && *actual == Body::Skipped {
        return None;
    }
    // What the runner shows of an object that SQLAlchemy's method does not give back.
    if let (Some("none" | "ok"), Body::Entity(Some(_))) =
        (recorded.get("kind").and_then(Json::as_str), actual)
    {
        return None;
    }
    if recorded.get("kind").and_then(Json::as_str) != Some(actual.kind()) {
        return Some(Aspect::Kind);
    }
    let field = |name: &str| recorded.get(name).unwrap_or(&Json::Null);
    let is_same = match actual {
        Body::Error(failure) => return (!accepts(recorded, failure.word)).then_some(Aspect::Error),
        // Its kind is none of the recorded ones.
        Body::NoCounterpart(_) => false,
        Body::Ok | Body::None | Body::Exit | Body::Absent | Body::Started | Body::Skipped => true,
        Body::Value(value) => same(field("value"), value),
        Body::Values(values) => same_list(field("values"), values),
        Body::Rows(rows) => same_rows(field("rows"), rows),
        Body::RowCount { rowcount, lastrowid } => {
            same_count(field("rowcount"), *rowcount)
                && recorded.get("lastrowid").is_none_or(|recorded| recorded.as_i64() == *lastrowid)
        }
        Body::Result { returns_rows, rowcount } => {
            field("returns_rows").as_bool() == Some(*returns_rows)
                && (*returns_rows || same_count(field("rowcount"), *rowcount))
        }
        Body::Entity(entity) => same_entity(field("entity"), entity.as_ref()),
        Body::Row(row) => match row {
            None => field("row").is_null(),
            Some(row) => same_list(field("row"), row),
        },
        Body::Mapping(mapping) => match mapping {
            None => field("mapping").is_null(),
            Some(mapping) => same_mapping(field("mapping"), mapping),
        },
        Body::Mappings(rows) => same_each(field("mappings"), rows, same_mapping),
        Body::Partitions(parts) => same_parts(field("partitions"), parts),
        Body::Steps(parts) => same_parts(field("steps"), parts),
        Body::Pool(pool) => same_pool(recorded, pool),
    };
    (!is_same).then_some(Aspect::Value)
}

fn same_entity(recorded: &Json, actual: Option<&ShownEntity>) -> bool {
    match actual {
        None => recorded.is_null(),
        Some(entity) => {
            recorded.get("state").and_then(Json::as_str) == Some(entity.state)
                && same_mapping(recorded.get("loaded").unwrap_or(&Json::Null), &entity.loaded)
        }
    }
}

fn is_skipped(recorded: &Map<String, Json>) -> bool {
    recorded.get("skipped").and_then(Json::as_bool) == Some(true)
}

fn same_each<T>(recorded: &Json, actual: &[T], same: impl Fn(&Json, &T) -> bool) -> bool {
    recorded.as_array().is_some_and(|recorded| {
        recorded.len() == actual.len()
            && recorded.iter().zip(actual).all(|(recorded, actual)| same(recorded, actual))
    })
}

fn same_list(recorded: &Json, actual: &[Value]) -> bool {
    same_each(recorded, actual, same)
}

fn same_rows(recorded: &Json, actual: &[Vec<Value>]) -> bool {
    same_each(recorded, actual, |recorded, row| same_list(recorded, row))
}

fn same_mapping(recorded: &Json, actual: &BTreeMap<String, Value>) -> bool {
    recorded.as_object().is_some_and(|recorded| {
        recorded.len() == actual.len()
            && actual
                .iter()
                .all(|(name, value)| recorded.get(name).is_some_and(|recorded| same(recorded, value)))
    })
}

fn same_parts(recorded: &Json, actual: &[Body]) -> bool {
    same_each(recorded, actual, |recorded, part| {
        recorded.as_object().is_some_and(|recorded| compare(recorded, part).is_none())
    })
}

/// A count; the drivers say -1 where they do not know one.
fn same_count(recorded: &Json, actual: Option<u64>) -> bool {
    match actual {
        Some(count) => recorded.as_u64() == Some(count),
        None => recorded.as_i64() == Some(-1),
    }
}

/// The figures that the recorded pool class has.
fn same_pool(recorded: &Map<String, Json>, actual: &PoolFigures) -> bool {
    let same =
        |name: &str, actual: i64| recorded.get(name).is_none_or(|recorded| recorded.as_i64() == Some(actual));
    recorded.get("class").and_then(Json::as_str) == Some(&actual.class)
        && same("size", actual.size)
        && same("checkedin", actual.checked_in)
        && same("checkedout", actual.checked_out)
        && same("overflow", actual.overflow)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sqlsession_core::{Error, ErrorKind};

    use super::*;

    fn counted(rowcount: Option<u64>) -> Body {
        Body::RowCount { rowcount, lastrowid: None }
    }

    fn outcome(recorded: impl std::borrow::Borrow<Json>, actual: &Body) -> Option<Aspect> {
        compare(recorded.borrow().as_object().unwrap(), actual)
    }

    #[test]
    fn another_kind_is_a_difference() {
        assert_eq!(outcome(json!({"kind": "ok"}), &Body::None), Some(Aspect::Kind));
        let error = Body::from(Error::new(ErrorKind::Syntax, "near x"));
        assert_eq!(outcome(json!({"kind": "none"}), &error), Some(Aspect::Kind));
    }

    #[test]
    fn another_value_row_or_count_is_a_difference() {
        let one = Value::I64(1);
        assert_eq!(outcome(json!({"kind": "value", "value": 1}), &Body::Value(one.clone())), None);
        assert_eq!(
            outcome(json!({"kind": "value", "value": 2}), &Body::Value(one.clone())),
            Some(Aspect::Value)
        );
        let rows = Body::Rows(vec![vec![one.clone()]]);
        assert_eq!(outcome(json!({"kind": "rows", "rows": [[1]]}), &rows), None);
        assert_eq!(outcome(json!({"kind": "rows", "rows": [[1], [1]]}), &rows), Some(Aspect::Value));
        assert_eq!(outcome(json!({"kind": "rows", "rows": [[1, 1]]}), &rows), Some(Aspect::Value));
        assert_eq!(
            outcome(json!({"kind": "rowcount", "rowcount": 2}), &counted(Some(1))),
            Some(Aspect::Value)
        );
        assert_eq!(outcome(json!({"kind": "rowcount", "rowcount": -1}), &counted(None)), None);
        let by_name = Body::Mapping(Some(BTreeMap::from([("a".to_owned(), one)])));
        assert_eq!(outcome(json!({"kind": "mapping", "mapping": {"a": 1}}), &by_name), None);
        assert_eq!(outcome(json!({"kind": "mapping", "mapping": {"b": 1}}), &by_name), Some(Aspect::Value));
    }

    #[test]
    fn an_error_of_another_family_is_a_difference() {
        let recorded =
            json!({"kind": "error", "class": "IntegrityError", "is_a": ["IntegrityError", "DBAPIError"]});
        let unique = Body::from(Error::new(ErrorKind::UniqueViolation, "twice"));
        let syntax = Body::from(Error::new(ErrorKind::Syntax, "near x"));
        assert_eq!(outcome(recorded.clone(), &unique), None);
        assert_eq!(outcome(recorded, &syntax), Some(Aspect::Error));
    }

    #[test]
    fn a_step_left_out_was_to_be_left_out() {
        assert_eq!(outcome(json!({"skipped": true}), &Body::Skipped), None);
        assert_eq!(outcome(json!({"kind": "none"}), &Body::Skipped), Some(Aspect::Kind));
        assert_eq!(outcome(json!({"skipped": true}), &Body::None), Some(Aspect::Kind));
    }
}
