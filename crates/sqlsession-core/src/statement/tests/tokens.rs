//! Strings, names, comments and operators that hold no parameter.

use super::{MYSQL, POSTGRESQL, SQLITE, rendered};

#[test]
fn strings_and_quoted_names_are_left_alone() {
    for lexicon in [POSTGRESQL, SQLITE, MYSQL] {
        for sql in
            ["select ':a', 'it''s :a'", r#"select "col :a", "say "":a"" ""#, "select 'http://h:80/?q=$1'"]
        {
            assert_eq!(rendered(lexicon, sql), sql);
        }
    }
    assert_eq!(rendered(SQLITE, "select `x :a`, [y :b]"), "select `x :a`, [y :b]");
    assert_eq!(rendered(MYSQL, "select `x :a`"), "select `x :a`");
    assert_eq!(rendered(POSTGRESQL, "select x[:i], x[:i :j]"), "select x[$1], x[$1 $2]");
}

#[test]
fn a_backslash_escapes_a_quote_where_the_dialect_says_so() {
    assert_eq!(rendered(MYSQL, r"select 'it\'s :a', :b"), r"select 'it\'s :a', ?");
    assert_eq!(rendered(SQLITE, r"select 'c:\', :b, 'x'"), r"select 'c:\', ?1, 'x'");
    assert_eq!(rendered(POSTGRESQL, r"select 'c:\', :b, 'x'"), r"select 'c:\', $1, 'x'");
    assert_eq!(rendered(POSTGRESQL, r"select E'it\'s :a', e'\'' , :b"), r"select E'it\'s :a', e'\'' , $1");
    // A string of PostgreSQL goes on in the next line, with the same escapes.
    assert_eq!(rendered(POSTGRESQL, "select E'a'\n  '\\' :a', :b"), "select E'a'\n  '\\' :a', $1");
    assert_eq!(rendered(POSTGRESQL, r"select date'2020-01-01', :b"), "select date'2020-01-01', $1");
}

#[test]
fn comments_are_left_alone() {
    for lexicon in [POSTGRESQL, SQLITE, MYSQL] {
        let sql = "select 1 -- :a ? $1\n /* :b 'open */ + 2";
        assert_eq!(rendered(lexicon, sql), sql);
        assert_eq!(rendered(lexicon, "select 1 /* open :a"), "select 1 /* open :a");
    }
    assert_eq!(rendered(POSTGRESQL, "/* /* x */ :a */ :b"), "/* /* x */ :a */ $1");
    assert_eq!(rendered(SQLITE, "/* /* x */ :a"), "/* /* x */ ?1");
    assert_eq!(rendered(MYSQL, "select 1 # :a\n + :b"), "select 1 # :a\n + ?");
    assert_eq!(rendered(POSTGRESQL, "select d #> :path"), "select d #> $1");
}

#[test]
fn mysql_has_comments_that_are_none() {
    assert_eq!(rendered(MYSQL, "select 5--:a"), "select 5--?");
    assert_eq!(rendered(SQLITE, "select 5--:a"), "select 5--:a");
    assert_eq!(rendered(MYSQL, "select 1 /*!50000 + :a */"), "select 1 /*!50000 + ? */");
    assert_eq!(rendered(MYSQL, "select 1 /*M!100000 + :a */"), "select 1 /*M!100000 + ? */");
    assert_eq!(rendered(MYSQL, "select /*+ hint(:a) */ 1"), "select /*+ hint(:a) */ 1");
}

#[test]
fn dollar_quotes_are_postgresqls() {
    for sql in ["do $$ begin :a; end $$", "select $tag$ $$ :a $other$ $tag$", "select $x$ :open"] {
        assert_eq!(rendered(POSTGRESQL, sql), sql);
    }
    assert_eq!(rendered(POSTGRESQL, "select a$b$ :a, c$b$"), "select a$b$ $1, c$b$");
    assert_eq!(rendered(MYSQL, "select $$ :a $$"), "select $$ ? $$");
}

#[test]
fn operators_with_colons_and_question_marks_are_left_alone() {
    for sql in ["select d ? 'k', d ?| x, d @? y, 1::int", "select a[1:2]", "select a@>b", "select a$1"] {
        assert_eq!(rendered(POSTGRESQL, sql), sql);
    }
    assert_eq!(rendered(MYSQL, "select @v := :a, @w:=:b"), "select @v := ?, @w:=?");
    assert_eq!(rendered(SQLITE, "select d ->> :path"), "select d ->> ?1");
}
