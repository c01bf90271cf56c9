use sqlsession_sqlx::{ErrorKind, text};

use crate::database::Database;

#[tokio::test]
async fn errors_are_of_the_native_kind_with_the_native_names() {
    for database in Database::all() {
        let mut setup = database.native.session_maker().session();
        for sql in [
            "create table parent (id int primary key)",
            "create table t (id int primary key, name varchar(5) not null unique, parent int, \
             constraint fk foreign key (parent) references parent (id), constraint positive check (id > 0))",
            "insert into t values (1, 'a', null)",
        ] {
            setup.execute(sql).await.unwrap();
        }
        setup.commit().await.unwrap();
        for sql in [
            "insert into t values (1, 'b', null)",
            "insert into t values (2, 'a', null)",
            "insert into t values (2, null, null)",
            "insert into t values (2, 'b', 7)",
            "insert into t values (-1, 'b', null)",
            "select nosuch from t",
            "select * from nosuch",
            "selec 1",
        ] {
            let mut native = database.native.session_maker().session();
            let mut sqlx = database.engine.session_maker().session();
            let expected = native.execute(sql).await.unwrap_err();
            drop(native);
            let error = sqlx.execute(sql).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.code(), error.message()),
                (expected.kind(), expected.code(), expected.message()),
                "{} {sql}",
                database.name
            );
            let (details, mut expected) = (error.details(), expected.details().clone());
            if database.name == "sqlite" {
                // sqlx does not ask SQLite where in the text it was.
                expected.position = None;
            }
            assert_eq!(*details, expected, "{} {sql}", database.name);
        }
    }
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_refused_before_it_is_sent() {
    for database in [Database::sqlite(), Database::mysql()] {
        let mut session = database.engine.session_maker().session();
        session.execute("create table t (n smallint)").await.unwrap();
        session.execute("insert into t values (1)").await.unwrap();
        let list = text("select :n").bind("n", vec![1, 2]);
        assert_eq!(session.execute(list).await.unwrap_err().kind(), ErrorKind::BadParameter);
        // The transaction is whole.
        session.commit().await.unwrap();
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 1);
    }
}
