/// Whether the first word of a text is one that a query begins with: SELECT, VALUES or TABLE.
///
/// WITH is not one of them, since what it leads to may be an INSERT. A function that a query calls may write all the same.
#[must_use]
pub fn begins_as_query(sql: &str) -> bool {
    let start = sql.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    let word = start.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    ["select", "values", "table"].iter().any(|first| word.eq_ignore_ascii_case(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_decides() {
        for sql in ["select 1", "\n SELECT(1)", "values (1)", "Table t", "(select 1) union (select 2)"] {
            assert!(begins_as_query(sql), "{sql}");
        }
        for sql in
            ["", "selection", "with a as (select 1) select 1", "insert into t select 1", "explain select 1"]
        {
            assert!(!begins_as_query(sql), "{sql}");
        }
    }
}
