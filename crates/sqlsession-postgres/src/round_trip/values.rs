use sqlsession_core::Value;
use tokio_postgres::{Client, types::Kind};

use super::{
    differences::Differences,
    literals::{Case, cases},
    server::{client, copied, described, inferred, one, output, quoted, read, read_text, type_of},
};
use crate::types::{takes_binary_copy, write_f32, write_value};

/// The value as the server's output function writes it.
fn shown(case: &Case, value: &Value) -> String {
    let mut text = String::new();
    match value {
        Value::Bool(truth) => text.push(if *truth { 't' } else { 'f' }),
        Value::F64(number) if case.name == "float4" => write_f32(*number as f32, &mut text).unwrap(),
        value => write_value(value.as_ref(), &mut text).unwrap(),
    }
    text
}

/// The value as the only one of a row.
async fn row(client: &Client, case: &Case, name: &str, expression: &str) -> String {
    if !case.is_of_users {
        return format!("row({expression})");
    }
    let sql = format!("DROP TYPE IF EXISTS one_field; CREATE TYPE one_field AS (v {name})");
    client.batch_execute(&sql).await.unwrap();
    format!("row({expression})::one_field")
}

#[tokio::test]
async fn every_literal_is_read_as_the_server_prints_it() {
    let (client, _database) = client().await;
    let mut differences = Differences::default();
    for case in cases() {
        for literal in case.literals {
            let expression = format!("{}::{}", quoted(literal), case.name);
            let expected = read_text(&client, &output(&expression)).await;
            let value = read(&client, &expression).await;
            differences.compare(&expression, Ok(value.type_name().into()), case.kind_of(literal));
            if case.has_exact_text {
                differences.compare(&expression, Ok(shown(&case, &value)), &expected);
                let row = row(&client, &case, case.name, &expression).await;
                let expected = read_text(&client, &output(&row)).await;
                differences.compare(&row, Ok(read_text(&client, &row).await), &expected);
            }
        }
        assert_eq!(read(&client, &format!("NULL::{}", case.name)).await, Value::Null);
    }
}

#[tokio::test]
async fn every_value_goes_back_as_it_came() {
    let (client, _database) = client().await;
    let mut differences = Differences::default();
    for case in cases() {
        for literal in case.literals {
            let expression = format!("{}::{}", quoted(literal), case.name);
            let expected = read_text(&client, &output(&expression)).await;
            let mut values = vec![read(&client, &expression).await, Value::Text((*literal).to_owned())];
            if case.has_exact_text {
                values.push(Value::Text(expected.clone()));
            }
            for value in values {
                let name = format!("{expression} by {value:?}");
                differences.compare(&name, described(&client, case.name, &value).await, &expected);
                if case.is_inferable || !matches!(value, Value::Array(_)) {
                    let name = format!("{name}, inferred");
                    differences.compare(&name, inferred(&client, case.name, &value).await, &expected);
                }
            }
        }
        differences.compare(case.name, described(&client, case.name, &Value::Null).await, "");
        differences.compare(case.name, inferred(&client, case.name, &Value::Null).await, "");
    }
}

#[tokio::test]
async fn every_value_is_copied_as_it_came() {
    let (client, _database) = client().await;
    let mut differences = Differences::default();
    for case in cases() {
        for literal in case.literals {
            let expression = format!("{}::{}", quoted(literal), case.name);
            let expected = read_text(&client, &output(&expression)).await;
            let value = read(&client, &expression).await;
            if case.is_inferable {
                let name = format!("{expression}, copied as text");
                differences.compare(&name, copied(&client, case.name, &value, false).await, &expected);
            }
            if takes_binary_copy(&type_of(&client, &expression).await) && case.copies(literal) {
                let name = format!("{expression}, copied in binary");
                differences.compare(&name, copied(&client, case.name, &value, true).await, &expected);
            }
        }
        differences.compare(case.name, copied(&client, case.name, &Value::Null, false).await, "");
    }
}

#[tokio::test]
async fn arrays_of_every_type_have_nulls_and_dimensions() {
    let (client, _database) = client().await;
    let mut differences = Differences::default();
    for case in cases().into_iter().filter(|case| case.is_inferable) {
        let literals: Vec<String> =
            case.literals.iter().map(|literal| format!("{}::{}", quoted(literal), case.name)).collect();
        let flat = literals.join(",");
        let array = format!("{}[]", case.name);
        for expression in [
            format!("ARRAY[{flat},NULL]::{array}"),
            format!("ARRAY[[{flat}],[{flat}]]::{array}"),
            format!("ARRAY[[[{flat},NULL]]]::{array}"),
            format!("ARRAY[]::{array}"),
        ] {
            let expected = read_text(&client, &output(&expression)).await;
            let value = read(&client, &expression).await;
            let Value::Array(_) = value else { panic!("{expression} is {value:?}") };
            let ty = type_of(&client, &expression).await;
            assert!(matches!(ty.kind(), Kind::Array(_)), "{ty:?}");
            differences.compare(&expression, described(&client, &array, &value).await, &expected);
            // What stands between boxes is known only with the type.
            if case.name != "box" {
                differences.compare(&expression, inferred(&client, &array, &value).await, &expected);
            }
            differences.compare(&expression, copied(&client, &array, &value, false).await, &expected);
            if takes_binary_copy(&ty) && case.literals.iter().all(|literal| case.copies(literal)) {
                differences.compare(&expression, copied(&client, &array, &value, true).await, &expected);
            }
            if case.has_exact_text {
                let row = row(&client, &case, &array, &expression).await;
                let expected = read_text(&client, &output(&row)).await;
                differences.compare(&row, Ok(read_text(&client, &row).await), &expected);
            }
        }
    }
}

#[tokio::test]
async fn indexes_that_do_not_begin_at_one_are_kept_in_text_only() {
    let (client, _database) = client().await;
    let array = "'[0:1][-2:-2]={{1},{NULL}}'::int4[]";
    assert_eq!(read(&client, array).await, Value::array([Value::array([1]), Value::array([Value::Null])]));
    let row = format!("row({array}, '1 2'::int2vector)");
    assert_eq!(read_text(&client, &row).await, read_text(&client, &output(&row)).await);
    assert_eq!(one(&client, "SELECT histogram_bounds FROM pg_stats LIMIT 0").await, None);
}
