//! Blank texts and texts with a semicolon inside.

use super::{MYSQL, POSTGRESQL, SQLITE, compile};
use crate::statement::{Parsed, Statement, text};

#[test]
fn a_text_without_a_statement_is_blank() {
    for sql in ["", "  \n", "-- nothing", "/* nothing */ ; ;"] {
        assert!(Parsed::parse(sql, POSTGRESQL).is_blank(), "{sql}");
    }
    for sql in ["select 1", "'x'", ":a", "/*!40101 SET x = 1 */"] {
        assert!(!Parsed::parse(sql, MYSQL).is_blank(), "{sql}");
    }
}

#[test]
fn a_semicolon_with_something_behind_it_is_seen() {
    for sql in ["select 1; select 2", "a;:b", "create trigger x begin select 1; end"] {
        assert!(Parsed::parse(sql, SQLITE).has_inner_semicolon(), "{sql}");
    }
    for sql in ["select 1;", "select 1; -- done\n ;", "; select 1", "select ';', \"a;b\"", "select 1 /*;*/ x"]
    {
        assert!(!Parsed::parse(sql, SQLITE).has_inner_semicolon(), "{sql}");
    }
    assert!(!Parsed::parse("do $$ a; b $$", POSTGRESQL).has_inner_semicolon());
}

#[test]
fn the_compiled_text_knows_it_too() {
    for statement in [text("select 1; select 2"), Statement::raw("select 1; select 2")] {
        let compiled = compile(SQLITE, statement).unwrap().text;
        assert!(compiled.has_inner_semicolon() && !compiled.is_blank());
    }
    assert!(compile(SQLITE, text("-- nothing")).unwrap().text.is_blank());
}
