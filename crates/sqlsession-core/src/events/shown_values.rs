use super::StatementEvent;
use crate::Value;

/// Of more sets of values than this only so many are shown, as by SQLAlchemy.
const MOST_SETS: usize = 10;
/// Of a longer value only so many characters are shown.
const MOST_CHARACTERS: usize = 300;

impl<'a> StatementEvent<'a> {
    /// The [values](Self::values) for people to read, each set in parentheses: the first ten sets, and of a long value its first
    /// 300 characters.
    pub fn shown_values(&self) -> impl Iterator<Item = String> + use<'a> {
        self.values().iter().filter(|set| !set.is_empty()).take(MOST_SETS).map(|set| {
            let values: Vec<String> = set.iter().map(shown).collect();
            format!("({})", values.join(", "))
        })
    }
}

fn shown(value: &Value) -> String {
    let mut text = match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::I64(number) => number.to_string(),
        Value::U64(number) => number.to_string(),
        Value::F64(number) => number.to_string(),
        Value::Decimal(number) => number.clone(),
        Value::Text(text) | Value::Json(text) => format!("'{text}'"),
        other => format!("{other:?}"),
    };
    if let Some((end, _)) = text.char_indices().nth(MOST_CHARACTERS) {
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_as_sql_and_not_in_full() {
        assert_eq!(shown(&Value::Null), "NULL");
        assert_eq!(shown(&Value::from("Ada")), "'Ada'");
        let long = shown(&Value::from("ä".repeat(1_000)));
        assert_eq!(long.chars().count(), MOST_CHARACTERS + 1);
        assert!(long.ends_with('…'));
    }
}
