//! What the server counts otherwise than it was told.

use std::time::Duration;

use sqlsession::{
    AsyncEngine, ErrorKind, SessionOptions, Value, create_engine,
    driver::IsolationLevel,
    entity::{Column, ColumnType, Table},
};

use crate::{
    on_each_backend,
    place::Place,
    user::{User, user},
    value_row::{Model, ValueRow},
};

on_each_backend! {
    two_keys_that_the_server_takes_for_one
    a_row_that_a_trigger_leaves_out_is_told
    a_row_that_goes_through_a_view_is_there
}

/// A row by its word.
struct Word;

impl Model for Word {
    type Key = String;

    fn table() -> Table {
        Table::new("words")
            .column(Column::new("word", ColumnType::String(4)).key())
            .column(Column::new("said", ColumnType::Integer))
    }

    fn key(values: &[Option<Value>]) -> Option<String> {
        match &values[0] {
            Some(Value::Text(word)) => Some(word.clone()),
            _ => None,
        }
    }
}

fn word(word: &str, said: i64) -> ValueRow<Word> {
    ValueRow::new([Value::from(word), Value::from(said)])
}

async fn two_keys_that_the_server_takes_for_one(place: &Place) {
    let key = place.pick("varchar(4) collate nocase", "char(4)", "varchar(4)");
    let create = format!("create table words (word {key} primary key, said int not null)");
    let (_engine, mut session) = place.session_after(&[&create]).await;
    session.add_all([word("a", 0), word("b", 0)]).unwrap();
    session.commit().await.unwrap();
    // Blanks at the end of a `char` mean nothing to PostgreSQL, and case means nothing to the others.
    let other = place.pick("A", "a ", "A");
    for entity in [word("a", 1), word("b", 2), word(other, 3)] {
        session.update(entity).unwrap();
    }
    session.commit().await.unwrap();
    let said: Vec<i64> = session.scalars("select said from words order by word").await.unwrap();
    assert_eq!(said, [3, 2], "the last one holds");
    for entity in [word("a", 4), word(other, 5), word("gone", 6)] {
        session.update(entity).unwrap();
    }
    let error = session.flush().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StaleData, "{error}");
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select said from words where word = 'a'").await.unwrap(), 3);
}

async fn a_row_that_a_trigger_leaves_out_is_told(place: &Place) {
    let setup = place.pick(
        vec![
            "create table words (word varchar(4) primary key, said int not null)",
            "create trigger leave_out before insert on words when new.said < 0 begin select raise(ignore); end",
        ],
        vec![
            "create table words (word varchar(4) primary key, said int not null)",
            "create function leave_out() returns trigger language plpgsql as $$
             begin if new.said < 0 then return null; end if; return new; end $$",
            "create trigger leave_out before insert on words for each row execute function leave_out()",
        ],
        vec![],
    );
    if setup.is_empty() {
        return; // No trigger of MySQL's can do that.
    }
    let (_engine, mut session) = place.session_after(&setup).await;
    session.add_all([word("a", 1), word("b", -1), word("c", 1)]).unwrap();
    let error = session.flush().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    assert!(error.message().contains("3 entities of `words` inserted 2 rows"), "{error}");
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select count(*) from words").await.unwrap(), 0);

    session.add_all([word("a", 1), word("b", -1), word("c", 1)]).unwrap();
    let error = session.commit().await.unwrap_err();
    assert!(error.message().contains("3 entities of `words` inserted 2 rows"), "{error}");
    // PostgreSQL is sent the COMMIT with the INSERT.
    let (kind, rows) =
        place.pick((ErrorKind::Unsupported, 0), (ErrorKind::StatementCommitted, 2), (error.kind(), 0));
    assert_eq!(error.kind(), kind, "{error}");
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select count(*) from words").await.unwrap(), rows);
}

async fn a_row_that_goes_through_a_view_is_there(place: &Place) {
    let table = "create table kept (word varchar(4) primary key, said int not null)";
    let view = "create view words as select word, said from kept";
    let setup = place.pick(
        vec![
            table,
            view,
            "create trigger through instead of insert on words
             begin insert into kept values (new.word, new.said); end",
        ],
        vec![table, view],
        vec![table, view],
    );
    let (_engine, mut session) = place.session_after(&setup).await;
    session.add_all([word("a", 1), word("b", 2)]).unwrap();
    session.commit().await.unwrap();
    assert_eq!(session.scalars::<String>("select word from kept order by word").await.unwrap(), ["a", "b"]);
}

#[cfg(feature = "sqlx-sqlite")]
#[tokio::test]
async fn a_row_that_goes_through_a_view_is_there_by_sqlx() {
    let dir = tempfile::tempdir().unwrap();
    let engine = create_engine(format!("sqlite+sqlx:///{}/app.db", dir.path().display())).unwrap();
    let mut session = engine.session_maker().session();
    for sql in [
        "create table kept (word varchar(4) primary key, said int not null)",
        "create view words as select word, said from kept",
        "create trigger through instead of insert on words
         begin insert into kept values (new.word, new.said); end",
    ] {
        session.execute(sql).await.unwrap();
    }
    session.add_all([word("a", 1), word("b", 2)]).unwrap();
    session.commit().await.unwrap();
    assert_eq!(session.scalars::<String>("select word from kept order by word").await.unwrap(), ["a", "b"]);
}

#[tokio::test]
async fn a_trigger_runs_once_for_each_row_though_two_keys_are_one() {
    let place = Place::postgres();
    let setup = [
        "create table words (word char(4) primary key, said int not null, version int not null default 1)",
        "create function count_up() returns trigger language plpgsql as $$
         begin new.version := old.version + 1; return new; end $$",
        "create trigger count_up before update on words for each row execute function count_up()",
    ];
    let (_engine, mut session) = place.session_after(&setup).await;
    session.add_all([word("a", 0), word("b", 0)]).unwrap();
    session.commit().await.unwrap();
    for entity in [word("a", 1), word("b", 2), word("a ", 3)] {
        session.update(entity).unwrap();
    }
    session.commit().await.unwrap();
    let versions: Vec<i32> = session.scalars("select version from words order by word").await.unwrap();
    assert_eq!(versions, [3, 2], "the row of two entities is written twice, the other once");
}

/// Without WAL the commit of a statement alone waits for those who read, behind the row that it has given.
#[tokio::test]
async fn a_row_is_given_once_though_its_commit_met_a_lock() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:///{}/app.db?journal_mode=delete&timeout=20", dir.path().display());
    let engines: [AsyncEngine; 2] = [create_engine(url.clone()).unwrap(), create_engine(url).unwrap()];
    let mut reader = engines[0].session_maker().session();
    let create = "create table users (id integer primary key, name text not null unique, email text)";
    reader.execute(create).await.unwrap();
    reader.commit().await.unwrap();
    assert_eq!(reader.scalar_one::<i64>("select count(*) from users").await.unwrap(), 0);
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut writer = engines[1].session_maker_with(autocommit).session();
    let added = writer.add_all([user("a"), user("b")]).unwrap();
    let leave = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        reader.close().await
    };
    let (flushed, left) = tokio::join!(writer.flush(), leave);
    flushed.unwrap();
    left.unwrap();
    let stored: Vec<User> = writer.entities("select * from users order by id").await.unwrap();
    let given: Vec<User> = added.into_iter().map(|tracked| writer.take(tracked).unwrap()).collect();
    assert_eq!((stored.len(), given), (2, stored));
}
