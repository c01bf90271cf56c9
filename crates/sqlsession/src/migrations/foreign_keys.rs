use sqlsession_core::{
    AsyncConnection, Error, ErrorKind, Result,
    driver::{Dialect, IsolationLevel},
    statement::{Lexicon, statements, words},
};

/// Whether a file of SQLite's switches the enforcement of foreign keys off, as SQLite's own
/// [recipe](https://sqlite.org/lang_altertable.html#otheralter) for altering a table does.
///
/// In a transaction that does nothing, and `DROP TABLE` takes the rows along that refer to the table's.
pub(super) fn are_switched_off_by(sql: &str, dialect: &Dialect) -> bool {
    let lexicon = Lexicon::of(dialect);
    dialect.name == "sqlite"
        && statements(sql, lexicon).into_iter().any(|statement| {
            let mut words = words(statement, lexicon);
            words.next().is_some_and(|word| word.eq_ignore_ascii_case("pragma"))
                // A schema may stand before it.
                && words
                    .take(2)
                    .find(|word| word.eq_ignore_ascii_case("foreign_keys"))
                    .and_then(|name| value_of(behind(statement, name)))
                    .is_some_and(is_off)
        })
}

/// What stands in a text behind one of its words.
fn behind<'s>(text: &'s str, word: &str) -> &'s str {
    let end = (word.as_ptr().addr() + word.len()).saturating_sub(text.as_ptr().addr());
    text.get(end..).unwrap_or_default()
}

/// What a pragma is set to, of what stands behind its name: `= value` or `(value)`.
fn value_of(behind: &str) -> Option<&str> {
    let value = behind_comments(behind_comments(behind).strip_prefix(['=', '('])?);
    if let Some(quoted) = value.strip_prefix(['\'', '"', '`', '[']) {
        return quoted.split(['\'', '"', '`', ']']).next();
    }
    let ends = |&(at, c): &(usize, char)| {
        let rest = value.get(at..).unwrap_or_default();
        c.is_whitespace() || ");".contains(c) || rest.starts_with("--") || rest.starts_with("/*")
    };
    let end = value.char_indices().find(ends).map_or(value.len(), |(at, _)| at);
    value.get(..end)
}

/// What stands behind the blanks and comments that a text of SQLite's begins with.
fn behind_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let end = match rest.get(..2) {
            Some("--") => "\n",
            Some("/*") => "*/",
            _ => return rest,
        };
        let comment = rest.get(2..).unwrap_or_default();
        rest = comment.split_once(end).map_or("", |(_, behind)| behind.trim_start());
    }
}

/// Whether SQLite takes this for off: what is no number but 0, and no word for on.
fn is_off(value: &str) -> bool {
    let is_on = ["on", "yes", "true"].into_iter().any(|on| value.eq_ignore_ascii_case(on));
    !is_on && value.parse::<i64>().map_or(true, |number| number == 0)
}

/// # Errors
/// The database's.
pub(super) async fn are_enforced(connection: &mut AsyncConnection) -> Result<bool> {
    let enforced = connection.scalar::<i64>("pragma foreign_keys").await?;
    connection.commit().await?;
    Ok(enforced == Some(1))
}

/// Switches the enforcement on or off, between two transactions. While it is off nobody else is to have the connection,
/// whatever becomes of the future.
///
/// # Errors
/// The database's; `Configuration` inside of an outer transaction, where SQLite would not hear of it.
pub(super) async fn enforce(connection: &mut AsyncConnection, enforced: bool) -> Result<()> {
    connection.close_on_return(true);
    let level = connection.isolation_level();
    connection.set_isolation_level(Some(IsolationLevel::Autocommit))?;
    let switched = switch(connection, enforced).await;
    let ended = if switched.is_ok() { connection.commit().await } else { connection.rollback().await };
    connection.set_isolation_level(level)?;
    switched.and(ended)?;
    connection.close_on_return(!enforced);
    Ok(())
}

async fn switch(connection: &mut AsyncConnection, enforced: bool) -> Result<()> {
    let outside = |cause| {
        let words =
            "foreign keys cannot be switched off inside of an outer transaction: apply it outside of one";
        Error::new(ErrorKind::Configuration, words).with_cause(cause)
    };
    let switched = connection.execute(format!("pragma foreign_keys = {}", u8::from(enforced))).await;
    match switched {
        Err(error) if error.kind() == ErrorKind::Unsupported => Err(outside(error)),
        switched => switched.map(drop),
    }
}

/// A row whose parent is not there: its table, its number where it has one, and the parent's table.
pub(super) type Orphan = (String, Option<i64>, String);

/// The rows whose parent is not there.
///
/// # Errors
/// The database's.
pub(super) async fn orphans(connection: &mut AsyncConnection) -> Result<Vec<Orphan>> {
    let lines = connection.all::<(String, Option<i64>, String, i64)>("pragma foreign_key_check").await?;
    let mut orphans: Vec<Orphan> =
        lines.into_iter().map(|(table, row, parent, _)| (table, row, parent)).collect();
    orphans.sort();
    Ok(orphans)
}

/// Refuses a file behind which more rows have no parent than before. One that gives such a row another number is refused as well.
///
/// # Errors
/// `ForeignKeyViolation`.
pub(super) fn refuse_new(before: &[Orphan], after: &[Orphan]) -> Result<()> {
    let mut known = before.iter().peekable();
    let is_new = |orphan: &&Orphan| {
        while known.next_if(|known| known < orphan).is_some() {}
        known.next_if_eq(orphan).is_none()
    };
    let new: Vec<&Orphan> = after.iter().filter(is_new).collect();
    let Some((table, row, parent)) = new.first() else { return Ok(()) };
    let count = new.iter().filter(|orphan| (&orphan.0, &orphan.2) == (table, parent)).count();
    let first = row.map(|row| format!(", that of rowid {row} first")).unwrap_or_default();
    let message = format!("it leaves {count} rows of `{table}` without their row of `{parent}`{first}");
    Err(Error::new(ErrorKind::ForeignKeyViolation, message))
}

#[cfg(test)]
mod tests {
    use sqlsession_core::driver::PlaceholderStyle;

    use super::*;

    #[test]
    fn the_word_of_sqlite_is_known() {
        let sqlite = Dialect::new("sqlite", "test", PlaceholderStyle::NumberedQuestion, &[]);
        for sql in [
            "pragma foreign_keys=off",
            "select 1; /* so */ PRAGMA main.Foreign_Keys = 0;",
            "pragma foreign_keys(false)",
            "pragma foreign_keys = 'no'",
            "pragma foreign_keys=on; pragma foreign_keys=off",
            "pragma foreign_keys = \"off\" ;",
            "pragma foreign_keys /* = on */ = /* on */ off",
            "pragma foreign_keys=off-- on",
        ] {
            assert!(are_switched_off_by(sql, &sqlite), "{sql}");
        }
        for sql in [
            "pragma foreign_keys = ON; select 1",
            "pragma foreign_keys = 'on'",
            "pragma foreign_keys(2)",
            "pragma foreign_keys = on /* c */",
            "pragma foreign_keys = on -- c\n",
            "pragma foreign_keys(/* c */ 'on' )",
            "pragma foreign_keys -- = off",
            "-- keys (off) = off\npragma foreign_keys = on",
            "pragma foreign_keys",
            "pragma defer_foreign_keys = off",
            "pragma user_version = 0; select 'pragma foreign_keys=off' -- pragma foreign_keys=off",
            "pragma foreign_key_check",
        ] {
            assert!(!are_switched_off_by(sql, &sqlite), "{sql}");
        }
        let other = Dialect::new("mysql", "test", PlaceholderStyle::Question, &[]);
        assert!(!are_switched_off_by("pragma foreign_keys=off", &other));
    }

    #[test]
    fn rows_are_new_that_were_not_there() {
        let orphan = |row| ("posts".to_owned(), row, "users".to_owned());
        let before = [orphan(None), orphan(Some(1)), orphan(Some(3))];
        refuse_new(&before, &before[1..]).unwrap();
        let error = refuse_new(&before, &[orphan(None), orphan(None), orphan(Some(1))]).unwrap_err();
        assert_eq!(error.message(), "it leaves 1 rows of `posts` without their row of `users`");
        let after = [orphan(Some(1)), orphan(Some(2)), orphan(Some(3)), orphan(Some(4))];
        let error = refuse_new(&before, &after).unwrap_err();
        let words = "it leaves 2 rows of `posts` without their row of `users`, that of rowid 2 first";
        assert_eq!(error.message(), words);
    }
}
