//! Which sets of values go to MariaDB in one command.

use sqlsession_core::Value;

use crate::types::{Sent, size};

/// The most sets of one command: more bring nothing.
const MOST_SETS: usize = 4_096;

/// Whether a statement means the same with many sets in one command as it does with one after the other.
///
/// That is what an INSERT is each of whose values is a parameter or one word. In an expression, be it in words (`? IS
/// NULL`), MariaDB may keep what it has found for the first set, and `LAST_INSERT_ID()` does not see the sets before.
pub(super) fn is_plain_insert(sql: &str) -> bool {
    let begins =
        |word: &str| sql.trim_start().get(..word.len()).is_some_and(|at| at.eq_ignore_ascii_case(word));
    let Some(first) = sql.find('?').filter(|_| begins("insert") || begins("replace")) else { return false };
    let Some(open) = sql[..first].rfind('(') else { return false };
    let Some(close) = sql[first..].find(')').map(|at| first + at) else { return false };
    let (row, behind) = (&sql[open + 1..close], &sql[close + 1..]);
    // An upsert speaks of the row's own values.
    let mut calls = behind.match_indices('(');
    ends_with_values(&sql[..open])
        && row.split(',').all(is_plain_value)
        && !behind.contains('?')
        && calls.all(|(at, _)| ends_with_values(&behind[..at]))
        && !behind.to_ascii_lowercase().contains("returning")
}

/// Whether a value is a parameter, a number, or one word: a constant, DEFAULT or the name of a column.
fn is_plain_value(value: &str) -> bool {
    let value = value.trim_matches([' ', '\n']);
    value == "?"
        || (!value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

/// Whether a plain INSERT stores one row for each set, if it does not fail.
pub(super) fn affects_each(sql: &str) -> bool {
    let sql = sql.to_ascii_lowercase();
    sql.trim_start().starts_with("insert") && !sql.contains("ignore") && !sql.contains("duplicate")
}

/// Whether a text ends with the word VALUES or VALUE.
fn ends_with_values(sql: &str) -> bool {
    let start = sql.trim_end().rfind(|sign: char| !sign.is_ascii_alphabetic()).map_or(0, |at| at + 1);
    let word = sql.trim_end().get(start..).unwrap_or_default();
    word.eq_ignore_ascii_case("values") || word.eq_ignore_ascii_case("value")
}

/// How many of the sets, at least one, can go together: each place of them has values of one type, or NULL.
///
/// One command says the types once, and mysql_async sends what is of another type all the same, to be taken for what
/// it is not.
pub(super) fn alike(sets: &[Vec<Value>], most_bytes: usize) -> usize {
    let mut types: Vec<Option<Sent>> = vec![None; sets.first().map_or(0, Vec::len)];
    let mut bytes = 0;
    for (number, set) in sets.iter().take(MOST_SETS).enumerate() {
        bytes += set.iter().map(size).sum::<usize>();
        let fits = types.iter().zip(set).all(|(known, value)| {
            let found = Sent::of(value);
            known.is_none() || found.is_none() || *known == found
        });
        if number > 0 && (!fits || bytes > most_bytes) {
            return number;
        }
        for (known, value) in types.iter_mut().zip(set) {
            *known = known.or(Sent::of(value));
        }
    }
    sets.len().min(MOST_SETS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insert_of_parameters_is_plain() {
        for sql in [
            "insert into t values (?)",
            "INSERT IGNORE INTO `a (b`.t (`c`, d) VALUE (?, default, ?,\n 7)",
            "replace t (a) values(?)",
            "insert into t values ( ? ,NULL, a_name,\n?\n)",
            "insert into t (a) values (?) on duplicate key update a = values(a), n = n + 1",
        ] {
            assert!(is_plain_insert(sql), "{sql}");
        }
    }

    #[test]
    fn what_computes_is_not() {
        for sql in [
            "insert into t values (1)",
            "insert into t values (upper(?))",
            "insert into t values (? + 1)",
            "insert into t values (?, (select n from u where id = ?))",
            "insert into t values ('(?', ?)",
            "insert into t values (?, last_insert_id())",
            "insert into t values (?, ? is null)",
            "insert into t values (?, ?is null)",
            "insert into t values (case when ? is null then 0 else 1 end)",
            "insert into t values (5 rlike ?)",
            "insert into t values (not ?)",
            "insert into t values (?, n is null)",
            "insert into t values (?, date '2024-02-29')",
            "insert into t values (?, 'a')",
            "insert into t values (?, \"a\")",
            "insert into t values (?, `is null`)",
            "insert into t values (??)",
            "insert into t values (?,)",
            "insert into t select ?",
            "insert into t set n = ?",
            "insert into t set n = f(?) on duplicate key update n = values(n)",
            "insert into t values (?), (?)",
            "insert into t values (?) on duplicate key update n = ?",
            "insert into t values (?) on duplicate key update n = f(n)",
            "insert into t values (?) returning n",
            "update t set n = 1 where id in (?)",
            "select values (?)",
        ] {
            assert!(!is_plain_insert(sql), "{sql}");
        }
    }

    #[test]
    fn sets_of_one_type_go_together() {
        let int = |n: i64| vec![Value::I64(n), Value::Null];
        let text = vec![Value::Null, Value::Text("a".to_owned())];
        let unsigned = vec![Value::U64(1), Value::Null];
        assert_eq!(alike(&[int(1), int(2), text.clone(), int(3)], 1_000), 4);
        assert_eq!(alike(&[text.clone(), int(1), unsigned.clone()], 1_000), 2);
        assert_eq!(alike(&[int(1), unsigned], 1_000), 1);
        assert_eq!(alike(&[int(1), int(2), int(3)], 2 * 60), 2);
        assert_eq!(alike(&[int(1)], 1), 1);
        assert_eq!(alike(&vec![int(1); MOST_SETS + 1], usize::MAX), MOST_SETS);
    }
}
