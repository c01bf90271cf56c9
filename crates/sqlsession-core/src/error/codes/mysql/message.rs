//! The servers tell names only inside their messages, in English unless they are set up otherwise.

/// The names in a message.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) constraint: Option<String>,
    pub(super) table: Option<String>,
    pub(super) column: Option<String>,
}

/// What the message of an error of this number names.
pub(super) fn names(code: u16, message: &str) -> Names {
    let mut names = Names::default();
    match code {
        // Duplicate entry '…' for key 'users.email' (MySQL), 'email' (MariaDB). The value may hold any text.
        1062 | 1586 | 1859 => {
            let key = message.rfind(" for key '").map(|at| &message[at + " for key '".len()..]);
            if let Some(key) = key.map(|key| key.strip_suffix('\'').unwrap_or(key)) {
                let (table, key) =
                    key.rsplit_once('.').map_or((None, key), |(table, key)| (Some(table), key));
                names.table = table.map(str::to_owned);
                names.constraint = Some(key.to_owned());
            }
        }
        // … fails (`db`.`child`, CONSTRAINT `fk` FOREIGN KEY (`parent_id`) REFERENCES …)
        1216 | 1217 | 1451 | 1452 => {
            names.table = message.split_once(" fails (").and_then(|(_, rest)| last_quoted_part(rest));
            names.constraint = message.split_once(" CONSTRAINT ").and_then(|(_, rest)| quoted(rest, '`'));
            names.column = message.split_once(" FOREIGN KEY (").and_then(|(_, rest)| columns(rest));
        }
        // Column 'a' cannot be null. Field 'a' doesn't have a default value. Data too long for column 'a' at row 1.
        1048 | 1263 | 1264 | 1265 | 1364 | 1406 => names.column = after(message, &["olumn ", "Field "], '\''),
        // Unknown column 't.a' in 'field list'
        1054 => {
            if let Some(name) = after(message, &["column "], '\'') {
                names.column = Some(name.rsplit('.').next().unwrap_or_default().to_owned());
            }
        }
        // Table 'db.t' doesn't exist. Unknown table 'db.t'.
        1051 | 1109 | 1146 => {
            names.table = after(message, &["able "], '\'')
                .map(|name| name.rsplit('.').next().unwrap_or_default().to_owned());
        }
        // Incorrect integer value: 'x' for column `db`.`t`.`a` at row 1 (MariaDB), 'a' (MySQL).
        1292 | 1366 => {
            if let Some((_, rest)) = message.rsplit_once(" for column ") {
                names.column = last_quoted_part(rest).or_else(|| quoted(rest, '\''));
            }
        }
        // Check constraint 'name' is violated.
        3819 => names.constraint = after(message, &["onstraint "], '\''),
        // CONSTRAINT `name` failed for `db`.`t`
        4025 => {
            names.constraint = after(message, &["CONSTRAINT "], '`')
                .map(|name| name.rsplit('.').next().unwrap_or_default().to_owned());
            names.table = message.split_once(" failed for ").and_then(|(_, rest)| last_quoted_part(rest));
        }
        _ => {}
    }
    names
}

/// The name in quotes behind the first of these words.
fn after(message: &str, words: &[&str], quote: char) -> Option<String> {
    words.iter().find_map(|word| quoted(message.split_once(word)?.1, quote))
}

/// The name a text begins with, in these quotes; doubled ones are part of it.
fn quoted(text: &str, quote: char) -> Option<String> {
    Some(take_quoted(text, quote)?.0)
}

fn take_quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix(quote)?;
    let mut name = String::new();
    loop {
        let (part, after) = rest.split_once(quote)?;
        name.push_str(part);
        match after.strip_prefix(quote) {
            Some(further) => {
                name.push(quote);
                rest = further;
            }
            None => return Some((name, after)),
        }
    }
}

/// The last part of a name such as `` `db`.`t` `` that a text begins with.
fn last_quoted_part(text: &str) -> Option<String> {
    let (mut name, mut rest) = take_quoted(text, '`')?;
    while let Some((part, after)) = rest.strip_prefix('.').and_then(|rest| take_quoted(rest, '`')) {
        (name, rest) = (part, after);
    }
    Some(name)
}

/// The names up to a closing parenthesis: `` `a`, `b`) ``.
fn columns(text: &str) -> Option<String> {
    let (first, mut rest) = take_quoted(text, '`')?;
    let mut names = vec![first];
    while let Some((name, after)) = rest.strip_prefix(", ").and_then(|rest| take_quoted(rest, '`')) {
        names.push(name);
        rest = after;
    }
    Some(names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: u16, message: &str) -> [String; 3] {
        let Names { constraint, table, column } = names(code, message);
        [constraint, table, column].map(Option::unwrap_or_default)
    }

    #[test]
    fn both_servers_name_a_key_that_is_taken() {
        assert_eq!(found(1062, "Duplicate entry 'x' for key 'users.email'"), ["email", "users", ""]);
        assert_eq!(found(1062, "Duplicate entry 'x' for key 'email'"), ["email", "", ""]);
        let tricky = "Duplicate entry 'a' for key 'b' for key 'PRIMARY'";
        assert_eq!(found(1062, tricky), ["PRIMARY", "", ""]);
    }

    #[test]
    fn a_foreign_key_names_its_table_and_columns() {
        let message = "Cannot add or update a child row: a foreign key constraint fails (`shop`.`or``ders`, CONSTRAINT \
                       `fk` FOREIGN KEY (`a`, `b`) REFERENCES `users` (`x`, `y`))";
        assert_eq!(found(1452, message), ["fk", "or`ders", "a, b"]);
    }

    #[test]
    fn both_servers_name_a_check_that_failed() {
        assert_eq!(found(3819, "Check constraint 'positive' is violated."), ["positive", "", ""]);
        assert_eq!(found(4025, "CONSTRAINT `positive` failed for `shop`.`items`"), ["positive", "items", ""]);
        assert_eq!(found(4025, "CONSTRAINT `items.price` failed for `shop`.`items`"), ["price", "items", ""]);
    }

    #[test]
    fn columns_and_tables_are_named() {
        assert_eq!(found(1048, "Column 'name' cannot be null"), ["", "", "name"]);
        assert_eq!(found(1364, "Field 'name' doesn't have a default value"), ["", "", "name"]);
        assert_eq!(found(1054, "Unknown column 'u.nope' in 'field list'"), ["", "", "nope"]);
        assert_eq!(found(1146, "Table 'shop.nope' doesn't exist"), ["", "nope", ""]);
        let wrong = "Incorrect integer value: 'x' for column `shop`.`items`.`price` at row 1";
        assert_eq!(found(1366, wrong), ["", "", "price"]);
        assert_eq!(
            found(1366, "Incorrect integer value: 'x' for column 'price' at row 1"),
            ["", "", "price"]
        );
        assert_eq!(found(1406, "Data too long for column 'name' at row 1"), ["", "", "name"]);
    }

    #[test]
    fn a_message_that_reads_otherwise_names_nothing() {
        for code in [1062, 1452, 1048, 1054, 1146, 1366, 3819, 4025] {
            assert_eq!(names(code, "Doppelter Eintrag"), Names::default(), "{code}");
        }
    }
}
