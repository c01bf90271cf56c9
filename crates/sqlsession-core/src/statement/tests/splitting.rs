use super::{MYSQL, POSTGRESQL, SQLITE};
use crate::statement::{statements, words};

#[test]
fn semicolons_outside_of_quotes_and_comments_separate() {
    for lexicon in [POSTGRESQL, SQLITE, MYSQL] {
        let sql = " select ';', \"a;b\" ; /* ; */ insert into t values (1);;\n-- the end;\n";
        assert_eq!(statements(sql, lexicon), ["select ';', \"a;b\"", "/* ; */ insert into t values (1)"]);
        assert_eq!(statements("select 1", lexicon), ["select 1"]);
        assert!(statements("  ; -- nothing\n ;", lexicon).is_empty());
    }
    assert_eq!(statements(r"select '\';'; select 2", MYSQL), [r"select '\';'", "select 2"]);
    assert_eq!(statements("do $a$ begin; end $a$; select 2", POSTGRESQL).len(), 2);
}

#[test]
fn a_body_is_part_of_its_statement() {
    let trigger = "create trigger a after insert on t begin \
                   update t set n = case when n > 1 then 2 else (case n when 1 then 0 end) end; delete from u; end";
    let procedure = "CREATE OR REPLACE PROCEDURE p() BEGIN IF n THEN SET n = if(1, 2, 3); END IF; \
                     CASE n WHEN 1 THEN BEGIN END; END CASE; WHILE n DO SET n = 0; END WHILE; SELECT new.begin; END";
    let function =
        "create function f() returns int begin atomic select case 1 when 1 then 2 end; select 3; end";
    let rule = "create rule r as on insert to t do also (delete from u; delete from v)";
    for statement in [trigger, procedure, function, rule] {
        for lexicon in [POSTGRESQL, SQLITE, MYSQL] {
            let sql = format!("{statement}; select 1; select 2");
            assert_eq!(statements(&sql, lexicon), [statement, "select 1", "select 2"]);
        }
    }
}

#[test]
fn the_same_words_elsewhere_open_nothing() {
    for sql in
        ["begin; insert into t values (1); end", "create table begin (function int); begin; select begin"]
    {
        for lexicon in [POSTGRESQL, SQLITE, MYSQL] {
            assert_eq!(statements(sql, lexicon).len(), 3, "{sql}");
        }
    }
}

#[test]
fn what_is_not_closed_goes_to_the_end() {
    assert_eq!(statements("select (1; select 2", POSTGRESQL).len(), 1);
    assert_eq!(statements("select 1); select 2", POSTGRESQL).len(), 2);
}

#[test]
fn words_are_outside_of_quotes_and_comments() {
    let sql = "/* on */ pragma main.\"foreign_keys\" = 'off' -- 1\n (0), foreign_keys;";
    for lexicon in [POSTGRESQL, SQLITE, MYSQL] {
        assert_eq!(words(sql, lexicon).collect::<Vec<_>>(), ["pragma", "main", "0", "foreign_keys"]);
    }
}
