//! What is a parameter, and how it is written for each driver.

use super::{MYSQL, POSTGRESQL, SQLITE, refusal, rendered};
use crate::statement::{Lexicon, Parsed, text};

fn names(lexicon: Lexicon, sql: &str) -> Vec<String> {
    Parsed::parse(sql, lexicon).names().map(str::to_owned).collect()
}

#[test]
fn names_are_in_order_of_first_appearance() {
    assert_eq!(names(POSTGRESQL, ":b, :a, :b, :A"), ["b", "a", "A"]);
    assert_eq!(names(POSTGRESQL, ":1 :_x :a_1 :é :名"), ["1", "_x", "a_1", "é", "名"]);
}

#[test]
fn a_name_used_twice_is_numbered_once() {
    let sql = "a = :a and b = :b and c = :a";
    assert_eq!(rendered(POSTGRESQL, sql), "a = $1 and b = $2 and c = $1");
    assert_eq!(rendered(SQLITE, sql), "a = ?1 and b = ?2 and c = ?1");
    assert_eq!(rendered(MYSQL, sql), "a = ? and b = ? and c = ?");
}

#[test]
fn what_stands_before_and_after_decides() {
    for sql in ["x:a", "1:a", "é:a", "_:a", "::a", ": a", ":", ":a:b", ":a:", ":a:::b", ":-"] {
        assert_eq!(names(POSTGRESQL, sql), [""; 0], "{sql}");
        assert_eq!(rendered(POSTGRESQL, sql.to_owned().leak()), sql);
    }
    for sql in ["(:a)", "=:a", "-:a", ":a.b", ":a-b", "||:a||", "\n:a\n", "{:a}", ":a;", "'x':a"] {
        assert_eq!(names(POSTGRESQL, sql), ["a"], "{sql}");
    }
}

#[test]
fn a_cast_may_follow_a_parameter() {
    assert_eq!(
        rendered(POSTGRESQL, "select :a::int, (:b)::text, :c ::date"),
        "select $1::int, ($2)::text, $3 ::date"
    );
    assert_eq!(rendered(POSTGRESQL, "select x[:i]::int"), "select x[$1]::int");
}

#[test]
fn an_escaped_colon_is_a_colon() {
    assert_eq!(rendered(POSTGRESQL, r"select a[1\:b], \:x, :a\:\:int"), "select a[1:b], :x, $1::int");
    assert_eq!(rendered(MYSQL, r"l\: loop"), "l: loop");
    // A string is the server's to read.
    assert_eq!(rendered(POSTGRESQL, r"select '\:a'"), r"select '\:a'");
}

#[test]
fn placeholders_of_the_driver_are_refused() {
    for (lexicon, sql, found) in [
        (POSTGRESQL, "select $1, :a", "$1"),
        (SQLITE, "select ?", "?"),
        (SQLITE, "select ?2", "?2"),
        (SQLITE, "select @a", "@a"),
        (SQLITE, "select $a", "$a"),
        (SQLITE, "select x:a", ":a"),
        (SQLITE, r"select \:a", r"\:a"),
        (MYSQL, "select ?", "?"),
        (MYSQL, "select 1 /*!50000 + ? */", "?"),
    ] {
        let message = refusal(lexicon, text(sql));
        assert!(message.contains(&format!("`{found}`")) && message.contains(":name"), "{sql}: {message}");
    }
}

#[test]
fn debug_shows_no_values() {
    let statement = text("select :a").bind("a", crate::Value::Text("secret".into()));
    let shown = format!("{statement:?} {:?}", statement.parameters());
    assert!(shown.contains("\"a\"") && !shown.contains("secret"), "{shown}");
}
